//! A filled table beside single values, to the bit, and what is refused.

mod paths;

use proptest::prelude::*;

use crate::math::Dd;
use crate::node::{
    Between, Clock, Constant, Cooldown, Cycle, Exponential, Extreme, Interpolation, InversePower,
    Past, Points, Power, Product, Ramp, Sequence, Shift, Side, Staircase, Stretch, Sum, Timeline,
    Until, Warp, Which,
};
use crate::{
    Curve, EvalError, Instant, Level, Means, Plan, Rounding, Schedule, ScheduleError, Steps, Width,
    fill, fill_by,
};

fn ramp(start: f64, end: f64, steps: f64, curve: Curve) -> Schedule {
    let ends = (Level::ratio(start), Level::ratio(end));
    Schedule::new(Ramp::new(ends.0, ends.1, steps, curve).unwrap()).unwrap()
}

fn floored(schedule: Schedule, rate: f64) -> Schedule {
    let floor = Schedule::new(Constant::new(Level::rate(rate), None).unwrap()).unwrap();
    Schedule::new(Extreme::new(Which::Greatest, vec![schedule, floor]).unwrap()).unwrap()
}

/// The rates, each evaluated for itself.
fn singles(schedules: &[Schedule], index: &[usize], bases: &[f64], steps: Steps) -> Vec<f64> {
    let at = |row: usize| match steps {
        Steps::Range { start, stride, .. } => {
            Instant::step(start + stride * i64::try_from(row).unwrap())
        }
        Steps::Whole(steps) => Instant::step(steps[row]),
        Steps::Real(steps) => Instant::at(Dd::new(steps[row])),
    };
    (0..steps.len())
        .flat_map(|row| {
            let groups = index.iter().zip(bases);
            groups.map(move |(&which, &base)| schedules[which].value(at(row), base).unwrap())
        })
        .collect()
}

fn assert_same_bits(schedules: &[Schedule], index: &[usize], bases: &[f64], steps: Steps) {
    let plan = Plan::new(schedules, index, bases).unwrap();
    let mut out = vec![f64::NAN; steps.len() * bases.len()];
    fill(&plan, steps, &mut out).unwrap();
    let single = singles(schedules, index, bases, steps);
    let differs = out
        .iter()
        .zip(&single)
        .position(|(a, b)| a.to_bits() != b.to_bits());
    assert_eq!(differs, None);
}

#[test]
fn one_base_shared_bases_and_distinct_ones() {
    let schedule = [ramp(1.0, 0.1, 37.0, Curve::Cosine)];
    let steps = Steps::Range {
        start: 0,
        stride: 3,
        len: 20,
    };
    assert_same_bits(&schedule, &[0; 3], &[0.3; 3], steps);
    assert_same_bits(&schedule, &[0; 4], &[0.3, 0.1, 0.3, 0.1], steps);
    assert_same_bits(&schedule, &[0; 3], &[0.1, 0.2, 0.3], steps);
}

#[test]
fn several_schedules_and_a_clip_that_needs_the_base() {
    let schedules = [
        ramp(1.0, 0.0, 9.0, Curve::Linear),
        floored(ramp(1.0, 0.0, 9.0, Curve::Cosine), 0.05),
    ];
    let (index, bases) = ([0, 1, 1, 0, 1], [1.0, 1.0, 0.04, 0.5, 0.0]);
    assert_same_bits(
        &schedules,
        &index,
        &bases,
        Steps::Whole(&[0, 3, 8, 9, i64::MAX]),
    );
    assert_same_bits(
        &schedules,
        &index,
        &bases,
        Steps::Real(&[0.0, 2.5, 8.999, 1e18]),
    );
}

#[test]
fn a_plan_keeps_what_is_equal_once() {
    let schedules = [
        ramp(1.0, 0.0, 9.0, Curve::Linear),
        ramp(1.0, 0.0, 9.0, Curve::Linear),
        ramp(1.0, 0.0, 9.0, Curve::Cosine),
    ];
    let plan = Plan::new(&schedules, &[0, 1, 2, 0, 1], &[0.0, -0.0, 0.0, 1.0, 1.0]).unwrap();
    assert_eq!(
        (plan.n_groups(), plan.n_schedules(), plan.n_cells()),
        (5, 2, 3)
    );
    assert_eq!(plan.cell_of(), [0, 0, 1, 2, 2]);
}

#[test]
fn equal_pairs_share_a_cell_in_any_order() {
    let schedule = [ramp(1.0, 0.0, 9.0, Curve::Linear)];
    let cases: [(&[f64], &[usize]); 6] = [
        (&[1.0, 1.0, 2.0, 3.0, 3.0], &[0, 0, 1, 2, 2]),
        (&[3.0, 2.0, 2.0, 0.0, -0.0], &[0, 1, 1, 2, 2]),
        (&[1.0, 3.0, 1.0, 3.0, 1.0], &[0, 1, 0, 1, 0]),
        (&[1.0, 3.0, 2.0, 2.0, 3.0, 2.0], &[0, 1, 2, 2, 1, 2]),
        (&[2.0, 1.0, 3.0, 2.0, 4.0, 4.0, 3.0], &[0, 1, 2, 0, 3, 3, 2]),
        (
            &[2.0, 4.0, 3.0, 5.0, 3.5, 5.0, 0.0, 3.5],
            &[0, 1, 2, 3, 4, 3, 5, 4],
        ),
    ];
    for (bases, cells) in cases {
        let plan = Plan::new(&schedule, &vec![0; bases.len()], bases).unwrap();
        assert_eq!(plan.cell_of(), cells, "{bases:?}");
        assert_eq!(plan.n_cells(), cells.iter().max().unwrap() + 1);
    }
}

#[test]
fn empty_tables_are_filled() {
    let schedule = [ramp(1.0, 0.0, 9.0, Curve::Linear)];
    let some = Plan::new(&schedule, &[0, 0], &[1.0, 2.0]).unwrap();
    assert_eq!(fill(&some, Steps::Whole(&[]), &mut []), Ok(()));
    let none = Plan::new(&schedule, &[], &[]).unwrap();
    assert_eq!(fill(&none, Steps::Whole(&[1, 2]), &mut []), Ok(()));
}

#[test]
fn buffers_and_steps_that_do_not_fit() {
    let plan = Plan::new(&[ramp(1.0, 0.0, 9.0, Curve::Linear)], &[0, 0], &[1.0, 2.0]).unwrap();
    let mut out = [0.0; 4];
    let cases = [
        (
            Steps::Whole(&[1, 2, 3]),
            EvalError::WrongSize {
                expected: 6,
                got: 4,
            },
        ),
        (Steps::Whole(&[1, -2]), EvalError::BadStep { step: -2.0 }),
        (Steps::Real(&[-0.5, 1.0]), EvalError::BadStep { step: -0.5 }),
        (
            Steps::Range {
                start: 1,
                stride: -2,
                len: 2,
            },
            EvalError::BadStep { step: -1.0 },
        ),
        (
            Steps::Range {
                start: i64::MAX,
                stride: i64::MAX,
                len: 2,
            },
            EvalError::BadStep {
                step: i64::MAX as f64 * 2.0,
            },
        ),
    ];
    for (steps, error) in cases {
        assert_eq!(fill(&plan, steps, &mut out), Err(error));
    }
    let got = fill(&plan, Steps::Real(&[f64::NAN, 1.0]), &mut out);
    assert!(matches!(got, Err(EvalError::BadStep { step }) if step.is_nan()));
    assert_eq!(
        EvalError::BadStep { step: -2.0 }.to_string(),
        "steps must be numbers >= 0, got -2"
    );
    assert_eq!(
        EvalError::WrongSize {
            expected: 6,
            got: 4
        }
        .to_string(),
        "out must have 6 entries (steps x groups), got 4"
    );
}

#[test]
fn plans_that_cannot_be() {
    let schedule = [ramp(1.0, 0.0, 9.0, Curve::Linear)];
    let message = |index: &[usize], bases: &[f64]| {
        Plan::new(&schedule, index, bases)
            .map(|_| ())
            .map_err(|e: ScheduleError| e.to_string())
    };
    assert_eq!(
        message(&[0, 1], &[1.0, 1.0]),
        Err("index[1] must be below the number of schedules (1), got 1".to_owned())
    );
    assert_eq!(
        message(&[0], &[]),
        Err("base_lrs must have 1 entries, got 0".to_owned())
    );
    assert_eq!(
        message(&[0, 0], &[1.0, -1.0]),
        Err("base_lrs[1] must be >= 0, got -1".to_owned())
    );
    assert_eq!(
        message(&[0], &[f64::INFINITY]),
        Err("base_lrs[0] must be a finite number, got inf".to_owned())
    );
}

/// Schedules at random, without levels that need the base.
fn node(node: impl Into<crate::Node>) -> Schedule {
    Schedule::new(node).unwrap()
}

/// Whole numbers, quarters, and numbers of many digits.
fn times(from: u32, to: u32) -> impl Strategy<Value = f64> {
    prop_oneof![
        (from..to).prop_map(f64::from),
        (4 * from..4 * to).prop_map(|n| f64::from(n) / 4.0),
        f64::from(from)..f64::from(to),
    ]
}

fn levels() -> impl Strategy<Value = Level> {
    prop_oneof![
        4 => (0.0..2.0).prop_map(Level::ratio),
        1 => (0.0..2.0).prop_map(Level::rate),
    ]
}

fn curves() -> impl Strategy<Value = Curve> {
    let leaf = prop_oneof![
        Just(Curve::Cosine),
        Just(Curve::Linear),
        (prop_oneof![0.3..3.0, Just(0.5), Just(3.0)], 0.3..3.0)
            .prop_map(|(p, q)| Curve::power(p, q).unwrap()),
        (0.5..3.0, 0.3..3.0).prop_map(|(n, q)| Curve::waves(n, 1.0, q).unwrap()),
        (0.1..5.0)
            .prop_filter("a ratio of 1 is none", |k| *k != 1.0)
            .prop_map(|k| Curve::saturating(k).unwrap()),
        (-5.0..0.9).prop_map(|d| Curve::rex(d).unwrap()),
        (-7.0..0.0, 0.1..7.0).prop_map(|(low, high)| Curve::tanh(low, high).unwrap()),
        (0.1..99.0).prop_map(|a| Curve::inverse_sqrt(a).unwrap()),
        (1.5..1e6).prop_map(|n| Curve::log(n).unwrap()),
        (1..9_u32, any::<bool>()).prop_map(|(n, floor)| {
            let rounding = if floor {
                Rounding::Floor
            } else {
                Rounding::Ceil
            };
            Curve::stairs(f64::from(n), rounding).unwrap()
        }),
    ];
    prop_oneof![
        4 => prop_oneof![Just(Curve::Cosine), Just(Curve::Linear)],
        4 => leaf.clone(),
        1 => (leaf.clone(), leaf.clone()).prop_map(|(a, b)| Curve::compose(a, b).unwrap()),
        1 => (leaf.clone(), leaf).prop_map(|(a, b)| Curve::blend(vec![(2.0, a), (-1.0, b)]).unwrap()),
    ]
}

fn leaves() -> impl Strategy<Value = Schedule> {
    let ramps = (levels(), levels(), times(0, 50), curves(), times(0, 9));
    let means = prop_oneof![
        3 => Just(Interpolation::Linear),
        1 => Just(Interpolation::Log),
        1 => Just(Interpolation::Inverse),
    ];
    let powers = prop_oneof![-3.0..3.0, (-9..9_i32).prop_map(|n| f64::from(n) / 2.0)];
    prop_oneof![
        3 => (ramps, means).prop_map(|((a, b, n, curve, offset), between)| {
            let (a, b) = (a.plus(Level::ratio(0.1)), b.plus(Level::ratio(0.1)));
            node(Ramp::with(a, b, n, curve, offset, Past::Hold, between).unwrap())
        }),
        1 => (levels(), times(0, 50)).prop_map(|(a, n)| node(Constant::new(a, Some(n)).unwrap())),
        1 => (0.1..1.0, times(1, 9), times(0, 9))
            .prop_map(|(g, k, shift)| node(Exponential::new(g, k, shift).unwrap())),
        1 => (levels(), powers, times(0, 9), times(1, 9))
            .prop_map(|(a, y, shift, least)| node(Power::new(a, y, shift, least).unwrap())),
        1 => (times(1, 9), prop_oneof![Just(1.0), 0.3..3.0], prop_oneof![Just(0.5), 0.3..3.0])
            .prop_map(|(tau, p, q)| node(InversePower::new(tau, p, q, 0.0).unwrap())),
        1 => (levels(), levels(), times(0, 50), times(1, 50), curves()).prop_map(
            |(a, b, t, n, curve)| {
                let points = [(t, a), (t + n, b), (t + 2.0 * n, a)];
                node(Points::new(&points, Between::Curve(curve)).unwrap())
            }
        ),
    ]
}

fn trees() -> impl Strategy<Value = Schedule> {
    leaves().prop_recursive(4, 12, 3, |inner| {
        let cut = (inner.clone(), times(0, 40))
            .prop_map(|(a, n)| node(Until::new(a, n).unwrap()))
            .boxed();
        let clock = prop_oneof![Just(Clock::Local), Just(Clock::Phase), Just(Clock::Index)];
        let growth = prop_oneof![Just(1.0), 1.0..3.0];
        prop_oneof![
            (cut.clone(), inner.clone())
                .prop_map(|(a, b)| node(Sequence::new(vec![a, b]).unwrap())),
            (
                inner.clone(),
                inner.clone(),
                times(0, 40),
                any::<(bool, bool)>()
            )
                .prop_map(|(a, b, n, (own, right))| {
                    let timeline = if own { Timeline::Own } else { Timeline::Global };
                    let side = if right { Side::Right } else { Side::Left };
                    node(Sequence::at(vec![a, b], &[n], timeline, side).unwrap())
                }),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| {
                let two_rates = a.kind().rate && b.kind().rate;
                node(if two_rates {
                    crate::Node::from(Sum::new(vec![a, b]).unwrap())
                } else {
                    Product::new(vec![a, b]).unwrap().into()
                })
            }),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| node(Sum::new(vec![a, b]).unwrap())),
            (inner.clone(), 0.0..0.5).prop_map(|(a, rate)| floored(a, rate)),
            (inner.clone(), times(1, 9)).prop_map(|(a, n)| node(Staircase::new(a, n).unwrap())),
            (inner.clone(), times(0, 40), any::<bool>()).prop_map(|(a, n, later)| {
                node(Shift::new(a, if later { n } else { -n }).unwrap())
            }),
            (inner.clone(), times(1, 9)).prop_map(|(a, k)| node(Stretch::new(a, k).unwrap())),
            (inner.clone(), times(1, 40), times(0, 40))
                .prop_map(|(a, n, t)| node(Warp::new(a, &[(0.0, 0.0), (n, t)]).unwrap())),
            (
                inner.clone(),
                times(0, 40),
                times(0, 40),
                levels(),
                curves()
            )
                .prop_map(|(a, at, n, to, curve)| node(
                    Cooldown::new(a, at, n, to, curve).unwrap()
                )),
            (cut, times(1, 9), growth, clock).prop_map(|(a, first, growth, clock)| {
                node(Cycle::new(a, first, growth, Some(5.0), clock).unwrap())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_the_tree_a_table_has_the_bits_of_single_values(
        tree in trees(),
        other in trees(),
        steps in prop::collection::vec(0_i64..1_000, 1..5),
        bases in prop::collection::vec(0.0..1.0, 1..6),
    ) {
        let index: Vec<usize> = (0..bases.len()).map(|g| g % 2).collect();
        assert_same_bits(&[tree, other], &index, &bases, Steps::Whole(&steps));
    }

    #[test]
    fn width_threads_and_height_change_no_bit(
        trees in prop::collection::vec(trees(), 1..12),
        few in 1..150_usize,
        start in 0_i64..60,
        stride in 1_i64..5,
        len in 1..50_usize,
        base in 0.0..1.0,
    ) {
        let steps = Steps::Range { start, stride, len };
        let index: Vec<usize> = (0..few).map(|g| g % trees.len()).collect();
        let bases: Vec<f64> = (0..few).map(|g| base + (g / 3) as f64).collect();
        let plan = Plan::new(&trees, &index, &bases).unwrap();
        let single = singles(&trees, &index, &bases, steps);
        for width in Width::available() {
            for (threads, rows, streams) in [(1, 512, true), (3, 7, false), (2, 1, true), (70, 16, false)] {
                let means = Means { width, threads, rows, streams };
                let mut out = vec![f64::NAN; len * few];
                fill_by(means, &plan, steps, &mut out, &|| true).unwrap();
                let differs = out.iter().zip(&single).position(|(a, b)| a.to_bits() != b.to_bits());
                prop_assert_eq!(differs, None, "{:?}", means);
            }
        }
    }

    #[test]
    fn equal_trees_are_equal_and_hash_alike(tree in trees()) {
        let again = Schedule::new(tree.node().clone()).unwrap();
        prop_assert_eq!(&again, &tree);
        prop_assert_eq!(again.fingerprint(), tree.fingerprint());
    }
}

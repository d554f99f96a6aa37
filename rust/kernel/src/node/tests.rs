//! Each node at its boundary steps, from the left, far out, and refused.

use super::{
    Between, Clock, Constant, Cooldown, Cycle, Exponential, Extreme, Interpolation, InversePower,
    NextMultiple, Noise, Past, Points, Power, Product, Ramp, Samples, Sequence, Shift, Side,
    Staircase, Stretch, Sum, Timeline, Until, Warp, Which,
};
use crate::math::Dd;
use crate::{Curve, EvalError, Instant, Level, MAX_DEPTH, Node, Rounding, Schedule, ScheduleError};

const FAR: [f64; 5] = [
    2_147_483_647.0,
    2_147_483_648.0,
    4_294_967_296.0,
    9_007_199_254_740_991.0,
    9.223_372_036_854_776e18,
];

fn s(node: impl Into<Node>) -> Schedule {
    Schedule::new(node).unwrap()
}

fn ratio(value: f64) -> Level {
    Level::ratio(value)
}

fn linear(start: f64, end: f64, steps: f64) -> Schedule {
    s(Ramp::new(ratio(start), ratio(end), steps, Curve::Linear).unwrap())
}

fn constant(value: f64, steps: Option<f64>) -> Schedule {
    s(Constant::new(ratio(value), steps).unwrap())
}

fn cycle(
    schedule: Schedule,
    first: f64,
    growth: f64,
    count: Option<f64>,
    clock: Clock,
) -> Schedule {
    s(Cycle::new(schedule, first, growth, count, clock).unwrap())
}

fn at(schedule: &Schedule, t: f64) -> f64 {
    schedule.value(Instant::at(Dd::new(t)), 1.0).unwrap()
}

fn before(schedule: &Schedule, t: f64) -> f64 {
    schedule.value(Instant::before(Dd::new(t)), 1.0).unwrap()
}

/// Checks values, to the bit, and the length.
fn check(schedule: &Schedule, length: Option<f64>, known: &[(f64, f64)]) {
    assert_eq!(schedule.steps(), length, "length of {schedule:?}");
    for &(t, value) in known {
        assert_eq!(at(schedule, t), value, "at {t} of {schedule:?}");
    }
    for t in FAR {
        assert!(at(schedule, t).is_finite(), "at {t} of {schedule:?}");
        assert!(
            before(schedule, t).is_finite(),
            "before {t} of {schedule:?}"
        );
    }
}

#[test]
fn constants() {
    check(&constant(0.5, None), None, &[(0.0, 0.5), (FAR[4], 0.5)]);
    check(&constant(0.5, Some(3.0)), Some(3.0), &[(3.0, 0.5)]);
}

#[test]
fn ramps_end_exactly() {
    let cosine = s(Ramp::new(ratio(0.5), ratio(0.25), 4.0, Curve::Cosine).unwrap());
    check(
        &cosine,
        Some(4.0),
        &[(0.0, 0.5), (4.0, 0.25), (5.0, 0.25), (FAR[4], 0.25)],
    );
    assert!((at(&cosine, 2.0) - 0.375).abs() < 2e-16);
    check(&linear(0.0, 1.0, 0.0), Some(0.0), &[(0.0, 1.0), (1.0, 1.0)]);
    let begun = Ramp::with(
        ratio(0.0),
        ratio(1.0),
        4.0,
        Curve::Linear,
        1.0,
        Past::Hold,
        Interpolation::Linear,
    );
    check(
        &s(begun.unwrap()),
        Some(3.0),
        &[(0.0, 0.25), (3.0, 1.0), (9.0, 1.0)],
    );
    let late = Ramp::with(
        ratio(0.0),
        ratio(1.0),
        2.0,
        Curve::Linear,
        -2.0,
        Past::Hold,
        Interpolation::Linear,
    );
    check(
        &s(late.unwrap()),
        Some(4.0),
        &[(0.0, 0.0), (2.0, 0.0), (3.0, 0.5), (4.0, 1.0)],
    );
}

#[test]
fn ramps_past_their_end() {
    let free = |curve| {
        s(Ramp::with(
            ratio(1.0),
            ratio(0.0),
            2.0,
            curve,
            0.0,
            Past::Free,
            Interpolation::Linear,
        )
        .unwrap())
    };
    check(
        &free(Curve::Cosine),
        None,
        &[(2.0, 0.0), (3.0, 0.5), (4.0, 1.0), (6.0, 0.0)],
    );
    assert_eq!(
        (free(Curve::Linear).steps(), at(&free(Curve::Linear), 3.0)),
        (None, -0.5)
    );
    let strict = s(Ramp::with(
        ratio(1.0),
        ratio(0.0),
        2.0,
        Curve::Linear,
        0.0,
        Past::Raise,
        Interpolation::Linear,
    )
    .unwrap());
    assert_eq!(at(&strict, 2.0), 0.0);
    assert_eq!(
        strict.value(Instant::step(3), 1.0),
        Err(EvalError::PastEnd {
            step: 3.0,
            steps: 2.0
        })
    );
}

#[test]
fn ramps_between_logarithms_and_inverses() {
    let between = |kind| {
        s(Ramp::with(
            ratio(1.0),
            ratio(0.25),
            2.0,
            Curve::Linear,
            0.0,
            Past::Hold,
            kind,
        )
        .unwrap())
    };
    check(
        &between(Interpolation::Log),
        Some(2.0),
        &[(0.0, 1.0), (1.0, 0.5), (2.0, 0.25), (3.0, 0.25)],
    );
    check(
        &between(Interpolation::Inverse),
        Some(2.0),
        &[(0.0, 1.0), (1.0, 0.4), (2.0, 0.25), (3.0, 0.25)],
    );
    let mixed = s(Ramp::with(
        Level::rate(4.0),
        ratio(1.0),
        2.0,
        Curve::Linear,
        0.0,
        Past::Hold,
        Interpolation::Log,
    )
    .unwrap());
    assert!(!mixed.is_affine());
    assert_eq!(mixed.value(Instant::step(1), 9.0), Ok(6.0));
}

#[test]
fn exponentials_and_powers() {
    let decay = s(Exponential::new(0.5, 2.0, 0.0).unwrap());
    check(
        &decay,
        None,
        &[
            (0.0, 1.0),
            (2.0, 0.5),
            (20.0, 0.000_976_562_5),
            (FAR[4], 0.0),
        ],
    );
    let gone = s(Exponential::new(0.0, 1.0, 0.0).unwrap());
    check(&gone, None, &[(0.0, 1.0), (1.0, 0.0)]);
    let power = s(Power::new(ratio(2.0), -0.5, 0.0, 1.0).unwrap());
    check(
        &power,
        None,
        &[(0.0, 2.0), (1.0, 2.0), (4.0, 1.0), (16.0, 0.5)],
    );
    let inverse = s(InversePower::new(4.0, 1.0, 0.5, 0.0).unwrap());
    check(&inverse, None, &[(0.0, 1.0), (12.0, 0.5), (60.0, 0.25)]);
}

#[test]
fn points_and_samples() {
    let table = [
        (1.0, ratio(1.0)),
        (3.0, ratio(0.5)),
        (3.0, ratio(0.75)),
        (5.0, ratio(0.25)),
    ];
    let joined = s(Points::new(&table, Between::Curve(Curve::Linear)).unwrap());
    check(
        &joined,
        Some(5.0),
        &[
            (0.0, 1.0),
            (2.0, 0.75),
            (3.0, 0.75),
            (4.0, 0.5),
            (9.0, 0.25),
        ],
    );
    assert_eq!(before(&joined, 3.0), 0.5);
    let held = |side| s(Points::new(&table, Between::Hold(side)).unwrap());
    check(
        &held(Side::Right),
        None,
        &[(0.0, 1.0), (2.9, 1.0), (3.0, 0.75), (5.0, 0.25)],
    );
    check(
        &held(Side::Left),
        None,
        &[(3.0, 1.0), (3.1, 0.75), (5.0, 0.75), (5.1, 0.25)],
    );
    assert_eq!(before(&held(Side::Right), 5.0), 0.75);
    let samples = s(Samples::new(&[1.0, 0.7, 0.4]).unwrap());
    check(
        &samples,
        Some(3.0),
        &[(0.0, 1.0), (1.9, 0.7), (2.0, 0.4), (3.0, 0.4)],
    );
    assert_eq!(before(&samples, 1.0), 1.0);
}

#[test]
fn noise_is_a_function_of_seed_and_step() {
    let make = |seed, std| s(Noise::new(seed, 0.25, std, 2.0, Some(100.0)).unwrap());
    for std in [None, Some(1.0)] {
        let (one, other) = (make(7, std), make(8, std));
        assert_eq!((at(&one, 1.0), at(&one, 100.0)), (1.0, 1.0));
        let seen: Vec<f64> = (2..100).map(|t| at(&one, f64::from(t))).collect();
        assert!(seen.iter().all(|x| (x - 1.0).abs() < 0.25));
        assert!(seen.windows(2).all(|pair| pair[0] != pair[1]));
        assert!((2..100).all(|t| at(&one, f64::from(t)) != at(&other, f64::from(t))));
        let mean = seen.iter().sum::<f64>() / 98.0;
        assert!((mean - 1.0).abs() < 0.06, "mean {mean}");
        assert_eq!(
            seen,
            (2..100).map(|t| at(&one, f64::from(t))).collect::<Vec<_>>()
        );
    }
}

#[test]
fn sequences_bisect_and_know_their_sides() {
    let parts = || {
        vec![
            constant(1.0, Some(2.0)),
            constant(0.5, Some(0.0)),
            linear(0.25, 0.0, 2.0),
        ]
    };
    let own = s(Sequence::new(parts()).unwrap());
    check(
        &own,
        Some(4.0),
        &[
            (0.0, 1.0),
            (1.5, 1.0),
            (2.0, 0.25),
            (3.0, 0.125),
            (4.0, 0.0),
        ],
    );
    assert_eq!(before(&own, 2.0), 1.0);
    let with = |timeline, side| s(Sequence::at(parts(), &[1.0, 3.0], timeline, side).unwrap());
    check(
        &with(Timeline::Own, Side::Right),
        Some(5.0),
        &[
            (0.9, 1.0),
            (1.0, 0.5),
            (3.0, 0.25),
            (4.0, 0.125),
            (5.0, 0.0),
        ],
    );
    check(
        &with(Timeline::Own, Side::Left),
        Some(5.0),
        &[(1.0, 1.0), (1.1, 0.5), (3.0, 0.5), (4.0, 0.125)],
    );
    check(
        &with(Timeline::Global, Side::Right),
        Some(3.0),
        &[(1.0, 0.5), (3.0, 0.0)],
    );
}

#[test]
fn ten_thousand_phases_are_one_bisection() {
    let mut chain = constant(0.0, Some(1.0));
    for i in 1..10_000 {
        chain = s(Sequence::new(vec![chain, constant(f64::from(i), Some(1.0))]).unwrap());
    }
    let Node::Sequence(flat) = chain.node() else {
        panic!("{chain:?}")
    };
    assert_eq!(flat.phases.len(), 10_000);
    check(
        &chain,
        Some(10_000.0),
        &[
            (0.0, 0.0),
            (777.5, 777.0),
            (9_999.0, 9_999.0),
            (1e9, 9_999.0),
        ],
    );
}

#[test]
fn products_sums_and_extremes() {
    let (up, down) = (|| linear(0.0, 1.0, 4.0), || linear(1.0, 0.0, 2.0));
    check(
        &s(Product::new(vec![up(), down()]).unwrap()),
        Some(4.0),
        &[(1.0, 0.125), (2.0, 0.0), (4.0, 0.0)],
    );
    check(
        &s(Sum::new(vec![up(), down()]).unwrap()),
        Some(4.0),
        &[(0.0, 1.0), (1.0, 0.75), (4.0, 1.0)],
    );
    let extreme = |which| s(Extreme::new(which, vec![up(), down()]).unwrap());
    check(
        &extreme(Which::Least),
        Some(4.0),
        &[(0.0, 0.0), (1.0, 0.25), (2.0, 0.0), (4.0, 0.0)],
    );
    check(
        &extreme(Which::Greatest),
        Some(4.0),
        &[(0.0, 1.0), (1.0, 0.5), (4.0, 1.0)],
    );
    let floor = s(Constant::new(Level::rate(1e-3), None).unwrap());
    let mixed = s(Extreme::new(Which::Greatest, vec![down(), floor]).unwrap());
    assert!(!mixed.is_affine());
    assert_eq!(mixed.value(Instant::step(1), 1e-2), Ok(5e-3));
    assert_eq!(mixed.value(Instant::step(1), 1e-4), Ok(1e-3));
}

#[test]
fn cooldown_starts_from_the_value_that_holds() {
    let jump = s(Sequence::new(vec![constant(0.8, Some(4.0)), constant(0.2, None)]).unwrap());
    let branch = |t| s(Cooldown::new(jump.clone(), t, 4.0, ratio(0.0), Curve::Linear).unwrap());
    check(
        &branch(2.0),
        Some(6.0),
        &[(1.0, 0.8), (2.0, 0.8), (4.0, 0.4), (6.0, 0.0), (7.0, 0.0)],
    );
    check(
        &branch(4.0),
        Some(8.0),
        &[(3.0, 0.8), (4.0, 0.2), (6.0, 0.1), (8.0, 0.0)],
    );
}

#[test]
fn clocks() {
    let down = || linear(1.0, 0.0, 4.0);
    check(
        &s(Shift::new(down(), 3.0).unwrap()),
        Some(7.0),
        &[(0.0, 1.0), (3.0, 1.0), (5.0, 0.5), (7.0, 0.0)],
    );
    check(
        &s(Shift::new(down(), -3.0).unwrap()),
        Some(1.0),
        &[(0.0, 0.25), (1.0, 0.0)],
    );
    check(
        &s(Stretch::new(down(), 2.5).unwrap()),
        Some(10.0),
        &[(5.0, 0.5), (10.0, 0.0)],
    );
    let stairs = s(Staircase::new(down(), 2.0).unwrap());
    check(
        &stairs,
        Some(4.0),
        &[(1.9, 1.0), (2.0, 0.5), (3.9, 0.5), (4.0, 0.0)],
    );
    // To cut a schedule at its own length changes nothing, also where it ends on a jump.
    assert_eq!((before(&stairs, 2.0), before(&stairs, 4.0)), (1.0, 0.0));
    check(
        &s(Until::new(down(), 2.0).unwrap()),
        Some(2.0),
        &[(1.0, 0.75), (2.0, 0.5), (9.0, 0.5)],
    );
    check(
        &s(Until::new(stairs, 2.0).unwrap()),
        Some(2.0),
        &[(2.0, 1.0), (9.0, 1.0)],
    );
    let grown = s(NextMultiple::new(down(), 4.0).unwrap());
    check(
        &grown,
        None,
        &[(0.0, 1.0), (4.0, 0.0), (6.0, 0.25), (8.0, 0.0), (9.0, 0.25)],
    );
    let warp = s(Warp::new(down(), &[(0.0, 0.0), (10.0, 1.0), (11.0, 3.0)]).unwrap());
    check(
        &warp,
        Some(11.5),
        &[(5.0, 0.875), (10.0, 0.75), (11.0, 0.25), (11.5, 0.0)],
    );
}

#[test]
fn restarts_belong_to_the_new_cycle_wherever_they_are() {
    for (first, growth, starts) in [
        (1.0, 3.0, vec![1.0, 4.0, 13.0, 40.0, 121.0, 29_524.0]),
        (7.0, 3.0, vec![7.0, 28.0, 847.0]),
        (1.0, 10.0, vec![1.0, 11.0, 111.0, 1111.0]),
        (10.0, 10.0, vec![1110.0, 11_110.0]),
        (10.0, 1.0, vec![10.0, 1e6, 9_007_199_254_740_990.0]),
        (2.0, 1.5, vec![2.0, 5.0, 9.5]),
        (
            3.0,
            2.0,
            vec![3.0, 9.0, 21.0, 3.0 * (1_i64 << 40) as f64 - 3.0],
        ),
    ] {
        let wave = cycle(linear(1.0, 0.0, first), first, growth, None, Clock::Phase);
        let index = cycle(linear(0.0, 1e6, 1e6), first, growth, None, Clock::Index);
        assert_eq!(wave.steps(), None);
        for t in starts {
            assert_eq!(at(&wave, t), 1.0, "start {t} of {first} x {growth}");
            assert_eq!(before(&wave, t), 0.0, "end {t} of {first} x {growth}");
            assert!(at(&wave, t - if t < 1e15 { 0.5 } else { 1.0 }) < 0.6);
            assert!(t > 1e7 || before(&index, t) + 1.0 == at(&index, t));
        }
    }
}

#[test]
fn counted_cycles_end_on_their_left_limit() {
    let stairs = || s(Samples::new(&[1.0, 0.5]).unwrap());
    let twice = cycle(stairs(), 2.0, 1.0, Some(2.0), Clock::Local);
    check(
        &twice,
        Some(4.0),
        &[(1.0, 0.5), (2.0, 1.0), (3.0, 0.5), (4.0, 0.5), (99.0, 0.5)],
    );
    let shrinking = cycle(linear(1.0, 0.0, 8.0), 8.0, 0.5, Some(3.0), Clock::Phase);
    check(
        &shrinking,
        Some(14.0),
        &[
            (4.0, 0.5),
            (8.0, 1.0),
            (10.0, 0.5),
            (12.0, 1.0),
            (13.0, 0.5),
            (14.0, 0.0),
        ],
    );
}

#[test]
fn every_refusal_says_what_was_wrong() {
    let deep = (0..MAX_DEPTH).try_fold(constant(1.0, None), |tree, _| {
        Schedule::new(Staircase::new(tree, 1.0)?)
    });
    let rated = || s(Constant::new(Level::rate(1e-3), None).unwrap());
    let refusals: Vec<(ScheduleError, &str)> = vec![
        (
            Constant::new(ratio(f64::NAN), None).unwrap_err(),
            "value must be a finite number, got NaN",
        ),
        (
            Exponential::new(-0.5, 1.0, 0.0).unwrap_err(),
            "gamma must be >= 0, got -0.5",
        ),
        (
            Sequence::at(
                vec![rated(), rated(), rated()],
                &[4.0, 2.0],
                Timeline::Own,
                Side::Right,
            )
            .unwrap_err(),
            "milestones must be in rising order, got 2 after 4",
        ),
        (Samples::new(&[]).unwrap_err(), "values must not be empty"),
        (
            Sequence::at(vec![rated(), rated()], &[], Timeline::Own, Side::Right).unwrap_err(),
            "milestones must have 1 entries, got 0",
        ),
        (
            Sequence::new(vec![rated(), rated()]).unwrap_err(),
            "phase 0 of a sequence needs a schedule with a length; cut it with until(n) first",
        ),
        (
            Product::new(vec![rated(), constant(1.0, None), rated()]).unwrap_err(),
            "a product may hold absolute rates in one factor only, got them in factors 0 and 2",
        ),
        (
            Ramp::with(
                ratio(1.0),
                ratio(0.0),
                2.0,
                Curve::stairs(2.0, Rounding::Floor).unwrap(),
                0.0,
                Past::Free,
                Interpolation::Linear,
            )
            .unwrap_err(),
            "past=\"free\" needs a curve that goes on past its ends (linear, a whole power, cosine), got stairs",
        ),
        (
            deep.unwrap_err(),
            "schedules and curves may be nested at most 128 deep",
        ),
    ];
    for (error, message) in refusals {
        assert_eq!(error.to_string(), message);
    }
    let past = EvalError::PastEnd {
        step: 3.0,
        steps: 2.0,
    };
    assert_eq!(
        past.to_string(),
        "step 3 is past the end of a ramp of 2 steps that was built with past=\"raise\""
    );
}

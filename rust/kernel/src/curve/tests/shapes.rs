//! What curves are beside their values inside: their ends, edges, names of one another and limits.

use super::{CURVE_ULP, at, ulps};
use crate::block::{Block, Shares};
use crate::math::{Dd, Pair};
use crate::width::Width;
use crate::{Curve, MAX_DEPTH, MAX_STEPS, Progress, Rounding, ScheduleError, Weights};

fn power(p: f64, q: f64) -> Curve {
    Curve::power(p, q).expect("in range")
}

fn waves(cycles: f64, p: f64, q: f64) -> Curve {
    Curve::waves(cycles, p, q).expect("in range")
}

fn blend(terms: &[(f64, Curve)]) -> Curve {
    Curve::blend(terms.to_vec()).expect("shares that add up to 1")
}

#[test]
fn the_plain_cosine_is_within_a_few_ulp_from_one_end_to_the_other() {
    for steps in [7.0, 1000.0, 1e9] {
        let many = [1.0, 2.0, 3.0, 0.2 * steps, 0.25 * steps, 0.3 * steps];
        for time in many.map(f64::floor).into_iter().filter(|t| *t > 0.0) {
            for elapsed in [time, steps - time] {
                let exact = Curve::Cosine.weights(at(elapsed, steps));
                let mut shares = Shares::<1> {
                    s: Block::of(|_| Pair::new(elapsed)),
                    w: Block::of(|_| Pair::new(steps - elapsed)),
                };
                Curve::Cosine.inside(Width::Baseline, Dd::new(steps), false, &mut shares);
                let got = shares.weights(0);
                let errors = (ulps(got.s, exact.s), ulps(got.w, exact.w));
                assert!(
                    errors.0 <= CURVE_ULP && errors.1 <= CURVE_ULP,
                    "at {elapsed}/{steps}: {got:?}, not {exact:?}"
                );
            }
        }
    }
}

#[test]
fn a_blend_is_the_weighted_sum_of_its_curves() {
    let mixed = blend(&[(0.25, Curve::Linear), (0.75, power(1.0, 2.0))]);
    let Weights { w, s } = mixed.weights(at(1.0, 2.0));
    assert_eq!((w, s), (0.25 * 0.5 + 0.75 * 0.25, 0.25 * 0.5 + 0.75 * 0.75));
    for wrong in [0.25, 0.75, 1.0 + 1e-11] {
        assert!(Curve::blend(vec![(0.5, Curve::Linear), (wrong, Curve::Cosine)]).is_err());
    }
}

#[test]
fn waves_that_end_on_a_crest_end_there() {
    let (crest, trough) = (Weights { w: 1.0, s: 0.0 }, Weights { w: 0.0, s: 1.0 });
    assert_eq!(waves(1.0, 1.0, 1.0).end(), crest);
    assert_eq!(waves(1.5, 1.0, 1.0).end(), trough);
    let half = blend(&[(0.5, Curve::Linear), (0.5, waves(1.0, 1.0, 1.0))]);
    assert_eq!(half.end(), Weights { w: 0.5, s: 0.5 });
    let outer = Curve::compose(waves(1.0, 1.0, 1.0), Curve::Cosine).expect("two deep");
    assert_eq!(outer.end(), crest);
    let Weights { w, s } = waves(1.0, 1.0, 1.0).weights(at(7.0, 8.0));
    assert!(ulps(w, 0.8535533905932737) <= CURVE_ULP && ulps(s, 0.14644660940672624) <= CURVE_ULP);
}

#[test]
fn a_tanh_is_the_same_from_either_side() {
    let falling = Curve::tanh(3.0, -7.0).expect("in range");
    for (elapsed, s, w) in [
        (1.0, 0.03899748641891353, 0.9610025135810865),
        (5.0, 0.9997481796488923, 0.0002518203511076589),
    ] {
        let got = falling.weights(at(elapsed, 7.0));
        assert!(ulps(got.s, s) <= CURVE_ULP && ulps(got.w, w) <= CURVE_ULP);
    }
    for (low, high) in [(-300.0, 300.0), (300.0, -300.0)] {
        let steep = Curve::tanh(low, high).expect("in range");
        assert_eq!(steep.weights(at(1.0, 2.0)), Weights { w: 0.5, s: 0.5 });
    }
}

#[test]
fn a_power_keeps_its_digits_where_almost_nothing_is_left() {
    let whole = Dd::new(MAX_STEPS);
    let last = Progress {
        u: (whole - 1.0) / whole,
        r: Dd::ONE / whole,
        from_left: false,
    };
    for p in [0.3, 0.5, 0.7] {
        let got = power(p, 1.0).weights(last);
        assert!(ulps(got.w, p / MAX_STEPS) <= CURVE_ULP, "{got:?}");
    }
}

#[test]
fn curves_that_are_the_plain_ones_are_these() {
    assert_eq!(power(1.0, 1.0), Curve::Linear);
    assert_eq!(waves(0.5, 1.0, 1.0), Curve::Cosine);
    for other in [
        waves(0.5, 2.0, 1.0),
        waves(0.5, 1.0, 2.0),
        waves(1.5, 1.0, 1.0),
    ] {
        assert!(matches!(other, Curve::Waves { .. }));
    }
}

#[test]
fn which_curves_go_on_past_their_ends() {
    let on = [
        Curve::Linear,
        Curve::Cosine,
        power(2.0, 8.0),
        waves(1.5, 1.0, 2.0),
        blend(&[(0.5, Curve::Linear), (0.5, power(1.0, 3.0))]),
    ];
    assert!(on.iter().all(Curve::goes_on));
    let ends = [
        power(2.5, 1.0),
        power(1.0, 0.5),
        power(9.0, 1.0),
        waves(1.5, 2.0, 1.0),
        blend(&[(0.5, Curve::Linear), (0.5, power(0.5, 1.0))]),
        Curve::rex(0.5).expect("in range"),
    ];
    assert!(!ends.iter().any(Curve::goes_on));
}

#[test]
fn stairs_have_edges_two_sides_and_no_stair_below_the_first() {
    let stairs = |n, rounding| Curve::stairs(n, rounding).expect("some stairs");
    let left = |elapsed, steps| Progress {
        from_left: true,
        ..at(elapsed, steps)
    };
    let floor = stairs(3.0, Rounding::Floor);
    let third = 1.0 / 3.0;
    let known = [
        (at(2.0, 3.0), 2.0 * third, third),
        (left(2.0, 3.0), third, 2.0 * third),
        (left(1.0, 3.0), 0.0, 1.0),
        (left(0.0, 3.0), 0.0, 1.0),
    ];
    for (progress, s, w) in known {
        assert_eq!(floor.weights(progress), Weights { w, s });
    }
    // However many they are, the edge of one is told from the times just beside it.
    for parts in [3, 7, 11, 13, 49, 97].map(f64::from) {
        let n = parts * f64::from(1 << 24);
        for elapsed in (1..97).map(f64::from).take_while(|t| *t < parts) {
            for rounding in [Rounding::Floor, Rounding::Ceil] {
                let got = stairs(n, rounding).weights(at(elapsed, parts)).s;
                assert_eq!(got, elapsed / parts, "{elapsed}/{parts}");
            }
        }
    }
}

#[test]
fn curves_nest_just_as_deep_as_they_may() {
    let around = |curve| Curve::blend(vec![(0.5, Curve::Linear), (0.5, curve)]);
    for deeper in [|curve| Curve::compose(Curve::Cosine, curve), around] {
        let deepest = (1..MAX_DEPTH).try_fold(Curve::Linear, |curve, _| deeper(curve));
        let too_deep = deepest.clone().and_then(deeper);
        assert!(deepest.is_ok());
        assert_eq!(too_deep, Err(ScheduleError::TooDeep { limit: MAX_DEPTH }));
    }
}

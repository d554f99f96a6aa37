//! Values just at, just before and just beside the places where formulas change.

use super::{at, before, check, constant, linear, ratio, s};
use crate::node::{
    Between, Cooldown, Exponential, Interpolation, InversePower, Noise, Past, Points, Power, Ramp,
};
use crate::{Curve, Instant, Level, Schedule};

fn crests() -> Curve {
    Curve::waves(1.0, 1.0, 1.0).unwrap()
}

fn log_ramp(start: Level, end: Level) -> Schedule {
    let (hold, log) = (Past::Hold, Interpolation::Log);
    s(Ramp::with(start, end, 4.0, Curve::Linear, 0.0, hold, log).unwrap())
}

#[test]
fn a_curve_that_ends_on_its_crest_ends_at_the_start_level() {
    let ramp = s(Ramp::new(ratio(1.0), ratio(0.0), 4.0, crests()).unwrap());
    check(&ramp, Some(4.0), &[(2.0, 0.0), (4.0, 1.0), (9.0, 1.0)]);
    let cooled = Cooldown::new(constant(0.5, None), 2.0, 4.0, ratio(0.25), crests());
    check(
        &s(cooled.unwrap()),
        Some(6.0),
        &[(2.0, 0.5), (4.0, 0.25), (6.0, 0.5)],
    );
    let table = [(0.0, ratio(1.0)), (2.0, ratio(0.0)), (4.0, ratio(0.0))];
    let points = s(Points::new(&table, Between::Curve(crests())).unwrap());
    assert_eq!((before(&points, 2.0), at(&points, 2.0)), (1.0, 0.0));
}

#[test]
fn cooldowns_have_two_sides_and_may_take_no_time() {
    let from = || linear(1.0, 0.0, 8.0);
    let cool = |steps| s(Cooldown::new(from(), 4.0, steps, ratio(0.25), Curve::Linear).unwrap());
    check(
        &cool(4.0),
        Some(8.0),
        &[(4.0, 0.5), (5.0, 0.4375), (8.0, 0.25)],
    );
    assert_eq!(
        (before(&cool(4.0), 5.0), before(&cool(4.0), 4.0)),
        (0.4375, 0.5)
    );
    check(&cool(0.0), Some(4.0), &[(3.0, 0.625), (4.0, 0.25)]);
}

#[test]
fn ramps_between_logarithms_end_on_the_bit_and_take_a_base_of_0() {
    for end in [0.1, 0.3, 0.7, 1e-5, 3e-4, 0.9] {
        let ramp = log_ramp(ratio(0.6), ratio(end));
        assert_eq!((at(&ramp, 0.0), before(&ramp, 4.0)), (0.6, end));
    }
    for (start, end) in [
        (ratio(1.0), Level::rate(0.25)),
        (Level::rate(0.25), ratio(1.0)),
    ] {
        let floor = log_ramp(start, end);
        assert_eq!(floor.value(Instant::step(2), 0.0), Ok(0.0));
    }
    let inverse = Interpolation::Inverse;
    let (start, end) = (ratio(0.5), ratio(0.25));
    let ramp = Ramp::with(start, end, 2.0, Curve::Linear, 0.0, Past::Hold, inverse);
    check(
        &s(ramp.unwrap()),
        Some(2.0),
        &[(1.0, 1.0 / 3.0), (2.0, 0.25)],
    );
}

#[test]
fn ramps_that_were_over_before_they_began() {
    let (start, end, linear) = (ratio(1.0), ratio(0.5), Interpolation::Linear);
    let over = Ramp::with(start, end, 4.0, Curve::Linear, 5.0, Past::Hold, linear);
    check(&s(over.unwrap()), Some(0.0), &[(0.0, 0.5), (1.0, 0.5)]);
    let table = [(-3.0, ratio(1.0)), (-1.0, ratio(0.5))];
    let points = s(Points::new(&table, Between::Curve(Curve::Linear)).unwrap());
    check(&points, Some(0.0), &[(0.0, 0.5)]);
}

#[test]
fn powers_of_what_lies_past_the_end() {
    for (p, q, past, further) in [
        (1.0, 2.0, 0.25, 1.0),
        (1.0, 3.0, -0.125, -1.0),
        (3.0, 1.0, -2.375, -7.0),
    ] {
        let (curve, linear) = (Curve::power(p, q).unwrap(), Interpolation::Linear);
        let ramp = Ramp::with(ratio(1.0), ratio(0.0), 2.0, curve, 0.0, Past::Free, linear);
        let ramp = s(ramp.unwrap());
        assert_eq!(
            (at(&ramp, 3.0), at(&ramp, 4.0)),
            (past, further),
            "{p}, {q}"
        );
    }
}

#[test]
fn shifts_are_added_to_the_step() {
    let power = Power::new(ratio(2.0), -0.5, 3.0, 1.0).unwrap();
    check(&s(power), None, &[(1.0, 1.0), (13.0, 0.5)]);
    let delayed = s(Exponential::new(0.0, 1.0, -2.0).unwrap());
    assert_eq!(
        [0.0, 2.0, 3.0].map(|t| at(&delayed, t)),
        [f64::MAX, 1.0, 0.0]
    );
    let inverse = InversePower::new(4.0, 1.0, 0.5, 8.0).unwrap();
    check(&s(inverse), None, &[(4.0, 0.5), (52.0, 0.25)]);
}

#[test]
fn noise_is_the_same_on_every_machine() {
    for (seed, step, uniform, normal) in [
        (7, 2, 1.056040197272204, 0.9055581282284573),
        (7, 3, 0.7698513074957474, 0.8084315718389732),
        (8, 2, 0.7550275403463962, 0.9505076902106965),
        (u64::MAX, 99, 0.901035584966609, 0.908486647190433),
        (7, (1 << 53) + 1, 1.2452393238920136, 1.1053349160549855),
        (0, 0, 1.1916554041068212, 0.8936662727137967),
    ] {
        for (std, value) in [(None, uniform), (Some(1.0), normal)] {
            let noise = s(Noise::new(seed, 0.25, std, 0.0, None).unwrap());
            let got = noise.value(Instant::step(step), 1.0).unwrap();
            assert!(
                (got - value).abs() <= 2.3e-16,
                "{seed}, {step}: {got}, not {value}"
            );
        }
    }
    let noise = s(Noise::new(7, 0.25, None, 0.0, None).unwrap());
    assert_eq!(before(&noise, 3.0), at(&noise, 2.0));
    assert_eq!(before(&noise, 2.5), at(&noise, 2.0));
}

#[test]
fn free_ramps_have_values_before_their_start_and_none_between_where_they_take_no_time() {
    let free = |steps, offset| {
        let (curve, linear) = (Curve::Cosine, Interpolation::Linear);
        s(Ramp::with(
            ratio(1.0),
            ratio(0.0),
            steps,
            curve,
            offset,
            Past::Free,
            linear,
        )
        .unwrap())
    };
    assert_eq!(
        [0.0, 1.0, 2.0].map(|t| at(&free(2.0, -2.0), t)),
        [0.0, 0.5, 1.0]
    );
    assert_eq!([0.0, 1.0, 9.0].map(|t| at(&free(0.0, 0.0), t)), [0.0; 3]);
}

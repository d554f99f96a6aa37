//! Which parts of their levels nodes use, and whether these depend on the base LR.

use super::{constant, linear, ratio, s};
use crate::node::{
    Between, Constant, Cooldown, Exponential, Extreme, InversePower, Noise, Points, Power, Product,
    Ramp, Samples, Side, Sum, Warp, Which,
};
use crate::{Curve, Instant, Level, Schedule};

fn floored(schedule: Schedule, rate: f64) -> Schedule {
    let floor = s(Constant::new(Level::rate(rate), None).unwrap());
    s(Extreme::new(Which::Greatest, vec![schedule, floor]).unwrap())
}

/// A schedule of each node that is made of numbers, all of them 1 at step 1.
fn of_ratios() -> Vec<Schedule> {
    let point = [(0.0, ratio(1.0))];
    vec![
        constant(1.0, None),
        linear(1.0, 1.0, 4.0),
        s(Exponential::new(1.0, 1.0, 0.0).unwrap()),
        s(Power::new(ratio(1.0), 0.5, 0.0, 1.0).unwrap()),
        s(InversePower::new(1.0, 1.0, 1e-300, 0.0).unwrap()),
        s(Noise::new(1, 0.0, None, 0.0, None).unwrap()),
        s(Points::new(&point, Between::Hold(Side::Right)).unwrap()),
        s(Samples::new(&[1.0, 1.0]).unwrap()),
        s(Cooldown::new(constant(0.0, None), 0.0, 0.0, ratio(1.0), Curve::Linear).unwrap()),
    ]
}

#[test]
fn multiples_beside_a_rate_need_the_base() {
    for schedule in of_ratios() {
        let mixed = floored(schedule.clone(), 1e-3);
        assert!(schedule.is_affine() && !mixed.is_affine(), "{schedule:?}");
        assert!(schedule.kind().ratio && !schedule.kind().rate);
        assert_eq!(mixed.value(Instant::step(1), 1e-2), Ok(1e-2));
        assert_eq!(mixed.value(Instant::step(1), 1e-4), Ok(1e-3));
    }
}

#[test]
fn rates_beside_rates_do_not() {
    let rate = Level::rate(2e-3);
    let before = constant(0.0, None);
    for schedule in [
        s(Constant::new(rate, None).unwrap()),
        s(Ramp::new(rate, rate, 4.0, Curve::Linear).unwrap()),
        s(Power::new(rate, 0.5, 0.0, 1.0).unwrap()),
        s(Points::new(&[(0.0, rate)], Between::Hold(Side::Right)).unwrap()),
    ] {
        assert!(schedule.kind().rate && !schedule.kind().ratio);
        assert!(floored(schedule, 1e-3).is_affine());
    }
    let cooled = s(Cooldown::new(before, 0.0, 0.0, rate, Curve::Linear).unwrap());
    assert!(cooled.kind().rate && cooled.is_affine());
}

#[test]
fn what_is_made_of_a_clip_depends_on_the_base_as_the_clip_does() {
    let clipped = || floored(linear(1.0, 0.0, 8.0), 1e-3);
    for schedule in [
        s(Cooldown::new(clipped(), 2.0, 2.0, ratio(0.0), Curve::Linear).unwrap()),
        s(Warp::new(clipped(), &[(0.0, 0.0), (4.0, 8.0)]).unwrap()),
        s(Sum::new(vec![constant(0.5, None), clipped()]).unwrap()),
        s(Product::new(vec![constant(0.5, None), clipped()]).unwrap()),
    ] {
        assert!(!schedule.is_affine(), "{schedule:?}");
    }
}

#[test]
fn rates_add_up_and_mix_with_multiples() {
    let rate = |x| s(Constant::new(Level::rate(x), None).unwrap());
    let sum = s(Sum::new(vec![rate(0.25), rate(0.5), constant(2.0, None)]).unwrap());
    assert!(sum.is_affine());
    assert_eq!(sum.value(Instant::step(0), 0.125), Ok(1.0));
    let mixed = s(Ramp::new(Level::rate(0.5), ratio(1.0), 2.0, Curve::Linear).unwrap());
    assert!(mixed.is_affine());
    assert_eq!(mixed.value(Instant::step(1), 0.25), Ok(0.375));
}

//! Each node at its boundary steps, from the left, far out, and refused.

mod clocks;
mod edges;
mod joined;
mod kinds;
mod leaves;
mod ramps;
mod refusals;
mod seams;

use super::{Clock, Constant, Cycle, Ramp};
use crate::math::Dd;
use crate::{Curve, Instant, Level, Node, Schedule};

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

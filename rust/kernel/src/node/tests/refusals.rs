//! What no node takes, in full sentences.

use super::{constant, ratio, s};
use crate::node::{
    Constant, Exponential, Interpolation, Past, Product, Ramp, Samples, Sequence, Side, Staircase,
    Timeline,
};
use crate::{Curve, EvalError, Level, MAX_DEPTH, Rounding, Schedule, ScheduleError};

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
            Staircase::new(constant(1.0, None), 0.0).unwrap_err(),
            "every must be above 0 and at most 2**63, got 0",
        ),
        (
            Staircase::new(constant(1.0, None), 1e19).unwrap_err(),
            "every must be above 0 and at most 2**63, got 10000000000000000000",
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

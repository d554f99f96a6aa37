//! What no node takes, in full sentences.

use super::{constant, ratio, s};
use crate::node::{
    Between, Clock, Constant, Cycle, Exponential, Extreme, Interpolation, Past, Points, Product,
    Ramp, Samples, Sequence, Side, Staircase, Sum, Timeline, Warp, Which,
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

#[test]
fn lists_without_an_entry_are_refused() {
    let at = |phases| Sequence::at(phases, &[], Timeline::Own, Side::Right);
    for (error, name) in [
        (Extreme::new(Which::Least, vec![]).unwrap_err(), "schedules"),
        (Product::new(vec![]).unwrap_err(), "factors"),
        (Sum::new(vec![]).unwrap_err(), "terms"),
        (Sequence::new(vec![]).unwrap_err(), "phases"),
        (at(vec![]).unwrap_err(), "phases"),
        (
            Points::new(&[], Between::Hold(Side::Left)).unwrap_err(),
            "points",
        ),
    ] {
        assert_eq!(error, ScheduleError::Empty { name });
    }
}

#[test]
fn times_that_do_not_rise_are_refused() {
    let unsorted = |name, previous, value| ScheduleError::Unsorted {
        name,
        previous,
        value,
    };
    let points = [(2.0, ratio(1.0)), (1.0, ratio(0.5))];
    let points = Points::new(&points, Between::Hold(Side::Left));
    assert_eq!(points.unwrap_err(), unsorted("points", 2.0, 1.0));
    let warp = |times: &[(f64, f64)]| Warp::new(constant(1.0, None), times).unwrap_err();
    assert_eq!(warp(&[(1.0, 0.0), (1.0, 2.0)]), unsorted("times", 1.0, 1.0));
    assert_eq!(warp(&[(0.0, 3.0), (1.0, 2.0)]), unsorted("times", 3.0, 2.0));
    let short = ScheduleError::LengthMismatch {
        name: "times",
        expected: 2,
        got: 1,
    };
    assert_eq!(warp(&[(0.0, 0.0)]), short);
}

#[test]
fn cycles_and_curves_have_ranges() {
    let cycle = |growth, count| Cycle::new(constant(1.0, None), 1.0, growth, count, Clock::Local);
    for (growth, count) in [
        (2e9, None),
        (0.5, None),
        (0.0, Some(2.0)),
        (1.0, Some(0.0)),
        (1.0, Some(1.5)),
    ] {
        assert!(cycle(growth, count).is_err(), "{growth}, {count:?}");
    }
    assert!(Curve::tanh(2.0, 301.0).is_err() && Curve::stairs(0.0, Rounding::Ceil).is_err());
    let log = Interpolation::Log;
    let free = Ramp::with(
        ratio(1.0),
        ratio(0.5),
        2.0,
        Curve::Linear,
        0.0,
        Past::Free,
        log,
    );
    assert_eq!(
        free.unwrap_err(),
        ScheduleError::NotFree { curve: "linear" }
    );
}

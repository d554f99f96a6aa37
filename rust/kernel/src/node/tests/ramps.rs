//! Ramps: exact ends, past them, between logarithms and inverses.

use super::{FAR, at, check, linear, ratio, s};
use crate::node::{Interpolation, Past, Ramp};
use crate::{Curve, EvalError, Instant, Level};

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

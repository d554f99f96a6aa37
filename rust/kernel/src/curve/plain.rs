//! The curves that most schedules are made of, in f64: plain formulas that loops vectorise.

use super::Weights;
use crate::math::{half_sine, rise};

/// What is done and what is left of a ramp, exact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    /// Steps done, above 0.
    pub elapsed: f64,
    /// Steps left, above 0.
    pub remaining: f64,
    /// Steps in all.
    pub steps: f64,
}

/// `s = u`.
#[inline(always)]
pub(crate) fn linear(at: Done) -> Weights<f64> {
    Weights {
        w: at.remaining / at.steps,
        s: at.elapsed / at.steps,
    }
}

/// `s = sin(pi u / 2)^2`: near its ends from the distance to them, half-way from the distance to 1/2.
#[inline(always)]
pub(crate) fn cosine(at: Done) -> Weights<f64> {
    if is_early(at.elapsed, at.steps) {
        early_cosine(at)
    } else if is_early(at.remaining, at.steps) {
        late_cosine(at)
    } else {
        middle_cosine(at)
    }
}

/// Whether a time lies in the first quarter.
#[inline(always)]
pub(crate) fn is_early(time: f64, steps: f64) -> bool {
    4.0 * time <= steps
}

#[inline(always)]
pub(crate) fn early_cosine(at: Done) -> Weights<f64> {
    let s = rise(at.elapsed / at.steps);
    Weights { w: 1.0 - s, s }
}

#[inline(always)]
pub(crate) fn late_cosine(at: Done) -> Weights<f64> {
    let w = rise(at.remaining / at.steps);
    Weights { w, s: 1.0 - w }
}

#[inline(always)]
pub(crate) fn middle_cosine(at: Done) -> Weights<f64> {
    let half = half_sine(0.5 * (at.remaining - at.elapsed) / at.steps);
    Weights {
        w: 0.5 + half,
        s: 0.5 - half,
    }
}

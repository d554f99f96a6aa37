//! The curves that most schedules are made of, in f64: plain formulas that loops vectorise.

use crate::math::{Pair, half_sine, rise};
use crate::weights::Weights;

/// What is done and what is left of a ramp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    /// Steps done, above 0.
    pub elapsed: Pair,
    /// Steps left, above 0.
    pub remaining: Pair,
    /// Steps in all.
    pub steps: Pair,
}

/// A share, rounded once; where both numbers are of one double, by the division of these alone.
#[inline(always)]
fn share(part: Pair, whole: Pair) -> f64 {
    let (plain, exact) = (part.hi / whole.hi, (part / whole).value());
    let is_plain = part.lo == 0.0 && whole.lo == 0.0;
    if is_plain { plain } else { exact }
}

/// `s = u`.
#[inline(always)]
pub(crate) fn linear(at: Done) -> Weights<f64> {
    Weights {
        w: share(at.remaining, at.steps),
        s: share(at.elapsed, at.steps),
    }
}

/// `s = sin(pi u / 2)^2`: near its ends from the distance to them, half-way from the distance to 1/2.
#[inline(always)]
pub(crate) fn cosine(at: Done) -> Weights<f64> {
    if is_early(at.elapsed.hi, at.steps.hi) {
        early_cosine(at)
    } else if is_early(at.remaining.hi, at.steps.hi) {
        late_cosine(at)
    } else {
        middle_cosine(at)
    }
}

/// The same, by choices of values instead of branches: for loops over times of all parts.
#[inline(always)]
pub(crate) fn any_cosine(at: Done) -> Weights<f64> {
    let early = is_early(at.elapsed.hi, at.steps.hi);
    let late = is_early(at.remaining.hi, at.steps.hi);
    let near = Pair::choose(early, at.elapsed, at.remaining);
    let small = rise(share(near, at.steps));
    let (large, middle) = (1.0 - small, middle_cosine(at));
    let end = Weights {
        w: if early { large } else { small },
        s: if early { small } else { large },
    };
    Weights {
        w: if early || late { end.w } else { middle.w },
        s: if early || late { end.s } else { middle.s },
    }
}

/// Whether a time lies in the first quarter.
#[inline(always)]
pub(crate) fn is_early(time: f64, steps: f64) -> bool {
    4.0 * time <= steps
}

#[inline(always)]
pub(crate) fn early_cosine(at: Done) -> Weights<f64> {
    let s = rise(share(at.elapsed, at.steps));
    Weights { w: 1.0 - s, s }
}

#[inline(always)]
pub(crate) fn late_cosine(at: Done) -> Weights<f64> {
    let w = rise(share(at.remaining, at.steps));
    Weights { w, s: 1.0 - w }
}

#[inline(always)]
pub(crate) fn middle_cosine(at: Done) -> Weights<f64> {
    // The parts that one double holds alone are 0 and take no part then, not even in a loop's instructions.
    let apart = (at.remaining.hi - at.elapsed.hi) - (at.elapsed.lo - at.remaining.lo);
    let half = half_sine(0.5 * apart / at.steps.hi);
    Weights {
        w: 0.5 + half,
        s: 0.5 - half,
    }
}

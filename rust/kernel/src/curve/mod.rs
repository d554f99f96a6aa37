//! Curves: how a ramp goes from its start to its end.
//!
//! A curve gives two weights at progress `u`, each computed without cancellation: `s`, the share of the end, which
//! goes from 0 to 1, and `w = 1 - s`, the share of the start. Formulas are evaluated in two doubles and rounded once,
//! a block of instants at a time; the linear and the cosine curve, which most schedules are made of, have f64 forms too.

mod build;
mod cosine;
mod log;
pub(crate) mod plain;
mod power;
mod rational;
mod saturating;
mod stairs;
mod tanh;
#[cfg(test)]
mod tests;

use plain::Done;

use crate::MAX_DEPTH;
use crate::block::{Block, Shares};
use crate::error::ScheduleError;
use crate::math::{Dd, Pair};
use crate::real::Real;
use crate::weights::Weights;
use crate::width::Width;

/// Progress through a ramp: `u = elapsed / steps` and `r = remaining / steps`, each from exact differences.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The part that is done.
    pub u: Dd,
    /// The part that is left.
    pub r: Dd,
    /// Approached from the left (it matters on stairs).
    pub from_left: bool,
}

/// Which way stairs round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Down: a stair keeps the value at its beginning.
    Floor,
    /// Up: a stair has the value at its end.
    Ceil,
}

/// A curve. Build one with the constructors, which check the ranges.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// `s = u`.
    Linear,
    /// `s = sin(pi u / 2)^2 = (1 - cos(pi u)) / 2`.
    Cosine,
    /// `s = 1 - (1 - u^p)^q`.
    Power {
        /// Power of the progress.
        p: Real,
        /// Power of what is left.
        q: Real,
    },
    /// `s = 1 - ((1 + cos(2 pi n u^p)) / 2)^q`.
    Waves {
        /// Cycles n; a half is the plain cosine.
        cycles: Real,
        /// Power of the progress.
        p: Real,
        /// Power of the cosine.
        q: Real,
    },
    /// `s = (1 - k^u) / (1 - k)`.
    Saturating {
        /// The ratio k.
        ratio: Real,
    },
    /// `s = 1 - (1 - u) / (1 - d u)`.
    Rex {
        /// d, below 1.
        d: Real,
    },
    /// `s` from `tanh(low)` to `tanh(high)`, scaled to end exactly.
    Tanh {
        /// Where on the tanh it begins.
        low: Real,
        /// Where it ends.
        high: Real,
    },
    /// `s` like `1 - 1/sqrt(1 + a u)`, scaled to end exactly.
    InverseSqrt {
        /// The timescale a.
        scale: Real,
    },
    /// `s = log(1 + u (n - 1)) / log(n)`.
    Log {
        /// n, above 1.
        n: Real,
    },
    /// `s = floor(n u) / n`, or ceil.
    Stairs {
        /// Number of stairs.
        n: Real,
        /// Which way they round.
        rounding: Rounding,
    },
    /// The outer curve at the inner curve's progress.
    Compose {
        /// Applied last.
        outer: Box<Curve>,
        /// Applied first.
        inner: Box<Curve>,
    },
    /// A weighted sum of curves, whose weights add up to 1.
    Blend {
        /// (weight, curve).
        terms: Vec<(Real, Curve)>,
    },
}

impl Curve {
    /// The curve's weights as f64, at any progress.
    pub fn weights(&self, at: Progress) -> Weights<f64> {
        let mut shares = Shares {
            s: Block::of(|_| at.u.into()),
            w: Block::of(|_| at.r.into()),
        };
        self.shape::<1>(Width::Baseline, at.from_left, &mut shares);
        shares.weights(0)
    }

    /// The weights where the curve has a form in f64 alone and so have the times.
    #[inline(always)]
    pub(crate) fn plain(
        &self,
        elapsed: Pair,
        remaining: Pair,
        steps: Pair,
    ) -> Option<Weights<f64>> {
        let is_plain = elapsed.lo == 0.0 && remaining.lo == 0.0 && steps.lo == 0.0;
        let at = Done {
            elapsed: Pair::new(elapsed.hi),
            remaining: Pair::new(remaining.hi),
            steps: Pair::new(steps.hi),
        };
        match self {
            Self::Linear if is_plain => Some(plain::linear(at)),
            Self::Cosine if is_plain && elapsed.hi >= 0.0 && remaining.hi >= 0.0 => {
                Some(plain::cosine(at))
            }
            _ => None,
        }
    }

    /// From what is done and what is left of a ramp to the shares of its end and its start, in f64 alone where the
    /// curve has such a form.
    pub(crate) fn inside<const N: usize>(
        &self,
        width: Width,
        steps: Dd,
        from_left: bool,
        shares: &mut Shares<N>,
    ) {
        let whole = Pair::from(steps);
        match self {
            Self::Linear => plainly(width, whole, plain::linear, shares),
            Self::Cosine if shares.are_inside() => plainly(width, whole, plain::any_cosine, shares),
            _ => self.exact(width, steps, from_left, shares),
        }
    }

    /// The same, in two doubles.
    pub(crate) fn exact<const N: usize>(
        &self,
        width: Width,
        steps: Dd,
        from_left: bool,
        shares: &mut Shares<N>,
    ) {
        let whole = Pair::from(steps);
        shares.change(
            width,
            #[inline(always)]
            move |done, left| (done / whole, left / whole),
        );
        self.shape(width, from_left, shares);
    }

    /// From the shares of a straight line to those of the curve.
    fn shape<const N: usize>(&self, width: Width, from_left: bool, shares: &mut Shares<N>) {
        match self {
            Self::Linear => {}
            Self::Cosine => cosine::shape(width, shares, 0.5, 1.0, 1.0),
            Self::Power { p, q } => power::shape(width, shares, p.get(), q.get()),
            Self::Waves { cycles, p, q } => {
                cosine::shape(width, shares, cycles.get(), p.get(), q.get());
            }
            Self::Saturating { ratio } => saturating::shape(width, shares, ratio.get()),
            Self::Rex { d } => rational::rex(width, shares, d.get()),
            Self::Tanh { low, high } => tanh::shape(width, shares, low.get(), high.get()),
            Self::InverseSqrt { scale } => rational::inverse_sqrt(width, shares, scale.get()),
            Self::Log { n } => log::shape(width, shares, n.get()),
            Self::Stairs { n, rounding } => {
                stairs::shape(width, shares, n.get(), *rounding, from_left);
            }
            Self::Compose { outer, inner } => {
                inner.shape(width, from_left, shares);
                outer.shape(width, from_left, shares);
            }
            Self::Blend { terms } => blend(terms, width, from_left, shares),
        }
    }

    /// The weights at the end; `(0, 1)` but for waves that do not end in a trough.
    pub fn end(&self) -> Weights<f64> {
        match self {
            Self::Waves { .. } | Self::Compose { .. } | Self::Blend { .. } => {
                self.weights(Progress {
                    u: Dd::ONE,
                    r: Dd::ZERO,
                    from_left: false,
                })
            }
            _ => Weights { w: 0.0, s: 1.0 },
        }
    }

    /// Whether the formula has a value at every progress, also below 0 and above 1.
    pub fn goes_on(&self) -> bool {
        let whole = |x: &Real| x.get() <= 8.0 && x.floor() == x.get();
        match self {
            Self::Linear | Self::Cosine => true,
            Self::Power { p, q } => whole(p) && whole(q),
            Self::Waves { p, .. } => p.get() == 1.0,
            Self::Blend { terms } => terms.iter().all(|(_, curve)| curve.goes_on()),
            _ => false,
        }
    }

    /// The name by which errors and specs call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Cosine => "cosine",
            Self::Power { .. } => "power",
            Self::Waves { .. } => "waves",
            Self::Saturating { .. } => "saturating",
            Self::Rex { .. } => "rex",
            Self::Tanh { .. } => "tanh",
            Self::InverseSqrt { .. } => "inverse_sqrt",
            Self::Log { .. } => "log",
            Self::Stairs { .. } => "stairs",
            Self::Compose { .. } => "compose",
            Self::Blend { .. } => "blend",
        }
    }

    fn depth(&self) -> usize {
        1 + match self {
            Self::Compose { outer, inner } => outer.depth().max(inner.depth()),
            Self::Blend { terms } => terms.iter().map(|(_, c)| c.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    fn checked(self) -> Result<Self, ScheduleError> {
        if self.depth() > MAX_DEPTH {
            return Err(ScheduleError::TooDeep { limit: MAX_DEPTH });
        }
        Ok(self)
    }
}

/// A plain formula at several instants.
fn plainly<const N: usize>(
    width: Width,
    steps: Pair,
    formula: impl Fn(Done) -> Weights<f64>,
    shares: &mut Shares<N>,
) {
    shares.change(
        width,
        #[inline(always)]
        move |elapsed, remaining| {
            let Weights { w, s } = formula(Done {
                elapsed,
                remaining,
                steps,
            });
            (Pair::new(s), Pair::new(w))
        },
    );
}

fn blend<const N: usize>(
    terms: &[(Real, Curve)],
    width: Width,
    from_left: bool,
    shares: &mut Shares<N>,
) {
    let line = *shares;
    *shares = Shares::ZERO;
    for (weight, curve) in terms {
        let mut term = line;
        curve.shape(width, from_left, &mut term);
        let weight = weight.dd();
        shares.change_by(
            width,
            &term,
            #[inline(always)]
            move |s, w, term_s, term_w| (plus(s, term_s, weight), plus(w, term_w, weight)),
        );
    }
}

/// A sum in which a weight may be near the ends of the range.
#[inline(always)]
fn plus(sum: Pair, term: Pair, weight: Dd) -> Pair {
    (Dd::from(sum) + Dd::from(term) * weight).into()
}

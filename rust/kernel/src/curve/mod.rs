//! Curves: how a ramp goes from its start to its end.
//!
//! A curve gives two weights at progress `u`, each computed without cancellation: `s`, the share of the end, which
//! goes from 0 to 1, and `w = 1 - s`, the share of the start. Formulas are evaluated in two doubles and rounded once;
//! the linear and the cosine curve, which most schedules are made of, have f64 forms too.

mod build;
mod cosine;
mod log;
pub(crate) mod plain;
mod power;
mod rational;
mod saturating;
mod tanh;
#[cfg(test)]
mod tests;

use plain::Done;

use crate::MAX_DEPTH;
use crate::error::ScheduleError;
use crate::math::Dd;
use crate::real::Real;

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

/// The weights of a ramp's start (`w`) and end (`s`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights<T> {
    /// Share of the start.
    pub w: T,
    /// Share of the end.
    pub s: T,
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
        let exact = self.exact(at);
        Weights {
            w: exact.w.value(),
            s: exact.s.value(),
        }
    }

    /// The weights inside a ramp, from exact times: in f64 alone where the curve has such a form.
    pub(crate) fn inside(
        &self,
        elapsed: Dd,
        remaining: Dd,
        steps: Dd,
        from_left: bool,
    ) -> Weights<f64> {
        if elapsed.lo == 0.0 && remaining.lo == 0.0 && steps.lo == 0.0 {
            let at = Done {
                elapsed: elapsed.hi,
                remaining: remaining.hi,
                steps: steps.hi,
            };
            match self {
                Self::Linear => return plain::linear(at),
                Self::Cosine if at.elapsed >= 0.0 && at.remaining >= 0.0 => {
                    return plain::cosine(at);
                }
                _ => {}
            }
        }
        self.weights(Progress {
            u: elapsed / steps,
            r: remaining / steps,
            from_left,
        })
    }

    /// The curve's weights in two doubles.
    pub(crate) fn exact(&self, at: Progress) -> Weights<Dd> {
        let Progress { u, r, .. } = at;
        match self {
            Self::Linear => Weights { w: r, s: u },
            Self::Cosine => cosine::weights(u, r, 0.5, 1.0, 1.0),
            Self::Power { p, q } => power::weights(u, r, p.get(), q.get()),
            Self::Waves { cycles, p, q } => cosine::weights(u, r, cycles.get(), p.get(), q.get()),
            Self::Saturating { ratio } => saturating::weights(u, r, ratio.get()),
            Self::Rex { d } => rational::rex(u, r, d.get()),
            Self::Tanh { low, high } => tanh::weights(u, r, low.get(), high.get()),
            Self::InverseSqrt { scale } => rational::inverse_sqrt(u, r, scale.get()),
            Self::Log { n } => log::weights(u, r, n.get()),
            Self::Stairs { n, rounding } => stairs(at, n.get(), *rounding),
            Self::Compose { outer, inner } => {
                let Weights { w, s } = inner.exact(at);
                outer.exact(Progress { u: s, r: w, ..at })
            }
            Self::Blend { terms } => terms.iter().fold(
                Weights {
                    w: Dd::ZERO,
                    s: Dd::ZERO,
                },
                |sum, (weight, curve)| {
                    let Weights { w, s } = curve.exact(at);
                    Weights {
                        w: sum.w + w * weight.get(),
                        s: sum.s + s * weight.get(),
                    }
                },
            ),
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

fn stairs(at: Progress, n: f64, rounding: Rounding) -> Weights<Dd> {
    let x = at.u * n;
    let nearest = (x + 0.5).floor();
    let on_a_step = (x - nearest).abs().hi <= 1e-25 * n;
    let below = if on_a_step { nearest } else { x.floor() };
    let k = match (rounding, on_a_step) {
        (Rounding::Floor, true) if at.from_left => below - 1.0,
        (Rounding::Floor, _) | (Rounding::Ceil, true) => below,
        (Rounding::Ceil, false) => below + 1.0,
    };
    let k = if k.hi < 0.0 { Dd::ZERO } else { k };
    Weights {
        w: (Dd::new(n) - k) / n,
        s: k / n,
    }
}

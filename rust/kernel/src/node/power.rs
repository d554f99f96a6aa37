//! Power laws without an end.

use super::Shape;
use crate::block::Block;
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::math::{Exponent, Pair, pow, pow_beside_one};
use crate::real::{Real, saturate};
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};
use crate::width::Width;

/// `scale * max(t + shift, lowest)^exponent`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Power {
    /// The level that the power multiplies.
    pub scale: FixedLevel,
    /// The power, of any sign.
    pub exponent: Real,
    /// Added to the step.
    pub shift: Real,
    /// The least time that is raised.
    pub lowest: Real,
}

/// `(1 + ((t + shift) / tau)^inner)^(-outer)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct InversePower {
    /// The timescale, in steps.
    pub tau: Real,
    /// The power of time.
    pub inner: Real,
    /// The power of the whole.
    pub outer: Real,
    /// Added to the step.
    pub shift: Real,
}

impl Power {
    /// A power law.
    ///
    /// # Errors
    /// When a number is not finite, `lowest` is negative, or it is 0 beside a negative exponent.
    pub fn new(
        scale: Level,
        exponent: f64,
        shift: f64,
        lowest: f64,
    ) -> Result<Self, ScheduleError> {
        let lowest = if exponent < 0.0 {
            Real::within(
                "lowest",
                lowest,
                "> 0 where the exponent is negative",
                |x| x > 0.0,
            )?
        } else {
            Real::within("lowest", lowest, ">= 0", |x| x >= 0.0)?
        };
        Ok(Self {
            scale: FixedLevel::new("scale", scale)?,
            exponent: Real::new("exponent", exponent)?,
            shift: Real::new("shift", shift)?,
            lowest,
        })
    }
}

impl InversePower {
    /// An inverse power law.
    ///
    /// # Errors
    /// When tau or a power is not above 0, or the shift is negative.
    pub fn new(tau: f64, inner: f64, outer: f64, shift: f64) -> Result<Self, ScheduleError> {
        Ok(Self {
            tau: Real::positive_steps("tau", tau)?,
            inner: Real::positive("inner", inner)?,
            outer: Real::positive("outer", outer)?,
            shift: Real::within("shift", shift, ">= 0", |x| x >= 0.0)?,
        })
    }
}

/// Of numbers up to this, products and inverses stay inside the range.
const FAR: f64 = 1e30;

impl Power {
    /// How the least and the greatest time are raised: by products only where these stay inside the range.
    fn exponent(&self) -> Exponent {
        let (y, lowest) = (self.exponent.get(), self.lowest.get());
        let least = if y < 0.0 { 1.0 / FAR } else { 0.0 };
        let moderate = (least..=FAR).contains(&lowest) && self.shift.abs() <= FAR;
        match Exponent::of(y.abs()) {
            Exponent::Other(_) => Exponent::by_logarithm(y),
            short if moderate => short,
            _ => Exponent::by_logarithm(y),
        }
    }

    /// The powers of the times.
    fn powers<const N: usize>(&self, width: Width, times: &Block<N>) -> [f64; N] {
        let (shift, lowest) = (self.shift.get(), self.lowest.get());
        let falls = self.exponent.get() < 0.0;
        match self.exponent() {
            Exponent::One => times.values(
                width,
                #[inline(always)]
                move |time| finished(from_lowest(time + shift, lowest), falls),
            ),
            Exponent::Half => times.values(
                width,
                #[inline(always)]
                move |time| finished(from_lowest(time + shift, lowest).sqrt(), falls),
            ),
            Exponent::Whole(n) => times.values(
                width,
                #[inline(always)]
                move |time| finished(from_lowest(time + shift, lowest).powi(n), falls),
            ),
            Exponent::Other(y) => times.values(
                width,
                #[inline(always)]
                move |time| saturate(pow(from_lowest(time + shift, lowest), y)),
            ),
        }
    }
}

impl Shape for Power {
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let [power] = self.powers::<1>(Width::Baseline, &Block::of(|_| at.t.into()));
        Ok(self.scale.get().scaled(power))
    }

    fn levels(&self, span: Span<'_>, _: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        let scale = self.scale.get();
        span.blocks(|times, from, to| {
            let powers = self.powers(span.width, times);
            for (index, power) in (from..to).zip(powers) {
                out.set(index, scale.scaled(power));
            }
        });
        Ok(())
    }

    fn length(&self) -> Length {
        Length::Unbounded
    }

    fn own_kind(&self) -> Kind {
        self.scale.kind()
    }
}

/// A time, or the lowest where it is below that.
#[inline(always)]
fn from_lowest(time: Pair, lowest: f64) -> Pair {
    let below = (time.hi - lowest) + time.lo < 0.0;
    Pair::choose(below, Pair::new(lowest), time)
}

#[inline(always)]
fn finished(power: Pair, falls: bool) -> f64 {
    let inverse = Pair::ONE / power;
    Pair::choose(falls, inverse, power).value()
}

impl InversePower {
    /// The multiples at the times.
    fn ratios<const N: usize>(&self, width: Width, times: &Block<N>) -> [f64; N] {
        let (inner, outer) = (self.inner.get(), self.outer.get());
        let (shift, tau) = (self.shift.get(), Pair::new(self.tau.max(1.0 / FAR)));
        match Exponent::of(outer) {
            Exponent::One if inner == 1.0 => times.values(
                width,
                #[inline(always)]
                move |time| (Pair::ONE / (from_lowest((time + shift) / tau, 0.0) + 1.0)).value(),
            ),
            Exponent::Half if inner == 1.0 => times.values(
                width,
                #[inline(always)]
                move |time| {
                    (Pair::ONE / (from_lowest((time + shift) / tau, 0.0) + 1.0).sqrt()).value()
                },
            ),
            _ => times.values(
                width,
                #[inline(always)]
                move |time| pow_beside_one(from_lowest((time + shift) / tau, 0.0), inner, outer),
            ),
        }
    }
}

impl Shape for InversePower {
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let [ratio] = self.ratios::<1>(Width::Baseline, &Block::of(|_| at.t.into()));
        Ok(Level::ratio(ratio))
    }

    fn levels(&self, span: Span<'_>, _: f64, out: Lanes<'_>) -> Result<(), EvalError> {
        out.rate.fill(0.0);
        span.blocks(|times, from, to| {
            let ratios = self.ratios(span.width, times);
            out.ratio[from..to].copy_from_slice(&ratios[..to - from]);
        });
        Ok(())
    }

    fn length(&self) -> Length {
        Length::Unbounded
    }

    fn own_kind(&self) -> Kind {
        Kind {
            rate: false,
            ratio: true,
        }
    }
}

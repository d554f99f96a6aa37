//! Power laws without an end.

use super::Shape;
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::math::Dd;
use crate::real::{Real, saturate};
use crate::time::{Instant, Length};

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

impl Shape for Power {
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let time = at.t + self.shift.get();
        let time = if time < self.lowest.dd() {
            self.lowest.dd()
        } else {
            time
        };
        Ok(self
            .scale
            .get()
            .scaled(saturate(time.powf(self.exponent.get()).value())))
    }

    fn length(&self) -> Length {
        Length::Unbounded
    }

    fn own_kind(&self) -> Kind {
        self.scale.kind()
    }
}

impl Shape for InversePower {
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let time = (at.t + self.shift.get()) / self.tau.dd();
        let time = if time.hi < 0.0 { Dd::ZERO } else { time };
        let below = time.powf(self.inner.get()) + 1.0;
        Ok(Level::ratio(below.powf(-self.outer.get()).value()))
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

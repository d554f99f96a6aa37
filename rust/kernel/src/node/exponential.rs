//! Exponential decay without an end.

use super::Shape;
use crate::error::{EvalError, ScheduleError};
use crate::level::{Kind, Level};
use crate::math::Dd;
use crate::real::{Real, saturate};
use crate::time::{Instant, Length};

/// `gamma^((t + shift) / every)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Exponential {
    /// The factor of one period.
    pub gamma: Real,
    /// The period, in steps.
    pub every: Real,
    /// Added to the step.
    pub shift: Real,
    log: Dd,
}

impl Exponential {
    /// An exponential.
    ///
    /// # Errors
    /// When gamma is negative or the period is not above 0.
    pub fn new(gamma: f64, every: f64, shift: f64) -> Result<Self, ScheduleError> {
        let gamma = Real::within("gamma", gamma, ">= 0", |g| g >= 0.0)?;
        let every = Real::positive_steps("every", every)?;
        let log = if gamma.get() > 0.0 {
            gamma.dd().ln()
        } else {
            Dd::ZERO
        };
        Ok(Self {
            gamma,
            every,
            shift: Real::new("shift", shift)?,
            log,
        })
    }
}

impl Shape for Exponential {
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let periods = (at.t + self.shift.get()) / self.every.dd();
        let value = if periods.is_zero() {
            1.0
        } else if self.gamma == Real::ZERO {
            if periods.hi > 0.0 { 0.0 } else { f64::MAX }
        } else {
            (periods * self.log).exp().value()
        };
        Ok(Level::ratio(saturate(value)))
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

//! Exponential decay without an end.

use super::{Shape, one_by_one};
use crate::error::{EvalError, ScheduleError};
use crate::level::{Kind, Level};
use crate::math::{Dd, LN_2, exp2_product};
use crate::real::{Real, saturate};
use crate::span::{Lanes, Span};
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
    /// The binary logarithm of one step's factor.
    step_log: Dd,
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
            step_log: log / LN_2 / every.dd(),
        })
    }
}

impl Exponential {
    fn is_plain(&self, time: Dd) -> bool {
        time.lo == 0.0 && time.hi.abs() < 1e15 && self.gamma.get() > 0.0
    }
}

impl Shape for Exponential {
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let time = at.t + self.shift.get();
        if self.is_plain(time) {
            return Ok(Level::ratio(saturate(exp2_product(time.hi, self.step_log))));
        }
        let periods = time / self.every.dd();
        let value = if periods.is_zero() {
            1.0
        } else if self.gamma == Real::ZERO {
            if periods.hi > 0.0 { 0.0 } else { f64::MAX }
        } else {
            (periods * self.log).exp().value()
        };
        Ok(Level::ratio(saturate(value)))
    }

    fn levels(&self, span: Span, base: f64, out: Lanes<'_>) -> Result<(), EvalError> {
        let Some(own) = span
            .since(-self.shift.dd())
            .filter(|_| self.gamma.get() > 0.0)
        else {
            return one_by_one(self, span, base, out);
        };
        out.rate.fill(0.0);
        let log = self.step_log;
        span.width.run(
            #[inline(always)]
            move || {
                for (index, ratio) in out.ratio.iter_mut().enumerate() {
                    *ratio = saturate(exp2_product(own.time(index), log));
                }
            },
        );
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

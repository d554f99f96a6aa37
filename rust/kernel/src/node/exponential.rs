//! Exponential decay without an end.

use super::{Shape, one_by_one};
use crate::error::{EvalError, ScheduleError};
use crate::level::{Kind, Level};
use crate::math::{Dd, LN_2, Pair, exp2_product, ln};
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
            ln(Pair::new(gamma.get())).into()
        } else {
            Dd::ZERO
        };
        Ok(Self {
            gamma,
            every,
            shift: Real::new("shift", shift)?,
            step_log: log / LN_2 / every.dd(),
        })
    }
}

/// Steps beyond which no power but 1 is inside the range.
const FAR: f64 = 1e60;

impl Exponential {
    fn value(&self, time: Dd) -> f64 {
        if self.gamma == Real::ZERO {
            return match time.hi {
                0.0 => 1.0,
                past if past > 0.0 => 0.0,
                _ => f64::MAX,
            };
        }
        let time = if time.hi.abs() > FAR {
            Dd::new(FAR.copysign(time.hi))
        } else {
            time
        };
        saturate(exp2_product(time, self.step_log))
    }
}

impl Shape for Exponential {
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        Ok(Level::ratio(self.value(at.t + self.shift.get())))
    }

    fn levels(&self, span: Span<'_>, base: f64, out: Lanes<'_>) -> Result<(), EvalError> {
        let mut room = Vec::new();
        let own = span.since(-self.shift.dd(), &mut room);
        if self.gamma == Real::ZERO || self.shift.abs() > FAR {
            return one_by_one(self, span, base, out);
        }
        out.rate.fill(0.0);
        let log = self.step_log;
        own.values(
            out.ratio,
            #[inline(always)]
            move |time| saturate(exp2_product(time.into(), log)),
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

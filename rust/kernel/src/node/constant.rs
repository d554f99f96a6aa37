//! One level at all times.

use super::Shape;
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::real::Real;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// A level that does not change, for a number of steps or for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Constant {
    /// The level.
    pub value: FixedLevel,
    /// The length, or none.
    pub steps: Option<Real>,
}

impl Constant {
    /// A constant.
    ///
    /// # Errors
    /// When the level is not finite or the length is negative.
    pub fn new(value: Level, steps: Option<f64>) -> Result<Self, ScheduleError> {
        let steps = steps.map(|n| Real::steps("steps", n)).transpose()?;
        Ok(Self {
            value: FixedLevel::new("value", value)?,
            steps,
        })
    }
}

impl Shape for Constant {
    fn level(&self, _: Instant, _: f64) -> Result<Level, EvalError> {
        Ok(self.value.get())
    }

    fn levels(&self, _: Span, _: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        out.fill(self.value.get());
        Ok(())
    }

    fn length(&self) -> Length {
        self.steps
            .map_or(Length::Timeless, |steps| Length::Finite(steps.dd()))
    }

    fn own_kind(&self) -> Kind {
        self.value.kind()
    }
}

//! Recorded values, one a step.

use super::Shape;
use crate::error::{EvalError, ScheduleError};
use crate::level::{Kind, Level};
use crate::real::Real;
use crate::time::{Instant, Length};

/// Multiples of the base LR: value k from step k to step k + 1; the last one holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Samples {
    /// The values.
    pub values: Vec<Real>,
}

impl Samples {
    /// Recorded values.
    ///
    /// # Errors
    /// When there is none or one is not finite.
    pub fn new(values: &[f64]) -> Result<Self, ScheduleError> {
        if values.is_empty() {
            return Err(ScheduleError::Empty { name: "values" });
        }
        let values = values
            .iter()
            .map(|&x| Real::new("values", x))
            .collect::<Result<_, _>>()?;
        Ok(Self { values })
    }
}

impl Shape for Samples {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let floor = at.t.floor();
        let before_it = at.from_left && floor == at.t;
        let k = (floor.value() as usize).saturating_sub(usize::from(before_it));
        let value = self.values[k.min(self.values.len() - 1)];
        Ok(Level::ratio(value.get()))
    }

    fn length(&self) -> Length {
        Length::Finite(crate::math::Dd::new(self.values.len() as f64))
    }

    fn own_kind(&self) -> Kind {
        Kind {
            rate: false,
            ratio: true,
        }
    }
}

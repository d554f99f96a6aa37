//! Numbers that a schedule keeps: finite, compared and hashed by value.

use std::hash::{Hash, Hasher};
use std::ops::Deref;

use crate::error::ScheduleError;
use crate::math::Dd;

/// A finite f64 with equality and hash; -0.0 is stored as 0.0, so that equal numbers hash alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Real(f64);

impl Eq for Real {}

impl Hash for Real {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Deref for Real {
    type Target = f64;

    fn deref(&self) -> &f64 {
        &self.0
    }
}

impl Real {
    /// Zero.
    pub const ZERO: Self = Self(0.0);

    /// Any finite number.
    ///
    /// # Errors
    /// [`ScheduleError::NotFinite`].
    pub fn new(name: &str, value: f64) -> Result<Self, ScheduleError> {
        if value.is_finite() {
            Ok(Self(value + 0.0))
        } else {
            Err(ScheduleError::NotFinite {
                name: name.to_owned(),
                value,
            })
        }
    }

    /// A finite number that `accepts` takes; `range` says in words which these are.
    ///
    /// # Errors
    /// [`ScheduleError::NotFinite`] or [`ScheduleError::OutOfRange`].
    pub fn within(
        name: &str,
        value: f64,
        range: &'static str,
        accepts: impl Fn(f64) -> bool,
    ) -> Result<Self, ScheduleError> {
        let real = Self::new(name, value)?;
        if accepts(value) {
            Ok(real)
        } else {
            Err(ScheduleError::OutOfRange {
                name: name.to_owned(),
                range,
                value,
            })
        }
    }

    /// A finite number above zero.
    ///
    /// # Errors
    /// As [`Real::within`].
    pub fn positive(name: &str, value: f64) -> Result<Self, ScheduleError> {
        Self::within(name, value, "> 0", |x| x > 0.0)
    }

    /// A length in steps: at least 0, at most 2^63.
    ///
    /// # Errors
    /// As [`Real::within`].
    pub fn steps(name: &str, value: f64) -> Result<Self, ScheduleError> {
        Self::within(name, value, "between 0 and 2**63", |x| {
            (0.0..=MAX_STEPS).contains(&x)
        })
    }

    /// A length in steps above zero.
    ///
    /// # Errors
    /// As [`Real::within`].
    pub fn positive_steps(name: &str, value: f64) -> Result<Self, ScheduleError> {
        Self::within(name, value, "above 0 and at most 2**63", |x| {
            x > 0.0 && x <= MAX_STEPS
        })
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// The number as a sum of two.
    pub fn dd(self) -> Dd {
        Dd::new(self.0)
    }
}

/// The longest length that a schedule may have: 2^63 steps.
pub const MAX_STEPS: f64 = 9_223_372_036_854_775_808.0;

/// The nearest finite number: overflow ends at the greatest f64, so that 0 x overflow is 0 and never NaN.
#[must_use]
pub fn saturate(x: f64) -> f64 {
    x.clamp(f64::MIN, f64::MAX)
}

//! A level: `rate + ratio * b`, the value of a schedule before the base LR `b` is known.

use crate::error::ScheduleError;
use crate::real::{Real, saturate};

/// `rate + ratio * b`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The absolute part, a learning rate.
    pub rate: f64,
    /// The multiple of the base LR.
    pub ratio: f64,
}

/// A level that a schedule was built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FixedLevel {
    /// The absolute part.
    pub rate: Real,
    /// The multiple of the base LR.
    pub ratio: Real,
}

/// Which parts of its levels a schedule uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// Some level has a rate.
    pub rate: bool,
    /// Some level has a multiple of the base LR.
    pub ratio: bool,
}

impl Level {
    /// A multiple of the base LR.
    #[must_use]
    pub const fn ratio(ratio: f64) -> Self {
        Self { rate: 0.0, ratio }
    }

    /// An absolute rate.
    #[must_use]
    pub const fn rate(rate: f64) -> Self {
        Self { rate, ratio: 0.0 }
    }

    /// The learning rate of a group with this base LR.
    ///
    /// One multiplication and one addition, never fused: tables, rows and single values share these bits.
    #[must_use]
    pub fn at(self, base: f64) -> f64 {
        self.rate + self.ratio * base
    }

    /// `self * w + to * s`.
    #[must_use]
    pub fn mix(self, w: f64, to: Self, s: f64) -> Self {
        Self {
            rate: saturate(self.rate * w + to.rate * s),
            ratio: saturate(self.ratio * w + to.ratio * s),
        }
    }

    /// Both parts times a number.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            rate: saturate(self.rate * factor),
            ratio: saturate(self.ratio * factor),
        }
    }

    /// Both parts added.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            rate: saturate(self.rate + other.rate),
            ratio: saturate(self.ratio + other.ratio),
        }
    }
}

impl FixedLevel {
    /// A level of two finite numbers.
    ///
    /// # Errors
    /// [`ScheduleError::NotFinite`], naming `name`.
    pub fn new(name: &str, level: Level) -> Result<Self, ScheduleError> {
        Ok(Self {
            rate: Real::new(name, level.rate)?,
            ratio: Real::new(name, level.ratio)?,
        })
    }

    /// The level.
    #[must_use]
    pub fn get(self) -> Level {
        Level {
            rate: self.rate.get(),
            ratio: self.ratio.get(),
        }
    }

    /// Which parts it uses.
    #[must_use]
    pub fn kind(self) -> Kind {
        Kind {
            rate: self.rate != Real::ZERO,
            ratio: self.ratio != Real::ZERO,
        }
    }
}

impl Kind {
    /// Parts that either uses.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            rate: self.rate || other.rate,
            ratio: self.ratio || other.ratio,
        }
    }

    /// Whether two values of this kind keep their order whatever the base LR is.
    #[must_use]
    pub fn is_pure(self) -> bool {
        !(self.rate && self.ratio)
    }
}

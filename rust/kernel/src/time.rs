//! Time as schedules see it: an exact instant, and a length.

use std::hash::{Hash, Hasher};

use crate::math::Dd;

/// A point in time, in steps; exact for every 64-bit step, and after shifts and stretches to 106 bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instant {
    /// Steps since the schedule's start.
    pub t: Dd,
    /// Approached from the left: at a jump, the value before it.
    pub from_left: bool,
}

/// How long a schedule takes.
#[derive(Clone, Copy, Debug)]
pub enum Length {
    /// The same at all times: takes the length of what it is combined with.
    Timeless,
    /// So many steps, after which the last value holds.
    Finite(Dd),
    /// Never ends.
    Unbounded,
}

impl Instant {
    /// The instant `t`, with the value that holds from there on.
    #[must_use]
    pub fn at(t: Dd) -> Self {
        Self {
            t,
            from_left: false,
        }
    }

    /// The instant `t`, with the value that holds up to there.
    #[must_use]
    pub fn before(t: Dd) -> Self {
        Self { t, from_left: true }
    }

    /// An update number.
    #[must_use]
    pub fn step(step: i64) -> Self {
        Self::at(Dd::from_i64(step))
    }

    /// The same side of another time.
    #[must_use]
    pub fn moved_to(self, t: Dd) -> Self {
        Self { t, ..self }
    }

    /// How many of the rising `times` are over at this instant; one that equals it is over, unless it is approached from the left.
    pub fn passed<T>(self, times: &[T], time: impl Fn(&T) -> Dd) -> usize {
        times.partition_point(|x| {
            if self.from_left {
                time(x) < self.t
            } else {
                time(x) <= self.t
            }
        })
    }
}

impl Length {
    /// The length of things that run side by side.
    #[must_use]
    pub fn longest(self, other: Self) -> Self {
        match (self, other) {
            (Self::Timeless, x) | (x, Self::Timeless) => x,
            (Self::Unbounded, _) | (_, Self::Unbounded) => Self::Unbounded,
            (Self::Finite(x), Self::Finite(y)) => Self::Finite(if x < y { y } else { x }),
        }
    }

    /// The length after a change of its clock.
    #[must_use]
    pub fn map(self, change: impl FnOnce(Dd) -> Dd) -> Self {
        match self {
            Self::Finite(x) => Self::Finite(change(x)),
            other => other,
        }
    }

    /// The number of steps, where there is one.
    #[must_use]
    pub fn finite(self) -> Option<Dd> {
        match self {
            Self::Finite(x) => Some(x),
            Self::Timeless | Self::Unbounded => None,
        }
    }
}

impl Eq for Dd {}

impl Hash for Dd {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.hi + 0.0).to_bits().hash(state);
        (self.lo + 0.0).to_bits().hash(state);
    }
}

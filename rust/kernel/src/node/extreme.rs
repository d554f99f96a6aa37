//! The least or the greatest of several schedules: clips.

use super::Shape;
use super::product::longest;
use crate::error::{EvalError, ScheduleError};
use crate::level::Level;
use crate::schedule::Schedule;
use crate::time::{Instant, Length};

/// Which one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// The least.
    Least,
    /// The greatest.
    Greatest,
}

/// The least or greatest, group by group: where rates meet multiples, the base LR decides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extreme {
    /// Which one wins.
    pub which: Which,
    /// The candidates.
    pub schedules: Vec<Schedule>,
}

impl Extreme {
    /// The extreme of some schedules.
    ///
    /// # Errors
    /// When there is none.
    pub fn new(which: Which, schedules: Vec<Schedule>) -> Result<Self, ScheduleError> {
        if schedules.is_empty() {
            return Err(ScheduleError::Empty { name: "schedules" });
        }
        Ok(Self { which, schedules })
    }
}

impl Shape for Extreme {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        // Levels of one kind keep their order for every base LR, so that any positive one tells it.
        let pure = self
            .schedules
            .iter()
            .fold(crate::Kind::default(), |k, s| k.union(s.kind()))
            .is_pure();
        let probe = if pure { 1.0 } else { base };
        let mut best = self.schedules[0].level(at, base)?;
        for schedule in &self.schedules[1..] {
            let level = schedule.level(at, base)?;
            let wins = match self.which {
                Which::Least => level.at(probe) < best.at(probe),
                Which::Greatest => level.at(probe) > best.at(probe),
            };
            if wins {
                best = level;
            }
        }
        Ok(best)
    }

    fn length(&self) -> Length {
        longest(&self.schedules)
    }

    fn children(&self) -> &[Schedule] {
        &self.schedules
    }

    fn keeps_affine(&self) -> bool {
        false
    }
}

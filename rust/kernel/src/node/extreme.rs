//! The least or the greatest of several schedules: clips.

use super::Shape;
use super::product::longest;
use crate::error::{EvalError, ScheduleError};
use crate::level::{Kind, Level};
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
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

impl Extreme {
    /// Levels of one kind keep their order for every base LR, so that any positive one tells it.
    fn probe(&self, base: f64) -> f64 {
        let kinds = self.schedules.iter().map(Schedule::kind);
        let pure = kinds.fold(Kind::default(), Kind::union).is_pure();
        if pure { 1.0 } else { base }
    }
}

impl Which {
    #[inline(always)]
    fn wins(self, value: f64, best: f64) -> bool {
        match self {
            Self::Least => value < best,
            Self::Greatest => value > best,
        }
    }
}

impl Shape for Extreme {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        let probe = self.probe(base);
        let mut best = self.schedules[0].level(at, base)?;
        for schedule in &self.schedules[1..] {
            let level = schedule.level(at, base)?;
            if self.which.wins(level.at(probe), best.at(probe)) {
                best = level;
            }
        }
        Ok(best)
    }

    fn levels(&self, span: Span<'_>, base: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        let probe = self.probe(base);
        let (mut rate, mut ratio) = (vec![0.0; span.len], vec![0.0; span.len]);
        self.schedules[0].levels(span, base, out.part(0, span.len))?;
        for schedule in &self.schedules[1..] {
            let mut lanes = Lanes {
                rate: &mut rate,
                ratio: &mut ratio,
            };
            schedule.levels(span, base, lanes.part(0, span.len))?;
            for index in 0..span.len {
                let (level, best) = (lanes.get(index), out.get(index));
                if self.which.wins(level.at(probe), best.at(probe)) {
                    out.set(index, level);
                }
            }
        }
        Ok(())
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

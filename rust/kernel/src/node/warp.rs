//! A table of times: steps that count samples, tokens, or batches that grow.

use super::Shape;
use crate::error::{EvalError, ScheduleError};
use crate::level::Level;
use crate::math::Dd;
use crate::real::Real;
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// The schedule at a time that is piecewise linear in the step; the last slope goes on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Warp {
    /// The schedule.
    pub schedule: [Schedule; 1],
    /// (step, time): steps rise, times do not fall.
    pub times: Vec<(Real, Real)>,
}

impl Warp {
    /// A warped clock.
    ///
    /// # Errors
    /// When there are fewer than two points, steps do not rise, or times fall.
    pub fn new(schedule: Schedule, times: &[(f64, f64)]) -> Result<Self, ScheduleError> {
        if times.len() < 2 {
            let (expected, got) = (2, times.len());
            return Err(ScheduleError::LengthMismatch {
                name: "times",
                expected,
                got,
            });
        }
        for pair in times.windows(2) {
            if pair[1].0 <= pair[0].0 || pair[1].1 < pair[0].1 {
                let wrong_step = pair[1].0 <= pair[0].0;
                let pick = |p: (f64, f64)| if wrong_step { p.0 } else { p.1 };
                let (previous, value) = (pick(pair[0]), pick(pair[1]));
                return Err(ScheduleError::Unsorted {
                    name: "times",
                    previous,
                    value,
                });
            }
        }
        let times = times
            .iter()
            .map(|&(t, time)| Ok((Real::steps("times", t)?, Real::steps("times", time)?)))
            .collect::<Result<_, ScheduleError>>()?;
        Ok(Self {
            schedule: [schedule],
            times,
        })
    }

    fn segment(&self, next: usize) -> ((Dd, Dd), (Dd, Dd)) {
        let i = next.clamp(1, self.times.len() - 1);
        let point = |(t, time): (Real, Real)| (t.dd(), time.dd());
        (point(self.times[i - 1]), point(self.times[i]))
    }

    fn time(&self, at: Instant) -> Dd {
        let next = at.passed(&self.times, |point| point.0.dd());
        let ((t0, time0), (t1, time1)) = self.segment(next);
        let elapsed = at.t - t0;
        if elapsed.hi <= 0.0 {
            time0
        } else {
            time0 + elapsed * (time1 - time0) / (t1 - t0)
        }
    }
}

impl Shape for Warp {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        self.schedule[0].level(at.moved_to(self.time(at)), base)
    }

    fn levels(&self, span: Span<'_>, base: f64, out: Lanes<'_>) -> Result<(), EvalError> {
        let mut room = Vec::new();
        let own = span.mapped(|time| self.time(Instant::at(time)), &mut room);
        self.schedule[0].levels(own, base, out)
    }

    fn length(&self) -> Length {
        let Length::Finite(end) = self.schedule[0].length() else {
            return self.schedule[0].length();
        };
        let next = self.times.partition_point(|point| point.1.dd() < end);
        let ((t0, time0), (t1, time1)) = self.segment(next);
        if end <= time0 {
            Length::Finite(t0)
        } else if time1 == time0 {
            Length::Unbounded
        } else {
            Length::Finite(t0 + (end - time0) * (t1 - t0) / (time1 - time0))
        }
    }

    fn children(&self) -> &[Schedule] {
        &self.schedule
    }
}

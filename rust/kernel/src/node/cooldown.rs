//! Branching off: a decay from the value that holds at a step.

use super::Shape;
use crate::curve::{Curve, Progress};
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::real::Real;
use crate::schedule::Schedule;
use crate::time::{Instant, Length};

/// A schedule up to a step, and from there a ramp from the value that it has there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Cooldown {
    /// What runs before.
    pub before: [Schedule; 1],
    /// Where the ramp begins.
    pub at: Real,
    /// How long it takes.
    pub steps: Real,
    /// Where it ends.
    pub to: FixedLevel,
    /// Its curve.
    pub curve: Curve,
}

impl Cooldown {
    /// A cooldown.
    ///
    /// # Errors
    /// When a step number is negative or a number not finite.
    pub fn new(
        before: Schedule,
        at: f64,
        steps: f64,
        to: Level,
        curve: Curve,
    ) -> Result<Self, ScheduleError> {
        Ok(Self {
            before: [before],
            at: Real::steps("at", at)?,
            steps: Real::steps("steps", steps)?,
            to: FixedLevel::new("to", to)?,
            curve,
        })
    }
}

impl Shape for Cooldown {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        let begin = self.at.dd();
        let elapsed = at.t - begin;
        if elapsed.hi < 0.0 || (elapsed.is_zero() && at.from_left) {
            return self.before[0].level(at, base);
        }
        let steps = self.steps.dd();
        let remaining = steps - elapsed;
        let to = self.to.get();
        let arrived = remaining.hi <= 0.0;
        if arrived && self.curve.end().w == 0.0 {
            return Ok(to);
        }
        let from = self.before[0].level(Instant::at(begin), base)?;
        if elapsed.is_zero() && !arrived {
            return Ok(from);
        }
        let weights = if arrived {
            self.curve.end()
        } else {
            let (u, r) = (elapsed / steps, remaining / steps);
            self.curve.weights(Progress {
                u,
                r,
                from_left: at.from_left,
            })
        };
        Ok(from.mix(weights.w, to, weights.s))
    }

    fn length(&self) -> Length {
        Length::Finite(self.at.dd() + self.steps.dd())
    }

    fn children(&self) -> &[Schedule] {
        &self.before
    }

    fn own_kind(&self) -> Kind {
        self.to.kind()
    }
}

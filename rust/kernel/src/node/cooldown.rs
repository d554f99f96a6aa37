//! Branching off: a decay from the value that holds at a step.

use super::Shape;
use super::leg::{Interpolation, Leg};
use crate::curve::Curve;
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::math::Dd;
use crate::real::Real;
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
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

impl Cooldown {
    fn leg(&self, base: f64) -> Result<Leg<'_>, EvalError> {
        Ok(Leg {
            start: self.before[0].level(Instant::at(self.at.dd()), base)?,
            end: self.to.get(),
            steps: self.steps.dd(),
            curve: &self.curve,
            between: Interpolation::Linear,
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
        let arrived = elapsed >= self.steps.dd();
        if arrived && self.curve.end().w == 0.0 {
            return Ok(self.to.get());
        }
        let leg = self.leg(base)?;
        Ok(if arrived {
            leg.last(base)
        } else if elapsed.is_zero() {
            leg.start
        } else {
            leg.level(elapsed, at.from_left, base)
        })
    }

    fn levels(&self, span: Span<'_>, base: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        let mut room = Vec::new();
        let before = span.before(self.at.dd(), false);
        self.before[0].levels(span.part(0, before), base, out.part(0, before))?;
        if before == span.len {
            return Ok(());
        }
        let span = span.part(before, span.len);
        let mut out = out.part(before, before + span.len);
        let own = span.since(self.at.dd(), &mut room);
        let end = own.before(self.steps.dd(), false);
        let begin = own.before(Dd::ZERO, true).min(end);
        if end > 0 {
            let leg = self.leg(base)?;
            out.part(0, begin).fill(leg.start);
            leg.levels(own.part(begin, end), base, out.part(begin, end));
        }
        if end < span.len {
            let last = self.level(span.at(end), base)?;
            out.part(end, span.len).fill(last);
        }
        Ok(())
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

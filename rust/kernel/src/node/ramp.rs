//! From one level to another along a curve.

use super::leg::{Interpolation, Leg};
use super::{Shape, one_by_one};
use crate::curve::Curve;
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::math::Dd;
use crate::real::Real;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// What a ramp does beyond its ends. One that does not hold them has no length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Past {
    /// Holds the level of that end.
    Hold,
    /// Goes on as its formula says.
    Free,
    /// Refuses steps after the end.
    Raise,
}

/// A ramp: `u = (t + offset) / steps` into the curve; at its ends exactly the given levels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Ramp {
    /// The level at the beginning.
    pub start: FixedLevel,
    /// The level at the end.
    pub end: FixedLevel,
    /// The length.
    pub steps: Real,
    /// The curve.
    pub curve: Curve,
    /// Added to the step.
    pub offset: Real,
    /// What happens beyond the ends.
    pub past: Past,
    /// What is weighted.
    pub between: Interpolation,
}

impl Ramp {
    /// A ramp that holds its ends, on its own clock.
    ///
    /// # Errors
    /// As [`Ramp::with`].
    pub fn new(start: Level, end: Level, steps: f64, curve: Curve) -> Result<Self, ScheduleError> {
        Self::with(
            start,
            end,
            steps,
            curve,
            0.0,
            Past::Hold,
            Interpolation::Linear,
        )
    }

    /// A ramp with everything said.
    ///
    /// # Errors
    /// When a number is not finite, the length negative, the curve does not go on where `past` is free, or a level of a
    /// log or inverse ramp is not above 0.
    pub fn with(
        start: Level,
        end: Level,
        steps: f64,
        curve: Curve,
        offset: f64,
        past: Past,
        between: Interpolation,
    ) -> Result<Self, ScheduleError> {
        if past == Past::Free && !(curve.goes_on() && between == Interpolation::Linear) {
            return Err(ScheduleError::NotFree {
                curve: curve.name(),
            });
        }
        if between != Interpolation::Linear {
            for (name, level) in [("start", start), ("end", end)] {
                for part in [level.rate, level.ratio] {
                    Real::within(name, part, "above 0 in a log or inverse ramp", |x| x >= 0.0)?;
                }
                Real::positive(name, level.rate + level.ratio)?;
            }
        }
        Ok(Self {
            start: FixedLevel::new("start", start)?,
            end: FixedLevel::new("end", end)?,
            steps: Real::steps("steps", steps)?,
            curve,
            offset: Real::new("offset", offset)?,
            past,
            between,
        })
    }

    fn leg(&self) -> Leg<'_> {
        Leg {
            start: self.start.get(),
            end: self.end.get(),
            steps: self.steps.dd(),
            curve: &self.curve,
            between: self.between,
        }
    }
}

impl Shape for Ramp {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        let steps = self.steps.dd();
        let elapsed = at.t + self.offset.get();
        let remaining = steps - elapsed;
        if self.past == Past::Raise && remaining.hi < 0.0 {
            return Err(EvalError::PastEnd {
                step: elapsed.value(),
                steps: steps.value(),
            });
        }
        let is_over = remaining.hi <= 0.0 && self.past != Past::Free;
        if is_over || remaining.is_zero() || steps.is_zero() {
            return Ok(self.leg().last(base));
        }
        if elapsed.is_zero() || (elapsed.hi < 0.0 && self.past != Past::Free) {
            return Ok(self.start.get());
        }
        Ok(self.leg().level(elapsed, at.from_left, base))
    }

    fn levels(&self, span: Span<'_>, base: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        if self.past != Past::Hold {
            return one_by_one(self, span, base, out);
        }
        let (steps, mut room) = (self.steps.dd(), Vec::new());
        let span = span.since(-self.offset.dd(), &mut room);
        let end = if steps.is_zero() {
            0
        } else {
            span.before(steps, false)
        };
        let begin = span.before(Dd::ZERO, true).min(end);
        let leg = self.leg();
        out.part(0, begin).fill(self.start.get());
        leg.levels(span.part(begin, end), base, out.part(begin, end));
        out.part(end, span.len).fill(leg.last(base));
        Ok(())
    }

    fn length(&self) -> Length {
        if self.past != Past::Hold {
            return Length::Unbounded;
        }
        let end = self.steps.dd() - self.offset.get();
        Length::Finite(if end.hi < 0.0 { Dd::ZERO } else { end })
    }

    fn own_kind(&self) -> Kind {
        self.start.kind().union(self.end.kind())
    }

    fn keeps_affine(&self) -> bool {
        self.between == Interpolation::Linear
    }
}

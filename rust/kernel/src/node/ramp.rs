//! From one level to another along a curve.

use super::Shape;
use crate::curve::{Curve, Progress};
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::math::Dd;
use crate::real::Real;
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

/// What is weighted: levels, their logarithms or their inverses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// `from w + to s`.
    Linear,
    /// `from^w to^s`.
    Log,
    /// `1 / (w / from + s / to)`.
    Inverse,
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

    fn interpolate(&self, at: Progress, base: f64) -> Level {
        let (start, end) = (self.start.get(), self.end.get());
        if self.between == Interpolation::Linear {
            let weights = self.curve.weights(at);
            return start.mix(weights.w, end, weights.s);
        }
        let kind = self.own_kind();
        let weights = self.curve.exact(at);
        let between = |from: f64, to: f64| {
            if from == 0.0 || to == 0.0 {
                return 0.0;
            }
            let (from, to) = (Dd::new(from), Dd::new(to));
            match self.between {
                Interpolation::Inverse => (weights.w / from + weights.s / to).recip().value(),
                _ => (from.ln() * weights.w + to.ln() * weights.s).exp().value(),
            }
        };
        match (kind.rate, kind.ratio) {
            (true, true) => Level::rate(between(start.at(base), end.at(base))),
            (true, false) => Level::rate(between(start.rate, end.rate)),
            (false, _) => Level::ratio(between(start.ratio, end.ratio)),
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
        if remaining.hi == 0.0 || steps.is_zero() || (remaining.hi < 0.0 && self.past != Past::Free)
        {
            let end = self.curve.end();
            if end.w == 0.0 {
                return Ok(self.end.get());
            }
            return Ok(self.interpolate(
                Progress {
                    u: Dd::ONE,
                    r: Dd::ZERO,
                    from_left: false,
                },
                base,
            ));
        }
        if elapsed.hi == 0.0 || (elapsed.hi < 0.0 && self.past != Past::Free) {
            return Ok(self.start.get());
        }
        let progress = Progress {
            u: elapsed / steps,
            r: remaining / steps,
            from_left: at.from_left,
        };
        Ok(self.interpolate(progress, base))
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

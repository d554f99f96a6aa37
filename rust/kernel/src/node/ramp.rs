//! From one level to another along a curve.

use super::{Shape, one_by_one};
use crate::curve::plain::{self, Done};
use crate::curve::{Curve, Progress, Weights};
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::math::Dd;
use crate::real::Real;
use crate::span::{Lanes, Span, on_grid};
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

impl Ramp {
    /// Whether no mix of the ends overflows.
    fn is_moderate(&self) -> bool {
        let (start, end) = (self.start.get(), self.end.get());
        [start.rate, start.ratio, end.rate, end.ratio]
            .iter()
            .all(|part| part.abs() < 1e300)
    }

    /// The levels at times that all lie inside.
    fn mix_along(&self, span: Span, mut out: Lanes<'_>) {
        let steps = self.steps.get();
        if self.curve == Curve::Linear {
            self.mix_with(span, out, plain::linear);
            return;
        }
        let early = span.leading(|time| plain::is_early(time, steps));
        let late = span
            .leading(|time| !plain::is_early(steps - time, steps))
            .max(early);
        self.mix_with(span.part(0, early), out.part(0, early), plain::early_cosine);
        self.mix_with(
            span.part(early, late),
            out.part(early, late),
            plain::middle_cosine,
        );
        self.mix_with(
            span.part(late, span.len),
            out.part(late, span.len),
            plain::late_cosine,
        );
    }

    fn mix_with(&self, span: Span, out: Lanes<'_>, weights: impl Fn(Done) -> Weights<f64>) {
        let (start, end, steps) = (self.start.get(), self.end.get(), self.steps.get());
        let Lanes { rate, ratio } = out;
        let at = move |index: usize| {
            let elapsed = span.time(index);
            let remaining = steps - elapsed;
            weights(Done {
                elapsed,
                remaining,
                steps,
            })
        };
        if self.own_kind().rate {
            span.width.run(
                #[inline(always)]
                move || {
                    for (index, (rate, ratio)) in rate.iter_mut().zip(ratio).enumerate() {
                        let Weights { w, s } = at(index);
                        *rate = start.rate * w + end.rate * s;
                        *ratio = start.ratio * w + end.ratio * s;
                    }
                },
            );
            return;
        }
        rate.fill(0.0);
        span.width.run(
            #[inline(always)]
            move || {
                for (index, ratio) in ratio.iter_mut().enumerate() {
                    let Weights { w, s } = at(index);
                    *ratio = start.ratio * w + end.ratio * s;
                }
            },
        );
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
        if self.between == Interpolation::Linear {
            let Weights { w, s } = self.curve.inside(elapsed, remaining, steps, at.from_left);
            return Ok(self.start.get().mix(w, self.end.get(), s));
        }
        let progress = Progress {
            u: elapsed / steps,
            r: remaining / steps,
            from_left: at.from_left,
        };
        Ok(self.interpolate(progress, base))
    }

    fn levels(&self, span: Span, base: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        let steps = self.steps.get();
        let plain = matches!(self.curve, Curve::Linear | Curve::Cosine)
            && (self.between, self.past) == (Interpolation::Linear, Past::Hold)
            && self.is_moderate()
            && on_grid(steps);
        let Some(span) = span.since(-self.offset.dd()).filter(|_| plain) else {
            return one_by_one(self, span, base, out);
        };
        let begin = span.before(Dd::ZERO, true);
        let end = span.before(self.steps.dd(), false).max(begin);
        out.part(0, begin).fill(self.start.get());
        self.mix_along(span.part(begin, end), out.part(begin, end));
        out.part(end, span.len).fill(self.end.get());
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

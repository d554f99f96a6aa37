//! Levels at given times, and how to get from one to the next.

use super::Shape;
use super::sequence::Side;
use crate::curve::Curve;
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::math::Dd;
use crate::real::Real;
use crate::time::{Instant, Length};

/// What holds between two points.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Between {
    /// The earlier point's level; the side says to whom the step of the later point belongs.
    Hold(Side),
    /// A ramp of this curve.
    Curve(Curve),
}

/// Levels at rising times; the first and the last hold outside. A time that stands twice is a jump.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Points {
    /// (time, level), times rising, negative ones allowed.
    pub points: Vec<(Real, FixedLevel)>,
    /// What holds between them.
    pub between: Between,
}

impl Points {
    /// Points.
    ///
    /// # Errors
    /// When there is none, a number is not finite, or the times fall.
    pub fn new(points: &[(f64, Level)], between: Between) -> Result<Self, ScheduleError> {
        if points.is_empty() {
            return Err(ScheduleError::Empty { name: "points" });
        }
        for pair in points.windows(2) {
            if pair[1].0 < pair[0].0 {
                let (previous, value) = (pair[0].0, pair[1].0);
                return Err(ScheduleError::Unsorted {
                    name: "points",
                    previous,
                    value,
                });
            }
        }
        let points = points
            .iter()
            .map(|&(t, level)| {
                Real::within("points", t, "at times within 2**63 steps of 0", |t| {
                    t.abs() <= crate::MAX_STEPS
                })?;
                Ok((Real::new("points", t)?, FixedLevel::new("points", level)?))
            })
            .collect::<Result<_, ScheduleError>>()?;
        Ok(Self { points, between })
    }
}

impl Shape for Points {
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let late = matches!(self.between, Between::Hold(Side::Left));
        let at = if late { Instant::before(at.t) } else { at };
        let next = at.passed(&self.points, |point| point.0.dd());
        let after = self.points.get(next);
        let before = next.checked_sub(1).and_then(|i| self.points.get(i));
        Ok(match (before, after, &self.between) {
            (Some(from), Some(to), Between::Curve(curve)) => {
                let steps = to.0.dd() - from.0.dd();
                let elapsed = at.t - from.0.dd();
                let remaining = to.0.dd() - at.t;
                if elapsed.is_zero() {
                    from.1.get()
                } else if remaining.is_zero() && curve.end().w == 0.0 {
                    to.1.get()
                } else {
                    let weights = curve.inside(elapsed, remaining, steps, at.from_left);
                    from.1.get().mix(weights.w, to.1.get(), weights.s)
                }
            }
            (Some(point), ..) | (None, Some(point), _) => point.1.get(),
            (None, None, _) => Level::ratio(1.0),
        })
    }

    fn length(&self) -> Length {
        match (&self.between, self.points.last()) {
            (Between::Curve(_), Some(last)) => Length::Finite(if last.0.get() < 0.0 {
                Dd::ZERO
            } else {
                last.0.dd()
            }),
            _ => Length::Unbounded,
        }
    }

    fn own_kind(&self) -> Kind {
        self.points
            .iter()
            .fold(Kind::default(), |kind, point| kind.union(point.1.kind()))
    }
}

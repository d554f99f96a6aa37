//! Levels at given times, and how to get from one to the next.

use super::Shape;
use super::leg::{Interpolation, Leg};
use super::sequence::Side;
use crate::curve::Curve;
use crate::error::{EvalError, ScheduleError};
use crate::level::{FixedLevel, Kind, Level};
use crate::math::Dd;
use crate::real::Real;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// A time, and the level that it has.
type Point = (Real, FixedLevel);

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
    pub points: Vec<Point>,
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

impl Points {
    /// Whether the step of a point still has the level before it.
    fn is_late(&self) -> bool {
        self.between == Between::Hold(Side::Left)
    }
}

fn leg<'a>(from: &Point, to: &Point, curve: &'a Curve) -> Leg<'a> {
    Leg {
        start: from.1.get(),
        end: to.1.get(),
        steps: to.0.dd() - from.0.dd(),
        curve,
        between: Interpolation::Linear,
    }
}

impl Shape for Points {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        let at = Instant {
            from_left: at.from_left || self.is_late(),
            ..at
        };
        let next = at.passed(&self.points, |point| point.0.dd());
        let after = self.points.get(next);
        let before = next.checked_sub(1).and_then(|i| self.points.get(i));
        Ok(match (before, after, &self.between) {
            (Some(from), Some(to), Between::Curve(curve)) => {
                let elapsed = at.t - from.0.dd();
                let leg = leg(from, to, curve);
                if elapsed.is_zero() {
                    leg.start
                } else if at.t == to.0.dd() {
                    leg.last(base)
                } else {
                    leg.level(elapsed, at.from_left, base)
                }
            }
            (Some(point), ..) | (None, Some(point), _) => point.1.get(),
            (None, None, _) => Level::ratio(1.0),
        })
    }

    fn levels(&self, span: Span<'_>, base: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        let late = self.is_late();
        let (mut from, mut room) = (0, Vec::new());
        while from < span.len {
            let at = Instant {
                from_left: late,
                ..span.at(from)
            };
            let next = at.passed(&self.points, |point| point.0.dd());
            let to = self.points.get(next).map_or(span.len, |point| {
                span.before(point.0.dd(), late).max(from + 1)
            });
            let mut out = out.part(from, to);
            match (&self.between, next.checked_sub(1), self.points.get(next)) {
                (Between::Curve(curve), Some(before), Some(after)) => {
                    let leg = leg(&self.points[before], after, curve);
                    let begin = self.points[before].0.dd();
                    let own = span.part(from, to).since(begin, &mut room);
                    let first = own.before(Dd::ZERO, true);
                    out.part(0, first).fill(leg.start);
                    leg.levels(own.part(first, own.len), base, out.part(first, own.len));
                }
                _ => out.fill(self.level(at, base)?),
            }
            from = to;
        }
        Ok(())
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

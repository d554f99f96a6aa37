//! Schedules multiplied: factors of the base LR.

use super::{Node, Shape};
use crate::error::{EvalError, ScheduleError};
use crate::level::Level;
use crate::real::saturate;
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// A product, in which at most one factor carries absolute rates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Product {
    /// The factors.
    pub factors: Vec<Schedule>,
}

impl Product {
    /// A product.
    ///
    /// # Errors
    /// When there is no factor, or two carry absolute rates.
    pub fn new(factors: Vec<Schedule>) -> Result<Self, ScheduleError> {
        if factors.is_empty() {
            return Err(ScheduleError::Empty { name: "factors" });
        }
        let factors = opened(factors, |node| match node {
            Node::Product(inner) => Some(&inner.factors),
            _ => None,
        });
        let mut rated = (0..factors.len()).filter(|&i| factors[i].kind().rate);
        if let (Some(first), Some(second)) = (rated.next(), rated.next()) {
            return Err(ScheduleError::TwoRates { first, second });
        }
        Ok(Self { factors })
    }
}

impl Shape for Product {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        let mut scale = 1.0;
        let mut rated = None;
        for factor in &self.factors {
            let level = factor.level(at, base)?;
            if factor.kind().rate {
                rated = Some(level);
            } else {
                scale = saturate(scale * level.ratio);
            }
        }
        Ok(rated.map_or(Level::ratio(scale), |level| level.scaled(scale)))
    }

    fn levels(&self, span: Span<'_>, base: f64, out: Lanes<'_>) -> Result<(), EvalError> {
        let mut ratio = vec![0.0; span.len];
        let mut scale = vec![1.0; span.len];
        let mut rated = false;
        let Lanes {
            rate: rates,
            ratio: ratios,
        } = out;
        for factor in &self.factors {
            if factor.kind().rate {
                rated = true;
                factor.levels(
                    span,
                    base,
                    Lanes {
                        rate: rates,
                        ratio: ratios,
                    },
                )?;
            } else {
                factor.levels(
                    span,
                    base,
                    Lanes {
                        rate: &mut [],
                        ratio: &mut ratio,
                    },
                )?;
                for (scale, ratio) in scale.iter_mut().zip(&ratio) {
                    *scale = saturate(*scale * ratio);
                }
            }
        }
        if !rated {
            rates.fill(0.0);
            ratios.copy_from_slice(&scale);
            return Ok(());
        }
        for (values, scale) in rates.iter_mut().zip(ratios).zip(&scale) {
            *values.0 = saturate(*values.0 * scale);
            *values.1 = saturate(*values.1 * scale);
        }
        Ok(())
    }

    fn length(&self) -> Length {
        longest(&self.factors)
    }

    fn children(&self) -> &[Schedule] {
        &self.factors
    }
}

/// The length of schedules that run side by side.
pub(super) fn longest(schedules: &[Schedule]) -> Length {
    schedules
        .iter()
        .fold(Length::Timeless, |length, s| length.longest(s.length()))
}

/// Nodes of one kind inside each other are opened into one list.
pub(super) fn opened(
    schedules: Vec<Schedule>,
    inside: impl Fn(&Node) -> Option<&Vec<Schedule>>,
) -> Vec<Schedule> {
    let mut flat = Vec::with_capacity(schedules.len());
    for schedule in schedules {
        match inside(schedule.node()) {
            Some(inner) => flat.extend_from_slice(inner),
            None => flat.push(schedule),
        }
    }
    flat
}

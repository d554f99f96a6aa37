//! Schedules added.

use super::product::{longest, opened};
use super::{Node, Shape};
use crate::error::{EvalError, ScheduleError};
use crate::level::Level;
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// A sum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Sum {
    /// What is added.
    pub terms: Vec<Schedule>,
}

impl Sum {
    /// A sum.
    ///
    /// # Errors
    /// When there is no term.
    pub fn new(terms: Vec<Schedule>) -> Result<Self, ScheduleError> {
        if terms.is_empty() {
            return Err(ScheduleError::Empty { name: "terms" });
        }
        let terms = opened(terms, |node| match node {
            Node::Sum(inner) => Some(&inner.terms),
            _ => None,
        });
        Ok(Self { terms })
    }
}

impl Shape for Sum {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        let first = self.terms[0].level(at, base)?;
        self.terms[1..]
            .iter()
            .try_fold(first, |sum, term| Ok(sum.plus(term.level(at, base)?)))
    }

    fn levels(&self, span: Span<'_>, base: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        let (mut rate, mut ratio) = (vec![0.0; span.len], vec![0.0; span.len]);
        self.terms[0].levels(span, base, out.part(0, span.len))?;
        for term in &self.terms[1..] {
            let mut lanes = Lanes {
                rate: &mut rate,
                ratio: &mut ratio,
            };
            term.levels(span, base, lanes.part(0, span.len))?;
            for index in 0..span.len {
                out.set(index, out.get(index).plus(lanes.get(index)));
            }
        }
        Ok(())
    }

    fn length(&self) -> Length {
        longest(&self.terms)
    }

    fn children(&self) -> &[Schedule] {
        &self.terms
    }
}

//! The steps of a table's rows.

use crate::error::EvalError;
use crate::math::Dd;
use crate::span::Span;
use crate::time::Instant;
use crate::width::Width;

/// The steps of a table's rows.
#[derive(Clone, Copy, Debug)]
pub enum Steps<'a> {
    /// `start, start + stride, ..`, so many.
    Range {
        /// The first step.
        start: i64,
        /// From one to the next.
        stride: i64,
        /// How many.
        len: usize,
    },
    /// Update numbers.
    Whole(&'a [i64]),
    /// Times between updates too.
    Real(&'a [f64]),
}

impl Steps<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Range { len, .. } => *len,
            Self::Whole(steps) => steps.len(),
            Self::Real(steps) => steps.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn get(&self, row: usize) -> Result<Instant, EvalError> {
        match self {
            Self::Range { start, stride, .. } => {
                let step = i128::from(*start) + i128::from(*stride) * row as i128;
                whole(step)
            }
            Self::Whole(steps) => whole(i128::from(steps[row])),
            Self::Real(steps) => real(steps[row]),
        }
    }

    /// Refuses steps that are none.
    pub(super) fn check(&self) -> Result<(), EvalError> {
        match self {
            Self::Range { len: 0, .. } => Ok(()),
            Self::Range { len, .. } => self.get(0).and_then(|_| self.get(len - 1)).map(|_| ()),
            _ => (0..self.len()).try_for_each(|row| self.get(row).map(|_| ())),
        }
    }

    /// The same steps, as a range where they are one.
    pub(super) fn as_range(self) -> Self {
        if let Self::Whole([start, second, ..]) = self
            && let Self::Whole(steps) = self
            && let Some(stride) = second.checked_sub(*start)
            && steps
                .windows(2)
                .all(|pair| pair[1].checked_sub(pair[0]) == Some(stride))
        {
            let (start, len) = (*start, steps.len());
            return Self::Range { start, stride, len };
        }
        self
    }

    /// Some of the rows.
    #[allow(clippy::cast_possible_wrap)] // the range was checked: none of its steps is beyond an i64
    pub(super) fn part(&self, from: usize, to: usize) -> Self {
        match *self {
            Self::Range { start, stride, .. } => Self::Range {
                start: start + stride * from as i64,
                stride,
                len: to - from,
            },
            Self::Whole(steps) => Self::Whole(&steps[from..to]),
            Self::Real(steps) => Self::Real(&steps[from..to]),
        }
    }

    /// The rows as a span, where they are evenly spaced and exact.
    pub(super) fn span(&self, width: Width) -> Option<Span<'static>> {
        match *self {
            Self::Range { start, stride, len } => Span::new(start, stride, len, width),
            _ => None,
        }
    }
}

fn whole(step: i128) -> Result<Instant, EvalError> {
    i64::try_from(step)
        .ok()
        .filter(|&step| step >= 0)
        .map(Instant::step)
        .ok_or(EvalError::BadStep { step: step as f64 })
}

fn real(step: f64) -> Result<Instant, EvalError> {
    if step.is_finite() && step >= 0.0 {
        Ok(Instant::at(Dd::new(step)))
    } else {
        Err(EvalError::BadStep { step })
    }
}

impl Instant {
    /// A time that a caller gave.
    ///
    /// # Errors
    /// [`EvalError::BadStep`] unless it is finite and at least 0.
    pub fn checked(step: f64) -> Result<Self, EvalError> {
        real(step)
    }
}

//! Filling a table: the only loop over steps x groups.

use crate::error::EvalError;
use crate::math::Dd;
use crate::plan::Plan;
use crate::time::Instant;

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

    fn get(&self, row: usize) -> Result<Instant, EvalError> {
        match self {
            Self::Range { start, stride, .. } => {
                let step = i128::from(*start) + i128::from(*stride) * row as i128;
                whole(step)
            }
            Self::Whole(steps) => whole(i128::from(steps[row])),
            Self::Real(steps) => real(steps[row]),
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

/// Writes the rates of all groups at all steps into `out`, row by row: entry `i * n_groups + g` is group g at step i.
///
/// # Errors
/// When `out` has another size, a step is negative, or a ramp refuses one. Rows before the failing one are written.
pub fn fill(plan: &Plan, steps: Steps, out: &mut [f64]) -> Result<(), EvalError> {
    let groups = plan.n_groups();
    if steps.len().checked_mul(groups) != Some(out.len()) {
        let expected = steps.len().saturating_mul(groups);
        return Err(EvalError::WrongSize {
            expected,
            got: out.len(),
        });
    }
    if groups == 0 {
        return Ok(());
    }
    let (mut levels, mut rates) = (Vec::new(), Vec::new());
    let cell_of = plan.cell_of();
    for (row, out) in out.chunks_exact_mut(groups).enumerate() {
        plan.cells_at(steps.get(row)?, &mut levels, &mut rates)?;
        if rates.len() == groups {
            out.copy_from_slice(&rates);
        } else if let [rate] = rates[..] {
            out.fill(rate);
        } else {
            for (rate, &cell) in out.iter_mut().zip(cell_of) {
                *rate = rates[cell];
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

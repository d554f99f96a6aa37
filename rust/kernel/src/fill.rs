//! Filling a table: the only loops over steps x groups.

mod blocks;
mod square;
mod steps;
mod stream;
mod turn;

pub use steps::Steps;

use blocks::Scratch;

use crate::error::EvalError;
use crate::plan::Plan;
use crate::width::Width;

/// How a table is filled; the rates do not depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Means {
    /// How wide the loops run.
    pub width: Width,
    /// The most threads that share the rows.
    pub threads: usize,
    /// How many rows are evaluated at a time, at least 1.
    pub rows: usize,
    /// Whether rates are written past the caches.
    pub streams: bool,
}

/// Asked now and then during a fill; where it says no, the fill ends with [`EvalError::Stopped`].
pub type GoOn<'a> = dyn Fn() -> bool + Sync + 'a;

/// Entries below which a second thread costs more than it saves.
const ENTRIES_PER_THREAD: usize = 1 << 16;

/// Entries of which the caches hold a part only, so that those written first are gone when all are.
const ENTRIES_OF_CACHES: usize = 1 << 22;

/// Entries that are made in well under a second, whatever they are made of, and take longer than the question.
const ENTRIES_BETWEEN: usize = 1 << 14;

impl Means {
    /// What suits this machine and a table of so many entries.
    pub fn best(entries: usize) -> Self {
        let threads = entries / ENTRIES_PER_THREAD;
        Self {
            width: Width::widest(),
            threads: if threads > 1 {
                std::thread::available_parallelism().map_or(1, |cores| threads.min(cores.get()))
            } else {
                1
            },
            rows: 1024,
            streams: entries >= ENTRIES_OF_CACHES,
        }
    }
}

/// Writes the rates of all groups at all steps into `out`, row by row: entry `i * n_groups + g` is group g at step i.
///
/// # Errors
/// When `out` has another size, a step is negative, or a ramp refuses one; what `out` then holds is not said.
pub fn fill(plan: &Plan, steps: Steps, out: &mut [f64]) -> Result<(), EvalError> {
    fill_by(Means::best(out.len()), plan, steps, out, &|| true)
}

/// As [`fill`], by means of one's own, and as long as `go_on` says so.
///
/// # Errors
/// As [`fill`], and [`EvalError::Stopped`].
pub fn fill_by(
    means: Means,
    plan: &Plan,
    steps: Steps,
    out: &mut [f64],
    go_on: &GoOn<'_>,
) -> Result<(), EvalError> {
    let groups = plan.n_groups();
    if steps.len().checked_mul(groups) != Some(out.len()) {
        let expected = steps.len().saturating_mul(groups);
        return Err(EvalError::WrongSize {
            expected,
            got: out.len(),
        });
    }
    if out.is_empty() {
        return steps.check();
    }
    let steps = steps.as_range();
    steps.check()?;
    let rows = steps.len().div_ceil(means.threads.max(1));
    let work = |part: usize, out: &mut [f64]| {
        let steps = steps.part(part * rows, part * rows + out.len() / groups);
        fill_part(means, plan, steps, out, go_on)
    };
    let (first, others) = out.split_at_mut(out.len().min(rows * groups));
    // Threads of this call alone: a pool would not survive a fork.
    std::thread::scope(|scope| {
        let started: Vec<_> = others
            .chunks_mut(rows * groups)
            .enumerate()
            .map(|(part, out)| scope.spawn(move || work(part + 1, out)))
            .collect();
        let mut result = work(0, first);
        for thread in started {
            let ended = thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result = result.and(ended);
        }
        result
    })
}

fn fill_part(
    means: Means,
    plan: &Plan,
    steps: Steps,
    out: &mut [f64],
    go_on: &GoOn<'_>,
) -> Result<(), EvalError> {
    let groups = plan.n_groups();
    let height = means.rows.max(1);
    let mut scratch = Scratch::default();
    for (block, out) in out.chunks_mut(height * groups).enumerate() {
        let rows = out.len() / groups;
        let part = steps.part(block * height, block * height + rows);
        match part.span(means.width) {
            Some(span) if rows >= blocks::LEAST_ROWS => {
                blocks::fill(means.streams, plan, span, &mut scratch, out, go_on)?;
            }
            _ => rows_one_by_one(plan, part, out, go_on)?,
        }
    }
    Ok(())
}

/// Row by row: for a few steps, or steps that are spread unevenly.
fn rows_one_by_one(
    plan: &Plan,
    steps: Steps,
    out: &mut [f64],
    go_on: &GoOn<'_>,
) -> Result<(), EvalError> {
    let groups = plan.n_groups();
    let (mut levels, mut rates) = (Vec::new(), Vec::new());
    for (row, out) in out.chunks_exact_mut(groups).enumerate() {
        if row.is_multiple_of(rows_between(groups)) {
            asked(go_on)?;
        }
        plan.row_at(steps.get(row)?, &mut levels, &mut rates, out, |rate| rate)?;
    }
    Ok(())
}

/// After how many rows it is asked again whether to go on.
fn rows_between(groups: usize) -> usize {
    (ENTRIES_BETWEEN / groups).max(1)
}

fn asked(go_on: &GoOn<'_>) -> Result<(), EvalError> {
    if go_on() {
        Ok(())
    } else {
        Err(EvalError::Stopped)
    }
}

#[cfg(test)]
mod tests;

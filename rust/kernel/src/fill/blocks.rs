//! A block of evenly spaced rows: schedules are evaluated along the steps, then spread over the groups.

use crate::error::EvalError;
use crate::plan::Plan;
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::width::Width;

/// Fewer rows are not worth a walk through each schedule.
pub(super) const LEAST_ROWS: usize = 4;

/// Groups whose columns are turned into rows together.
const TILE: usize = 32;

/// Side of the squares that are turned at once.
const SIDE: usize = 4;

/// Columns are set apart by more than their length: a power of two would put them all into one set of the cache.
const PADDING: usize = 8;

/// The most schedules that are evaluated before the groups, not with them.
const FEW_SCHEDULES: usize = 8;

/// Buffers that blocks share.
#[derive(Default)]
pub(super) struct Scratch {
    rate: Vec<f64>,
    ratio: Vec<f64>,
    columns: Vec<f64>,
}

/// Fills a block.
pub(super) fn fill(
    plan: &Plan,
    span: Span<'_>,
    scratch: &mut Scratch,
    out: &mut [f64],
) -> Result<(), EvalError> {
    let schedules = plan.schedules();
    let few = schedules.len() <= FEW_SCHEDULES && schedules.iter().all(Schedule::is_affine);
    if few && plan.n_groups() >= TILE {
        by_rows(plan, span, scratch, out)
    } else {
        by_columns(plan, span, scratch, out)
    }
}

/// Few schedules, many groups: the levels of a row are numbers, and its groups follow each other.
fn by_rows(
    plan: &Plan,
    span: Span<'_>,
    scratch: &mut Scratch,
    out: &mut [f64],
) -> Result<(), EvalError> {
    let (groups, n) = (plan.n_groups(), span.len);
    let Scratch { rate, ratio, .. } = scratch;
    rate.resize(n * plan.n_schedules(), 0.0);
    ratio.resize(n * plan.n_schedules(), 0.0);
    for (which, schedule) in plan.schedules().iter().enumerate() {
        let mut lanes = Lanes { rate, ratio };
        schedule.levels(span, 1.0, lanes.part(which * n, (which + 1) * n))?;
    }
    let (rate, ratio, bases) = (&rate[..], &ratio[..], plan.bases());
    if plan.n_schedules() == 1 {
        span.width.run(
            #[inline(always)]
            move || {
                for ((out, rate), ratio) in out.chunks_exact_mut(groups).zip(rate).zip(ratio) {
                    for (out, base) in out.iter_mut().zip(bases) {
                        *out = rate + ratio * base;
                    }
                }
            },
        );
        return Ok(());
    }
    for (row, out) in out.chunks_exact_mut(groups).enumerate() {
        for (group, out) in out.iter_mut().enumerate() {
            let cell = plan.cell(group);
            let place = cell.schedule * n + row;
            *out = rate[place] + ratio[place] * cell.base;
        }
    }
    Ok(())
}

/// Many schedules: a tile of groups at a time, each a column, then turned into rows.
fn by_columns(
    plan: &Plan,
    span: Span<'_>,
    scratch: &mut Scratch,
    out: &mut [f64],
) -> Result<(), EvalError> {
    let (groups, n) = (plan.n_groups(), span.len);
    let height = n + PADDING;
    let Scratch { rate, columns, .. } = scratch;
    rate.resize(n, 0.0);
    columns.resize(TILE * height, 0.0);
    for first in (0..groups).step_by(TILE) {
        let tile = TILE.min(groups - first);
        // What a column is multiplied with as it is turned: the base LR, or nothing where it holds rates already.
        let mut factors = [1.0; TILE];
        let mut before = None;
        for place in 0..tile {
            let cell = plan.cell(first + place);
            let schedule = &plan.schedules()[cell.schedule];
            let (known, rest) = columns.split_at_mut(place * height);
            let column = &mut rest[..n];
            if schedule.kind().rate || !schedule.is_affine() {
                schedule.levels(
                    span,
                    cell.base,
                    Lanes {
                        rate,
                        ratio: column,
                    },
                )?;
                scale(span.width, rate, column, cell.base);
                before = None;
                continue;
            }
            if before == Some(cell.schedule) {
                column.copy_from_slice(&known[(place - 1) * height..][..n]);
            } else {
                let lanes = Lanes {
                    rate: &mut [],
                    ratio: column,
                };
                schedule.levels(span, cell.base, lanes)?;
            }
            before = Some(cell.schedule);
            factors[place] = cell.base;
        }
        turn(
            span.width,
            columns,
            height,
            &factors[..tile],
            &mut out[first..],
            groups,
        );
    }
    Ok(())
}

/// Levels into rates.
fn scale(width: Width, rate: &[f64], ratio: &mut [f64], base: f64) {
    width.run(
        #[inline(always)]
        move || {
            for (ratio, rate) in ratio.iter_mut().zip(rate) {
                *ratio = rate + *ratio * base;
            }
        },
    );
}

/// Columns, times their factors, into rows.
fn turn(
    width: Width,
    columns: &[f64],
    height: usize,
    factors: &[f64],
    out: &mut [f64],
    groups: usize,
) {
    let (rows, tile) = (out.len().div_ceil(groups), factors.len());
    let whole = (rows - rows % SIDE, tile - tile % SIDE);
    width.run(
        #[inline(always)]
        move || {
            for column in (0..whole.1).step_by(SIDE) {
                let factors: [f64; SIDE] = std::array::from_fn(|i| factors[column + i]);
                for row in (0..whole.0).step_by(SIDE) {
                    let square: [[f64; SIDE]; SIDE] = std::array::from_fn(|i| {
                        let from = (column + i) * height + row;
                        std::array::from_fn(|j| columns[from..from + SIDE][j])
                    });
                    let turned: [[f64; SIDE]; SIDE] = std::array::from_fn(|i| {
                        std::array::from_fn(|j| 0.0 + square[j][i] * factors[j])
                    });
                    for (i, turned) in turned.iter().enumerate() {
                        let to = (row + i) * groups + column;
                        out[to..to + SIDE].copy_from_slice(turned);
                    }
                }
            }
            for row in 0..rows {
                let from = if row < whole.0 { whole.1 } else { 0 };
                for column in from..tile {
                    let value = columns[column * height + row] * factors[column];
                    out[row * groups + column] = 0.0 + value;
                }
            }
        },
    );
}

//! A block of evenly spaced rows: schedules are evaluated along the steps, then spread over the groups.

use super::square::Columns;
use super::turn::turn;
use super::{GoOn, asked, rows_between, stream};
use crate::error::EvalError;
use crate::level::Level;
use crate::plan::Plan;
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::width::Width;

/// Fewer rows are not worth a walk through each schedule.
pub(super) const LEAST_ROWS: usize = 4;

/// Groups whose columns are turned into rows together.
const TILE: usize = 64;

/// Columns are set apart by more than their length: a power of two would put them all into one set of the cache.
const PADDING: usize = 8;

/// The fewest groups that are worth a row by itself.
const MANY_GROUPS: usize = 32;

/// The most schedules that are evaluated before the groups, not with them.
const FEW_SCHEDULES: usize = 8;

/// Numbers in a line of the cache.
const LINE: usize = 8;

/// Buffers that blocks share.
#[derive(Default)]
pub(super) struct Scratch {
    rate: Vec<f64>,
    ratio: Vec<f64>,
    columns: Vec<f64>,
}

/// Fills a block.
pub(super) fn fill(
    streams: bool,
    plan: &Plan,
    span: Span<'_>,
    scratch: &mut Scratch,
    out: &mut [f64],
    go_on: &GoOn<'_>,
) -> Result<(), EvalError> {
    let schedules = plan.schedules();
    let few = schedules.len() <= FEW_SCHEDULES && schedules.iter().all(Schedule::is_affine);
    if few && plan.n_groups() >= MANY_GROUPS {
        by_rows(streams, plan, span, scratch, out, go_on)
    } else {
        by_columns(streams, plan, span, scratch, out, go_on)
    }
}

/// Few schedules, many groups: the levels of a row are numbers, and its groups follow each other.
fn by_rows(
    streams: bool,
    plan: &Plan,
    span: Span<'_>,
    scratch: &mut Scratch,
    out: &mut [f64],
    go_on: &GoOn<'_>,
) -> Result<(), EvalError> {
    let (groups, n) = (plan.n_groups(), span.len);
    let Scratch { rate, ratio, .. } = scratch;
    rate.resize(n * plan.n_schedules(), 0.0);
    ratio.resize(n * plan.n_schedules(), 0.0);
    for (which, schedule) in plan.schedules().iter().enumerate() {
        asked(go_on)?;
        let mut lanes = Lanes { rate, ratio };
        schedule.levels(span, 1.0, lanes.part(which * n, (which + 1) * n))?;
    }
    let height = rows_between(groups);
    for (part, out) in out.chunks_mut(height * groups).enumerate() {
        asked(go_on)?;
        let from = part * height;
        if plan.n_schedules() == 1 {
            let levels = rate[from..].iter().zip(&ratio[from..]);
            let levels = levels.map(|(&rate, &ratio)| Level { rate, ratio });
            if streams {
                stream::rows(span.width, levels, plan.bases(), out);
            } else {
                one_schedule(span.width, levels, plan.bases(), out);
            }
            continue;
        }
        for (row, out) in out.chunks_exact_mut(groups).enumerate() {
            for (group, out) in out.iter_mut().enumerate() {
                let cell = plan.cell(group);
                let place = cell.schedule * n + from + row;
                *out = rate[place] + ratio[place] * cell.base;
            }
        }
    }
    Ok(())
}

fn one_schedule(width: Width, levels: impl Iterator<Item = Level>, bases: &[f64], out: &mut [f64]) {
    let rows = out.chunks_exact_mut(bases.len()).zip(levels);
    width.run(
        #[inline(always)]
        move || {
            for (out, level) in rows {
                for (out, base) in out.iter_mut().zip(bases) {
                    *out = level.rate + level.ratio * base;
                }
            }
        },
    );
}

/// Many schedules: a tile of groups at a time, each a column, then turned into rows.
fn by_columns(
    streams: bool,
    plan: &Plan,
    span: Span<'_>,
    scratch: &mut Scratch,
    out: &mut [f64],
    go_on: &GoOn<'_>,
) -> Result<(), EvalError> {
    let (groups, n) = (plan.n_groups(), span.len);
    let height = n.next_multiple_of(LINE) + PADDING;
    let Scratch { rate, columns, .. } = scratch;
    rate.resize(n, 0.0);
    columns.resize(TILE * height + LINE, 0.0);
    let start = aligned(columns);
    let columns = &mut columns[start..];
    // Where all rows lie alike in the lines of the cache, the first tile ends with a line, and so do the others.
    let alike = groups.is_multiple_of(LINE);
    let lead = if alike { aligned(out) } else { 0 };
    let mut first = 0;
    while first < groups {
        let tile = if first < lead { lead } else { TILE }.min(groups - first);
        // What a column is multiplied with as it is turned: the base LR, or nothing where it holds rates already.
        let mut factors = [1.0; TILE];
        asked(go_on)?;
        fetch(plan, first, tile);
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
        let columns = Columns {
            numbers: columns,
            height,
            factors: &factors[..tile],
        };
        turn(span.width, streams, columns, &mut out[first..], groups);
        first += tile;
    }
    Ok(())
}

/// Where the first line of the cache begins: a vector that lies in two of them is loaded twice.
fn aligned(numbers: &[f64]) -> usize {
    let line = LINE * size_of::<f64>();
    numbers.as_ptr().align_offset(line).min(LINE)
}

/// Reads the schedules of a tile from memory, all at once: one by one, each would be waited for.
fn fetch(plan: &Plan, first: usize, tile: usize) {
    for group in first..first + tile {
        let schedule = &plan.schedules()[plan.cell(group).schedule];
        for phase in schedule.node().children() {
            std::hint::black_box(phase.length());
        }
    }
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

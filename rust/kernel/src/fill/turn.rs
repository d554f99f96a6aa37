//! Columns of a few groups into rows of the table.

#[cfg(target_arch = "x86_64")]
use pulp::cast;

use super::square::{self, Columns};
#[cfg(target_arch = "x86_64")]
use super::stream::put_eight;
use crate::width::Width;

/// Writes the products into rows that are `groups` apart; past the caches where it `streams` and a line is a square's.
pub(super) fn turn(
    width: Width,
    streams: bool,
    columns: Columns<'_>,
    out: &mut [f64],
    groups: usize,
) {
    match width {
        #[cfg(target_arch = "x86_64")]
        Width::Avx512(wide) => {
            by_squares(
                width,
                columns,
                out,
                groups,
                #[inline(always)]
                |column, row| square::eight(wide, columns, column, row),
                #[inline(always)]
                |from, to| {
                    if streams {
                        put_eight(wide, cast(*from), to);
                    } else {
                        copy(from, to);
                    }
                },
            );
            if streams {
                wide.sse._mm_sfence();
            }
        }
        #[cfg(target_arch = "x86_64")]
        Width::Avx2(wide) => by_squares(
            width,
            columns,
            out,
            groups,
            #[inline(always)]
            |column, row| square::four(wide, columns, column, row),
            copy,
        ),
        Width::Baseline => by_squares(
            width,
            columns,
            out,
            groups,
            #[inline(always)]
            |column, row| square::two(columns, column, row),
            copy,
        ),
    }
}

/// Row by row of squares, so that what lies side by side in the table is written together.
#[inline(always)]
fn by_squares<const SIDE: usize>(
    width: Width,
    columns: Columns<'_>,
    out: &mut [f64],
    groups: usize,
    turned: impl Fn(usize, usize) -> [[f64; SIDE]; SIDE],
    put: impl Fn(&[f64; SIDE], &mut [f64; SIDE]),
) {
    let (rows, tile) = (out.len().div_ceil(groups), columns.factors.len());
    let whole = (rows - rows % SIDE, tile - tile % SIDE);
    width.run(
        #[inline(always)]
        move || {
            for row in (0..whole.0).step_by(SIDE) {
                for column in (0..whole.1).step_by(SIDE) {
                    for (i, part) in turned(column, row).iter().enumerate() {
                        let to = (row + i) * groups + column;
                        if let Some(to) = out[to..].first_chunk_mut() {
                            put(part, to);
                        }
                    }
                }
            }
            for row in 0..rows {
                let from = if row < whole.0 { whole.1 } else { 0 };
                for column in from..tile {
                    let [number] = columns.part(column, row);
                    out[row * groups + column] = 0.0 + number * columns.factors[column];
                }
            }
        },
    );
}

#[inline(always)]
fn copy<const SIDE: usize>(from: &[f64; SIDE], to: &mut [f64; SIDE]) {
    *to = *from;
}

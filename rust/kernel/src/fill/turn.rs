//! Columns of a few groups into rows of the table.

use super::square::{self, Columns};
use crate::width::Width;

/// Writes the products into rows that are `groups` apart.
pub(super) fn turn(width: Width, columns: Columns<'_>, out: &mut [f64], groups: usize) {
    width.run(
        #[inline(always)]
        || match width {
            #[cfg(target_arch = "x86_64")]
            Width::Avx512(wide) => by_squares(
                columns,
                out,
                groups,
                #[inline(always)]
                |column, row| square::eight(wide, columns, column, row),
            ),
            #[cfg(target_arch = "x86_64")]
            Width::Avx2(wide) => by_squares(
                columns,
                out,
                groups,
                #[inline(always)]
                |column, row| square::four(wide, columns, column, row),
            ),
            Width::Baseline => by_squares(
                columns,
                out,
                groups,
                #[inline(always)]
                |column, row| square::two(columns, column, row),
            ),
        },
    );
}

/// Row by row of squares, so that what lies side by side in the table is written together.
#[inline(always)]
fn by_squares<const SIDE: usize>(
    columns: Columns<'_>,
    out: &mut [f64],
    groups: usize,
    turned: impl Fn(usize, usize) -> [[f64; SIDE]; SIDE],
) {
    let (rows, tile) = (out.len().div_ceil(groups), columns.factors.len());
    let whole = (rows - rows % SIDE, tile - tile % SIDE);
    for row in (0..whole.0).step_by(SIDE) {
        for column in (0..whole.1).step_by(SIDE) {
            for (i, part) in turned(column, row).iter().enumerate() {
                let to = (row + i) * groups + column;
                out[to..to + SIDE].copy_from_slice(part);
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
}

//! Squares of columns, times their factors, into rows.
//!
//! In words of the processor where it has any: no compiler finds these exchanges in loops.

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{eight, four};

/// Columns side by side, each to be multiplied with a factor of its own.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    /// One column after the other.
    pub numbers: &'a [f64],
    /// From a column to the next.
    pub height: usize,
    /// One for each column.
    pub factors: &'a [f64],
}

impl Columns<'_> {
    /// A few numbers of a column.
    #[inline(always)]
    pub fn part<const N: usize>(self, column: usize, row: usize) -> [f64; N] {
        let from = column * self.height + row;
        let mut part = [0.0; N];
        part.copy_from_slice(&self.numbers[from..from + N]);
        part
    }
}

/// Two columns into two rows.
#[inline(always)]
pub(super) fn two(columns: Columns<'_>, column: usize, row: usize) -> [[f64; 2]; 2] {
    let [[a, c], [b, d]] = [columns.part(column, row), columns.part(column + 1, row)];
    let (left, right) = (columns.factors[column], columns.factors[column + 1]);
    [
        [0.0 + a * left, 0.0 + b * right],
        [0.0 + c * left, 0.0 + d * right],
    ]
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{__m256d, __m512d};

    use pulp::cast;
    use pulp::x86::{V3, V4};

    use super::Columns;

    /// Four columns into four rows.
    #[inline(always)]
    pub fn four(wide: V3, columns: Columns<'_>, column: usize, row: usize) -> [[f64; 4]; 4] {
        let with = wide.avx;
        let (a, b) = pair_of_four(wide, columns, column, row);
        let (c, d) = pair_of_four(wide, columns, column + 2, row);
        [
            cast(with._mm256_permute2f128_pd::<0x20>(a, c)),
            cast(with._mm256_permute2f128_pd::<0x20>(b, d)),
            cast(with._mm256_permute2f128_pd::<0x31>(a, c)),
            cast(with._mm256_permute2f128_pd::<0x31>(b, d)),
        ]
    }

    /// Of two columns: rows 0 and 2, and rows 1 and 3.
    #[inline(always)]
    fn pair_of_four(
        wide: V3,
        columns: Columns<'_>,
        column: usize,
        row: usize,
    ) -> (__m256d, __m256d) {
        let with = wide.avx;
        let (a, b) = (
            product_of_four(wide, columns, column, row),
            product_of_four(wide, columns, column + 1, row),
        );
        (with._mm256_unpacklo_pd(a, b), with._mm256_unpackhi_pd(a, b))
    }

    #[inline(always)]
    fn product_of_four(wide: V3, columns: Columns<'_>, column: usize, row: usize) -> __m256d {
        let with = wide.avx;
        let factor = with._mm256_set1_pd(columns.factors[column]);
        let part = cast(columns.part::<4>(column, row));
        with._mm256_add_pd(with._mm256_setzero_pd(), with._mm256_mul_pd(part, factor))
    }

    /// Eight columns into eight rows.
    #[inline(always)]
    pub fn eight(wide: V4, columns: Columns<'_>, column: usize, row: usize) -> [[f64; 8]; 8] {
        let (a, b) = pair(wide, columns, column, row);
        let (c, d) = pair(wide, columns, column + 2, row);
        let (e, f) = pair(wide, columns, column + 4, row);
        let (g, h) = pair(wide, columns, column + 6, row);
        let ([a, c, e, g], [b, d, f, h]) = (rows(wide, a, c, e, g), rows(wide, b, d, f, h));
        [a, b, c, d, e, f, g, h]
    }

    /// Of two columns: rows 0, 2, 4 and 6, and rows 1, 3, 5 and 7.
    #[inline(always)]
    fn pair(wide: V4, columns: Columns<'_>, column: usize, row: usize) -> (__m512d, __m512d) {
        let (a, b) = (
            product(wide, columns, column, row),
            product(wide, columns, column + 1, row),
        );
        let with = wide.avx512f;
        (with._mm512_unpacklo_pd(a, b), with._mm512_unpackhi_pd(a, b))
    }

    #[inline(always)]
    fn product(wide: V4, columns: Columns<'_>, column: usize, row: usize) -> __m512d {
        let with = wide.avx512f;
        let factor = with._mm512_set1_pd(columns.factors[column]);
        let part = cast(columns.part::<8>(column, row));
        with._mm512_add_pd(with._mm512_setzero_pd(), with._mm512_mul_pd(part, factor))
    }

    /// Four pairs of columns into four rows.
    #[inline(always)]
    fn rows(wide: V4, a: __m512d, b: __m512d, c: __m512d, d: __m512d) -> [[f64; 8]; 4] {
        let (first, second) = (halves(wide, a, b), halves(wide, c, d));
        let (upper, lower) = (
            halves(wide, first.0, second.0),
            halves(wide, first.1, second.1),
        );
        [cast(upper.0), cast(lower.0), cast(upper.1), cast(lower.1)]
    }

    /// The even and the odd pairs of both.
    #[inline(always)]
    fn halves(wide: V4, a: __m512d, b: __m512d) -> (__m512d, __m512d) {
        let with = wide.avx512f;
        (
            with._mm512_shuffle_f64x2::<0b10_00_10_00>(a, b),
            with._mm512_shuffle_f64x2::<0b11_01_11_01>(a, b),
        )
    }
}

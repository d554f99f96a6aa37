//! Rows of large tables, written past the caches: what is not read again soon need not be read before it is written.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::{__m256d, __m512d};

#[cfg(target_arch = "x86_64")]
use pulp::cast;
#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};

use crate::level::Level;
use crate::width::Width;

/// Rows by their levels and the groups' base LRs.
pub(super) fn rows(
    width: Width,
    levels: impl Iterator<Item = Level>,
    bases: &[f64],
    out: &mut [f64],
) {
    let rows = out.chunks_exact_mut(bases.len()).zip(levels);
    match width {
        #[cfg(target_arch = "x86_64")]
        Width::Avx512(wide) => {
            let with = wide.avx512f;
            width.run(
                #[inline(always)]
                || {
                    for (row, level) in rows {
                        let rate = with._mm512_set1_pd(level.rate);
                        let ratio = with._mm512_set1_pd(level.ratio);
                        row_by::<8>(
                            level,
                            bases,
                            row,
                            #[inline(always)]
                            |bases, out| {
                                let product = with._mm512_mul_pd(ratio, cast(*bases));
                                let rates = with._mm512_add_pd(rate, product);
                                put_eight(wide, rates, out);
                            },
                        );
                    }
                },
            );
            wide.sse._mm_sfence();
        }
        #[cfg(target_arch = "x86_64")]
        Width::Avx2(wide) => {
            let with = wide.avx;
            width.run(
                #[inline(always)]
                || {
                    for (row, level) in rows {
                        let rate = with._mm256_set1_pd(level.rate);
                        let ratio = with._mm256_set1_pd(level.ratio);
                        row_by::<4>(
                            level,
                            bases,
                            row,
                            #[inline(always)]
                            |bases, out| {
                                let product = with._mm256_mul_pd(ratio, cast(*bases));
                                let rates = with._mm256_add_pd(rate, product);
                                put_four(wide, rates, out);
                            },
                        );
                    }
                },
            );
            wide.sse._mm_sfence();
        }
        Width::Baseline => {
            for (row, level) in rows {
                plainly(level, bases, row);
            }
        }
    }
}

/// Writes numbers past the caches where they are a line; other threads see them after a fence.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn put_eight(wide: V4, numbers: __m512d, out: &mut [f64; 8]) {
    if out.as_ptr().align_offset(size_of_val(out)) == 0 {
        // SAFETY: it writes 64 bytes, which `out` has, at a multiple of 64.
        unsafe { wide.avx512f._mm512_stream_pd(out.as_mut_ptr(), numbers) }
    } else {
        *out = cast(numbers);
    }
}

/// Half as many.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn put_four(wide: V3, numbers: __m256d, out: &mut [f64; 4]) {
    if out.as_ptr().align_offset(size_of_val(out)) == 0 {
        // SAFETY: it writes 32 bytes, which `out` has, at a multiple of 32.
        unsafe { wide.avx._mm256_stream_pd(out.as_mut_ptr(), numbers) }
    } else {
        *out = cast(numbers);
    }
}

/// A row, N rates at a time where they lie at a multiple of their size; `put` writes these.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn row_by<const N: usize>(
    level: Level,
    bases: &[f64],
    out: &mut [f64],
    put: impl Fn(&[f64; N], &mut [f64; N]),
) {
    let before = out.as_ptr().align_offset(size_of::<[f64; N]>());
    let before = before.min(out.len());
    let (first, out) = out.split_at_mut(before);
    let (first_bases, bases) = bases.split_at(before);
    plainly(level, first_bases, first);
    let (parts, last) = out.as_chunks_mut::<N>();
    let (bases, last_bases) = bases.as_chunks::<N>();
    for (bases, part) in bases.iter().zip(parts) {
        put(bases, part);
    }
    plainly(level, last_bases, last);
}

#[inline(always)]
fn plainly(level: Level, bases: &[f64], out: &mut [f64]) {
    for (out, base) in out.iter_mut().zip(bases) {
        *out = level.rate + level.ratio * base;
    }
}

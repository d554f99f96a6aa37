//! The logarithm in two doubles: `2 atanh((m - 1) / (m + 1))` beside a whole number of ln 2.

use super::exp::{LN_2_HIGH, LN_2_LOW};
use super::pair::Pair;
use super::series;

const THIRD: Pair = Pair {
    hi: 0.3333333333333333,
    lo: 1.850371707708594e-17,
};

/// 1/5, 1/7, .. 1/25.
const ODD_INVERSES: [f64; 11] = [
    0.2,
    0.14285714285714285,
    0.1111111111111111,
    0.09090909090909091,
    0.07692307692307693,
    0.06666666666666667,
    0.058823529411764705,
    0.05263157894736842,
    0.047619047619047616,
    0.043478260869565216,
    0.04,
];

/// The square root of 1/2, rounded down: where the range of the series begins.
const LOWEST: u64 = 0x3fe6_a09e_0000_0000;
const ONE: u64 = 0x3ff0_0000_0000_0000;
const FRACTION: u64 = (1 << 52) - 1;

/// A number whose last bits hold a small whole number that is put there.
const HOLDER: u64 = 0x4330_0000_0000_0000;

const TINY: f64 = 1e-280;
const HUGE: f64 = 1e280;
const TWO_256: f64 = 1.157920892373162e77;

/// ln of a positive number whose distance from 1, `beyond`, is known with all its digits; within 2^-64 of its size.
#[inline(always)]
pub fn ln_near(x: Pair, beyond: Pair) -> Pair {
    let (tiny, huge) = (x.hi < TINY, x.hi > HUGE);
    let shift = if tiny { 256.0 } else { 0.0 } - if huge { 256.0 } else { 0.0 };
    let x = x.scaled(if tiny { TWO_256 } else { 1.0 } * if huge { 1.0 / TWO_256 } else { 1.0 });
    let bits = x.hi.to_bits().wrapping_add(ONE - LOWEST);
    let exponent = bits >> 52;
    let k = f64::from_bits(HOLDER | exponent) - (f64::from_bits(HOLDER) + 1023.0);
    let m = Pair {
        hi: f64::from_bits((bits & FRACTION) + LOWEST),
        lo: x.lo * f64::from_bits(2046_u64.wrapping_sub(exponent) << 52),
    };
    let apart = Pair::from_ordered(m.hi - 1.0, m.lo);
    let f = Pair::choose(k == 0.0, beyond, apart) / (m + 1.0);
    let square = f.sqr();
    let third = square * THIRD;
    let s = square.hi;
    let rest = Pair::from_ordered(third.hi, third.lo + s * s * series(&ODD_INVERSES, s));
    let inside = (f + f * rest).scaled(2.0);
    let k = k - shift;
    Pair {
        hi: k * LN_2_HIGH,
        lo: k * LN_2_LOW,
    } + inside
}

/// ln of a positive number.
#[inline(always)]
pub fn ln(x: Pair) -> Pair {
    ln_near(x, x - 1.0)
}

/// ln(1 + x) for x > -1.
#[inline(always)]
pub fn ln_1p(x: Pair) -> Pair {
    ln_near(x + 1.0, x)
}

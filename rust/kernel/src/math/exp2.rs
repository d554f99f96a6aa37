//! Powers of two in f64: plain polynomials that loops vectorise.

use super::dd::{Dd, moderate_prod};

/// ln 2.
pub(crate) const LN_2: Dd = Dd {
    hi: std::f64::consts::LN_2,
    lo: 2.3190468138462996e-17,
};

/// 1/3!, 1/4!, .. 1/15!.
pub(super) const INVERSE_FACTORIALS: [f64; 13] = [
    0.16666666666666666,
    0.041666666666666664,
    0.008333333333333333,
    0.001388888888888889,
    0.0001984126984126984,
    2.48015873015873e-05,
    2.7557319223985893e-06,
    2.755731922398589e-07,
    2.505210838544172e-08,
    2.08767569878681e-09,
    1.6059043836821613e-10,
    1.1470745597729725e-11,
    7.647163731819816e-13,
];

/// 1.5 * 2^52: a number to which it is added is rounded to a whole one, which its last bits then hold.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// `2^k` for a whole k from -1022 to 1023: the last bits of the sum become the exponent's.
#[inline(always)]
pub(super) fn power_of_two(k: f64) -> f64 {
    f64::from_bits((k + (ROUNDER + 1023.0)).to_bits() << 52)
}

/// The nearest whole number, of a number below 2^51.
#[inline(always)]
pub(super) fn rounded(x: f64) -> f64 {
    (x + ROUNDER) - ROUNDER
}

/// `2^(t log)`, within 0.6 ulp: infinity above 2^1024, 0 below 2^-1075.
///
/// The exponent is a sum of two doubles, so that its whole part, which may be large, takes no digits from its fraction.
#[inline(always)]
pub fn exp2_product(t: Dd, log: Dd) -> f64 {
    let (p, lost) = moderate_prod(t.hi, log.hi);
    let lost = lost + (t.hi * log.lo + t.lo * log.hi);
    let inside = p.clamp(-1100.0, 1100.0);
    let k = rounded(inside);
    let f = inside - k;
    let (z, z_lost) = moderate_prod(f, LN_2.hi);
    let z_lost = z_lost + (f * LN_2.lo + lost * LN_2.hi);
    let tail = INVERSE_FACTORIALS[..12]
        .iter()
        .rev()
        .fold(0.0, |sum, c| (sum + c) * z);
    let square = z * z;
    let beside = 0.5 * square + square * tail;
    let one = 1.0 + z;
    // What the exponent lost may be large beside the last place of 1, so that it counts times the whole power.
    let lost = (z - (one - 1.0)) + z_lost * (one + beside);
    let value = one + (beside + lost);
    let half = rounded(0.5 * k);
    value * power_of_two(half) * power_of_two(k - half)
}

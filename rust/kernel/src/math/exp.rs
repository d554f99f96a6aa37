//! The exponential of two doubles.

use super::exp2::{INVERSE_FACTORIALS, power_of_two, rounded};
use super::pair::Pair;
use super::series;

/// ln 2 in few enough digits that whole multiples of it are exact, and the rest.
pub(super) const LN_2_HIGH: f64 = 0.6931471805598903;
pub(super) const LN_2_LOW: f64 = 5.497923018708371e-14;

/// `e^x` as `2^k (1 + rest)`, for |k| up to 1600: beyond that it stays what it is there.
#[derive(Clone, Copy)]
pub struct Exp {
    rest: Pair,
    /// `2^k` as a product of two, each inside the range.
    scales: (f64, f64),
}

impl Exp {
    /// The exponential of a number; `rest` is within 2^-58 of its size.
    #[inline(always)]
    pub fn of(x: Pair) -> Self {
        let inside = x.hi.clamp(-1100.0, 1100.0);
        let lo = if inside == x.hi { x.lo } else { 0.0 };
        let k = rounded(inside * std::f64::consts::LOG2_E);
        let (hi, e) = super::two_sum(inside - k * LN_2_HIGH, lo - k * LN_2_LOW);
        let f = Pair { hi, lo: e };
        let square = f.sqr();
        let tail = square.hi * hi * series(&INVERSE_FACTORIALS, hi);
        let sum = f + square.scaled(0.5);
        let half = rounded(0.5 * k);
        Self {
            rest: Pair::from_ordered(sum.hi, sum.lo + tail),
            scales: (power_of_two(half), power_of_two(k - half)),
        }
    }

    /// `e^x`, nearest f64: infinity above about 709.8, 0 below about -745.2.
    #[inline(always)]
    pub fn value(self) -> f64 {
        self.scaled((self.rest + 1.0).value())
    }

    /// `e^x` in two doubles.
    #[inline(always)]
    pub fn power(self) -> Pair {
        let whole = self.rest + 1.0;
        Pair {
            hi: self.scaled(whole.hi),
            lo: self.scaled(whole.lo),
        }
    }

    /// `e^x - 1`, which keeps its digits near 0.
    #[inline(always)]
    pub fn less_one(self) -> Pair {
        let rest = Pair {
            hi: self.scaled(self.rest.hi),
            lo: self.scaled(self.rest.lo),
        };
        rest + (self.scaled(1.0) - 1.0)
    }

    #[inline(always)]
    fn scaled(self, x: f64) -> f64 {
        x * self.scales.0 * self.scales.1
    }
}

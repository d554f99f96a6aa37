//! Two doubles in straight lines, for loops that vectorise: no step is guarded against the ends of the range.
//!
//! Sums, products and quotients keep about 100 bits, where no digits cancel.

use std::ops::{Add, Div, Mul};

use super::dd::{Dd, moderate_prod, two_sum};
use super::operators::derive_operators;

/// An unevaluated sum `hi + lo`, where `hi` is the sum rounded to f64; both far from the ends of the range.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Pair {
    /// The sum, rounded.
    pub hi: f64,
    /// What the rounding lost.
    pub lo: f64,
}

impl Pair {
    /// 0.
    pub const ZERO: Self = Self::new(0.0);
    /// 1.
    pub const ONE: Self = Self::new(1.0);

    /// An f64, exact.
    #[inline(always)]
    pub const fn new(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }

    /// `a + b`, rounded to two doubles; a is not the smaller one.
    #[inline(always)]
    pub(super) fn from_ordered(a: f64, b: f64) -> Self {
        let hi = a + b;
        Self {
            hi,
            lo: b - (hi - a),
        }
    }

    /// The nearest f64.
    #[inline(always)]
    pub fn value(self) -> f64 {
        self.hi + self.lo
    }

    /// One of two, both at hand: each part by itself, which stays a choice of values where a branch would end a
    /// straight line.
    #[inline(always)]
    pub fn choose(first: bool, a: Self, b: Self) -> Self {
        Self {
            hi: if first { a.hi } else { b.hi },
            lo: if first { a.lo } else { b.lo },
        }
    }

    /// The size.
    #[inline(always)]
    pub fn abs(self) -> Self {
        let less = -self;
        Self::choose(self.hi < 0.0, less, self)
    }

    /// `self * self`.
    #[inline(always)]
    pub fn sqr(self) -> Self {
        self * self
    }

    /// Times a power of two, exact.
    #[inline(always)]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            hi: self.hi * factor,
            lo: self.lo * factor,
        }
    }

    /// The square root of a number that is not negative.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        let root = self.hi.sqrt();
        let (p, e) = moderate_prod(root, root);
        let rest = ((self.hi - p) - e) + self.lo;
        let lo = if root == 0.0 {
            0.0
        } else {
            rest / (2.0 * root)
        };
        Self::from_ordered(root, lo)
    }

    /// The greatest whole number that is not above.
    #[inline(always)]
    pub fn floor(self) -> Self {
        let hi = self.hi.floor();
        let lo = if hi == self.hi { self.lo.floor() } else { 0.0 };
        Self::from_ordered(hi, lo)
    }

    /// A whole power.
    #[inline(always)]
    pub fn powi(self, n: u32) -> Self {
        (1..n).fold(self, |power, _| power * self)
    }
}

impl From<Dd> for Pair {
    #[inline(always)]
    fn from(x: Dd) -> Self {
        Self { hi: x.hi, lo: x.lo }
    }
}

impl From<Pair> for Dd {
    #[inline(always)]
    fn from(x: Pair) -> Self {
        Self { hi: x.hi, lo: x.lo }
    }
}

impl Add for Pair {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let (s, e) = two_sum(self.hi, other.hi);
        Self::from_ordered(s, e + (self.lo + other.lo))
    }
}

impl Mul for Pair {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let (p, e) = moderate_prod(self.hi, other.hi);
        Self::from_ordered(p, e + (self.hi * other.lo + self.lo * other.hi))
    }
}

impl Div for Pair {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let quotient = self.hi / other.hi;
        let (p, e) = moderate_prod(quotient, other.hi);
        let rest = ((self.hi - p) - e) + (self.lo - quotient * other.lo);
        Self::from_ordered(quotient, rest / other.hi)
    }
}

derive_operators!(Pair);

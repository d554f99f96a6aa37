//! Double-double arithmetic: a number as the sum of two f64, about 106 bits.
//!
//! After Dekker (1971) and Hida, Li and Bailey (2001).

use std::ops::{Add, Div, Mul};

use super::operators::derive_operators;

/// An unevaluated sum `hi + lo`, where `hi` is the sum rounded to f64.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[must_use]
pub struct Dd {
    /// The sum, rounded.
    pub hi: f64,
    /// What the rounding lost.
    pub lo: f64,
}

/// `a + b` and its rounding error, exact.
#[inline(always)]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let bb = s - a;
    (s, (a - (s - bb)) + (b - bb))
}

#[inline(always)]
fn quick_two_sum(a: f64, b: f64) -> Dd {
    let s = a + b;
    Dd {
        hi: s,
        lo: if s.is_finite() { b - (s - a) } else { 0.0 },
    }
}

#[inline(always)]
fn split(a: f64) -> (f64, f64) {
    let t = 134_217_729.0 * a;
    let hi = t - (t - a);
    (hi, a - hi)
}

/// `a * b` and its rounding error, where neither is near the ends of the range.
#[inline(always)]
pub(super) fn moderate_prod(a: f64, b: f64) -> (f64, f64) {
    let p = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    (p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
}

/// `a * b` and its rounding error; the error is exact below 2^990 and 0 above.
#[inline(always)]
pub fn two_prod(a: f64, b: f64) -> (f64, f64) {
    const BIG: f64 = 6.0e299;
    let p = a * b;
    if a.abs() > BIG || b.abs() > BIG || p.abs() > BIG {
        return (p, 0.0);
    }
    moderate_prod(a, b)
}

impl Dd {
    /// 0.
    pub const ZERO: Self = Self::new(0.0);
    /// 1.
    pub const ONE: Self = Self::new(1.0);

    /// An f64, exact.
    pub const fn new(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }

    /// A 64-bit integer, exact.
    #[allow(clippy::cast_possible_truncation)] // hi is a whole number in i128's range
    pub fn from_i64(n: i64) -> Self {
        let hi = n as f64;
        if n.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS {
            return Self::new(hi);
        }
        Self {
            hi,
            lo: (i128::from(n) - hi as i128) as f64,
        }
    }

    /// `a + b`, exact.
    pub fn from_sum(a: f64, b: f64) -> Self {
        let (hi, lo) = two_sum(a, b);
        Self { hi, lo }
    }

    /// The nearest f64.
    pub fn value(self) -> f64 {
        self.hi + self.lo
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.hi == 0.0
    }

    /// The size.
    pub fn abs(self) -> Self {
        if self.hi < 0.0 { -self } else { self }
    }

    /// The greatest whole number that is not above.
    pub fn floor(self) -> Self {
        let hi = self.hi.floor();
        if hi == self.hi {
            quick_two_sum(hi, self.lo.floor())
        } else {
            Self::new(hi)
        }
    }

    /// `self * self`.
    pub fn sqr(self) -> Self {
        self * self
    }

    /// A whole power, by squaring.
    pub fn powi(self, mut n: u32) -> Self {
        let (mut power, mut result) = (self, Self::ONE);
        while n > 0 {
            if n & 1 == 1 {
                result = result * power;
            }
            n >>= 1;
            if n > 0 {
                power = power.sqr();
            }
        }
        result
    }
}

impl Add for Dd {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let (s, e) = two_sum(self.hi, other.hi);
        if !s.is_finite() {
            return Self::new(s);
        }
        let (t, f) = two_sum(self.lo, other.lo);
        let r = quick_two_sum(s, e + t);
        quick_two_sum(r.hi, r.lo + f)
    }
}

impl Mul for Dd {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let (p, e) = two_prod(self.hi, other.hi);
        if p == 0.0 || !p.is_finite() {
            return Self::new(p);
        }
        quick_two_sum(p, e + (self.hi * other.lo + self.lo * other.hi))
    }
}

impl Div for Dd {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let first = self.hi / other.hi;
        let (p, e) = moderate_prod(first, other.hi);
        let rest = ((self.hi - p) - e) + (self.lo - first * other.lo);
        let quotient = quick_two_sum(first, rest / other.hi);
        // Near the ends of the range the product above leaves it.
        if quotient.hi.is_nan() {
            return Self::new(first);
        }
        quotient
    }
}

derive_operators!(Dd);

//! Powers of two doubles, by the shortest way that a power has.

use super::exp::Exp;
use super::log::{ln, ln_1p, ln_near};
use super::pair::Pair;

/// How a number is raised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Exponent {
    /// Not at all.
    One,
    /// By its square root.
    Half,
    /// By products: 2 to 8 factors.
    Whole(u32),
    /// By its logarithm.
    Other(f64),
}

/// Its exponential is 0.
const OUTSIDE: f64 = -1e4;

/// A greater power of a number that is not 1 has left the range as well, and has a product in it.
const GREATEST: f64 = 1e270;

impl Exponent {
    /// The way of a power.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be a small whole number
    pub fn of(y: f64) -> Self {
        if y == 1.0 {
            Self::One
        } else if y == 0.5 {
            Self::Half
        } else if (2.0..=8.0).contains(&y) && y.floor() == y {
            Self::Whole(y as u32)
        } else {
            Self::by_logarithm(y)
        }
    }

    /// The way of every power, and of numbers near the ends of the range.
    pub fn by_logarithm(y: f64) -> Self {
        Self::Other(y.clamp(-GREATEST, GREATEST))
    }
}

/// `x^y` for x >= 0 by its logarithm, nearest f64; `0^y` is 0 for y above 0.
#[inline(always)]
pub fn pow(x: Pair, y: f64) -> f64 {
    let power = Exp::of(ln(x) * y).value();
    if x.hi == 0.0 && y > 0.0 { 0.0 } else { power }
}

/// `(1 + x^inner)^(-outer)` for x >= 0, where no power of x leaves the range.
#[inline(always)]
pub fn pow_beside_one(x: Pair, inner: f64, outer: f64) -> f64 {
    let log = ln(x) * inner;
    let rest = ln_1p(Exp::of(-log.abs()).power());
    let more = log + rest;
    let below = Pair::choose(log.hi > 0.0, more, rest);
    let value = Exp::of(-below * outer).value();
    if x.hi == 0.0 { 1.0 } else { value }
}

/// `x^y` and `1 - x^y` for 0 <= x <= 1 by its logarithm, of `x` and `rest = 1 - x`; `0^y` is 0.
#[inline(always)]
pub fn pow_shares(x: Pair, rest: Pair, y: f64) -> (Pair, Pair) {
    let exponent = ln_near(x, -rest) * y;
    let exp = Exp::of(Pair::choose(x.hi > 0.0, exponent, Pair::new(OUTSIDE)));
    (exp.power(), -exp.less_one())
}

/// `x^(1/2)` and `1 - x^(1/2)` of `x` and `rest = 1 - x`.
#[inline(always)]
pub fn sqrt_shares(x: Pair, rest: Pair) -> (Pair, Pair) {
    let root = x.sqrt();
    (root, rest / (root + 1.0))
}

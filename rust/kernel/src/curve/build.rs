//! The constructors of curves, which refuse what has no value.

use super::{Curve, Rounding};
use crate::error::ScheduleError;
use crate::real::Real;

impl Curve {
    /// `s = 1 - (1 - u^p)^q`.
    ///
    /// # Errors
    /// When a power is not above 0.
    pub fn power(p: f64, q: f64) -> Result<Self, ScheduleError> {
        let (p, q) = (Real::positive("p", p)?, Real::positive("q", q)?);
        Ok(if p.get() == 1.0 && q.get() == 1.0 {
            Self::Linear
        } else {
            Self::Power { p, q }
        })
    }

    /// `s = 1 - ((1 + cos(2 pi n u^p)) / 2)^q`.
    ///
    /// # Errors
    /// When an argument is not above 0, or there are more than 2^20 cycles.
    pub fn waves(cycles: f64, p: f64, q: f64) -> Result<Self, ScheduleError> {
        let cycles = Real::within("cycles", cycles, "above 0 and at most 2**20", |n| {
            n > 0.0 && n <= 1_048_576.0
        })?;
        let (p, q) = (Real::positive("p", p)?, Real::positive("q", q)?);
        let plain = cycles.get() == 0.5 && p.get() == 1.0 && q.get() == 1.0;
        Ok(if plain {
            Self::Cosine
        } else {
            Self::Waves { cycles, p, q }
        })
    }

    /// `s = (1 - k^u) / (1 - k)`.
    ///
    /// # Errors
    /// When the ratio is not above 0, or is 1.
    pub fn saturating(ratio: f64) -> Result<Self, ScheduleError> {
        let ok = |k: f64| k > 0.0 && k != 1.0;
        Ok(Self::Saturating {
            ratio: Real::within("ratio", ratio, "> 0 and not 1", ok)?,
        })
    }

    /// `s = 1 - (1 - u) / (1 - d u)`.
    ///
    /// # Errors
    /// When d is 1 or more.
    pub fn rex(d: f64) -> Result<Self, ScheduleError> {
        Ok(Self::Rex {
            d: Real::within("d", d, "below 1", |d| d < 1.0)?,
        })
    }

    /// The part of a tanh between two arguments.
    ///
    /// # Errors
    /// When they are equal, or beyond 300 either way.
    pub fn tanh(low: f64, high: f64) -> Result<Self, ScheduleError> {
        let range = |x: f64| x.abs() <= 300.0;
        let low = Real::within("low", low, "between -300 and 300", range)?;
        let ok = |x: f64| range(x) && x != low.get();
        let high = Real::within("high", high, "between -300 and 300 and not low", ok)?;
        Ok(Self::Tanh { low, high })
    }

    /// The part of an inverse square root between 1 and 1 + scale.
    ///
    /// # Errors
    /// When the scale is not above 0.
    pub fn inverse_sqrt(scale: f64) -> Result<Self, ScheduleError> {
        Ok(Self::InverseSqrt {
            scale: Real::positive("scale", scale)?,
        })
    }

    /// `s = log(1 + u (n - 1)) / log(n)`.
    ///
    /// # Errors
    /// When n is not above 1.
    pub fn log(n: f64) -> Result<Self, ScheduleError> {
        Ok(Self::Log {
            n: Real::within("n", n, "above 1", |n| n > 1.0)?,
        })
    }

    /// `s = floor(n u) / n`, or ceil.
    ///
    /// # Errors
    /// When n is not a whole number from 1 to 2^31.
    pub fn stairs(n: f64, rounding: Rounding) -> Result<Self, ScheduleError> {
        let ok = |n: f64| (1.0..=2_147_483_648.0).contains(&n) && n.floor() == n;
        let n = Real::within("n", n, "a whole number from 1 to 2**31", ok)?;
        Ok(Self::Stairs { n, rounding })
    }

    /// `outer` at the progress that `inner` gives.
    ///
    /// # Errors
    /// When that nests too deeply.
    pub fn compose(outer: Self, inner: Self) -> Result<Self, ScheduleError> {
        Self::Compose {
            outer: Box::new(outer),
            inner: Box::new(inner),
        }
        .checked()
    }

    /// A weighted sum of curves.
    ///
    /// # Errors
    /// When there is none, the weights do not add up to 1, or it nests too deeply.
    pub fn blend(terms: Vec<(f64, Self)>) -> Result<Self, ScheduleError> {
        if terms.is_empty() {
            return Err(ScheduleError::Empty { name: "terms" });
        }
        let total: f64 = terms.iter().map(|(weight, _)| weight).sum();
        Real::within("the sum of the weights", total, "1", |x| {
            (x - 1.0).abs() < 1e-12
        })?;
        let terms = terms
            .into_iter()
            .map(|(weight, curve)| Ok((Real::new("weight", weight)?, curve)))
            .collect::<Result<_, ScheduleError>>()?;
        Self::Blend { terms }.checked()
    }
}

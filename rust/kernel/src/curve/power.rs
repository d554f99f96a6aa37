//! Powers: `s = 1 - (1 - u^p)^q`.
//!
//! Linear (1, 1), polynomial decay (1, q), power of progress (p, 1), 1-sqrt (1/2, 1) and k-decay (k, q).

use super::Weights;
use crate::math::Dd;

pub(super) fn weights(u: Dd, r: Dd, p: f64, q: f64) -> Weights<Dd> {
    let done = power(u, p);
    let left = complement(u, r, p);
    Weights {
        w: power(left, q),
        s: complement(left, done, q),
    }
}

/// `x^y`; of a negative x, whose y the curve's constructor and `goes_on` keep whole.
pub(super) fn power(x: Dd, y: f64) -> Dd {
    if y == 1.0 {
        x
    } else if x.hi < 0.0 {
        let size = (-x).powf(y);
        if y % 2.0 == 0.0 { size } else { -size }
    } else {
        x.powf(y)
    }
}

/// `1 - u^p` where `r = 1 - u` is known, without cancellation near u = 1.
pub(super) fn complement(u: Dd, r: Dd, p: f64) -> Dd {
    if p == 1.0 {
        r
    } else if r.abs().hi < 0.25 {
        -((-r).ln_1p() * p).exp_m1()
    } else {
        Dd::ONE - power(u, p)
    }
}

//! Curves made of quotients and roots: REX and the inverse square root.

use super::Weights;
use crate::math::Dd;

/// `w = r / ((1 - d) + d r)` and `s = (1 - d) u / ((1 - d) + d r)`, after Chen et al. (2021) for d = 1/2.
pub(super) fn rex(u: Dd, r: Dd, d: f64) -> Weights<Dd> {
    let rest = Dd::ONE - d;
    let below = rest + r * d;
    Weights {
        w: r / below,
        s: rest * u / below,
    }
}

/// With q = sqrt(1 + a u) and e = sqrt(1 + a): `s = u e (1 + e) / (q (1 + q))`, `w = r (1 + e) / (q (e + q))`.
pub(super) fn inverse_sqrt(u: Dd, r: Dd, scale: f64) -> Weights<Dd> {
    let now = (u * scale + 1.0).sqrt();
    let end = (Dd::new(scale) + 1.0).sqrt();
    Weights {
        w: r * (end + 1.0) / (now * (end + now)),
        s: u * end * (end + 1.0) / (now * (now + 1.0)),
    }
}

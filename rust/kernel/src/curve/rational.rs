//! Curves made of quotients and roots: REX and the inverse square root.

use crate::block::Shares;
use crate::math::Pair;
use crate::width::Width;

/// Factors that keep numbers as large as an f64 can be inside the range.
const TINY: f64 = 7.458340731200207e-155;
const LARGE: f64 = 1e100;

/// `w = r / ((1 - d) + d r)` and `s = (1 - d) u / ((1 - d) + d r)`, after Chen et al. (2021) for d = 1/2.
pub(super) fn rex<const N: usize>(width: Width, shares: &mut Shares<N>, d: f64) {
    let unit = if d < -LARGE { TINY } else { 1.0 };
    let d = unit * d;
    let rest = Pair::new(unit) - d;
    shares.change(
        width,
        #[inline(always)]
        move |u, r| {
            let below = rest + r * d;
            (rest * u / below, r * unit / below)
        },
    );
}

/// With q = sqrt(1 + a u) and e = sqrt(1 + a): `s = u e (1 + e) / (q (1 + q))`, `w = r (1 + e) / (q (e + q))`.
pub(super) fn inverse_sqrt<const N: usize>(width: Width, shares: &mut Shares<N>, scale: f64) {
    let unit = if scale > LARGE { TINY } else { 1.0 };
    let scale = scale * unit * unit;
    let end = (Pair::new(scale) + unit * unit).sqrt();
    shares.change(
        width,
        #[inline(always)]
        move |u, r| {
            let now = (u * scale + unit * unit).sqrt();
            (
                u * end * (end + unit) / (now * (now + unit)),
                r * unit * (end + unit) / (now * (end + now)),
            )
        },
    );
}

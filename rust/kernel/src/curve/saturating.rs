//! Saturating exponential: `s = (1 - k^u) / (1 - k)`.

use super::Weights;
use crate::math::Dd;

pub(super) fn weights(u: Dd, r: Dd, ratio: f64) -> Weights<Dd> {
    let log = Dd::new(ratio).ln();
    let whole = log.exp_m1();
    Weights {
        w: (-(r * log)).exp_m1() * ratio / -whole,
        s: (u * log).exp_m1() / whole,
    }
}

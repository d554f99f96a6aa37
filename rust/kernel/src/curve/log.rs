//! Logarithmic: `s = log(1 + u (n - 1)) / log(n)`.

use super::Weights;
use crate::math::Dd;

pub(super) fn weights(u: Dd, r: Dd, n: f64) -> Weights<Dd> {
    let range = Dd::new(n) - 1.0;
    let whole = range.ln_1p();
    Weights {
        w: (range * r / (range * u + 1.0)).ln_1p() / whole,
        s: (range * u).ln_1p() / whole,
    }
}

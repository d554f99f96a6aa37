//! Logarithmic: `s = log(1 + u (n - 1)) / log(n)`.

use crate::block::Shares;
use crate::math::{Dd, Pair, ln, ln_1p};
use crate::width::Width;

/// A larger n may take a product out of the range.
const LARGE: f64 = 1e200;

pub(super) fn shape<const N: usize>(width: Width, shares: &mut Shares<N>, n: f64) {
    let whole = ln(Pair::new(n));
    let range = Pair::new(n) - 1.0;
    if n > LARGE {
        let range = Dd::from(range);
        shares.change(
            width,
            #[inline(always)]
            move |u, r| {
                let done = range * Dd::from(u);
                let left = range * Dd::from(r) / (done + 1.0);
                (ln_1p(done.into()) / whole, ln_1p(left.into()) / whole)
            },
        );
        return;
    }
    shares.change(
        width,
        #[inline(always)]
        move |u, r| {
            let done = range * u;
            let left = range * r / (done + 1.0);
            (ln_1p(done) / whole, ln_1p(left) / whole)
        },
    );
}

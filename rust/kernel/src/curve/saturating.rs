//! Saturating exponential: `s = (1 - k^u) / (1 - k)`.

use crate::block::Shares;
use crate::math::{Exp, Pair, ln};
use crate::width::Width;

/// `w = k^u (1 - k^r) / (1 - k)`. A ratio above 1 is its inverse the other way round, so that no power leaves the range.
pub(super) fn shape<const N: usize>(width: Width, shares: &mut Shares<N>, ratio: f64) {
    let log = -ln(Pair::new(ratio)).abs();
    let whole = Exp::of(log).less_one();
    if ratio > 1.0 {
        shares.swap();
    }
    shares.change(
        width,
        #[inline(always)]
        move |u, r| {
            let done = Exp::of(log * u);
            let left = Exp::of(log * r).less_one();
            (done.less_one() / whole, done.power() * left / whole)
        },
    );
    if ratio > 1.0 {
        shares.swap();
    }
}

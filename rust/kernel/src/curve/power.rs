//! Powers: `s = 1 - (1 - u^p)^q`.
//!
//! Linear (1, 1), polynomial decay (1, q), power of progress (p, 1), 1-sqrt (1/2, 1) and k-decay (k, q).

use crate::block::{Block, Shares};
use crate::math::{Exponent, Pair, pow_shares, sqrt_shares};
use crate::width::Width;

pub(super) fn shape<const N: usize>(width: Width, shares: &mut Shares<N>, p: f64, q: f64) {
    raise(width, shares, p);
    shares.swap();
    raise(width, shares, q);
    shares.swap();
}

/// From `(s, w)` to `(s^y, 1 - s^y)`; of negative ones, whose y the curve's constructor and `goes_on` keep whole.
pub(super) fn raise<const N: usize>(width: Width, shares: &mut Shares<N>, y: f64) {
    match Exponent::of(y) {
        Exponent::One => {}
        Exponent::Half => shares.change(width, sqrt_shares),
        Exponent::Whole(n) => raise_by_products(width, shares, n),
        Exponent::Other(y) => shares.change(
            width,
            #[inline(always)]
            move |s, w| pow_shares(s, w, y),
        ),
    }
}

/// `1 - s^n` is `w (1 + s + .. + s^(n - 1))`.
fn raise_by_products<const N: usize>(width: Width, shares: &mut Shares<N>, n: u32) {
    let line = *shares;
    shares.w = Block::of(|_| Pair::ONE);
    for _ in 1..n {
        shares.change_by(
            width,
            &line,
            #[inline(always)]
            |power, sum, s, _| (power * s, sum * s + 1.0),
        );
    }
    shares.change_by(
        width,
        &line,
        #[inline(always)]
        |power, sum, _, w| (power, w * sum),
    );
}

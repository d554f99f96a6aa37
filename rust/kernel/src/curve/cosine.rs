//! Cosine waves: `s = 1 - ((1 + cos(2 pi n u^p)) / 2)^q`.
//!
//! (1 + cos(2x)) / 2 is cos(x)^2, and 1 minus it sin(x)^2: both are squares of sines of the distance to their zero.

use super::power::raise;
use crate::block::Shares;
use crate::math::{Pair, sine_squares};
use crate::width::Width;

pub(super) fn shape<const N: usize>(
    width: Width,
    shares: &mut Shares<N>,
    cycles: f64,
    p: f64,
    q: f64,
) {
    raise(width, shares, p);
    let one_fall = cycles == 0.5;
    shares.change(
        width,
        #[inline(always)]
        move |done, left| {
            let from_peak = distance_to_whole(done * cycles);
            let left = (left * cycles).abs();
            let other = Pair::new(0.5) - from_peak;
            let from_trough = Pair::choose(one_fall && left.hi <= 0.5, left, other);
            let (w, s) = sine_squares(from_trough, from_peak);
            (s, w)
        },
    );
    shares.swap();
    raise(width, shares, q);
    shares.swap();
}

#[inline(always)]
fn distance_to_whole(x: Pair) -> Pair {
    (x - (x + 0.5).floor()).abs()
}

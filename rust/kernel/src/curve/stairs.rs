//! Stairs: `s = floor(n u) / n`, or ceil.

use super::Rounding;
use crate::block::Shares;
use crate::math::Pair;
use crate::width::Width;

pub(super) fn shape<const N: usize>(
    width: Width,
    shares: &mut Shares<N>,
    n: f64,
    rounding: Rounding,
    from_left: bool,
) {
    let steps = Pair::new(n);
    shares.change(
        width,
        #[inline(always)]
        move |u, _| {
            let x = u * n;
            let nearest = (x + 0.5).floor();
            let on_a_step = (x - nearest).abs().hi <= 1e-25 * n;
            let whole = Pair::choose(on_a_step, nearest, x.floor());
            let more = match rounding {
                Rounding::Floor if on_a_step && from_left => -1.0,
                Rounding::Ceil if !on_a_step => 1.0,
                _ => 0.0,
            };
            let k = whole + more;
            let k = Pair::choose(k.hi < 0.0, Pair::ZERO, k);
            (k / steps, (steps - k) / steps)
        },
    );
}

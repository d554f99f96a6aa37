//! A part of a tanh, scaled so that it ends exactly.
//!
//! tanh(a) - tanh(b) = sinh(a - b) / (cosh(a) cosh(b)), so that with D = high - low and x the argument at u:
//! `s = sinh(D u) cosh(high) / (sinh(D) cosh(x))` and `w = sinh(D r) cosh(low) / (sinh(D) cosh(x))`.

use crate::block::Shares;
use crate::math::{Exp, Pair};
use crate::width::Width;

pub(super) fn shape<const N: usize>(width: Width, shares: &mut Shares<N>, low: f64, high: f64) {
    let (low, high) = if low < high {
        (low, high)
    } else {
        (-low, -high)
    };
    // As close as this, both ends lie by 0, where a tanh is straight, and products would underflow.
    if high - low < 1e-150 {
        return;
    }
    let span = Pair::new(high) - low;
    let whole = Exp::of(span * -2.0).less_one();
    let (low_cosh, high_cosh) = (cosh_tail(Pair::new(low)), cosh_tail(Pair::new(high)));
    shares.change(
        width,
        #[inline(always)]
        move |u, r| {
            let x = r * low + u * high;
            let below = cosh_tail(x) * whole;
            let farther = |end: f64, rest: Pair| Pair::new(end.abs()) - x.abs() - span * rest;
            (
                sinh_share(span * u, high_cosh / below, farther(high, r)),
                sinh_share(span * r, low_cosh / below, farther(low, u)),
            )
        },
    );
}

#[inline(always)]
fn sinh_share(part: Pair, beside: Pair, power: Pair) -> Pair {
    Exp::of(part * -2.0).less_one() * beside * Exp::of(power).power()
}

/// `1 + e^(-2|x|)`: 2 cosh(x) e^(-|x|).
#[inline(always)]
fn cosh_tail(x: Pair) -> Pair {
    Exp::of(x.abs() * -2.0).power() + 1.0
}

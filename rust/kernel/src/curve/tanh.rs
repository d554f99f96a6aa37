//! A part of a tanh, scaled so that it ends exactly.
//!
//! tanh(a) - tanh(b) = sinh(a - b) / (cosh(a) cosh(b)), so that with D = high - low and x the argument at u:
//! `s = sinh(D u) cosh(high) / (sinh(D) cosh(x))` and `w = sinh(D r) cosh(low) / (sinh(D) cosh(x))`.

use super::Weights;
use crate::math::Dd;

pub(super) fn weights(u: Dd, r: Dd, low: f64, high: f64) -> Weights<Dd> {
    let (low, high) = if low < high {
        (low, high)
    } else {
        (-low, -high)
    };
    let span = Dd::new(high) - low;
    // As close as this, both ends lie by 0, where a tanh is straight, and products would underflow.
    if high - low < 1e-150 {
        return Weights { w: r, s: u };
    }
    let x = r * low + u * high;
    let share = |part: Dd, rest: Dd, end: f64| {
        let sinh = (span * part * -2.0).exp_m1() / (span * -2.0).exp_m1();
        let cosh = (even_tail(Dd::new(end)) + 1.0) / (even_tail(x) + 1.0);
        sinh * cosh * (Dd::new(end.abs()) - x.abs() - span * rest).exp()
    };
    Weights {
        w: share(r, u, low),
        s: share(u, r, high),
    }
}

/// `e^(-2|x|)`, the part of 2 cosh(x) e^(-|x|) beside 1.
fn even_tail(x: Dd) -> Dd {
    (x.abs() * -2.0).exp()
}

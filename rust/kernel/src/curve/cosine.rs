//! Cosine waves: `s = 1 - ((1 + cos(2 pi n u^p)) / 2)^q`.
//!
//! (1 + cos(2x)) / 2 is cos(x)^2, and 1 minus it sin(x)^2: both are squares of sines of the distance to their zero.

use super::Weights;
use super::power::{complement, power};
use crate::math::Dd;

pub(super) fn weights(u: Dd, r: Dd, cycles: f64, p: f64, q: f64) -> Weights<Dd> {
    let half_turns = power(u, p) * cycles;
    let left = complement(u, r, p) * cycles;
    let from_trough = if cycles == 0.5 && left.abs().hi <= 0.5 {
        left
    } else {
        Dd::new(0.5) - distance_to_whole(half_turns)
    };
    let w = from_trough.sin_pi().sqr();
    let s = distance_to_whole(half_turns).sin_pi().sqr();
    if q == 1.0 {
        Weights { w, s }
    } else {
        Weights {
            w: w.powf(q),
            s: complement(w, s, q),
        }
    }
}

fn distance_to_whole(x: Dd) -> Dd {
    (x - (x + 0.5).floor()).abs()
}

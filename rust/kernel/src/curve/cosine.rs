//! Cosine waves: `s = 1 - ((1 + cos(2 pi n u^p)) / 2)^q`.
//!
//! (1 + cos(2x)) / 2 is cos(x)^2, and 1 minus it sin(x)^2: both are squares of sines of the distance to their zero.

use super::power::{complement, power};
use super::{Progress, Weights};
use crate::math::{Dd, sin_pi};

/// Half a wave in f64, for progress between 0 and 1: near its ends the square of a sine, half-way a sine that is added
/// to or taken from 1/2. Both weights come from one sine, and are 1/2 at 1/2.
pub(super) fn plain_weights(at: Progress) -> Weights<f64> {
    let (u, r) = (at.u.hi, at.r.hi);
    if u <= 0.25 {
        let s = sin_pi(0.5 * u);
        Weights {
            w: 1.0 - s * s,
            s: s * s,
        }
    } else if r <= 0.25 {
        let w = sin_pi(0.5 * r);
        Weights {
            w: w * w,
            s: 1.0 - w * w,
        }
    } else {
        let ahead = 0.5 * ((r - u) + (at.r.lo - at.u.lo));
        let half = (0.5 * sin_pi(ahead.abs())).copysign(ahead);
        Weights {
            w: 0.5 + half,
            s: 0.5 - half,
        }
    }
}

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

//! Deterministic mathematics: the same bits on every machine.
//!
//! Everything here is made of additions, multiplications, divisions and square roots, which IEEE 754 rounds in one way
//! only. Nothing is fused and no C library is called.

mod dd;
mod exp;
mod exp2;
mod log;
mod operators;
mod pair;
mod power;
mod sin_pi;
#[cfg(test)]
mod tests;
mod waves;

pub use dd::{Dd, two_prod, two_sum};
pub use exp::Exp;
pub(crate) use exp2::LN_2;
pub use exp2::exp2_product;
pub use log::{ln, ln_1p};
pub use pair::Pair;
pub use power::{Exponent, pow, pow_beside_one, pow_shares, sqrt_shares};
pub use sin_pi::{sin_pi, sine_squares};
pub use waves::{half_sine, rise};

/// A polynomial, its even and its odd terms side by side.
#[inline(always)]
fn series<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let y = x * x;
    let (mut even, mut odd) = (0.0, 0.0);
    for i in (0..N).rev() {
        let sum = if i % 2 == 0 { &mut even } else { &mut odd };
        *sum = *sum * y + coefficients[i];
    }
    even + x * odd
}

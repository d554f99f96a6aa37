//! Deterministic mathematics: the same bits on every machine.
//!
//! Everything here is made of additions, multiplications, divisions and square roots, which IEEE 754 rounds in one way
//! only, and of `libm` crate functions as first guesses. Nothing is fused and no C library is called.

mod dd;
mod exp;
mod exp2;
mod log;
mod sin_pi;
#[cfg(test)]
mod tests;
mod waves;

pub use dd::{Dd, two_prod, two_sum};
pub(crate) use exp::LN_2;
pub use exp2::exp2_product;
pub use waves::{half_sine, rise};

//! Deterministic mathematics: the same bits on every machine.
//!
//! Everything here is made of additions, multiplications, divisions and square roots, which IEEE 754 rounds in one way
//! only, and of `libm` crate functions as first guesses. Nothing is fused and no C library is called.

mod dd;
mod exp;
mod log;
mod sin_pi;
#[cfg(test)]
mod tests;

pub use dd::{Dd, two_prod, two_sum};
pub use sin_pi::sin_pi;

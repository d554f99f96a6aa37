//! Logarithm and power in two doubles.

use super::dd::Dd;
use super::exp::LN_2;

const TWO_512: f64 = 1.3407807929942597e154;

impl Dd {
    /// The natural logarithm of a positive number: one Newton step from the f64 logarithm.
    pub fn ln(self) -> Self {
        let guess = Self::new(libm::log(self.hi));
        if !guess.hi.is_finite() {
            return guess;
        }
        // The step below needs e^-ln(self), which must not leave the range of an f64.
        if self.hi < 1e-280 {
            return self.scaled(TWO_512).ln() - LN_2 * 512.0;
        }
        if self.hi > 1e280 {
            return self.scaled(1.0 / TWO_512).ln() + LN_2 * 512.0;
        }
        let near_one = self - 1.0;
        if near_one.hi.abs() < 0.25 {
            return near_one.ln_1p();
        }
        let step = self * (-guess).exp() - 1.0;
        guess + step - step.sqr().scaled(0.5)
    }

    /// ln(1 + self) for self > -1, which keeps its digits near 0.
    pub fn ln_1p(self) -> Self {
        if self.hi.abs() > 0.3 {
            return (self + 1.0).ln();
        }
        let guess = Self::new(libm::log1p(self.hi));
        let shrink = (-guess).exp_m1();
        let step = self + shrink + self * shrink;
        guess + step - step.sqr().scaled(0.5)
    }

    /// `self^y` for self >= 0; `x^0` is 1, also for x = 0.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be a small whole number
    pub fn powf(self, y: f64) -> Self {
        if y == 0.0 {
            Self::ONE
        } else if y < 0.0 {
            self.powf(-y).recip()
        } else if self.is_zero() {
            Self::ZERO
        } else if y == 0.5 {
            self.sqrt()
        } else if y <= 8.0 && y.floor() == y {
            self.powi(y as u32)
        } else {
            (self.ln() * y).exp()
        }
    }
}

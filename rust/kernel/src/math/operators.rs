//! The operators that two doubles of either kind derive from their sum, product and quotient.

/// Negation, the difference, and all four operators with an f64.
macro_rules! derive_operators {
    ($Double:ident) => {
        impl std::ops::Neg for $Double {
            type Output = Self;

            #[inline(always)]
            fn neg(self) -> Self {
                Self {
                    hi: -self.hi,
                    lo: -self.lo,
                }
            }
        }

        impl std::ops::Sub for $Double {
            type Output = Self;

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                self + -other
            }
        }

        crate::math::operators::derive_operators!($Double, Add, add, +);
        crate::math::operators::derive_operators!($Double, Sub, sub, -);
        crate::math::operators::derive_operators!($Double, Mul, mul, *);
        crate::math::operators::derive_operators!($Double, Div, div, /);
    };
    ($Double:ident, $Operator:ident, $function:ident, $sign:tt) => {
        impl std::ops::$Operator<f64> for $Double {
            type Output = Self;

            #[inline(always)]
            fn $function(self, other: f64) -> Self {
                self $sign Self::new(other)
            }
        }
    };
}

pub(super) use derive_operators;

//! The exponential in two doubles.

use super::dd::Dd;

/// ln 2.
pub(crate) const LN_2: Dd = Dd {
    hi: std::f64::consts::LN_2,
    lo: 2.3190468138462996e-17,
};

/// 1/2!, 1/3!, .. 1/9!.
const INVERSE_FACTORIALS: [Dd; 8] = [
    Dd { hi: 0.5, lo: 0.0 },
    Dd {
        hi: 0.16666666666666666,
        lo: 9.25185853854297e-18,
    },
    Dd {
        hi: 0.041666666666666664,
        lo: 2.3129646346357427e-18,
    },
    Dd {
        hi: 0.008333333333333333,
        lo: 1.1564823173178714e-19,
    },
    Dd {
        hi: 0.001388888888888889,
        lo: -5.300543954373577e-20,
    },
    Dd {
        hi: 0.0001984126984126984,
        lo: 1.7209558293420705e-22,
    },
    Dd {
        hi: 2.48015873015873e-05,
        lo: 2.1511947866775882e-23,
    },
    Dd {
        hi: 2.7557319223985893e-06,
        lo: -1.858393274046472e-22,
    },
];

const HALVINGS: u32 = 8;

/// `e^x - 1` for |x| <= 0.35.
fn exp_m1_reduced(x: Dd) -> Dd {
    let small = x.scaled(1.0 / f64::from(1_u32 << HALVINGS));
    let series = INVERSE_FACTORIALS
        .iter()
        .rev()
        .fold(Dd::ZERO, |sum, &term| (sum + term) * small);
    let mut y = small + series * small;
    for _ in 0..HALVINGS {
        y = y.scaled(2.0) + y.sqr();
    }
    y
}

fn times_power_of_two(x: Dd, k: i32) -> Dd {
    let half = k / 2;
    x.scaled(libm::scalbn(1.0, half))
        .scaled(libm::scalbn(1.0, k - half))
}

impl Dd {
    /// `e^self`: infinity above about 709.8, 0 below about -745.2.
    #[allow(clippy::cast_possible_truncation)] // |k| is below 1100 here
    pub fn exp(self) -> Self {
        if self.hi.is_nan() || self.hi > 709.79 {
            return Self::new(self.hi.max(f64::INFINITY));
        }
        if self.hi < -745.2 {
            return Self::ZERO;
        }
        let k = (self.hi / LN_2.hi).round();
        let reduced = self - LN_2 * k;
        times_power_of_two(exp_m1_reduced(reduced) + 1.0, k as i32)
    }

    /// `e^self - 1`, which keeps its digits near 0.
    pub fn exp_m1(self) -> Self {
        if self.hi.abs() <= 0.35 {
            exp_m1_reduced(self)
        } else {
            self.exp() - 1.0
        }
    }
}

//! The sine of a multiple of pi, as an f64 and in two doubles.

use super::dd::{Dd, two_prod};

/// Taylor coefficients of sin(pi x) / x in x^2.
const SIN: [Dd; 15] = [
    Dd {
        hi: std::f64::consts::PI,
        lo: 1.2246467991473532e-16,
    },
    Dd {
        hi: -5.16771278004997,
        lo: 2.2665622825789447e-16,
    },
    Dd {
        hi: 2.5501640398773455,
        lo: -7.931006345326556e-17,
    },
    Dd {
        hi: -0.5992645293207921,
        lo: 2.845026112698218e-17,
    },
    Dd {
        hi: 0.08214588661112823,
        lo: -3.847292805297656e-18,
    },
    Dd {
        hi: -0.0073704309457143504,
        lo: -3.328281165603432e-19,
    },
    Dd {
        hi: 0.00046630280576761255,
        lo: 1.0704561733683463e-20,
    },
    Dd {
        hi: -2.1915353447830217e-05,
        lo: 1.4648526682685598e-21,
    },
    Dd {
        hi: 7.952054001475513e-07,
        lo: 1.736540361519021e-23,
    },
    Dd {
        hi: -2.2948428997269873e-08,
        lo: -7.376346207041088e-26,
    },
    Dd {
        hi: 5.392664662608129e-10,
        lo: -4.6231664587063263e-26,
    },
    Dd {
        hi: -1.0518471716932065e-11,
        lo: 6.607471301444785e-28,
    },
    Dd {
        hi: 1.7302192458361107e-13,
        lo: 4.02155341316903e-30,
    },
    Dd {
        hi: -2.432561179993389e-15,
        lo: 1.1975701997015738e-31,
    },
    Dd {
        hi: 2.9567015428549106e-17,
        lo: -2.093244907518996e-34,
    },
];

/// Taylor coefficients of cos(pi x) in x^2.
const COS: [Dd; 16] = [
    Dd { hi: 1.0, lo: 0.0 },
    Dd {
        hi: -4.934802200544679,
        lo: -3.1326477543698557e-16,
    },
    Dd {
        hi: 4.0587121264167685,
        lo: -2.6602000824298645e-16,
    },
    Dd {
        hi: -1.3352627688545895,
        lo: 3.1815237892149862e-18,
    },
    Dd {
        hi: 0.2353306303588932,
        lo: -1.2583065576724427e-18,
    },
    Dd {
        hi: -0.02580689139001406,
        lo: 1.170191067939226e-18,
    },
    Dd {
        hi: 0.0019295743094039231,
        lo: -9.669517939986956e-20,
    },
    Dd {
        hi: -0.0001046381049248457,
        lo: -2.421206183964864e-21,
    },
    Dd {
        hi: 4.303069587032947e-06,
        lo: -2.864010082936791e-22,
    },
    Dd {
        hi: -1.3878952462213771e-07,
        lo: -7.479362090417238e-24,
    },
    Dd {
        hi: 3.604730797462501e-09,
        lo: -1.833556774402799e-25,
    },
    Dd {
        hi: -7.700707130601354e-11,
        lo: 4.7314468253686385e-27,
    },
    Dd {
        hi: 1.3768647280377414e-12,
        lo: -1.6034234137163717e-29,
    },
    Dd {
        hi: -2.0906323353147685e-14,
        lo: -4.965817957054884e-32,
    },
    Dd {
        hi: 2.729327261598196e-16,
        lo: -1.0546803731213643e-32,
    },
    Dd {
        hi: -3.0962506152968648e-18,
        lo: -2.0544495622285676e-35,
    },
];

const F64_TERMS: usize = 9;

fn tail(coefficients: &[Dd], y: f64) -> f64 {
    coefficients[1..F64_TERMS]
        .iter()
        .rev()
        .fold(0.0, |sum, c| (sum + c.hi) * y)
}

/// sin(pi x) for 0 <= x <= 1/2, within 1 ulp; exactly 0 at 0 and 1 at 1/2.
pub fn sin_pi(x: f64) -> f64 {
    if x <= 0.25 {
        let (lead, lost) = two_prod(x, SIN[0].hi);
        lead + (lost + x * SIN[0].lo + x * tail(&SIN, x * x))
    } else {
        let left = 0.5 - x;
        1.0 + tail(&COS, left * left)
    }
}

impl Dd {
    /// sin(pi self) for |self| <= 1/2.
    pub fn sin_pi(self) -> Self {
        let x = self.abs();
        let sine = if x.hi <= 0.25 {
            series(&SIN, x.sqr()) * x
        } else {
            series(&COS, (Self::new(0.5) - x).sqr())
        };
        if self.hi < 0.0 { -sine } else { sine }
    }
}

fn series(coefficients: &[Dd], y: Dd) -> Dd {
    coefficients
        .iter()
        .rev()
        .fold(Dd::ZERO, |sum, &c| sum * y + c)
}

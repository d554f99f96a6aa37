//! Squares of sines in two doubles: the halves of a wave.

use super::pair::Pair;
use super::series;

/// Coefficients of `sin(pi x)^2 / x^2` in `x^2`: the first two, then the others.
const SQUARE: [Pair; 2] = [
    Pair {
        hi: 9.869604401089358,
        lo: 6.265295508739711e-16,
    },
    Pair {
        hi: -32.46969701133415,
        lo: 2.1281600659438916e-15,
    },
];
const SQUARE_TAIL: [f64; 8] = [
    42.728408603346864,
    -30.12232068593833,
    13.2131283916872,
    -3.9517681856592346,
    0.857195355544336,
    -0.14100298422789562,
    0.018191420571272834,
    -0.0018899171003400198,
];

/// Coefficients of `sin(pi x) / (2 x)` in `x^2`.
const SINE: [Pair; 2] = [
    Pair {
        hi: std::f64::consts::FRAC_PI_2,
        lo: 6.123233995736766e-17,
    },
    Pair {
        hi: -2.583856390024985,
        lo: 1.1332811412894724e-16,
    },
];
const SINE_TAIL: [f64; 8] = [
    1.2750820199386728,
    -0.29963226466039605,
    0.041072943305564116,
    -0.0036852154728571752,
    0.00023315140288380628,
    -1.0957676723915109e-05,
    3.9760270007377563e-07,
    -1.1474214498634937e-08,
];

#[inline(always)]
fn polynomial(head: [Pair; 2], tail: &[f64; 8], y: Pair) -> Pair {
    let second = head[1] * y;
    head[0] + Pair::from_ordered(second.hi, second.lo + y.hi * y.hi * series(tail, y.hi))
}

/// sin(pi a)^2 and sin(pi b)^2, where `a + b = 1/2` and neither is negative; their sum is 1.
#[inline(always)]
pub fn sine_squares(a: Pair, b: Pair) -> (Pair, Pair) {
    let near = Pair::choose(a.hi < b.hi, a, b);
    let square = near.sqr();
    let small = square * polynomial(SQUARE, &SQUARE_TAIL, square);
    let large = Pair::ONE - small;
    let apart = a - b;
    let half = apart * polynomial(SINE, &SINE_TAIL, apart.sqr());
    let (more, less) = (Pair::new(0.5) + half, Pair::new(0.5) - half);
    let (first, second) = (
        Pair::choose(a.hi < b.hi, small, large),
        Pair::choose(a.hi < b.hi, large, small),
    );
    (
        Pair::choose(near.hi > 0.125, more, first),
        Pair::choose(near.hi > 0.125, less, second),
    )
}

/// sin(pi x) for |x| <= 1/2.
#[inline(always)]
pub fn sin_pi(x: Pair) -> Pair {
    let size = x.abs();
    let (square, _) = sine_squares(size, Pair::new(0.5) - size);
    let sine = square.sqrt();
    if x.hi < 0.0 { -sine } else { sine }
}

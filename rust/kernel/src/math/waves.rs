//! The parts of half a cosine wave, in f64: plain polynomials that loops vectorise.

/// Coefficients of sin(pi sqrt(y) / 2)^2 / y, near the best of their number for y up to 1/16: 4e-18.
const RISE: [f64; 7] = [
    2.4674011002723395,
    -2.0293560632083825,
    0.6676313844269047,
    -0.11766531514199612,
    0.012903443982350939,
    -0.0009647469374474705,
    5.1850414857973136e-05,
];
const RISE_LOST: f64 = 1.5566086232398355e-16;

/// Coefficients of sin(pi x) / (2 x) in x^2, near the best of their number for x up to 1/4: 9e-18.
const SINE: [f64; 7] = [
    std::f64::consts::FRAC_PI_2,
    -2.583856390024977,
    1.2750820199366881,
    -0.29963226446982244,
    0.04107293459000087,
    -0.0036850107934538853,
    0.0002307659276917905,
];
const SINE_LOST: f64 = 5.628876619397417e-17;

#[inline(always)]
fn tail(coefficients: &[f64], y: f64) -> f64 {
    coefficients[1..]
        .iter()
        .rev()
        .fold(0.0, |sum, c| (sum + c) * y)
}

/// sin(pi u / 2)^2 for 0 <= u <= 1/4, within 3 ulp; exactly 0 at 0.
#[inline(always)]
pub fn rise(u: f64) -> f64 {
    let y = u * u;
    y * (RISE[0] + (RISE_LOST + tail(&RISE, y)))
}

/// sin(pi x) / 2 for |x| <= 1/4, within 2 ulp; exactly 0 at 0.
#[inline(always)]
pub fn half_sine(x: f64) -> f64 {
    x * (SINE[0] + (SINE_LOST + tail(&SINE, x * x)))
}

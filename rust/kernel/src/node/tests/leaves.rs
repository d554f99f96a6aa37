//! Nodes that are made of numbers alone.

use super::{FAR, at, before, check, constant, ratio, s};
use crate::Curve;
use crate::node::{Between, Exponential, InversePower, Noise, Points, Power, Samples, Side};

#[test]
fn constants() {
    check(&constant(0.5, None), None, &[(0.0, 0.5), (FAR[4], 0.5)]);
    check(&constant(0.5, Some(3.0)), Some(3.0), &[(3.0, 0.5)]);
}

#[test]
fn exponentials_and_powers() {
    let decay = s(Exponential::new(0.5, 2.0, 0.0).unwrap());
    check(
        &decay,
        None,
        &[
            (0.0, 1.0),
            (2.0, 0.5),
            (20.0, 0.000_976_562_5),
            (FAR[4], 0.0),
        ],
    );
    let gone = s(Exponential::new(0.0, 1.0, 0.0).unwrap());
    check(&gone, None, &[(0.0, 1.0), (1.0, 0.0)]);
    let power = s(Power::new(ratio(2.0), -0.5, 0.0, 1.0).unwrap());
    check(
        &power,
        None,
        &[(0.0, 2.0), (1.0, 2.0), (4.0, 1.0), (16.0, 0.5)],
    );
    let inverse = s(InversePower::new(4.0, 1.0, 0.5, 0.0).unwrap());
    check(&inverse, None, &[(0.0, 1.0), (12.0, 0.5), (60.0, 0.25)]);
}

#[test]
fn points_and_samples() {
    let table = [
        (1.0, ratio(1.0)),
        (3.0, ratio(0.5)),
        (3.0, ratio(0.75)),
        (5.0, ratio(0.25)),
    ];
    let joined = s(Points::new(&table, Between::Curve(Curve::Linear)).unwrap());
    check(
        &joined,
        Some(5.0),
        &[
            (0.0, 1.0),
            (2.0, 0.75),
            (3.0, 0.75),
            (4.0, 0.5),
            (9.0, 0.25),
        ],
    );
    assert_eq!(before(&joined, 3.0), 0.5);
    let held = |side| s(Points::new(&table, Between::Hold(side)).unwrap());
    check(
        &held(Side::Right),
        None,
        &[(0.0, 1.0), (2.9, 1.0), (3.0, 0.75), (5.0, 0.25)],
    );
    check(
        &held(Side::Left),
        None,
        &[(3.0, 1.0), (3.1, 0.75), (5.0, 0.75), (5.1, 0.25)],
    );
    assert_eq!(before(&held(Side::Right), 5.0), 0.75);
    let samples = s(Samples::new(&[1.0, 0.7, 0.4]).unwrap());
    check(
        &samples,
        Some(3.0),
        &[(0.0, 1.0), (1.9, 0.7), (2.0, 0.4), (3.0, 0.4)],
    );
    assert_eq!(before(&samples, 1.0), 1.0);
}

#[test]
fn noise_is_a_function_of_seed_and_step() {
    let make = |seed, std| s(Noise::new(seed, 0.25, std, 2.0, Some(100.0)).unwrap());
    for std in [None, Some(1.0)] {
        let (one, other) = (make(7, std), make(8, std));
        assert_eq!((at(&one, 1.0), at(&one, 100.0)), (1.0, 1.0));
        let seen: Vec<f64> = (2..100).map(|t| at(&one, f64::from(t))).collect();
        assert!(seen.iter().all(|x| (x - 1.0).abs() < 0.25));
        assert!(seen.windows(2).all(|pair| pair[0] != pair[1]));
        assert!((2..100).all(|t| at(&one, f64::from(t)) != at(&other, f64::from(t))));
        let mean = seen.iter().sum::<f64>() / 98.0;
        assert!((mean - 1.0).abs() < 0.06, "mean {mean}");
        assert_eq!(
            seen,
            (2..100).map(|t| at(&one, f64::from(t))).collect::<Vec<_>>()
        );
    }
}

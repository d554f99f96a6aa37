//! Nodes that are made of numbers alone.

use super::{FAR, at, before, check, constant, ratio, s};
use crate::node::{Between, Exponential, InversePower, Noise, Points, Power, Samples, Side};
use crate::{Curve, Schedule};

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

/// Each way to raise a number is another formula: all of them, with a shift.
#[test]
fn powers_of_every_kind() {
    let times = [1.0, 6.0, 22.0];
    let powers = [
        (0.5, [2.0, 3.0, 5.0]),
        (-0.5, [0.5, 1.0 / 3.0, 0.2]),
        (1.0, [4.0, 9.0, 25.0]),
        (-1.0, [0.25, 1.0 / 9.0, 0.04]),
        (2.0, [16.0, 81.0, 625.0]),
        (-2.0, [0.0625, 1.0 / 81.0, 0.0016]),
        (3.0, [64.0, 729.0, 15625.0]),
        (
            0.7,
            [2.6390158215457884, 4.655536721746079, 9.518269693579391],
        ),
        (
            -0.7,
            [0.37892914162759955, 0.2147980049924181, 0.1050611121761507],
        ),
    ];
    for (exponent, values) in powers {
        let power = s(Power::new(ratio(1.0), exponent, 3.0, 1e-3).unwrap());
        near(&power, times, values);
    }
    let inverses = [
        (
            1.0,
            1.0,
            [0.3076923076923077, 0.2222222222222222, 0.11764705882352941],
        ),
        (
            1.0,
            0.5,
            [0.5547001962252291, 0.4714045207910317, 0.3429971702850177],
        ),
        (
            2.0,
            1.0,
            [
                0.16494845360824742,
                0.07547169811320754,
                0.017467248908296942,
            ],
        ),
        (
            0.5,
            0.5,
            [0.6324555320336759, 0.5901961346491421, 0.5171836138051836],
        ),
        (
            1.0,
            0.7,
            [0.43820935758993773, 0.3489403885752605, 0.2235665124274429],
        ),
        (
            1.7,
            1.3,
            [0.124399891681692, 0.05422436038163384, 0.011169572368483066],
        ),
    ];
    for (inner, outer, values) in inverses {
        near(
            &s(InversePower::new(4.0, inner, outer, 8.0).unwrap()),
            times,
            values,
        );
    }
}

/// Within two units of the last place of what 60 digits give.
fn near(schedule: &Schedule, times: [f64; 3], values: [f64; 3]) {
    for (time, value) in times.into_iter().zip(values) {
        let got = at(schedule, time);
        assert!(
            (got / value - 1.0).abs() < 5e-16,
            "{schedule:?} at {time}: {got}, not {value}"
        );
    }
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

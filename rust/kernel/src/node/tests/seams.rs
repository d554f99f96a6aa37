//! Where clocks start again, stop and come to their end.

use super::{at, before, check, constant, cycle, linear, s};
use crate::math::Dd;
use crate::node::timing::whole_periods;
use crate::node::{
    Clock, Exponential, Samples, Sequence, Shift, Side, Staircase, Stretch, Sum, Timeline, Warp,
};

#[test]
fn a_stretched_clock_loses_nothing() {
    let ramp = s(Stretch::new(linear(0.0, 1.0, 3.0), 7.0).unwrap());
    assert!((0..=21).map(f64::from).all(|t| at(&ramp, t) == t / 21.0));
    let down = linear(1.0, 0.0, 3.0);
    for t in (1..30).map(|tenths| f64::from(tenths) / 10.0) {
        assert_eq!(at(&down, t), ((Dd::new(3.0) - t) / 3.0).value(), "{t}");
    }
    let decay = s(Stretch::new(s(Exponential::new(0.5, 2.0, 0.0).unwrap()), 3.0).unwrap());
    assert!((at(&decay, 1.0) - 0.8908987181403393).abs() < 2e-16);
    let stairs =
        s(Sequence::new(vec![constant(1.0, Some(3.0)), constant(0.5, Some(0.0))]).unwrap());
    for k in 1..100 {
        let long = s(Stretch::new(stairs.clone(), 1e5 * f64::from(k) / 7.0).unwrap());
        let longer = s(Stretch::new(long.clone(), 1.0 + f64::from(k) / 3.0).unwrap());
        for schedule in [long, longer] {
            assert_eq!(at(&schedule, schedule.steps().unwrap()), 0.5, "{k}");
        }
    }
}

#[test]
fn cycles_meet_their_starts_from_both_sides() {
    for (first, growth, starts) in [
        (2.5, 2.0, vec![2.5, 7.5, 17.5]),
        (1.0, 3.0, vec![29_524.0, 7_174_453.0, 3_812_798_742_493.0]),
        (
            3.0,
            2.0,
            vec![
                3.0 * (1_i64 << 40) as f64 - 3.0,
                3.0 * (1_i64 << 50) as f64 - 3.0,
            ],
        ),
    ] {
        let wave = cycle(linear(1.0, 0.0, first), first, growth, None, Clock::Phase);
        assert_eq!((before(&wave, 0.0), at(&wave, 0.0)), (1.0, 1.0));
        for start in starts {
            let just_before = f64::from_bits(start.to_bits() - 1);
            assert_eq!(
                (before(&wave, start), at(&wave, start)),
                (0.0, 1.0),
                "{start}"
            );
            assert!(
                at(&wave, just_before) < 1e-9,
                "{start} of {first} x {growth}"
            );
        }
    }
    let thrice = cycle(linear(1.0, 0.0, 5.0), 5.0, 1.0, Some(3.0), Clock::Local);
    assert_eq!(before(&thrice, 0.0), 1.0);
    check(&thrice, Some(15.0), &[(5.0, 1.0), (14.0, 0.2), (15.0, 0.0)]);
}

#[test]
fn cycles_that_shrink_to_nothing_come_to_their_end() {
    for count in [100.0, 2000.0, 1e9] {
        let shrinking = |clock| cycle(linear(1.0, 0.25, 8.0), 8.0, 0.5, Some(count), clock);
        let known = [(8.0, 1.0), (10.0, 0.625), (16.0, 0.25), (17.0, 0.25)];
        check(&shrinking(Clock::Phase), Some(16.0), &known);
        check(
            &shrinking(Clock::Local),
            Some(16.0),
            &[(8.0, 1.0), (16.0, 1.0)],
        );
    }
}

#[test]
fn of_a_billion_cycles_that_begin_at_once_the_last_is_found_at_once() {
    // Where the closed form guesses a cycle of some hundreds, as it does here, the rest cannot be walked.
    let shrinking = cycle(linear(1.0, 0.25, 8.0), 3.0, 0.3, Some(1e9), Clock::Phase);
    check(
        &shrinking,
        Some(3.0 / 0.7),
        &[(0.0, 1.0), (1.5, 0.625), (3.0, 1.0), (1e12, 0.25)],
    );
}

#[test]
fn multiples_of_a_period_are_told_exactly() {
    // Periods of 50 bits: the first few multiples are numbers, the quotients need not come out whole.
    for k in 1..300 {
        let every = 1.0 + f64::from(2 * k + 1) / (1_i64 << 40) as f64;
        let index = cycle(
            linear(0.0, 1_048_576.0, 1_048_576.0),
            every,
            1.0,
            None,
            Clock::Index,
        );
        let stairs = s(Staircase::new(linear(0.0, 1_048_576.0, 1_048_576.0), every).unwrap());
        for n in [1.0, 3.0, 7.0, 49.0, 1023.0] {
            let t = every * n;
            assert_eq!(
                (at(&index, t), before(&index, t)),
                (n, n - 1.0),
                "{n} x {every}"
            );
            assert_eq!(at(&stairs, t), t);
        }
    }
}

#[test]
fn a_hair_before_a_multiple_is_before_it() {
    for period in [0.1, 1.0 / 3.0, 0.7, 1.1, 3.0, 1e5 / 7.0].map(Dd::new) {
        for n in (1..200).map(|n| Dd::new(f64::from(n))) {
            let t = period * n;
            let hair = t.hi * f64::EPSILON * f64::EPSILON;
            assert_eq!(whole_periods(t, period), n);
            assert_eq!(
                whole_periods(t - hair, period),
                n - 1.0,
                "{n:?} x {period:?}"
            );
        }
    }
}

#[test]
fn a_phase_comes_to_its_end_though_its_bound_is_rounded() {
    let stairs =
        s(Sequence::new(vec![constant(1.0, Some(1.0)), constant(0.5, Some(0.0))]).unwrap());
    let phases = vec![
        constant(1.0, Some(0.1)),
        s(Stretch::new(stairs, 0.7).unwrap()),
        constant(0.25, Some(1.0)),
    ];
    let joined = s(Sequence::new(phases).unwrap());
    let bound = 0.1 + 0.7;
    assert_eq!((before(&joined, bound), at(&joined, bound)), (0.5, 0.25));
}

#[test]
fn lengths_where_one_of_two_decides() {
    let sum = |a, b| s(Sum::new(vec![linear(0.0, 1.0, a), linear(0.0, 1.0, b)]).unwrap());
    assert_eq!(
        (sum(2.0, 4.0).steps(), sum(4.0, 2.0).steps()),
        (Some(4.0), Some(4.0))
    );
    let global = |last| {
        let phases = vec![constant(1.0, None), linear(1.0, 0.0, last)];
        s(Sequence::at(phases, &[4.0], Timeline::Global, Side::Right).unwrap())
    };
    assert_eq!(
        (global(8.0).steps(), global(2.0).steps()),
        (Some(8.0), Some(4.0))
    );
    let same = vec![
        constant(1.0, None),
        constant(0.5, None),
        constant(0.25, None),
    ];
    let same = s(Sequence::at(same, &[2.0, 2.0], Timeline::Own, Side::Right).unwrap());
    assert_eq!((at(&same, 1.0), at(&same, 2.0)), (1.0, 0.25));
}

#[test]
fn a_warp_ends_where_its_clock_first_comes_to_the_end() {
    let warp = |steps, times: &[(f64, f64)]| s(Warp::new(linear(1.0, 0.0, steps), times).unwrap());
    let stops = [
        (0.0, 0.0),
        (10.0, 4.0),
        (12.0, 4.0),
        (15.0, 4.0),
        (16.0, 5.0),
    ];
    check(
        &warp(4.0, &stops),
        Some(10.0),
        &[(5.0, 0.5), (10.0, 0.0), (14.0, 0.0)],
    );
    check(
        &warp(2.0, &[(0.0, 0.0), (10.0, 4.0)]),
        Some(5.0),
        &[(2.5, 0.5), (5.0, 0.0)],
    );
    // A clock that stops short of the end never comes to it, one that begins behind it is there at once.
    assert_eq!(warp(5.0, &stops[..4]).steps(), None);
    assert_eq!(warp(5.0, &[(1.0, 6.0), (2.0, 7.0)]).steps(), Some(1.0));
    let endless = s(Exponential::new(0.5, 1.0, 0.0).unwrap());
    assert_eq!(s(Warp::new(endless, &stops).unwrap()).steps(), None);
}

#[test]
fn a_delayed_stair_begins_with_its_first_value() {
    let stairs = s(Shift::new(s(Samples::new(&[1.0, 0.5]).unwrap()), 2.0).unwrap());
    check(&stairs, Some(4.0), &[(0.0, 1.0), (2.0, 1.0), (3.0, 0.5)]);
}

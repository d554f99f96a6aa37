//! Nodes that change a schedule's clock.

use super::{at, before, check, cycle, linear, s};
use crate::node::{Clock, NextMultiple, Samples, Shift, Staircase, Stretch, Until, Warp};

#[test]
fn clocks() {
    let down = || linear(1.0, 0.0, 4.0);
    check(
        &s(Shift::new(down(), 3.0).unwrap()),
        Some(7.0),
        &[(0.0, 1.0), (3.0, 1.0), (5.0, 0.5), (7.0, 0.0)],
    );
    check(
        &s(Shift::new(down(), -3.0).unwrap()),
        Some(1.0),
        &[(0.0, 0.25), (1.0, 0.0)],
    );
    check(
        &s(Stretch::new(down(), 2.5).unwrap()),
        Some(10.0),
        &[(5.0, 0.5), (10.0, 0.0)],
    );
    let stairs = s(Staircase::new(down(), 2.0).unwrap());
    check(
        &stairs,
        Some(4.0),
        &[(1.9, 1.0), (2.0, 0.5), (3.9, 0.5), (4.0, 0.0)],
    );
    // To cut a schedule at its own length changes nothing, also where it ends on a jump.
    assert_eq!((before(&stairs, 2.0), before(&stairs, 4.0)), (1.0, 0.0));
    check(
        &s(Until::new(down(), 2.0).unwrap()),
        Some(2.0),
        &[(1.0, 0.75), (2.0, 0.5), (9.0, 0.5)],
    );
    check(
        &s(Until::new(stairs, 2.0).unwrap()),
        Some(2.0),
        &[(2.0, 1.0), (9.0, 1.0)],
    );
    let grown = s(NextMultiple::new(down(), 4.0).unwrap());
    check(
        &grown,
        None,
        &[(0.0, 1.0), (4.0, 0.0), (6.0, 0.25), (8.0, 0.0), (9.0, 0.25)],
    );
    let warp = s(Warp::new(down(), &[(0.0, 0.0), (10.0, 1.0), (11.0, 3.0)]).unwrap());
    check(
        &warp,
        Some(11.5),
        &[(5.0, 0.875), (10.0, 0.75), (11.0, 0.25), (11.5, 0.0)],
    );
}

#[test]
fn restarts_belong_to_the_new_cycle_wherever_they_are() {
    for (first, growth, starts) in [
        (1.0, 3.0, vec![1.0, 4.0, 13.0, 40.0, 121.0, 29_524.0]),
        (7.0, 3.0, vec![7.0, 28.0, 847.0]),
        (1.0, 10.0, vec![1.0, 11.0, 111.0, 1111.0]),
        (10.0, 10.0, vec![1110.0, 11_110.0]),
        (10.0, 1.0, vec![10.0, 1e6, 9_007_199_254_740_990.0]),
        (2.0, 1.5, vec![2.0, 5.0, 9.5]),
        (
            3.0,
            2.0,
            vec![3.0, 9.0, 21.0, 3.0 * (1_i64 << 40) as f64 - 3.0],
        ),
    ] {
        let wave = cycle(linear(1.0, 0.0, first), first, growth, None, Clock::Phase);
        let index = cycle(linear(0.0, 1e6, 1e6), first, growth, None, Clock::Index);
        assert_eq!(wave.steps(), None);
        for t in starts {
            assert_eq!(at(&wave, t), 1.0, "start {t} of {first} x {growth}");
            assert_eq!(before(&wave, t), 0.0, "end {t} of {first} x {growth}");
            assert!(at(&wave, t - if t < 1e15 { 0.5 } else { 1.0 }) < 0.6);
            assert!(t > 1e7 || before(&index, t) + 1.0 == at(&index, t));
        }
    }
}

#[test]
fn counted_cycles_end_on_their_left_limit() {
    let stairs = || s(Samples::new(&[1.0, 0.5]).unwrap());
    let twice = cycle(stairs(), 2.0, 1.0, Some(2.0), Clock::Local);
    check(
        &twice,
        Some(4.0),
        &[(1.0, 0.5), (2.0, 1.0), (3.0, 0.5), (4.0, 0.5), (99.0, 0.5)],
    );
    let shrinking = cycle(linear(1.0, 0.0, 8.0), 8.0, 0.5, Some(3.0), Clock::Phase);
    check(
        &shrinking,
        Some(14.0),
        &[
            (4.0, 0.5),
            (8.0, 1.0),
            (10.0, 0.5),
            (12.0, 1.0),
            (13.0, 0.5),
            (14.0, 0.0),
        ],
    );
}

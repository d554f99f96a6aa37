//! Nodes that are made of several schedules.

use super::{before, check, constant, linear, ratio, s};
use crate::node::{
    Constant, Cooldown, Extreme, Product, Sequence, Shift, Side, Sum, Timeline, Which,
};
use crate::{Curve, Instant, Level, Node};

#[test]
fn sequences_bisect_and_know_their_sides() {
    let parts = || {
        vec![
            constant(1.0, Some(2.0)),
            constant(0.5, Some(0.0)),
            linear(0.25, 0.0, 2.0),
        ]
    };
    let own = s(Sequence::new(parts()).unwrap());
    check(
        &own,
        Some(4.0),
        &[
            (0.0, 1.0),
            (1.5, 1.0),
            (2.0, 0.25),
            (3.0, 0.125),
            (4.0, 0.0),
        ],
    );
    assert_eq!(before(&own, 2.0), 1.0);
    let with = |timeline, side| s(Sequence::at(parts(), &[1.0, 3.0], timeline, side).unwrap());
    check(
        &with(Timeline::Own, Side::Right),
        Some(5.0),
        &[
            (0.9, 1.0),
            (1.0, 0.5),
            (3.0, 0.25),
            (4.0, 0.125),
            (5.0, 0.0),
        ],
    );
    check(
        &with(Timeline::Own, Side::Left),
        Some(5.0),
        &[(1.0, 1.0), (1.1, 0.5), (3.0, 0.5), (4.0, 0.125)],
    );
    check(
        &with(Timeline::Global, Side::Right),
        Some(3.0),
        &[(1.0, 0.5), (3.0, 0.0)],
    );
}

#[test]
fn ten_thousand_phases_are_one_bisection() {
    let mut chain = constant(0.0, Some(1.0));
    for i in 1..10_000 {
        chain = s(Sequence::new(vec![chain, constant(f64::from(i), Some(1.0))]).unwrap());
    }
    let Node::Sequence(flat) = chain.node() else {
        panic!("{chain:?}")
    };
    assert_eq!(flat.phases.len(), 10_000);
    check(
        &chain,
        Some(10_000.0),
        &[
            (0.0, 0.0),
            (777.5, 777.0),
            (9_999.0, 9_999.0),
            (1e9, 9_999.0),
        ],
    );
}

#[test]
fn products_sums_and_extremes() {
    let (up, down) = (|| linear(0.0, 1.0, 4.0), || linear(1.0, 0.0, 2.0));
    check(
        &s(Product::new(vec![up(), down()]).unwrap()),
        Some(4.0),
        &[(1.0, 0.125), (2.0, 0.0), (4.0, 0.0)],
    );
    check(
        &s(Sum::new(vec![up(), down()]).unwrap()),
        Some(4.0),
        &[(0.0, 1.0), (1.0, 0.75), (4.0, 1.0)],
    );
    let extreme = |which| s(Extreme::new(which, vec![up(), down()]).unwrap());
    check(
        &extreme(Which::Least),
        Some(4.0),
        &[(0.0, 0.0), (1.0, 0.25), (2.0, 0.0), (4.0, 0.0)],
    );
    check(
        &extreme(Which::Greatest),
        Some(4.0),
        &[(0.0, 1.0), (1.0, 0.5), (4.0, 1.0)],
    );
    let floor = s(Constant::new(Level::rate(1e-3), None).unwrap());
    let mixed = s(Extreme::new(Which::Greatest, vec![down(), floor]).unwrap());
    assert!(!mixed.is_affine());
    assert_eq!(mixed.value(Instant::step(1), 1e-2), Ok(5e-3));
    assert_eq!(mixed.value(Instant::step(1), 1e-4), Ok(1e-3));
}

#[test]
fn cooldown_starts_from_the_value_that_holds() {
    let jump = s(Sequence::new(vec![constant(0.8, Some(4.0)), constant(0.2, None)]).unwrap());
    let branch = |t| s(Cooldown::new(jump.clone(), t, 4.0, ratio(0.0), Curve::Linear).unwrap());
    check(
        &branch(2.0),
        Some(6.0),
        &[(1.0, 0.8), (2.0, 0.8), (4.0, 0.4), (6.0, 0.0), (7.0, 0.0)],
    );
    check(
        &branch(4.0),
        Some(8.0),
        &[(3.0, 0.8), (4.0, 0.2), (6.0, 0.1), (8.0, 0.0)],
    );
}

#[test]
fn a_last_phase_that_is_over_where_it_begins_still_takes_the_steps_after() {
    for (timeline, last, value) in [
        (Timeline::Own, linear(0.5, 0.25, 0.0), 0.25),
        (Timeline::Global, linear(0.5, 0.0, 3.0), 0.0),
    ] {
        let phases = vec![constant(1.0, None), last];
        let left = s(Sequence::at(phases, &[4.0], timeline, Side::Left).unwrap());
        check(
            &left,
            Some(4.0),
            &[(0.0, 1.0), (4.0, 1.0), (5.0, value), (100.0, value)],
        );
        let later = s(Shift::new(left, 2.0).unwrap());
        check(
            &later,
            Some(6.0),
            &[(6.0, 1.0), (7.0, value), (100.0, value)],
        );
    }
}

//! The ways through a table: each gives the bits of single values.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::{assert_same_bits, ramp};
use crate::node::{Clock, Cycle, Exponential, Interpolation, Past, Ramp, Samples, Sequence};
use crate::node::{Side, Timeline, Until};
use crate::{
    Curve, EvalError, Instant, Level, Means, Node, Plan, Schedule, Steps, Width, fill, fill_by,
};

const FROM_0: Steps = Steps::Range {
    start: 0,
    stride: 1,
    len: 50,
};

fn s(node: impl Into<Node>) -> Schedule {
    Schedule::new(node).unwrap()
}

fn down(offset: f64, past: Past, between: Interpolation) -> Schedule {
    let (start, end) = (Level::ratio(1.0), Level::ratio(0.3));
    s(Ramp::with(start, end, 37.0, Curve::Linear, offset, past, between).unwrap())
}

#[test]
fn many_groups_of_one_schedule_and_of_a_few() {
    let rated = s(Ramp::new(Level::rate(0.5), Level::ratio(0.25), 37.0, Curve::Cosine).unwrap());
    let few = [
        ramp(1.0, 0.1, 37.0, Curve::Cosine),
        rated,
        down(0.0, Past::Hold, Interpolation::Linear),
    ];
    let bases: Vec<f64> = (0..40).map(|g| 0.1 + f64::from(g)).collect();
    for schedules in [&few[..1], &few[1..2], &few[..]] {
        let index: Vec<usize> = (0..40).map(|g| g % schedules.len()).collect();
        assert_same_bits(schedules, &index, &bases, FROM_0);
        assert_same_bits(schedules, &index[..33], &bases[..33], FROM_0);
    }
}

#[test]
fn few_groups_of_schedules_with_rates() {
    let rated = s(Ramp::new(Level::rate(0.5), Level::ratio(0.25), 37.0, Curve::Cosine).unwrap());
    let schedules = [ramp(1.0, 0.1, 37.0, Curve::Linear), rated];
    assert_same_bits(
        &schedules,
        &[0, 1, 1, 0, 0],
        &[0.3, 0.1, 0.2, 0.4, 0.5],
        FROM_0,
    );
}

#[test]
fn steps_that_fall_stand_still_or_lie_far_out() {
    let far = 1 << 42;
    let schedules = [
        ramp(1.0, 0.1, 37.0, Curve::Cosine),
        ramp(0.5, 1.0, 5e12, Curve::Linear),
    ];
    for (start, stride) in [(49, -1), (7, 0), (far - 20, 1), (far + 1, 3), (0, far)] {
        let steps = Steps::Range {
            start,
            stride,
            len: 50,
        };
        assert_same_bits(&schedules, &[0, 1], &[0.3, 0.7], steps);
    }
}

#[test]
fn a_row_has_one_entry_a_group() {
    let plan = Plan::new(&[ramp(1.0, 0.0, 4.0, Curve::Linear)], &[0; 3], &[2.0; 3]).unwrap();
    let row =
        |out: &mut [f64]| plan.row_at(Instant::step(1), &mut vec![], &mut vec![], out, |rate| rate);
    let mut out = [0.0; 3];
    assert_eq!((row(&mut out), out), (Ok(()), [1.5; 3]));
    let size = EvalError::WrongSize {
        expected: 3,
        got: 2,
    };
    assert_eq!(row(&mut out[..2]), Err(size));
}

#[test]
fn ramps_of_every_kind() {
    use Interpolation::{Inverse, Linear, Log};
    for offset in [0.0, 3.0, -3.0, 0.1] {
        let ramps = [
            down(offset, Past::Hold, Linear),
            down(offset, Past::Free, Linear),
            down(offset, Past::Hold, Log),
            down(offset, Past::Hold, Inverse),
        ];
        assert_same_bits(&ramps, &[0, 1, 2, 3], &[0.3; 4], FROM_0);
    }
}

#[test]
fn levels_as_great_as_they_can_be_do_not_overflow() {
    for curve in [Curve::Linear, Curve::Cosine] {
        let highest = ramp(f64::MAX, f64::MAX, 37.0, curve);
        assert_same_bits(&[highest], &[0], &[1.0], FROM_0);
    }
}

#[test]
fn exponentials_that_vanish_at_once() {
    let schedules = [0.0, 0.5].map(|gamma| s(Exponential::new(gamma, 3.0, 0.0).unwrap()));
    assert_same_bits(&schedules, &[0, 1], &[0.3; 2], FROM_0);
}

#[test]
fn cycles_of_what_holds_its_milestone_end_too() {
    let stairs = vec![
        s(Samples::new(&[1.0]).unwrap()),
        s(Samples::new(&[0.5]).unwrap()),
    ];
    let late = s(Sequence::at(stairs, &[2.0], Timeline::Own, Side::Left).unwrap());
    let cut = s(Until::new(late.clone(), 7.0).unwrap());
    assert_same_bits(&[cut], &[0], &[0.3], FROM_0);
    for clock in [Clock::Local, Clock::Phase, Clock::Index] {
        let cycles = s(Cycle::new(late.clone(), 5.0, 1.0, Some(4.0), clock).unwrap());
        assert_same_bits(&[cycles], &[0], &[0.3], FROM_0);
    }
}

#[test]
fn a_table_without_groups_looks_at_its_steps_all_the_same() {
    let none = Plan::new(&[], &[], &[]).unwrap();
    let one = Plan::new(&[ramp(1.0, 0.1, 4.0, Curve::Linear)], &[0], &[1.0]).unwrap();
    let range = |start, stride, len| Steps::Range { start, stride, len };
    let bad = |step| Err(EvalError::BadStep { step });
    for (steps, answer) in [
        (Steps::Whole(&[1, -2]), bad(-2.0)),
        (Steps::Whole(&[-1, i64::MAX]), bad(-1.0)),
        (Steps::Real(&[1.0, -0.5]), bad(-0.5)),
        (range(-5, 1, 0), Ok(())),
        (range(-5, 1, 9), bad(-5.0)),
        (range(5, -1, 9), bad(-3.0)),
        (range(0, 1, 1 << 62), Ok(())),
    ] {
        assert_eq!(fill(&none, steps, &mut []), answer, "{steps:?}");
        if steps.len() == 2 {
            assert_eq!(fill(&one, steps, &mut [0.0; 2]), answer, "{steps:?}");
        }
    }
    assert!(Steps::Whole(&[]).is_empty() && !Steps::Whole(&[1]).is_empty());
}

#[test]
fn a_fill_ends_where_it_is_told_to() {
    let cosine = ramp(1.0, 0.0, 37.0, Curve::Cosine);
    let each: Vec<_> = (0..200u8)
        .map(|i| ramp(1.0, 0.0, 40.0 + f64::from(i), Curve::Cosine))
        .collect();
    let own = Plan::new(&each, &(0..200).collect::<Vec<_>>(), &[0.1; 200]).unwrap();
    let shared = Plan::new(&[cosine], &[0; 200], &[0.1; 200]).unwrap();
    let apart: Vec<f64> = (0..1000).map(|row| 0.25 * f64::from(row * row)).collect();
    for plan in [&own, &shared] {
        for steps in [
            Steps::Range {
                start: 0,
                stride: 1,
                len: 1000,
            },
            Steps::Real(&apart),
        ] {
            for threads in [1, 3] {
                let left = AtomicUsize::new(2);
                let go_on = || {
                    left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
                        .is_ok()
                };
                let means = Means {
                    threads,
                    ..Means::best(0)
                };
                let mut out = vec![-1.0; 200_000];
                let answer = fill_by(means, plan, steps, &mut out, &go_on);
                assert_eq!(answer, Err(EvalError::Stopped));
                assert!(out.contains(&-1.0) && !out.iter().all(|rate| *rate == -1.0));
            }
        }
    }
}

#[test]
fn rows_past_the_caches_have_the_same_bits_wherever_they_begin() {
    let cosine = [ramp(1.0, 0.1, 37.0, Curve::Cosine)];
    for groups in [32, 33, 47, 64, 121] {
        let bases: Vec<f64> = (0..groups).map(|g| 0.1 + f64::from(g)).collect();
        let index = vec![0; bases.len()];
        let plan = Plan::new(&cosine, &index, &bases).unwrap();
        let mut expected = vec![0.0; 50 * bases.len()];
        fill(&plan, FROM_0, &mut expected).unwrap();
        for width in Width::available() {
            for offset in 0..9 {
                let means = Means {
                    width,
                    streams: true,
                    ..Means::best(0)
                };
                let mut room = vec![-1.0; expected.len() + 10];
                let out = &mut room[offset..][..expected.len()];
                fill_by(means, &plan, FROM_0, out, &|| true).unwrap();
                assert!(
                    out.iter()
                        .zip(&expected)
                        .all(|(a, b)| a.to_bits() == b.to_bits())
                );
                assert!(room[..offset].iter().all(|rate| *rate == -1.0));
                assert_eq!(room[offset + expected.len()], -1.0);
            }
        }
    }
}

#[test]
fn a_second_thread_comes_with_the_work_for_it() {
    let cores = std::thread::available_parallelism().unwrap().get();
    for (entries, threads) in [(0, 1), (65_535, 1), (65_536, 1), (3 << 16, 3), (5 << 16, 5)] {
        assert_eq!(Means::best(entries).threads, cores.min(threads));
    }
    assert!(!Means::best((1 << 22) - 1).streams && Means::best(1 << 22).streams);
}

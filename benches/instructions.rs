//! One kernel again and again, for `instructions.py` to count its instructions: `instructions KERNEL TIMES`.
//!
//! One thread and the narrowest loops, so that the count does not depend on the machine.

use std::hint::black_box;

use ratesheet_kernel::node::{Clock, Cycle, Product, Sequence};
use ratesheet_kernel::{Curve, Instant, Means, Plan, Schedule, Steps, Width, fill_by};

mod schedules;

use schedules::{one_schedule, ramp, schedule_for_each, warmup_cosine};

const ROWS: usize = 512;
const GROUPS: usize = 256;
const VALUES: i64 = 2_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kernel, times] = &arguments[..] else {
        panic!("wanted: KERNEL TIMES");
    };
    let times = times.parse().expect("TIMES is a whole number");
    match kernel.as_str() {
        "table of one schedule" => table(&one_schedule(ROWS, GROUPS), times),
        "table of a schedule for each group" => table(&schedule_for_each(ROWS, GROUPS), times),
        "values of a nested schedule" => values(&nested(), times),
        other => panic!("no kernel is called {other:?}"),
    }
}

fn table(plan: &Plan, times: usize) {
    let means = Means {
        width: Width::Baseline,
        threads: 1,
        rows: ROWS,
        streams: false,
    };
    let steps = Steps::Range {
        start: 0,
        stride: 1,
        len: ROWS,
    };
    let mut out = vec![0.0; ROWS * GROUPS];
    for _ in 0..times {
        fill_by(means, black_box(plan), steps, black_box(&mut out), &|| true)
            .expect("a valid table");
    }
}

fn values(schedule: &Schedule, times: usize) {
    for _ in 0..times {
        for step in 0..VALUES {
            // From the first step to 10^15, in all phases.
            let at = Instant::step(black_box(step * step * step * 125_000));
            black_box(schedule.value(at, 0.1)).expect("a valid step");
        }
    }
}

/// A warmup, then growing cycles of warmup and cosine that a slow curve lowers.
fn nested() -> Schedule {
    let cycle = Cycle::new(warmup_cosine(5.0, 50.0), 1e6, 2.0, None, Clock::Phase)
        .and_then(Schedule::new)
        .expect("a valid cycle");
    let phases = vec![ramp(0.0, 1.0, 1e9, Curve::Linear), cycle];
    let sequence = Sequence::new(phases)
        .and_then(Schedule::new)
        .expect("a valid sequence");
    let slow = ramp(1.0, 0.1, 1e15, Curve::Cosine);
    Product::new(vec![sequence, slow])
        .and_then(Schedule::new)
        .expect("a valid product")
}

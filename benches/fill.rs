//! The kernel alone: tables and single values.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ratesheet_kernel::node::{Clock, Cycle, Ramp, Sequence};
use ratesheet_kernel::{Curve, Instant, Level, Plan, Schedule, Steps, fill};

fn ramp(start: f64, end: f64, steps: f64, curve: Curve) -> Schedule {
    let ends = (Level::ratio(start), Level::ratio(end));
    Ramp::new(ends.0, ends.1, steps, curve)
        .and_then(Schedule::new)
        .expect("a valid ramp")
}

fn warmup_cosine(warmup: f64, steps: f64) -> Schedule {
    let phases = vec![
        ramp(0.0, 1.0, warmup, Curve::Linear),
        ramp(1.0, 0.0, steps - warmup, Curve::Cosine),
    ];
    Sequence::new(phases)
        .and_then(Schedule::new)
        .expect("a valid sequence")
}

fn tables(criterion: &mut Criterion) {
    let (rows, groups) = (2000, 5000);
    let mut out = vec![0.0; rows * groups];
    let bases: Vec<f64> = (1..=groups).map(|g| g as f64 * 1e-6).collect();
    let steps = Steps::Range {
        start: 0,
        stride: 1,
        len: rows,
    };
    let one = Plan::new(&[warmup_cosine(100.0, 2000.0)], &vec![0; groups], &bases).expect("a plan");
    let index: Vec<usize> = (0..groups).collect();
    let each: Vec<Schedule> = (0..groups)
        .map(|g| warmup_cosine(1.0 + g as f64, 2000.0 + g as f64))
        .collect();
    let each = Plan::new(&each, &index, &bases).expect("a plan");
    let mut table = criterion.benchmark_group("table 2000 x 5000");
    table.throughput(Throughput::Elements((rows * groups) as u64));
    table.sample_size(10);
    table.bench_function("one schedule", |bench| {
        bench.iter(|| fill(&one, steps, black_box(&mut out)));
    });
    table.bench_function("a schedule for each group", |bench| {
        bench.iter(|| fill(&each, steps, black_box(&mut out)));
    });
    table.finish();
}

fn values(criterion: &mut Criterion) {
    let schedule = warmup_cosine(100.0, 1e15);
    let cycle = Cycle::new(
        ramp(1.0, 0.0, 10.0, Curve::Cosine),
        10.0,
        1.5,
        None,
        Clock::Phase,
    )
    .and_then(Schedule::new)
    .expect("a valid cycle");
    let mut value = criterion.benchmark_group("one value");
    for (name, schedule, step) in [
        ("warmup and cosine, step 10", &schedule, 10),
        (
            "warmup and cosine, step 10^15",
            &schedule,
            1_000_000_000_000_000,
        ),
        ("warm restarts, step 10^9", &cycle, 1_000_000_000),
    ] {
        value.bench_function(name, |bench| {
            bench.iter(|| schedule.value(Instant::step(black_box(step)), 0.1));
        });
    }
    value.finish();
}

criterion_group!(benches, tables, values);
criterion_main!(benches);

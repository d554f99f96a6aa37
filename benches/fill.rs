//! The kernel alone: tables and single values.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ratesheet_kernel::node::{Clock, Cycle};
use ratesheet_kernel::{Curve, Instant, Schedule, Steps, fill};

mod schedules;

use schedules::{one_schedule, ramp, schedule_for_each, warmup_cosine};

fn tables(criterion: &mut Criterion) {
    let (rows, groups) = (2000, 5000);
    let mut out = vec![0.0; rows * groups];
    let steps = Steps::Range {
        start: 0,
        stride: 1,
        len: rows,
    };
    let one = one_schedule(rows, groups);
    let each = schedule_for_each(rows, groups);
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

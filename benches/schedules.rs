//! The schedules and tables that the benches share.

use ratesheet_kernel::node::{Ramp, Sequence};
use ratesheet_kernel::{Curve, Level, Plan, Schedule};

pub fn ramp(start: f64, end: f64, steps: f64, curve: Curve) -> Schedule {
    let ends = (Level::ratio(start), Level::ratio(end));
    Ramp::new(ends.0, ends.1, steps, curve)
        .and_then(Schedule::new)
        .expect("a valid ramp")
}

pub fn warmup_cosine(warmup: f64, steps: f64) -> Schedule {
    let phases = vec![
        ramp(0.0, 1.0, warmup, Curve::Linear),
        ramp(1.0, 0.0, steps - warmup, Curve::Cosine),
    ];
    Sequence::new(phases)
        .and_then(Schedule::new)
        .expect("a valid sequence")
}

/// All groups follow one schedule, each from its own base LR.
pub fn one_schedule(rows: usize, groups: usize) -> Plan {
    let schedule = warmup_cosine((rows / 20) as f64, rows as f64);
    Plan::new(&[schedule], &vec![0; groups], &bases(groups)).expect("a plan")
}

/// Each group has a warmup and a length of its own.
pub fn schedule_for_each(rows: usize, groups: usize) -> Plan {
    let schedules: Vec<Schedule> = (0..groups)
        .map(|g| warmup_cosine(1.0 + g as f64, (rows + g) as f64))
        .collect();
    let index: Vec<usize> = (0..groups).collect();
    Plan::new(&schedules, &index, &bases(groups)).expect("a plan")
}

fn bases(groups: usize) -> Vec<f64> {
    (1..=groups).map(|g| g as f64 * 1e-6).collect()
}

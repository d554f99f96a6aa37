//! Changes of the clock: later, slower, in stairs, cut short.

use super::{Shape, one_by_one};
use crate::error::{EvalError, ScheduleError};
use crate::level::Level;
use crate::math::Dd;
use crate::real::Real;
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

macro_rules! time_map {
    ($name:ident, $field:ident, $doc:literal, $field_doc:literal, $check:expr, $map:expr, $length:expr, $levels:expr) => {
        #[doc = $doc]
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub struct $name {
            /// The schedule whose clock is changed.
            pub schedule: [Schedule; 1],
            #[doc = $field_doc]
            pub $field: Real,
        }

        impl $name {
            #[doc = $doc]
            ///
            /// # Errors
            /// When the number is not finite or out of range.
            pub fn new(schedule: Schedule, $field: f64) -> Result<Self, ScheduleError> {
                let check: fn(&str, f64) -> Result<Real, ScheduleError> = $check;
                Ok(Self {
                    $field: check(stringify!($field), $field)?,
                    schedule: [schedule],
                })
            }
        }

        impl Shape for $name {
            fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
                let map: fn(Instant, Dd) -> Instant = $map;
                self.schedule[0].level(map(at, self.$field.dd()), base)
            }

            fn levels(&self, span: Span<'_>, base: f64, out: Lanes<'_>) -> Result<(), EvalError> {
                let levels: fn(&Self, Span<'_>, f64, Lanes<'_>) -> Result<(), EvalError> = $levels;
                levels(self, span, base, out)
            }

            fn length(&self) -> Length {
                let length: fn(Length, Dd) -> Length = $length;
                length(self.schedule[0].length(), self.$field.dd())
            }

            fn children(&self) -> &[Schedule] {
                &self.schedule
            }
        }
    };
}

fn not_negative(t: Dd) -> Dd {
    if t.hi < 0.0 { Dd::ZERO } else { t }
}

fn shifted(name: &str, by: f64) -> Result<Real, ScheduleError> {
    Real::within(name, by, "at most 2**63 steps either way", |x| {
        x.abs() <= crate::MAX_STEPS
    })
}

/// The whole number of periods in `t`, exact at multiples.
pub(super) fn whole_periods(t: Dd, period: Dd) -> Dd {
    let guess = (t / period).floor();
    if t < period * guess {
        guess - 1.0
    } else if period * (guess + 1.0) <= t {
        guess + 1.0
    } else {
        guess
    }
}

time_map!(
    Shift,
    by,
    "The same schedule `by` steps later (earlier, when negative); before its start its first value holds.",
    "Steps; negative ones begin in the middle.",
    shifted,
    |at, by| at.moved_to(not_negative(at.t - by)),
    |length, by| length.map(|steps| not_negative(steps + by)),
    |this, span, base, mut out| {
        let early = span.before(this.by.dd(), false);
        if early > 0 {
            let first = this.level(span.at(0), base)?;
            out.part(0, early).fill(first);
        }
        let mut room = Vec::new();
        let own = span.part(early, span.len).since(this.by.dd(), &mut room);
        this.schedule[0].levels(own, base, out.part(early, span.len))
    }
);

time_map!(
    Stretch,
    factor,
    "The same schedule, `factor` times as long.",
    "How many times as long.",
    Real::positive_steps,
    |at, factor| at.moved_to(at.t / factor),
    |length, factor| length.map(|steps| steps * factor),
    |this, span, base, out| {
        let (factor, mut room) = (this.factor.dd(), Vec::new());
        let own = span.mapped(
            #[inline(always)]
            |time| time / factor,
            &mut room,
        );
        this.schedule[0].levels(own, base, out)
    }
);

time_map!(
    Staircase,
    every,
    "The schedule's value at the latest multiple of `every`.",
    "Steps per stair.",
    Real::positive_steps,
    |at, every| {
        let stair = whole_periods(at.t, every) * every;
        let before_it = at.from_left && stair == at.t;
        Instant::at(not_negative(if before_it { stair - every } else { stair }))
    },
    |length, every| {
        length.map(|steps| {
            let stairs = whole_periods(steps, every);
            let whole = stairs * every == steps;
            (if whole { stairs } else { stairs + 1.0 }) * every
        })
    },
    |this, span, base, mut out| {
        let every = this.every.dd();
        let mut from = 0;
        while from < span.len {
            let next = (whole_periods(span.at(from).t, every) + 1.0) * every;
            let to = span.before(next, false).max(from + 1);
            out.part(from, to).fill(this.level(span.at(from), base)?);
            from = to;
        }
        Ok(())
    }
);

time_map!(
    Until,
    steps,
    "The schedule up to a step, and from there on the value that it approaches from the left.",
    "Where it is cut.",
    Real::steps,
    |at, steps| if at.t < steps {
        at
    } else {
        Instant::before(steps)
    },
    |_, steps| Length::Finite(steps),
    |this, span, base, mut out| {
        let inside = span.before(this.steps.dd(), false);
        this.schedule[0].levels(span.part(0, inside), base, out.part(0, inside))?;
        if inside < span.len {
            let last = this.level(span.at(inside), base)?;
            out.part(inside, span.len).fill(last);
        }
        Ok(())
    }
);

time_map!(
    NextMultiple,
    period,
    "The schedule stretched to end at the next multiple of `period`: `t / max(1, ceil(t / period))`.",
    "The length that grows.",
    Real::positive_steps,
    |at, period| {
        let below = whole_periods(at.t, period);
        let ceil = if below * period == at.t {
            below
        } else {
            below + 1.0
        };
        at.moved_to(if ceil.hi < 1.0 { at.t } else { at.t / ceil })
    },
    |length, _| match length {
        Length::Timeless => Length::Timeless,
        _ => Length::Unbounded,
    },
    one_by_one
);

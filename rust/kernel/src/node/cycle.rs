//! Cycles: a schedule again and again, at equal or geometrically changing lengths.

use super::Shape;
use super::timing::whole_periods;
use crate::error::{EvalError, ScheduleError};
use crate::level::Level;
use crate::math::Dd;
use crate::real::{MAX_STEPS, Real};
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// The most cycles that can be counted.
const MOST: f64 = 1e9;

/// What of a cycle the schedule sees as its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clock {
    /// Steps since the cycle began.
    Local,
    /// The same, stretched so that the schedule's length fills each cycle.
    Phase,
    /// The number of the cycle, from 0.
    Index,
}

/// Cycle i has `first * growth^i` steps; a restart belongs to the new cycle. After `count` cycles the last value holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Cycle {
    /// What each cycle runs.
    pub schedule: [Schedule; 1],
    /// Length of the first cycle.
    pub first: Real,
    /// Ratio of one cycle's length to the one before.
    pub growth: Real,
    /// How many cycles, or no end.
    pub count: Option<Real>,
    /// What the schedule sees.
    pub clock: Clock,
    span: Dd,
}

struct Place {
    index: Dd,
    begin: Dd,
    /// Where the next cycle begins.
    end: Dd,
}

impl Cycle {
    /// Cycles.
    ///
    /// # Errors
    /// When a length is not above 0, the cycles shrink without a count, they are longer than 2^63 steps in all, or a
    /// phase clock has a schedule without a length.
    pub fn new(
        schedule: Schedule,
        first: f64,
        growth: f64,
        count: Option<f64>,
        clock: Clock,
    ) -> Result<Self, ScheduleError> {
        let whole = |x: f64| (1.0..=MOST).contains(&x) && x.floor() == x;
        let count = count
            .map(|n| Real::within("count", n, "a whole number from 1 to 10**9", whole))
            .transpose()?;
        let least = if count.is_some() { 1e-9 } else { 1.0 };
        let growth = Real::within(
            "growth",
            growth,
            "from 1 (shrinking cycles need a count) to 10**9",
            |g| g >= least && g <= 1e9,
        )?;
        let first = Real::positive_steps("first", first)?;
        let span = match clock {
            Clock::Phase => schedule.needs_length("the schedule of a phase")?,
            Clock::Local | Clock::Index => Dd::ONE,
        };
        let cycle = Self {
            schedule: [schedule],
            first,
            growth,
            count,
            clock,
            span,
        };
        if let Some(n) = count {
            let ok = |x: f64| x <= MAX_STEPS;
            Real::within(
                "the length of all cycles",
                cycle.begin(n.get()).value(),
                "at most 2**63",
                ok,
            )?;
        }
        Ok(cycle)
    }

    /// Where cycle i begins: `first (growth^i - 1) / (growth - 1)`.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // i is a whole number, at most 10^9
    fn begin(&self, i: f64) -> Dd {
        let (first, growth) = (self.first.dd(), self.growth.dd());
        if self.growth.get() == 1.0 {
            return first * i;
        }
        let begin = first * ((growth.powi(i as u32) - 1.0) / (growth - 1.0));
        let whole = self.first.floor() == *self.first && self.growth.floor() == *self.growth;
        if whole { (begin + 0.5).floor() } else { begin }
    }

    fn last_index(&self) -> f64 {
        self.count.map_or(f64::INFINITY, |n| n.get() - 1.0)
    }

    /// The cycle that an instant is in; a restart belongs to the new one, unless it is approached from the left.
    fn place(&self, at: Instant) -> Place {
        if self.growth.get() == 1.0 {
            self.even_place(at)
        } else {
            self.grown_place(at)
        }
    }

    fn even_place(&self, at: Instant) -> Place {
        let length = self.first.dd();
        let mut index = whole_periods(at.t, length);
        let most = self.last_index();
        if most < index.value() {
            index = Dd::new(most);
        }
        if at.from_left && !index.is_zero() && length * index == at.t {
            index = index - 1.0;
        }
        Place {
            index,
            begin: length * index,
            end: length * (index + 1.0),
        }
    }

    fn grown_place(&self, at: Instant) -> Place {
        let growth = self.growth.get();
        let most = self.last_index();
        // The closed form only guesses; the exact beginnings decide.
        let grown = at.t.hi * (growth - 1.0) / self.first.get();
        let guess = if grown > -1.0 {
            libm::log1p(grown) / libm::log(growth)
        } else {
            most
        };
        let guess = guess.floor().clamp(0.0, most.min(MOST));
        let mut i = last_where(guess, most, |i| self.begin(i) <= at.t);
        if at.from_left && i > 0.0 && self.begin(i) == at.t {
            i -= 1.0;
        }
        Place {
            index: Dd::new(i),
            begin: self.begin(i),
            end: self.begin(i + 1.0),
        }
    }
}

/// The last whole number from 0 to `most` of which a thing is true that is true up to some number; 0 if of none.
///
/// It is looked for from a guess on in steps that double: many cycles that take no time all begin at once.
fn last_where(guess: f64, most: f64, is_true: impl Fn(f64) -> bool) -> f64 {
    let (mut last, mut beyond, mut step) = (guess, most + 1.0, 1.0);
    while last > 0.0 && !is_true(last) {
        beyond = last;
        last = (last - step).max(0.0);
        step *= 2.0;
    }
    if beyond == most + 1.0 {
        while last + step < beyond && is_true(last + step) {
            last += step;
            step *= 2.0;
        }
        beyond = beyond.min(last + step);
    }
    while beyond - last > 1.0 {
        let middle = f64::midpoint(last, beyond).floor();
        if is_true(middle) {
            last = middle;
        } else {
            beyond = middle;
        }
    }
    last
}

impl Cycle {
    /// How fast the schedule's clock runs in a cycle.
    fn pace(&self, place: &Place) -> Dd {
        let length = match self.clock {
            Clock::Phase if self.growth.get() == 1.0 => self.first.dd(),
            Clock::Phase => place.end - place.begin,
            Clock::Local | Clock::Index => self.span,
        };
        if length == self.span {
            Dd::ONE
        } else {
            self.span / length
        }
    }
}

impl Shape for Cycle {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        let over = self.length().finite().filter(|end| *end <= at.t);
        let at = over.map_or(at, Instant::before);
        let place = self.place(at);
        let time = match self.clock {
            Clock::Index => Instant::at(place.index),
            // Cycles shrink to nothing: what takes no time is over.
            Clock::Phase if place.begin == place.end => at.moved_to(self.span),
            _ => at.moved_to((at.t - place.begin) * self.pace(&place)),
        };
        self.schedule[0].level(time, base)
    }

    fn levels(&self, span: Span<'_>, base: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        let over = self.length().finite();
        let end = over.map_or(span.len, |end| span.before(end, false));
        let (mut from, mut room, mut paced) = (0, Vec::new(), Vec::new());
        while from < end {
            let place = self.place(span.at(from));
            let to = span.before(place.end, false).clamp(from + 1, end);
            let (part, mut lanes) = (span.part(from, to), out.part(from, to));
            from = to;
            if self.clock == Clock::Index {
                lanes.fill(self.schedule[0].level(Instant::at(place.index), base)?);
                continue;
            }
            let pace = self.pace(&place);
            let mut own = part.since(place.begin, &mut room);
            if pace != Dd::ONE {
                own = own.mapped(|elapsed| elapsed * pace, &mut paced);
            }
            self.schedule[0].levels(own, base, lanes)?;
        }
        if end < span.len {
            let last = self.level(span.at(end), base)?;
            out.part(end, span.len).fill(last);
        }
        Ok(())
    }

    fn length(&self) -> Length {
        self.count
            .map_or(Length::Unbounded, |n| Length::Finite(self.begin(n.get())))
    }

    fn children(&self) -> &[Schedule] {
        &self.schedule
    }
}

//! A run of evenly spaced instants, and the levels of a schedule along it.
//!
//! Its times and all differences of them are exact in one f64, so that loops over f64 alone give the bits that the
//! two-double arithmetic of single values gives.

use crate::level::Level;
use crate::math::Dd;
use crate::time::Instant;
use crate::width::Width;

/// `first, first + stride, ..`, multiples of 1/256 below 2^42.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    first: f64,
    stride: f64,
    /// How many instants.
    pub len: usize,
    /// How wide loops over it run.
    pub width: Width,
}

const GRID: f64 = 256.0;
const LIMIT: f64 = 4_398_046_511_104.0;

/// Whether a time is one of those that spans are made of.
pub(crate) fn on_grid(time: f64) -> bool {
    time.abs() <= LIMIT && (time * GRID).floor() == time * GRID
}

impl Span {
    /// A span, where its times are exact.
    pub fn new(first: i64, stride: i64, len: usize, width: Width) -> Option<Self> {
        let last =
            i128::from(first) + i128::from(stride) * i128::try_from(len.checked_sub(1)?).ok()?;
        let fits = first >= 0 && stride > 0 && last <= 1 << 42 && len < 1 << 31;
        fits.then_some(Self {
            first: first as f64,
            stride: stride as f64,
            len,
            width,
        })
    }

    /// The time of an instant. A span is short: its indices fit the conversion that all vector widths have.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    pub fn time(&self, index: usize) -> f64 {
        self.first + self.stride * f64::from(index as i32)
    }

    /// An instant.
    pub fn at(&self, index: usize) -> Instant {
        Instant::at(Dd::new(self.time(index)))
    }

    /// Some of the instants.
    pub fn part(&self, from: usize, to: usize) -> Self {
        Self {
            first: self.time(from),
            len: to - from,
            ..*self
        }
    }

    /// The span on a clock that starts at `begin`, where that keeps it exact.
    pub fn since(&self, begin: Dd) -> Option<Self> {
        let first = self.first - begin.hi;
        let exact = begin.lo == 0.0 && on_grid(begin.hi) && on_grid(first);
        exact.then_some(Self { first, ..*self })
    }

    /// How many instants come before a time; at it, too, where `with_it`.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to the indices
    pub fn before(&self, time: Dd, with_it: bool) -> usize {
        let is_before = |index: usize| {
            let at = Dd::new(self.time(index));
            if with_it { at <= time } else { at < time }
        };
        let guess = ((time.hi - self.first) / self.stride).ceil();
        let mut count = guess.clamp(0.0, self.len as f64) as usize;
        while count > 0 && !is_before(count - 1) {
            count -= 1;
        }
        while count < self.len && is_before(count) {
            count += 1;
        }
        count
    }

    /// How many leading times satisfy a condition that no later one does.
    pub fn leading(&self, holds: impl Fn(f64) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.time(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Levels along a span: their rates, and their multiples of the base LR. A schedule without rates may have no lane for them.
pub(crate) struct Lanes<'a> {
    /// The absolute parts; empty, or as long as the other.
    pub rate: &'a mut [f64],
    /// The multiples.
    pub ratio: &'a mut [f64],
}

impl Lanes<'_> {
    /// The lanes of some of the instants.
    pub fn part(&mut self, from: usize, to: usize) -> Lanes<'_> {
        let rate = if self.rate.is_empty() {
            &mut []
        } else {
            &mut self.rate[from..to]
        };
        Lanes {
            rate,
            ratio: &mut self.ratio[from..to],
        }
    }

    /// One level everywhere.
    pub fn fill(&mut self, level: Level) {
        self.rate.fill(level.rate);
        self.ratio.fill(level.ratio);
    }

    /// The level of one instant.
    pub fn set(&mut self, index: usize, level: Level) {
        if let Some(rate) = self.rate.get_mut(index) {
            *rate = level.rate;
        }
        self.ratio[index] = level.ratio;
    }

    /// The level of one instant.
    pub fn get(&self, index: usize) -> Level {
        Level {
            rate: self.rate.get(index).copied().unwrap_or(0.0),
            ratio: self.ratio[index],
        }
    }
}

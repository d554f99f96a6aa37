//! A run of rising instants, and the levels of a schedule along it.

use crate::block::{Block, SIDE_BY_SIDE};
use crate::level::Level;
use crate::math::{Dd, Pair};
use crate::time::Instant;
use crate::width::Width;

/// Instants at which a schedule is evaluated together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span<'a> {
    times: Times<'a>,
    /// How many instants.
    pub len: usize,
    /// How wide loops over it run.
    pub width: Width,
}

#[derive(Clone, Copy, Debug)]
enum Times<'a> {
    Even(Even),
    /// As they come out of changes of the clock.
    Each(&'a [Dd]),
}

/// `first, first + stride, ..`, multiples of 1/256 below 2^42: the times and all differences of them are exact in one
/// f64, so that loops over f64 alone give the bits that the two-double arithmetic of single values gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Even {
    first: f64,
    stride: f64,
}

const GRID: f64 = 256.0;
const LIMIT: f64 = 4_398_046_511_104.0;

/// Whether a time is one of those that even spans are made of.
pub(crate) fn on_grid(time: f64) -> bool {
    time.abs() <= LIMIT && (time * GRID).floor() == time * GRID
}

impl Even {
    /// The time of an instant. A span is short: its indices fit the conversion that all vector widths have.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    pub fn time(&self, index: usize) -> f64 {
        self.first + self.stride * f64::from(index as i32)
    }

    fn part(self, from: usize) -> Self {
        Self {
            first: self.time(from),
            ..self
        }
    }
}

impl<'a> Span<'a> {
    /// An even span, where its times are exact.
    pub fn new(first: i64, stride: i64, len: usize, width: Width) -> Option<Self> {
        let last =
            i128::from(first) + i128::from(stride) * i128::try_from(len.checked_sub(1)?).ok()?;
        let fits = first >= 0 && stride > 0 && last <= 1 << 42 && len < 1 << 31;
        let (first, stride) = (first as f64, stride as f64);
        fits.then_some(Self {
            times: Times::Even(Even { first, stride }),
            len,
            width,
        })
    }

    /// The times, where they are even.
    pub fn even(&self) -> Option<Even> {
        match self.times {
            Times::Even(even) => Some(even),
            Times::Each(_) => None,
        }
    }

    /// An instant.
    pub fn at(&self, index: usize) -> Instant {
        Instant::at(match self.times {
            Times::Even(even) => Dd::new(even.time(index)),
            Times::Each(times) => times[index],
        })
    }

    /// The times a block at a time, each with the indices from and to where they stand; the last time stands again
    /// where there are no more.
    pub fn blocks(&self, mut work: impl FnMut(&Block<SIDE_BY_SIDE>, usize, usize)) {
        for from in (0..self.len).step_by(SIDE_BY_SIDE) {
            let to = self.len.min(from + SIDE_BY_SIDE);
            let block = match self.times {
                Times::Even(even) => Block::of(|i| Pair::new(even.time((from + i).min(to - 1)))),
                Times::Each(times) => match times[from..to].first_chunk::<SIDE_BY_SIDE>() {
                    Some(times) => Block::of(|i| times[i].into()),
                    None => Block::of(|i| times[(from + i).min(to - 1)].into()),
                },
            };
            work(&block, from, to);
        }
    }

    /// A function of each time.
    #[inline(always)]
    pub fn values(&self, out: &mut [f64], function: impl Fn(Pair) -> f64) {
        if let Times::Even(even) = self.times {
            self.width.run(
                #[inline(always)]
                || {
                    for (index, out) in out.iter_mut().enumerate() {
                        *out = function(Pair::new(even.time(index)));
                    }
                },
            );
            return;
        }
        self.blocks(|times, from, to| {
            #[allow(clippy::redundant_closure)]
            // passed by itself it would not be inlined into the loop
            let values = times.values(
                self.width,
                #[inline(always)]
                |time| function(time),
            );
            out[from..to].copy_from_slice(&values[..to - from]);
        });
    }

    /// Some of the instants.
    pub fn part(&self, from: usize, to: usize) -> Self {
        let times = match self.times {
            Times::Even(even) => Times::Even(even.part(from)),
            Times::Each(times) => Times::Each(&times[from..to]),
        };
        Self {
            times,
            len: to - from,
            ..*self
        }
    }

    /// The instants on another clock that runs the same way; `room` is where their times may be kept.
    #[inline(always)]
    pub fn mapped<'b>(&self, clock: impl Fn(Dd) -> Dd, room: &'b mut Vec<Dd>) -> Span<'b> {
        room.clear();
        room.extend((0..self.len).map(|index| self.at(index).t));
        self.width.run(
            #[inline(always)]
            || {
                for time in &mut *room {
                    *time = clock(*time);
                }
            },
        );
        Span {
            times: Times::Each(room),
            len: self.len,
            width: self.width,
        }
    }

    /// The instants on a clock that starts at `begin`.
    pub fn since<'b>(&self, begin: Dd, room: &'b mut Vec<Dd>) -> Span<'b>
    where
        'a: 'b,
    {
        if let Times::Even(even) = self.times {
            let first = even.first - begin.hi;
            if begin.lo == 0.0 && on_grid(begin.hi) && on_grid(first) {
                return Span {
                    times: Times::Even(Even { first, ..even }),
                    ..*self
                };
            }
        }
        self.mapped(
            #[inline(always)]
            |time| time - begin,
            room,
        )
    }

    /// How many instants come before a time; at it, too, where `with_it`.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to the indices
    pub fn before(&self, time: Dd, with_it: bool) -> usize {
        let is_before = |at: Dd| if with_it { at <= time } else { at < time };
        let Times::Even(even) = self.times else {
            return self.leading(is_before);
        };
        let is_before = |index: usize| is_before(Dd::new(even.time(index)));
        if self.len == 0 || !is_before(0) {
            return 0;
        }
        if is_before(self.len - 1) {
            return self.len;
        }
        // A quotient of exact numbers below 2^31: its ceiling is one off at most.
        let quotient = ((time.hi - even.first) / even.stride).clamp(0.0, self.len as f64);
        let floor = quotient as usize;
        let count = floor + usize::from((floor as f64) < quotient);
        if count > 0 && !is_before(count - 1) {
            count - 1
        } else if count < self.len && is_before(count) {
            count + 1
        } else {
            count
        }
    }

    /// How many leading times satisfy a condition that no later one does.
    pub fn leading(&self, holds: impl Fn(Dd) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.at(middle).t) {
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

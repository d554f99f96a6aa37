//! A few numbers of two doubles side by side: what loops over steps work on.

use crate::math::{Dd, Pair};
use crate::weights::Weights;
use crate::width::Width;

/// How many steps of a span are worked on at once.
pub(crate) const SIDE_BY_SIDE: usize = 32;

/// N numbers. A block of one number gives the same bits as any other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<const N: usize> {
    hi: [f64; N],
    lo: [f64; N],
}

impl<const N: usize> Block<N> {
    /// Zeros.
    pub const ZERO: Self = Self {
        hi: [0.0; N],
        lo: [0.0; N],
    };

    /// Numbers by their place.
    #[inline(always)]
    pub fn of(number: impl Fn(usize) -> Pair) -> Self {
        let mut block = Self::ZERO;
        for i in 0..N {
            block.set(i, number(i));
        }
        block
    }

    /// The number at a place.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Pair {
        Pair {
            hi: self.hi[i],
            lo: self.lo[i],
        }
    }

    #[inline(always)]
    fn set(&mut self, i: usize, number: Pair) {
        (self.hi[i], self.lo[i]) = (number.hi, number.lo);
    }

    /// A function of each number.
    #[inline(always)]
    pub fn values(&self, width: Width, function: impl Fn(Pair) -> f64) -> [f64; N] {
        values(
            width,
            #[inline(always)]
            |i| function(self.get(i)),
        )
    }
}

/// What is done and what is left, or the shares of a ramp's end and of its start, at N instants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shares<const N: usize> {
    /// What is done; the shares of the end.
    pub s: Block<N>,
    /// What is left; the shares of the start.
    pub w: Block<N>,
}

impl<const N: usize> Shares<N> {
    /// No share of anything.
    pub const ZERO: Self = Self {
        s: Block::ZERO,
        w: Block::ZERO,
    };

    /// What is done and what is left of so many steps.
    pub fn of(width: Width, done: &Block<N>, steps: Dd) -> Self {
        let steps = Pair::from(steps);
        let mut shares = Self {
            s: *done,
            w: Block::ZERO,
        };
        shares.change(
            width,
            #[inline(always)]
            move |done, _| (done, steps - done),
        );
        shares
    }

    /// The shares at one of the instants, as f64.
    #[inline(always)]
    pub fn weights(&self, i: usize) -> Weights<f64> {
        Weights {
            w: self.w.get(i).value(),
            s: self.s.get(i).value(),
        }
    }

    /// Whether nothing is negative.
    pub fn are_inside(&self) -> bool {
        let negative = |block: &Block<N>| block.hi.iter().any(|&x| x < 0.0);
        !negative(&self.s) && !negative(&self.w)
    }

    /// One step of a formula, from `(s, w)` to `(s, w)`.
    #[inline(always)]
    pub fn change(&mut self, width: Width, step: impl Fn(Pair, Pair) -> (Pair, Pair)) {
        run::<N, _>(
            width,
            #[inline(always)]
            || {
                for i in 0..N {
                    let (s, w) = step(self.s.get(i), self.w.get(i));
                    self.s.set(i, s);
                    self.w.set(i, w);
                }
            },
        );
    }

    /// One step of a formula, from `(s, w)` and those of others to `(s, w)`.
    #[inline(always)]
    pub fn change_by(
        &mut self,
        width: Width,
        others: &Self,
        step: impl Fn(Pair, Pair, Pair, Pair) -> (Pair, Pair),
    ) {
        run::<N, _>(
            width,
            #[inline(always)]
            || {
                for i in 0..N {
                    let (s, w) = (self.s.get(i), self.w.get(i));
                    let (s, w) = step(s, w, others.s.get(i), others.w.get(i));
                    self.s.set(i, s);
                    self.w.set(i, w);
                }
            },
        );
    }

    /// A function of each `(s, w)`.
    #[inline(always)]
    pub fn values(&self, width: Width, function: impl Fn(Pair, Pair) -> f64) -> [f64; N] {
        values(
            width,
            #[inline(always)]
            |i| function(self.s.get(i), self.w.get(i)),
        )
    }

    /// The other way round.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.s, &mut self.w);
    }
}

#[inline(always)]
fn run<const N: usize, R>(width: Width, work: impl FnOnce() -> R) -> R {
    if N == 1 { work() } else { width.run(work) }
}

/// N values by their place.
#[inline(always)]
fn values<const N: usize>(width: Width, value: impl Fn(usize) -> f64) -> [f64; N] {
    run::<N, _>(
        width,
        #[inline(always)]
        || {
            let mut values = [0.0; N];
            for (i, slot) in values.iter_mut().enumerate() {
                *slot = value(i);
            }
            values
        },
    )
}

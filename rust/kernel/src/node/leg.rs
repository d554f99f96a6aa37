//! The way from one level to another along a curve, its ends apart: ramps, cooldowns and points are made of it.

use crate::block::{Block, Shares};
use crate::curve::Curve;
use crate::curve::plain::{self, Done};
use crate::level::Level;
use crate::math::{Dd, Exp, Pair, ln};
use crate::real::saturate;
use crate::span::{Lanes, Span, on_grid};
use crate::weights::Weights;
use crate::width::Width;

/// What is weighted: levels, their logarithms or their inverses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// `from w + to s`.
    Linear,
    /// `from^w to^s`.
    Log,
    /// `1 / (w / from + s / to)`.
    Inverse,
}

/// From `start` to `end` in so many steps.
pub(super) struct Leg<'a> {
    pub start: Level,
    pub end: Level,
    pub steps: Dd,
    pub curve: &'a Curve,
    pub between: Interpolation,
}

/// Rates and multiples at N instants.
type Mixed<const N: usize> = ([f64; N], [f64; N]);

impl Leg<'_> {
    /// The level when so much is done.
    pub fn level(&self, elapsed: Dd, from_left: bool, base: f64) -> Level {
        let (done, steps) = (Pair::from(elapsed), Pair::from(self.steps));
        if self.between == Interpolation::Linear
            && let Some(Weights { w, s }) = self.curve.plain(done, steps - done, steps)
        {
            return self.start.mix(w, self.end, s);
        }
        let elapsed = Block::of(|_| done);
        let ([rate], [ratio]) = self.mixed::<1>(Width::Baseline, &elapsed, from_left, base);
        Level { rate, ratio }
    }

    /// The level that holds when it is done.
    pub fn last(&self, base: f64) -> Level {
        if self.curve.end().w == 0.0 {
            return self.end;
        }
        let steps = Dd::ONE;
        Self { steps, ..*self }.level(steps, false, base)
    }

    /// The levels along a clock that starts with the way, at times that all lie inside.
    pub fn levels(&self, span: Span<'_>, base: f64, mut out: Lanes<'_>) {
        if span.even().is_some() && self.is_plain() {
            self.plain_levels(span, out);
            return;
        }
        span.blocks(|elapsed, from, to| {
            let (rates, ratios) = self.mixed(span.width, elapsed, false, base);
            let out = out.part(from, to);
            out.rate.copy_from_slice(&rates[..out.rate.len()]);
            out.ratio.copy_from_slice(&ratios[..to - from]);
        });
    }

    fn mixed<const N: usize>(
        &self,
        width: Width,
        elapsed: &Block<N>,
        from_left: bool,
        base: f64,
    ) -> Mixed<N> {
        let (start, end, none) = (self.start, self.end, [0.0; N]);
        let rated = self.is_rated();
        let multiplied = start.ratio != 0.0 || end.ratio != 0.0;
        let mut shares = Shares::of(width, elapsed, self.steps);
        if self.between == Interpolation::Linear {
            self.curve.inside(width, self.steps, from_left, &mut shares);
            let mix = |from, to| mixture(width, &shares, from, to);
            return (
                if rated {
                    mix(start.rate, end.rate)
                } else {
                    none
                },
                if multiplied {
                    mix(start.ratio, end.ratio)
                } else {
                    none
                },
            );
        }
        self.curve.exact(width, self.steps, from_left, &mut shares);
        let mean = |from, to| self.between.mean(width, &shares, from, to);
        match (rated, multiplied) {
            (true, true) => (mean(start.at(base), end.at(base)), none),
            (true, false) => (mean(start.rate, end.rate), none),
            (false, _) => (none, mean(start.ratio, end.ratio)),
        }
    }
}

fn mixture<const N: usize>(width: Width, shares: &Shares<N>, from: f64, to: f64) -> [f64; N] {
    shares.values(
        width,
        #[inline(always)]
        move |s, w| saturate(from * w.value() + to * s.value()),
    )
}

impl Interpolation {
    /// The mean of two positive numbers by their shares: of their logarithms, or of their inverses.
    fn mean<const N: usize>(
        self,
        width: Width,
        shares: &Shares<N>,
        from: f64,
        to: f64,
    ) -> [f64; N] {
        if from == 0.0 || to == 0.0 {
            return [0.0; N];
        }
        if self == Self::Inverse {
            // Beside the lesser one, so that no inverse leaves the range.
            let least = from.min(to);
            let inverse = |x: f64| Pair::from(Dd::new(least) / x);
            let (from, to) = (inverse(from), inverse(to));
            return shares.values(
                width,
                #[inline(always)]
                move |s, w| {
                    let below = from * w + to * s;
                    let mean = least / below.hi;
                    mean - mean * (below.lo / below.hi)
                },
            );
        }
        let (from, to) = (ln(Pair::new(from)), ln(Pair::new(to)));
        shares.values(
            width,
            #[inline(always)]
            move |s, w| Exp::of(from * w + to * s).value(),
        )
    }
}

impl Leg<'_> {
    /// Whether f64 loops give the bits: exact times, and no mix of the ends that overflows.
    fn is_plain(&self) -> bool {
        let parts = [
            self.start.rate,
            self.start.ratio,
            self.end.rate,
            self.end.ratio,
        ];
        matches!(self.curve, Curve::Linear | Curve::Cosine)
            && self.between == Interpolation::Linear
            && self.steps.lo == 0.0
            && on_grid(self.steps.hi)
            && parts.iter().all(|part| part.abs() < 1e300)
    }

    fn plain_levels(&self, span: Span<'_>, mut out: Lanes<'_>) {
        if *self.curve == Curve::Linear {
            self.plain_part(span, out, plain::linear);
            return;
        }
        let steps = self.steps.hi;
        // Exact: the steps are on the grid.
        let early = span.before(Dd::new(0.25 * steps), true);
        let late = span.before(Dd::new(0.75 * steps), false).max(early);
        self.plain_part(span.part(0, early), out.part(0, early), plain::early_cosine);
        self.plain_part(
            span.part(early, late),
            out.part(early, late),
            plain::middle_cosine,
        );
        self.plain_part(
            span.part(late, span.len),
            out.part(late, span.len),
            plain::late_cosine,
        );
    }

    fn plain_part(&self, span: Span<'_>, out: Lanes<'_>, weights: impl Fn(Done) -> Weights<f64>) {
        let Some(even) = span.even() else { return };
        let (start, end, steps) = (self.start, self.end, self.steps.hi);
        let Lanes { rate, ratio } = out;
        let at = move |index: usize| {
            let elapsed = even.time(index);
            weights(Done {
                elapsed: Pair::new(elapsed),
                remaining: Pair::new(steps - elapsed),
                steps: Pair::new(steps),
            })
        };
        if self.is_rated() {
            span.width.run(
                #[inline(always)]
                move || {
                    for (index, (rate, ratio)) in rate.iter_mut().zip(ratio).enumerate() {
                        let Weights { w, s } = at(index);
                        *rate = start.rate * w + end.rate * s;
                        *ratio = start.ratio * w + end.ratio * s;
                    }
                },
            );
            return;
        }
        rate.fill(0.0);
        span.width.run(
            #[inline(always)]
            move || {
                for (index, ratio) in ratio.iter_mut().enumerate() {
                    let Weights { w, s } = at(index);
                    *ratio = start.ratio * w + end.ratio * s;
                }
            },
        );
    }

    fn is_rated(&self) -> bool {
        self.start.rate != 0.0 || self.end.rate != 0.0
    }
}

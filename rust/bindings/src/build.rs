//! The constructors of `_rust.Schedule`, one a node; levels are (rate, ratio).

use pyo3::prelude::*;
use pyo3::types::PyString;
use ratesheet_kernel as kernel;
use ratesheet_kernel::Level;
use ratesheet_kernel::node::{
    Between, Clock, Constant, Cooldown, Cycle, Exponential, Extreme, Interpolation, InversePower,
    NextMultiple, Noise, Past, Points, Power, Product, Ramp, Samples, Sequence, Shift, Side,
    Staircase, Stretch, Sum, Timeline, Until, Warp, Which,
};

use crate::curve::Curve;
use crate::error::BindingResult;
use crate::schedule::Schedule;
use crate::words::Word;

type Pair = (f64, f64);
type Child<'py> = Bound<'py, Schedule>;

fn level((rate, ratio): Pair) -> Level {
    Level { rate, ratio }
}

fn one(child: &Child<'_>) -> kernel::Schedule {
    child.get().0.clone()
}

fn all(children: &[Child<'_>]) -> Vec<kernel::Schedule> {
    children.iter().map(one).collect()
}

fn built(node: impl Into<kernel::Node>) -> BindingResult<Schedule> {
    Ok(Schedule(kernel::Schedule::new(node)?))
}

#[pymethods]
impl Schedule {
    #[staticmethod]
    fn constant(value: Pair, steps: Option<f64>) -> BindingResult<Self> {
        built(Constant::new(level(value), steps)?)
    }

    #[staticmethod]
    fn ramp(
        start: Pair,
        end: Pair,
        steps: f64,
        curve: Bound<'_, Curve>,
        offset: f64,
        past: &Bound<'_, PyString>,
        between: &Bound<'_, PyString>,
    ) -> BindingResult<Self> {
        let (past, between) = (
            Past::parse("past", past)?,
            Interpolation::parse("between", between)?,
        );
        let curve = curve.get().0.clone();
        built(Ramp::with(
            level(start),
            level(end),
            steps,
            curve,
            offset,
            past,
            between,
        )?)
    }

    #[staticmethod]
    fn exponential(gamma: f64, every: f64, shift: f64) -> BindingResult<Self> {
        built(Exponential::new(gamma, every, shift)?)
    }

    #[staticmethod]
    fn power(scale: Pair, exponent: f64, shift: f64, lowest: f64) -> BindingResult<Self> {
        built(Power::new(level(scale), exponent, shift, lowest)?)
    }

    #[staticmethod]
    fn inverse_power(tau: f64, inner: f64, outer: f64, shift: f64) -> BindingResult<Self> {
        built(InversePower::new(tau, inner, outer, shift)?)
    }

    #[staticmethod]
    fn points(
        points: Vec<(f64, Pair)>,
        curve: Option<Bound<'_, Curve>>,
        side: &Bound<'_, PyString>,
    ) -> BindingResult<Self> {
        let points: Vec<_> = points
            .into_iter()
            .map(|(t, pair)| (t, level(pair)))
            .collect();
        let between = match curve {
            Some(curve) => Between::Curve(curve.get().0.clone()),
            None => Between::Hold(Side::parse("side", side)?),
        };
        built(Points::new(&points, between)?)
    }

    #[staticmethod]
    fn samples(values: Vec<f64>) -> BindingResult<Self> {
        built(Samples::new(&values)?)
    }

    #[staticmethod]
    fn noise(
        seed: u64,
        amplitude: f64,
        std: Option<f64>,
        start: f64,
        end: Option<f64>,
    ) -> BindingResult<Self> {
        built(Noise::new(seed, amplitude, std, start, end)?)
    }

    #[staticmethod]
    fn sequence(
        phases: Vec<Child<'_>>,
        milestones: Option<Vec<f64>>,
        timeline: &Bound<'_, PyString>,
        side: &Bound<'_, PyString>,
    ) -> BindingResult<Self> {
        let timeline = Timeline::parse("timeline", timeline)?;
        let side = Side::parse("side", side)?;
        built(match milestones {
            Some(milestones) => Sequence::at(all(&phases), &milestones, timeline, side)?,
            None => Sequence::new(all(&phases))?,
        })
    }

    #[staticmethod]
    fn product(factors: Vec<Child<'_>>) -> BindingResult<Self> {
        built(Product::new(all(&factors))?)
    }

    #[staticmethod]
    fn sum(terms: Vec<Child<'_>>) -> BindingResult<Self> {
        built(Sum::new(all(&terms))?)
    }

    #[staticmethod]
    fn least(schedules: Vec<Child<'_>>) -> BindingResult<Self> {
        built(Extreme::new(Which::Least, all(&schedules))?)
    }

    #[staticmethod]
    fn greatest(schedules: Vec<Child<'_>>) -> BindingResult<Self> {
        built(Extreme::new(Which::Greatest, all(&schedules))?)
    }

    #[staticmethod]
    fn cooldown(
        schedule: Child<'_>,
        at: f64,
        steps: f64,
        to: Pair,
        curve: Bound<'_, Curve>,
    ) -> BindingResult<Self> {
        built(Cooldown::new(
            one(&schedule),
            at,
            steps,
            level(to),
            curve.get().0.clone(),
        )?)
    }

    #[staticmethod]
    fn shift(schedule: Child<'_>, by: f64) -> BindingResult<Self> {
        built(Shift::new(one(&schedule), by)?)
    }

    #[staticmethod]
    fn stretch(schedule: Child<'_>, factor: f64) -> BindingResult<Self> {
        built(Stretch::new(one(&schedule), factor)?)
    }

    #[staticmethod]
    fn staircase(schedule: Child<'_>, every: f64) -> BindingResult<Self> {
        built(Staircase::new(one(&schedule), every)?)
    }

    #[staticmethod]
    fn until(schedule: Child<'_>, steps: f64) -> BindingResult<Self> {
        built(Until::new(one(&schedule), steps)?)
    }

    #[staticmethod]
    fn next_multiple(schedule: Child<'_>, period: f64) -> BindingResult<Self> {
        built(NextMultiple::new(one(&schedule), period)?)
    }

    #[staticmethod]
    fn cycle(
        schedule: Child<'_>,
        first: f64,
        growth: f64,
        count: Option<f64>,
        clock: &Bound<'_, PyString>,
    ) -> BindingResult<Self> {
        let clock = Clock::parse("clock", clock)?;
        built(Cycle::new(one(&schedule), first, growth, count, clock)?)
    }

    #[staticmethod]
    fn warp(schedule: Child<'_>, times: Vec<Pair>) -> BindingResult<Self> {
        built(Warp::new(one(&schedule), &times)?)
    }
}

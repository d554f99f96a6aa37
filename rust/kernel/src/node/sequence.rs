//! One schedule after another.

use super::product::opened;
use super::{Node, Shape};
use crate::error::{EvalError, ScheduleError};
use crate::level::Level;
use crate::math::Dd;
use crate::real::{MAX_STEPS, Real};
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// To which of two neighbours the boundary step belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// To the later one.
    Right,
    /// To the earlier one.
    Left,
}

/// Which clock the phases see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timeline {
    /// Each its own, from 0.
    Own,
    /// The sequence's.
    Global,
}

/// Phases, one after another. The active one is found by bisection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Sequence {
    /// The phases.
    pub phases: Vec<Schedule>,
    /// Where each phase but the first begins, if not where the one before it ends.
    pub milestones: Option<Vec<Real>>,
    /// Which clock the phases see.
    pub timeline: Timeline,
    /// To whom a boundary step belongs.
    pub side: Side,
    bounds: Vec<Dd>,
}

impl Sequence {
    /// Phases that follow each other, each as long as it is.
    ///
    /// # Errors
    /// When there is none, or one before the last has no length.
    pub fn new(phases: Vec<Schedule>) -> Result<Self, ScheduleError> {
        if phases.is_empty() {
            return Err(ScheduleError::Empty { name: "phases" });
        }
        // A long chain of phases stays one bisection. Phases of no steps keep the chains apart that they
        // stand in: which one a cut at their step belongs to is said by the nesting.
        let flat = opened(phases, |node| match node {
            Node::Sequence(inner) if inner.milestones.is_none() => {
                let some_steps = |phase: &Schedule| phase.steps() != Some(0.0);
                inner.phases.iter().all(some_steps).then_some(&inner.phases)
            }
            _ => None,
        });
        let mut bounds = Vec::with_capacity(flat.len() - 1);
        let mut end = Dd::ZERO;
        for (index, phase) in flat[..flat.len() - 1].iter().enumerate() {
            let steps = phase.needs_length(format!("phase {index} of a sequence"))?;
            // Rounded, so that a bound is the f64 that `steps` of the phases up to it says.
            end = Dd::new((end + steps).value());
            Real::within(
                "the length of a sequence",
                end.value(),
                "at most 2**63",
                |x| x <= MAX_STEPS,
            )?;
            bounds.push(end);
        }
        Ok(Self {
            phases: flat,
            milestones: None,
            timeline: Timeline::Own,
            side: Side::Right,
            bounds,
        })
    }

    /// Phases that begin at given steps.
    ///
    /// # Errors
    /// When there is none, or the milestones are not one fewer, fall, or are negative.
    pub fn at(
        phases: Vec<Schedule>,
        milestones: &[f64],
        timeline: Timeline,
        side: Side,
    ) -> Result<Self, ScheduleError> {
        if phases.is_empty() {
            return Err(ScheduleError::Empty { name: "phases" });
        }
        if milestones.len() + 1 != phases.len() {
            let (expected, got) = (phases.len() - 1, milestones.len());
            return Err(ScheduleError::LengthMismatch {
                name: "milestones",
                expected,
                got,
            });
        }
        let reals = sorted_steps("milestones", milestones)?;
        let bounds = reals.iter().map(|x| x.dd()).collect();
        Ok(Self {
            phases,
            milestones: Some(reals),
            timeline,
            side,
            bounds,
        })
    }
}

impl Sequence {
    /// The phase that an instant belongs to, and where its clock begins.
    fn phase_at(&self, at: Instant) -> (usize, Dd) {
        let side = Instant {
            from_left: at.from_left || self.side == Side::Left,
            ..at
        };
        let index = side.passed(&self.bounds, |bound| *bound);
        let begin = match (self.timeline, index.checked_sub(1)) {
            (Timeline::Own, Some(before)) => self.bounds[before],
            _ => Dd::ZERO,
        };
        (index, begin)
    }
}

/// Checks that times are steps in rising order.
pub(super) fn sorted_steps(name: &'static str, times: &[f64]) -> Result<Vec<Real>, ScheduleError> {
    if let Some(pair) = times.windows(2).find(|pair| pair[1] < pair[0]) {
        return Err(ScheduleError::Unsorted {
            name,
            previous: pair[0],
            value: pair[1],
        });
    }
    times.iter().map(|&t| Real::steps(name, t)).collect()
}

impl Shape for Sequence {
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        let (index, begin) = self.phase_at(at);
        let phase = &self.phases[index];
        let local = match (&self.milestones, self.bounds.get(index), phase.length()) {
            // A phase that is left just at its end has come to it, whatever its bound was rounded to.
            (None, Some(bound), Length::Finite(steps)) if *bound == at.t => steps,
            _ => at.t - begin,
        };
        phase.level(at.moved_to(local), base)
    }

    fn levels(&self, span: Span<'_>, base: f64, mut out: Lanes<'_>) -> Result<(), EvalError> {
        let (mut from, mut room) = (0, Vec::new());
        while from < span.len {
            let (index, begin) = self.phase_at(span.at(from));
            let to = self.bounds.get(index).map_or(span.len, |bound| {
                span.before(*bound, self.side == Side::Left)
            });
            let (part, lanes) = (span.part(from, to), out.part(from, to));
            let own = part.since(begin, &mut room);
            self.phases[index].levels(own, base, lanes)?;
            from = to;
        }
        Ok(())
    }

    fn length(&self) -> Length {
        let begin = self.bounds.last().copied().unwrap_or(Dd::ZERO);
        match (self.phases.last().map(Schedule::length), self.timeline) {
            (Some(Length::Finite(steps)), Timeline::Own) => Length::Finite(begin + steps),
            (Some(Length::Finite(steps)), Timeline::Global) if begin < steps => {
                Length::Finite(steps)
            }
            (Some(Length::Finite(_)), Timeline::Global) => Length::Finite(begin),
            _ => Length::Unbounded,
        }
    }

    fn holds_from_its_length(&self) -> bool {
        // A last phase that is over where it begins still takes the steps after a bound that is not its own.
        self.side == Side::Right
    }

    fn children(&self) -> &[Schedule] {
        &self.phases
    }
}

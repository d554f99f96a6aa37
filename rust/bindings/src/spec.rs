//! What a node was built from, as the name and arguments of its constructor in `build.rs`.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use ratesheet_kernel as kernel;
use ratesheet_kernel::node::{Between, Distribution, Side, Which};
use ratesheet_kernel::{FixedLevel, Node, Real};

use crate::curve::Curve;
use crate::schedule::Schedule;
use crate::words::Word;

fn pair(level: FixedLevel) -> (f64, f64) {
    (level.rate.get(), level.ratio.get())
}

fn maybe(number: Option<Real>) -> Option<f64> {
    number.map(Real::get)
}

fn curve<'py>(py: Python<'py>, curve: &kernel::Curve) -> PyResult<Bound<'py, PyAny>> {
    Curve(curve.clone()).into_bound_py_any(py)
}

fn children<'py>(py: Python<'py>, schedules: &[kernel::Schedule]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for schedule in schedules {
        list.append(Schedule(schedule.clone()).into_bound_py_any(py)?)?;
    }
    Ok(list)
}

/// The constructor's name and its arguments.
#[allow(clippy::too_many_lines)] // one arm a node, as in `build.rs`
pub fn of<'py>(py: Python<'py>, node: &Node) -> PyResult<(&'static str, Bound<'py, PyDict>)> {
    let fields = PyDict::new(py);
    macro_rules! put {
        ($($name:literal: $value:expr),* $(,)?) => {{ $(fields.set_item($name, $value)?;)* }};
    }
    macro_rules! child {
        ($schedule:expr) => {
            Schedule($schedule[0].clone()).into_bound_py_any(py)?
        };
    }
    let name = match node {
        Node::Constant(n) => {
            put!("value": pair(n.value), "steps": maybe(n.steps));
            "constant"
        }
        Node::Ramp(n) => {
            put!("start": pair(n.start), "end": pair(n.end), "steps": n.steps.get());
            put!("curve": curve(py, &n.curve)?, "offset": n.offset.get());
            put!("past": n.past.word(), "between": n.between.word());
            "ramp"
        }
        Node::Exponential(n) => {
            put!("gamma": n.gamma.get(), "every": n.every.get(), "shift": n.shift.get());
            "exponential"
        }
        Node::Power(n) => {
            put!("scale": pair(n.scale), "exponent": n.exponent.get());
            put!("shift": n.shift.get(), "lowest": n.lowest.get());
            "power"
        }
        Node::InversePower(n) => {
            put!("tau": n.tau.get(), "inner": n.inner.get());
            put!("outer": n.outer.get(), "shift": n.shift.get());
            "inverse_power"
        }
        Node::Points(n) => {
            let points: Vec<_> = n.points.iter().map(|p| (p.0.get(), pair(p.1))).collect();
            let (curve, side) = match &n.between {
                Between::Curve(c) => (Some(curve(py, c)?), Side::Right),
                Between::Hold(side) => (None, *side),
            };
            put!("points": points, "curve": curve, "side": side.word());
            "points"
        }
        Node::Samples(n) => {
            put!("values": n.values.iter().map(|x| x.get()).collect::<Vec<_>>());
            "samples"
        }
        Node::Noise(n) => {
            let std = match n.distribution {
                Distribution::Uniform => None,
                Distribution::Normal { std } => Some(std.get()),
            };
            put!("seed": n.seed, "amplitude": n.amplitude.get(), "std": std);
            put!("start": n.from.get(), "end": maybe(n.to));
            "noise"
        }
        Node::Sequence(n) => {
            let milestones: Option<Vec<f64>> = n
                .milestones
                .as_ref()
                .map(|all| all.iter().map(|x| x.get()).collect());
            put!("phases": children(py, &n.phases)?, "milestones": milestones);
            put!("timeline": n.timeline.word(), "side": n.side.word());
            "sequence"
        }
        Node::Product(n) => {
            put!("factors": children(py, &n.factors)?);
            "product"
        }
        Node::Sum(n) => {
            put!("terms": children(py, &n.terms)?);
            "sum"
        }
        Node::Extreme(n) => {
            put!("schedules": children(py, &n.schedules)?);
            if n.which == Which::Least {
                "least"
            } else {
                "greatest"
            }
        }
        Node::Cooldown(n) => {
            put!("schedule": child!(n.before), "at": n.at.get(), "steps": n.steps.get());
            put!("to": pair(n.to), "curve": curve(py, &n.curve)?);
            "cooldown"
        }
        Node::Shift(n) => {
            put!("schedule": child!(n.schedule), "by": n.by.get());
            "shift"
        }
        Node::Stretch(n) => {
            put!("schedule": child!(n.schedule), "factor": n.factor.get());
            "stretch"
        }
        Node::Staircase(n) => {
            put!("schedule": child!(n.schedule), "every": n.every.get());
            "staircase"
        }
        Node::Until(n) => {
            put!("schedule": child!(n.schedule), "steps": n.steps.get());
            "until"
        }
        Node::NextMultiple(n) => {
            put!("schedule": child!(n.schedule), "period": n.period.get());
            "next_multiple"
        }
        Node::Cycle(n) => {
            put!("schedule": child!(n.schedule), "first": n.first.get());
            put!("growth": n.growth.get(), "count": maybe(n.count), "clock": n.clock.word());
            "cycle"
        }
        Node::Warp(n) => {
            let times: Vec<_> = n.times.iter().map(|p| (p.0.get(), p.1.get())).collect();
            put!("schedule": child!(n.schedule), "times": times);
            "warp"
        }
        other => {
            return Err(pyo3::exceptions::PyNotImplementedError::new_err(format!(
                "{other:?}"
            )));
        }
    };
    Ok((name, fields))
}

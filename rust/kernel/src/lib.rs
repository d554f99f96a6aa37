//! Learning-rate schedules as pure functions of the step.
//!
//! A [`Schedule`] is an immutable tree of [`node`]s. At an [`Instant`] it gives a [`Level`], `rate + ratio * b`, which
//! becomes a learning rate once a group's base LR `b` is known. A [`Plan`] interns the schedules of a list of groups,
//! and [`fill`] writes their rates for many steps into the caller's buffer. Nothing here knows of Python, and nothing
//! depends on the machine: a value has the same bits wherever and however it is computed.

mod block;
mod curve;
mod error;
mod fill;
mod level;
pub mod math;
pub mod node;
mod plan;
mod real;
mod schedule;
mod span;
mod time;
mod weights;
mod width;

pub use curve::{Curve, Progress, Rounding};
pub use error::{EvalError, ScheduleError};
pub use fill::{GoOn, Means, Steps, fill, fill_by};
pub use level::{FixedLevel, Kind, Level};
pub use node::Node;
pub use plan::Plan;
pub use real::{MAX_STEPS, Real};
pub use schedule::Schedule;
pub use time::{Instant, Length};
pub use weights::Weights;
pub use width::Width;

/// How deep schedules and curves may nest, so that evaluating one never exhausts a thread's stack.
pub const MAX_DEPTH: usize = 128;

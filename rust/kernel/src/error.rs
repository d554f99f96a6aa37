//! What a schedule refuses, one variant a rule, each a sentence that names the argument and the value.

use thiserror::Error;

/// A schedule, curve or plan that cannot be.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// NaN or an infinity where a number is needed.
    #[error("{name} must be a finite number, got {value}")]
    NotFinite {
        /// The argument.
        name: String,
        /// What it was.
        value: f64,
    },
    /// A number outside the range that the argument allows.
    #[error("{name} must be {range}, got {value}")]
    OutOfRange {
        /// The argument.
        name: String,
        /// The range, in words.
        range: &'static str,
        /// What it was.
        value: f64,
    },
    /// Times that do not rise.
    #[error("{name} must be in rising order, got {value} after {previous}")]
    Unsorted {
        /// The argument.
        name: &'static str,
        /// The time before it.
        previous: f64,
        /// The time that breaks the order.
        value: f64,
    },
    /// A list with nothing in it.
    #[error("{name} must not be empty")]
    Empty {
        /// The argument.
        name: &'static str,
    },
    /// Lists whose lengths do not agree.
    #[error("{name} must have {expected} entries, got {got}")]
    LengthMismatch {
        /// The argument.
        name: &'static str,
        /// The number that fits.
        expected: usize,
        /// The number that came.
        got: usize,
    },
    /// A phase that never ends, where an end is needed.
    #[error("{name} needs a schedule with a length; cut it with until(n) first")]
    NoLength {
        /// Which schedule, in words.
        name: String,
    },
    /// Two factors of a product that both carry rates.
    #[error(
        "a product may hold absolute rates in one factor only, got them in factors {first} and {second}"
    )]
    TwoRates {
        /// Index of the first factor with a rate.
        first: usize,
        /// Index of the second one.
        second: usize,
    },
    /// A curve that has no value beyond its ends.
    #[error(
        "past=\"free\" needs a curve that goes on past its ends (linear, a whole power, cosine), got {curve}"
    )]
    NotFree {
        /// The curve's name.
        curve: &'static str,
    },
    /// A tree of schedules or curves deeper than [`crate::MAX_DEPTH`].
    #[error("schedules and curves may be nested at most {limit} deep")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A word that is none of the words an argument takes.
    #[error("{name} must be one of {choices}, got \"{value}\"")]
    UnknownWord {
        /// The argument.
        name: &'static str,
        /// The words it takes.
        choices: &'static str,
        /// What it was.
        value: String,
    },
    /// A group that points at a schedule which the plan does not have.
    #[error("index[{group}] must be below the number of schedules ({schedules}), got {value}")]
    UnknownSchedule {
        /// The group.
        group: usize,
        /// How many schedules there are.
        schedules: usize,
        /// What the index was.
        value: usize,
    },
}

/// Why a valid schedule gave no value.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum EvalError {
    /// A ramp built with `past="raise"` was asked for a step past its end.
    #[error(
        "step {step} is past the end of a ramp of {steps} steps that was built with past=\"raise\""
    )]
    PastEnd {
        /// The ramp's own clock.
        step: f64,
        /// Its length.
        steps: f64,
    },
    /// A buffer whose size is not steps x groups.
    #[error("out must have {expected} entries (steps x groups), got {got}")]
    WrongSize {
        /// The size that fits.
        expected: usize,
        /// The size that came.
        got: usize,
    },
    /// A step before 0, or one that is no number.
    #[error("steps must be numbers >= 0, got {step}")]
    BadStep {
        /// What it was.
        step: f64,
    },
    /// Who asked for a fill wants it no more.
    #[error("the fill was stopped")]
    Stopped,
}

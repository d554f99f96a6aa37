//! `ratesheet._rust`: the kernel for Python. Unwraps arguments, calls the kernel, wraps results; no arithmetic.

// PyO3 hands arguments over by value.
#![allow(clippy::needless_pass_by_value)]

mod betas;
mod build;
mod columns;
mod curve;
mod error;
mod groups;
mod number;
mod places;
mod plan;
mod schedule;
mod spec;
mod time;
mod watch;
mod words;
mod write;

use pyo3::prelude::pymodule;

/// The compiled core of ratesheet.
#[pymodule]
mod _rust {
    /// The version of the package.
    #[pymodule_export]
    #[allow(non_upper_case_globals)] // Python's name for it
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use super::curve::Curve;
    #[pymodule_export]
    use super::groups::{distinct, plain_bases, plain_dicts, plain_rates, read_groups};
    #[pymodule_export]
    use super::number::number;
    #[pymodule_export]
    use super::plan::Plan;
    #[pymodule_export]
    use super::schedule::Schedule;
    #[pymodule_export]
    use super::write::Writer;
}

//! `_rust.Schedule`: reading. Building stands in `build.rs`.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use ratesheet_kernel as kernel;

use crate::error::BindingResult;
use crate::{number, spec};

/// An immutable schedule.
#[pyclass(frozen, eq, module = "ratesheet._rust")]
#[derive(Clone, PartialEq)]
pub struct Schedule(pub kernel::Schedule);

#[pymethods]
impl Schedule {
    /// The length in steps, or None.
    #[getter]
    fn steps(&self) -> Option<f64> {
        self.0.steps()
    }

    /// Whether some level carries an absolute rate.
    #[getter]
    fn has_absolute(&self) -> bool {
        self.0.kind().rate
    }

    /// Whether the value is `a + c * b` with a and c free of the base LR b.
    #[getter]
    fn affine(&self) -> bool {
        self.0.is_affine()
    }

    /// The rate at a step from a base LR.
    #[pyo3(signature = (step, base_lr, /))]
    fn value(&self, step: &Bound<'_, PyAny>, base_lr: &Bound<'_, PyAny>) -> BindingResult<f64> {
        let (step, base_lr) = number::step_and_base(step, base_lr)?;
        Ok(self.0.value(step.instant()?, base_lr)?)
    }

    /// The constructor's name and its arguments; children are schedules.
    fn spec<'py>(&self, py: Python<'py>) -> PyResult<(&'static str, Bound<'py, PyDict>)> {
        spec::of(py, self.0.node())
    }

    fn __hash__(&self) -> u64 {
        self.0.fingerprint()
    }
}

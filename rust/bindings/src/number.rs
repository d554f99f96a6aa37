//! Numbers as Python gives them, refused by name where they are none.

use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyInt, PyType};
use ratesheet_kernel as kernel;

use crate::error::{BindingResult, ScheduleError};
use crate::time::Time;

/// A real number; a bool, a string or None is a `TypeError`.
#[pyfunction]
#[pyo3(signature = (name, value, /))]
pub fn number(name: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if let Ok(value) = value.cast_exact::<PyFloat>() {
        return Ok(value.value());
    }
    if !is_real(value)? {
        let got = value.repr()?;
        let error = format!("{name} must be a number, got {got}");
        return Err(PyTypeError::new_err(error));
    }
    let result = value.extract::<f64>();
    if matches!(&result, Err(error) if error.is_instance_of::<PyOverflowError>(value.py())) {
        return Err(refused(name, "a finite number", value)?);
    }
    result
}

fn is_real(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static REAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    if value.is_exact_instance_of::<PyInt>() {
        return Ok(true);
    }
    if value.is_instance_of::<PyBool>() {
        return Ok(false);
    }
    value.is_instance(REAL.import(value.py(), "numbers", "Real")?)
}

/// A step, which is whatever Python takes for an index or else a real number, and a base LR, which is finite and at least 0.
pub fn step_and_base(
    step: &Bound<'_, PyAny>,
    base_lr: &Bound<'_, PyAny>,
) -> BindingResult<(Time, f64)> {
    if let (Ok(whole), Ok(base)) = (step.cast_exact::<PyInt>(), base_lr.cast_exact::<PyFloat>())
        && let Ok(whole @ 0..) = whole.extract::<i64>()
    {
        let base = kernel::Real::within("base_lr", base.value(), ">= 0", |base| base >= 0.0)?;
        return Ok((Time::Whole(whole), base.get()));
    }
    let base = number("base_lr", base_lr)?;
    if !base.is_finite() || base < 0.0 {
        return Err(refused("base_lr", "finite and >= 0", base_lr)?.into());
    }
    Ok((time(step)?, base))
}

fn time(step: &Bound<'_, PyAny>) -> PyResult<Time> {
    if step.is_exact_instance_of::<PyFloat>() || step.is_instance_of::<PyBool>() {
        return number("step", step).map(Time::Real);
    }
    match step.extract() {
        Ok(whole @ 0..) => Ok(Time::Whole(whole)),
        Err(error) if error.is_instance_of::<PyTypeError>(step.py()) => {
            number("step", step).map(Time::Real)
        }
        Err(error) if !error.is_instance_of::<PyOverflowError>(step.py()) => Err(error),
        _ => Err(refused("step", "from 0 to 2**63 - 1", step)?),
    }
}

/// The error of a value that is out of range.
fn refused(name: &str, range: &str, value: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let got = value.repr()?;
    Ok(ScheduleError::new_err(format!(
        "{name} must be {range}, got {got}"
    )))
}

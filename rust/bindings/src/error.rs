//! Kernel errors as Python exceptions, in one place.

use pyo3::PyErr;
use pyo3::exceptions::PyValueError;
use pyo3::import_exception;
use ratesheet_kernel as kernel;

import_exception!(ratesheet.errors, ScheduleError);

/// Whatever can go wrong in a binding.
#[derive(Debug, thiserror::Error)]
pub enum BindingError {
    /// A schedule, curve or plan that cannot be.
    #[error(transparent)]
    Schedule(#[from] kernel::ScheduleError),
    /// A value that cannot be had.
    #[error(transparent)]
    Eval(#[from] kernel::EvalError),
    /// An error of Python's own.
    #[error(transparent)]
    Python(#[from] PyErr),
}

/// What bindings return.
pub type BindingResult<T> = Result<T, BindingError>;

impl From<BindingError> for PyErr {
    fn from(error: BindingError) -> Self {
        match error {
            BindingError::Schedule(error) => ScheduleError::new_err(error.to_string()),
            BindingError::Eval(error @ kernel::EvalError::WrongSize { .. }) => {
                PyValueError::new_err(error.to_string())
            }
            BindingError::Eval(error) => ScheduleError::new_err(error.to_string()),
            BindingError::Python(error) => error,
        }
    }
}

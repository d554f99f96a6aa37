//! Reading param groups in one pass, where they are as plain as most are.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyList, PyString};

/// What the groups hold under a key, if all are plain dicts that hold finite floats there; else None.
#[pyfunction]
pub fn plain_rates<'py>(
    py: Python<'py>,
    groups: Bound<'py, PyList>,
    key: Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyList>>> {
    let mut rates = Vec::with_capacity(groups.len());
    for group in groups.iter() {
        let Ok(group) = group.cast_exact::<PyDict>() else {
            return Ok(None);
        };
        let Some(held) = group.get_item(&key)? else {
            return Ok(None);
        };
        match held.cast_exact::<PyFloat>() {
            Ok(rate) if rate.value().is_finite() => rates.push(held),
            _ => return Ok(None),
        }
    }
    PyList::new(py, rates).map(Some)
}

/// Each group's entry under a key where that is a string, else None.
#[pyfunction]
pub fn strings<'py>(
    py: Python<'py>,
    groups: Bound<'py, PyList>,
    key: Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyList>> {
    let mut entries = Vec::with_capacity(groups.len());
    for group in groups.iter() {
        let entry = match group.cast_exact::<PyDict>() {
            Ok(group) => group.get_item(&key)?,
            Err(_) => Some(group.call_method1("get", (&key,))?),
        };
        entries.push(entry.filter(Bound::is_instance_of::<PyString>));
    }
    PyList::new(py, entries)
}

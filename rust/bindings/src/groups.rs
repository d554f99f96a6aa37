//! Reading param groups in one pass, where they are as plain as most are.

use std::collections::HashSet;

use numpy::PyArray1;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyList, PyString};

/// Whether all groups are plain dicts.
#[pyfunction]
pub fn plain_dicts(groups: Bound<'_, PyList>) -> bool {
    groups
        .iter()
        .all(|group| group.is_exact_instance_of::<PyDict>())
}

/// Base LRs as an array, if all are plain floats that are finite and at least 0; else None.
#[pyfunction]
pub fn plain_bases<'py>(
    py: Python<'py>,
    values: Bound<'py, PyList>,
) -> Option<Bound<'py, PyArray1<f64>>> {
    let mut bases = Vec::with_capacity(values.len());
    for value in values.iter() {
        match value.cast_exact::<PyFloat>().map(PyFloatMethods::value) {
            Ok(base) if base.is_finite() && base >= 0.0 => bases.push(base),
            _ => return None,
        }
    }
    Some(PyArray1::from_vec(py, bases))
}

/// Each object of a list once, in the order in which they come first.
#[pyfunction]
pub fn distinct<'py>(py: Python<'py>, objects: Bound<'py, PyList>) -> PyResult<Bound<'py, PyList>> {
    let (mut seen, mut found) = (HashSet::new(), Vec::<Bound<'py, PyAny>>::new());
    for object in objects.iter() {
        // Groups that follow one schedule stand in a row most often.
        let again = found.last().is_some_and(|last| object.is(last));
        if !again && seen.insert(object.as_ptr()) {
            found.push(object);
        }
    }
    PyList::new(py, found)
}

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

/// Each group's "name" where that is a string, else None; and whether all are plain dicts with a plain float under a key.
#[pyfunction]
pub fn names<'py>(
    py: Python<'py>,
    groups: Bound<'py, PyList>,
    key: Bound<'py, PyString>,
) -> PyResult<(Bound<'py, PyList>, bool)> {
    let name = intern!(py, "name");
    let (mut names, mut plain) = (Vec::with_capacity(groups.len()), true);
    for group in groups.iter() {
        let entry = if let Ok(group) = group.cast_exact::<PyDict>() {
            let held = group.get_item(&key)?;
            plain = plain && held.is_some_and(|held| held.is_exact_instance_of::<PyFloat>());
            group.get_item(name)?
        } else {
            plain = false;
            Some(group.call_method1("get", (name,))?)
        };
        names.push(entry.filter(Bound::is_instance_of::<PyString>));
    }
    Ok((PyList::new(py, names)?, plain))
}

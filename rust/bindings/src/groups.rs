//! Reading param groups in one pass, where they are as plain as most are.

use std::collections::HashSet;

use numpy::PyArray1;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyList, PyString};

use crate::places::is_item;

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
    for index in 0..objects.len() {
        // Groups that follow one schedule stand in a row most often.
        if found
            .last()
            .is_some_and(|last| is_item(&objects, index, last))
        {
            continue;
        }
        let object = objects.get_item(index)?;
        if seen.insert(object.as_ptr()) {
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
        if !is_rate(&held) {
            return Ok(None);
        }
        rates.push(held);
    }
    PyList::new(py, rates).map(Some)
}

/// Each group's "name" where that is a string, else None; and what the groups hold under a key, as `plain_rates` does.
#[pyfunction]
pub fn names_and_rates<'py>(
    py: Python<'py>,
    groups: Bound<'py, PyList>,
    key: Bound<'py, PyString>,
) -> PyResult<(Bound<'py, PyList>, Option<Bound<'py, PyList>>)> {
    let name = intern!(py, "name");
    let (mut names, mut rates) = (Vec::with_capacity(groups.len()), Vec::new());
    rates.reserve(groups.len());
    for (index, group) in groups.iter().enumerate() {
        let entry = if let Ok(group) = group.cast_exact::<PyDict>() {
            if rates.len() == index {
                rates.extend(group.get_item(&key)?.filter(is_rate));
            }
            group.get_item(name)?
        } else {
            Some(group.call_method1("get", (name,))?)
        };
        names.push(entry.filter(Bound::is_instance_of::<PyString>));
    }
    let plain = rates.len() == names.len();
    let rates = plain.then(|| PyList::new(py, rates)).transpose()?;
    Ok((PyList::new(py, names)?, rates))
}

/// Whether some group holds something true under a key.
#[pyfunction]
pub fn some_hold(groups: Bound<'_, PyList>, key: Bound<'_, PyString>) -> PyResult<bool> {
    for group in groups.iter() {
        let held = match group.cast_exact::<PyDict>() {
            Ok(group) => group.get_item(&key)?,
            Err(_) => Some(group.call_method1("get", (&key,))?),
        };
        if let Some(held) = held
            && held.is_truthy()?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_rate(held: &Bound<'_, PyAny>) -> bool {
    let rate = held.cast_exact::<PyFloat>();
    rate.is_ok_and(|rate| rate.value().is_finite())
}

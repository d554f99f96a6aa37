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

/// What a look at the groups finds: their names, their rates, and whether some hold something true.
type Found<'py> = (Bound<'py, PyList>, Option<Bound<'py, PyList>>, bool);

/// Each group's "name" where that is a string, else None; what the groups hold under a key, as `plain_rates` does; and
/// whether some hold something true under a flag. All at once: each look at a group waits for memory.
#[pyfunction]
#[pyo3(signature = (groups, key, flag=None))]
pub fn read_groups<'py>(
    py: Python<'py>,
    groups: Bound<'py, PyList>,
    key: Bound<'py, PyString>,
    flag: Option<Bound<'py, PyString>>,
) -> PyResult<Found<'py>> {
    let name = intern!(py, "name");
    let (mut names, mut rates) = (Vec::with_capacity(groups.len()), Vec::new());
    rates.reserve(groups.len());
    let mut flagged = false;
    for (index, group) in groups.iter().enumerate() {
        let plain = group.cast_exact::<PyDict>().ok();
        let get = |key| match plain {
            Some(group) => group.get_item(key),
            None => group.call_method1("get", (key,)).map(Some),
        };
        if plain.is_some() && rates.len() == index {
            rates.extend(get(&key)?.filter(is_rate));
        }
        names.push(get(name)?.filter(Bound::is_instance_of::<PyString>));
        if let Some(flag) = &flag
            && let Some(held) = get(flag)?
        {
            flagged = flagged || held.is_truthy()?;
        }
    }
    let plain = rates.len() == names.len();
    let rates = plain.then(|| PyList::new(py, rates)).transpose()?;
    Ok((PyList::new(py, names)?, rates, flagged))
}

fn is_rate(held: &Bound<'_, PyAny>) -> bool {
    let rate = held.cast_exact::<PyFloat>();
    rate.is_ok_and(|rate| rate.value().is_finite())
}

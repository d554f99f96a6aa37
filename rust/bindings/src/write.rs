//! Rates into the groups' dicts: one crossing, all or nothing.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::error::{BindingResult, ScheduleError};
use crate::plan::Plan;
use crate::schedule::Time;

#[pymethods]
impl Plan {
    /// Sets `group[key]` of every group to its rate at a step and returns the rates, one a group.
    fn write<'py>(
        &self,
        py: Python<'py>,
        groups: Bound<'py, PyList>,
        key: Bound<'py, PyString>,
        step: i64,
    ) -> BindingResult<Bound<'py, PyList>> {
        let floats = self.floats(py, Time::Whole(step).instant()?)?;
        let cell_of = self.0.cell_of();
        if groups.len() != cell_of.len() {
            return Err(ScheduleError::new_err(format!(
                "the optimizer has {} groups, the scheduler was built for {}",
                groups.len(),
                cell_of.len()
            ))
            .into());
        }
        let mut all_plain = true;
        for (index, group) in groups.iter().enumerate() {
            if !group.is_exact_instance_of::<PyDict>() {
                all_plain = false;
                if !group.is_instance_of::<PyDict>() {
                    let kind = group.get_type();
                    return Err(PyTypeError::new_err(format!(
                        "group {index} must be a dict, got {kind}"
                    ))
                    .into());
                }
            }
        }
        if all_plain {
            // Setting an item of a plain dict runs no code of the user's, so that nothing fails half-way.
            for (group, &cell) in groups.iter().zip(cell_of) {
                group
                    .cast_into::<PyDict>()
                    .map_err(PyErr::from)?
                    .set_item(&key, &floats[cell])?;
            }
        } else {
            let mut undo = Vec::with_capacity(cell_of.len());
            for (group, &cell) in groups.iter().zip(cell_of) {
                let old = group.get_item(&key).ok();
                if let Err(error) = group.set_item(&key, &floats[cell]) {
                    put_back(&key, undo);
                    return Err(error.into());
                }
                undo.push((group, old));
            }
        }
        Ok(self.spread(py, &floats)?)
    }
}

fn put_back<'py>(
    key: &Bound<'py, PyString>,
    undo: Vec<(Bound<'py, PyAny>, Option<Bound<'py, PyAny>>)>,
) {
    for (group, old) in undo {
        // The first error is the one to report; a group that refuses its own old value cannot be helped.
        let _ = match old {
            Some(old) => group.set_item(key, old),
            None => group.del_item(key),
        };
    }
}

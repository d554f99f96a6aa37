//! A hyperparameter as a column over the groups: `group[key]`, or one of each group's "betas".

use std::mem;
use std::ops::Range;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyString, PyTuple};
use ratesheet_kernel::{Instant, Level};

use crate::error::BindingResult;
use crate::plan::Plan;

pub struct Column {
    plan: Py<Plan>,
    key: Py<PyString>,
    /// Its place among the "betas", where it is one of them.
    place: Option<usize>,
    /// What was written last, a value a cell.
    written: Vec<f64>,
    values: Vec<f64>,
    levels: Vec<Level>,
    /// An object a cell, while values are written of which groups share some.
    floats: Vec<Py<PyFloat>>,
}

impl Column {
    pub fn new(plan: Py<Plan>, key: Py<PyString>, place: Option<usize>) -> Self {
        Self {
            plan,
            key,
            place,
            written: Vec::new(),
            values: Vec::new(),
            levels: Vec::new(),
            floats: Vec::new(),
        }
    }

    pub fn n_groups(&self) -> usize {
        self.cells().len()
    }

    fn cells(&self) -> &[usize] {
        self.plan.get().0.cell_of()
    }

    /// Whether two groups always have the same value.
    pub fn share(&self, group: usize, other: usize) -> bool {
        let cells = self.cells();
        cells[group] == cells[other]
    }

    /// Its place among the "betas", where it is one of them.
    pub fn place(&self) -> Option<usize> {
        self.place
    }

    /// What was prepared for a group.
    pub fn float(&self, group: usize) -> &Py<PyFloat> {
        &self.floats[self.cells()[group]]
    }

    pub fn evaluate(&mut self, at: Instant) -> BindingResult<()> {
        let plan = &self.plan.get().0;
        Ok(plan.cells_at(at, &mut self.levels, &mut self.values)?)
    }

    /// Makes the objects that groups are to share.
    pub fn prepare(&mut self, py: Python<'_>) {
        self.clear(py);
        if self.place.is_some() || self.values.len() < self.n_groups() {
            let floats = self.values.iter().map(|&value| PyFloat::new(py, value));
            self.floats.extend(floats.map(Bound::unbind));
        }
    }

    /// Lets go of what was prepared.
    pub fn clear(&mut self, py: Python<'_>) {
        self.floats.drain(..).for_each(|float| float.drop_ref(py));
    }

    /// Takes what was evaluated last for what the groups hold.
    pub fn take(&mut self) {
        mem::swap(&mut self.values, &mut self.written);
    }

    /// The key that a group has this under.
    pub fn key<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        if self.place.is_some() {
            intern!(py, "betas")
        } else {
            self.key.bind(py)
        }
    }

    /// Whether what a group holds is what was written last; None where this is nothing that a writer writes.
    pub fn is_written(&self, held: Option<&Bound<'_, PyAny>>, index: usize) -> Option<bool> {
        let value = match self.place {
            None => held.and_then(float),
            Some(place) => Some(float(
                &held?.cast_exact::<PyTuple>().ok()?.get_item(place).ok()?,
            )?),
        };
        let written = self.written.get(self.cells()[index])?;
        Some(value.is_some_and(|value| value.to_bits() == written.to_bits()))
    }

    /// Puts what was prepared under its key in some of the groups. Setting an item of a plain dict runs no code of the user's.
    pub fn write(&self, py: Python<'_>, groups: &[Py<PyDict>], some: Range<usize>) -> PyResult<()> {
        let key = self.key.bind(py);
        let groups = groups[some.clone()].iter().map(|group| group.bind(py));
        if self.floats.is_empty() {
            for (group, &value) in groups.zip(&self.values[some]) {
                group.set_item(key, PyFloat::new(py, value))?;
            }
            return Ok(());
        }
        for (group, &cell) in groups.zip(&self.cells()[some]) {
            group.set_item(key, &self.floats[cell])?;
        }
        Ok(())
    }
}

pub fn float(held: &Bound<'_, PyAny>) -> Option<f64> {
    held.cast_exact::<PyFloat>().map(PyFloatMethods::value).ok()
}

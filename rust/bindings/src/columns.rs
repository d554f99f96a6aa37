//! A hyperparameter as a column over the groups: `group[key]`, or one of each group's "betas".

use std::mem;

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
        }
    }

    pub fn n_groups(&self) -> usize {
        self.plan.get().0.n_groups()
    }

    fn cell(&self, group: usize) -> usize {
        self.plan.get().0.cell_of()[group]
    }

    pub fn is_beta(&self) -> bool {
        self.place.is_some()
    }

    pub fn evaluate(&mut self, at: Instant) -> BindingResult<()> {
        let plan = &self.plan.get().0;
        Ok(plan.cells_at(at, &mut self.levels, &mut self.values)?)
    }

    /// Takes what was evaluated last for what the groups hold.
    pub fn take(&mut self) {
        mem::swap(&mut self.values, &mut self.written);
    }

    /// The key that a group has this under.
    pub fn key<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        if self.is_beta() {
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
        let written = self.written.get(self.cell(index))?;
        Some(value.is_some_and(|value| value.to_bits() == written.to_bits()))
    }

    /// Puts what was evaluated last under its key. Setting an item of a plain dict runs no code of the user's.
    pub fn write(&self, py: Python<'_>, groups: &[Py<PyDict>]) -> PyResult<()> {
        let plan = &self.plan.get().0;
        let groups = groups.iter().map(|group| group.bind(py));
        if self.values.len() == plan.n_groups() {
            for (group, &value) in groups.zip(&self.values) {
                group.set_item(&self.key, PyFloat::new(py, value))?;
            }
            return Ok(());
        }
        let floats = self.floats(py);
        for (group, &cell) in groups.zip(plan.cell_of()) {
            group.set_item(&self.key, &floats[cell])?;
        }
        Ok(())
    }

    /// What was evaluated last, an object a cell.
    fn floats<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyFloat>> {
        let floats = self.values.iter().map(|&value| PyFloat::new(py, value));
        floats.collect()
    }
}

/// What groups are to have as their "betas": each new tuple once, and which of them each group gets.
#[derive(Default)]
pub struct Betas<'py> {
    made: Vec<Bound<'py, PyTuple>>,
    which: Vec<usize>,
}

impl<'py> Betas<'py> {
    /// The groups' betas with what was evaluated last in them; None where some hold no tuple with floats there.
    pub fn of(
        py: Python<'py>,
        columns: &[Column],
        groups: &[Py<PyDict>],
    ) -> PyResult<Option<Self>> {
        let mut betas = Self::default();
        if !columns.iter().any(Column::is_beta) {
            return Ok(Some(betas));
        }
        let columns = columns.iter().filter(|column| column.is_beta());
        let columns: Vec<_> = columns.map(|column| (column, column.floats(py))).collect();
        let mut last: Option<(Bound<'py, PyTuple>, usize)> = None;
        for (index, group) in groups.iter().enumerate() {
            let held = group.bind(py).get_item(intern!(py, "betas"))?;
            let Some(Ok(held)) = held.map(Bound::cast_into_exact::<PyTuple>) else {
                return Ok(None);
            };
            // Groups often share their betas, and go on doing so.
            let shared = last.as_ref().is_some_and(|(before, other)| {
                before.is(&held)
                    && columns
                        .iter()
                        .all(|(column, _)| column.cell(index) == column.cell(*other))
            });
            if !shared {
                let mut values: Vec<_> = held.iter().collect();
                for (column, floats) in &columns {
                    match column.place.and_then(|place| values.get_mut(place)) {
                        Some(value) if float(value).is_some() => {
                            *value = floats[column.cell(index)].clone().into_any();
                        }
                        _ => return Ok(None),
                    }
                }
                betas.made.push(PyTuple::new(py, values)?);
                last = Some((held, index));
            }
            betas.which.push(betas.made.len() - 1);
        }
        Ok(Some(betas))
    }

    pub fn write(&self, py: Python<'_>, groups: &[Py<PyDict>]) -> PyResult<()> {
        for (group, &which) in groups.iter().zip(&self.which) {
            let betas = &self.made[which];
            group.bind(py).set_item(intern!(py, "betas"), betas)?;
        }
        Ok(())
    }
}

fn float(held: &Bound<'_, PyAny>) -> Option<f64> {
    held.cast_exact::<PyFloat>().map(PyFloatMethods::value).ok()
}

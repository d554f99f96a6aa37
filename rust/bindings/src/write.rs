//! `_rust.Writer`: rates into the groups' dicts, one crossing a step.

use std::mem;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyList, PyString};
use ratesheet_kernel::Level;

use crate::error::BindingResult;
use crate::plan::Plan;
use crate::schedule::Time;

/// How many groups a step looks at for rates that someone else wrote.
const WATCHED: usize = 8;

/// Writes the rates of a plan into the param groups of optimizers, while these are what they were.
#[pyclass(module = "ratesheet._rust")]
pub struct Writer {
    plan: Py<Plan>,
    lists: Vec<Py<PyList>>,
    /// Where each list's groups begin among all.
    starts: Vec<usize>,
    /// What the lists held, if all of it was plain dicts.
    groups: Vec<Py<PyDict>>,
    key: Py<PyString>,
    /// What was written last, a rate a cell.
    written: Vec<f64>,
    rates: Vec<f64>,
    levels: Vec<Level>,
}

#[pymethods]
impl Writer {
    #[new]
    fn new(py: Python<'_>, plan: Py<Plan>, lists: Vec<Py<PyList>>, key: Py<PyString>) -> Self {
        let mut starts = vec![0];
        let mut groups = Vec::new();
        for list in &lists {
            starts.push(starts[starts.len() - 1] + list.bind(py).len());
            let plain = list
                .bind(py)
                .iter()
                .map_while(|group| group.cast_into_exact().ok());
            groups.extend(plain.map(Bound::unbind));
        }
        Self {
            plan,
            lists,
            starts,
            groups,
            key,
            written: Vec::new(),
            rates: Vec::new(),
            levels: Vec::new(),
        }
    }

    /// Sets `group[key]` of every group to its rate at a step, and tells whether it did.
    ///
    /// It does not, and changes nothing, where an optimizer's list is another one or has another length, where a group
    /// is no plain dict, or, if it is to `watch`, where one of a few groups does not hold what was written last.
    fn write(
        &mut self,
        py: Python<'_>,
        optimizers: Bound<'_, PyList>,
        step: i64,
        watch: bool,
    ) -> BindingResult<bool> {
        if !self.is_as_it_was(py, &optimizers)?
            || (watch && !self.holds_what_was_written(py, step)?)
        {
            return Ok(false);
        }
        let plan = self.plan.get();
        plan.0.cells_at(
            Time::Whole(step).instant()?,
            &mut self.levels,
            &mut self.rates,
        )?;
        // Setting an item of a plain dict runs no code of the user's, so that nothing fails half-way.
        let groups = self.groups.iter().map(|group| group.bind(py));
        if self.rates.len() == plan.0.n_groups() {
            for (group, &rate) in groups.zip(&self.rates) {
                group.set_item(&self.key, PyFloat::new(py, rate))?;
            }
        } else {
            let floats: Vec<_> = self
                .rates
                .iter()
                .map(|&rate| PyFloat::new(py, rate))
                .collect();
            for (group, &cell) in groups.zip(plan.0.cell_of()) {
                group.set_item(&self.key, &floats[cell])?;
            }
        }
        mem::swap(&mut self.rates, &mut self.written);
        Ok(true)
    }

    /// Takes the rates of a step for those that were written last.
    fn take(&mut self, step: i64) -> BindingResult<()> {
        let at = Time::Whole(step).instant()?;
        let plan = self.plan.get();
        plan.0.cells_at(at, &mut self.levels, &mut self.written)?;
        Ok(())
    }
}

impl Writer {
    fn is_as_it_was(&self, py: Python<'_>, optimizers: &Bound<'_, PyList>) -> PyResult<bool> {
        if optimizers.len() != self.lists.len()
            || self.starts.last() != Some(&self.plan.get().0.n_groups())
            || self.starts.last() != Some(&self.groups.len())
        {
            return Ok(false);
        }
        for ((optimizer, list), start) in optimizers
            .iter()
            .zip(&self.lists)
            .zip(self.starts.windows(2))
        {
            let groups = optimizer.getattr(intern!(py, "param_groups"))?;
            let list = list.bind(py);
            if !groups.is(list) || list.len() != start[1] - start[0] {
                return Ok(false);
            }
            let groups = &self.groups[start[0]..start[1]];
            if !groups
                .iter()
                .enumerate()
                .all(|(i, group)| list.get_item(i).is_ok_and(|held| held.is(group)))
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a few groups, others at each step, hold the rates that were written last.
    fn holds_what_was_written(&self, py: Python<'_>, step: i64) -> PyResult<bool> {
        let cell_of = self.plan.get().0.cell_of();
        let n = cell_of.len();
        let first = usize::try_from(step).unwrap_or(0).wrapping_mul(WATCHED);
        for offset in 0..n.min(WATCHED) {
            let group = first.wrapping_add(offset) % n;
            let held = self.groups[group].bind(py).get_item(&self.key)?;
            let same = held.is_some_and(|held| {
                let rate = held.cast_exact::<PyFloat>().map(PyFloatMethods::value);
                rate.ok().map(f64::to_bits) == self.written.get(cell_of[group]).map(|r| r.to_bits())
            });
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

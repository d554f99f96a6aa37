//! `_rust.Writer`: values into the groups' dicts, one crossing a step.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyString};

use crate::betas::Betas;
use crate::columns::Column;
use crate::error::BindingResult;
use crate::places::is_item;
use crate::plan::Plan;
use crate::time::Time;

/// How many groups a step looks at for values that someone else wrote.
const WATCHED: usize = 8;

/// How many groups are written at a time, one key after the other: so many stay in a cache.
const BLOCK: usize = 64;

/// What someone else wrote: the group's index, the key and what is held there.
type Foreign<'py> = (usize, Bound<'py, PyString>, Option<Bound<'py, PyAny>>);

/// Writes hyperparameters into the param groups of optimizers, while these are what they were.
#[pyclass(module = "ratesheet._rust")]
pub struct Writer {
    lists: Vec<Py<PyList>>,
    /// Where each list's groups begin among all.
    starts: Vec<usize>,
    /// What the lists held, up to the first that was no plain dict.
    groups: Vec<Py<PyDict>>,
    /// Whether all of them were, and each column has a value for each.
    fits: bool,
    columns: Vec<Column>,
    betas: Betas,
}

#[pymethods]
impl Writer {
    #[new]
    fn new(
        py: Python<'_>,
        lists: Vec<Py<PyList>>,
        columns: Vec<(Py<Plan>, Py<PyString>, Option<usize>)>,
    ) -> Self {
        let mut starts = vec![0];
        let mut groups = Vec::new();
        for list in &lists {
            let list = list.bind(py);
            starts.push(starts[starts.len() - 1] + list.len());
            let plain = list.iter().map_while(|group| group.cast_into_exact().ok());
            groups.extend(plain.map(Bound::unbind));
        }
        let columns = columns.into_iter();
        let (betas, columns): (Vec<_>, Vec<_>) = columns
            .map(|(plan, key, place)| Column::new(plan, key, place))
            .partition(|column| column.place().is_some());
        let n = groups.len();
        let mut all = columns.iter().chain(&betas);
        Self {
            fits: starts[lists.len()] == n && all.all(|column| column.n_groups() == n),
            lists,
            starts,
            groups,
            columns,
            betas: Betas::new(betas),
        }
    }

    /// Writes the values of a step into all groups, and tells whether it did.
    ///
    /// It does not, and changes nothing, where an optimizer's list is another one or holds other groups, where a group
    /// is no plain dict or its betas are no plain ones, or, if it is to `watch`, where one of a few groups does not hold
    /// what was written last.
    fn write(
        &mut self,
        py: Python<'_>,
        optimizers: &Bound<'_, PyList>,
        step: i64,
        watch: bool,
    ) -> BindingResult<bool> {
        if !self.is_as_it_was(py, optimizers)?
            || (watch
                && self
                    .watched(py, step, |written| written != Some(true))?
                    .is_some())
        {
            return Ok(false);
        }
        self.evaluate(step)?;
        self.columns_mut().for_each(|column| column.prepare(py));
        // All that can fail is over before the first write, so that nothing fails half-way.
        let follow = !self.betas.columns.is_empty();
        if follow && !self.betas.prepare(py, &self.groups)? {
            return Ok(false);
        }
        let n = self.groups.len();
        for first in (0..n).step_by(BLOCK) {
            let some = first..n.min(first + BLOCK);
            for column in &self.columns {
                column.write(py, &self.groups, some.clone())?;
            }
            if follow {
                self.betas.write(py, &self.groups, some)?;
            }
        }
        self.betas.clear(py);
        self.columns_mut().for_each(|column| {
            column.clear(py);
            column.take();
        });
        Ok(true)
    }

    /// Writes the values of the step that is `by` steps on, and returns that step.
    ///
    /// It returns None, and changes nothing, where `write` does not write, where that step is past `until`, or where `by`
    /// is no plain number of steps.
    fn advance(
        &mut self,
        py: Python<'_>,
        optimizers: &Bound<'_, PyList>,
        step: i64,
        by: &Bound<'_, PyAny>,
        until: f64,
        watch: bool,
    ) -> BindingResult<Option<i64>> {
        let by = by.cast_exact::<PyInt>().ok();
        let by = by.and_then(|by| by.extract().ok().filter(|by| *by >= 0));
        match by.and_then(|by| step.checked_add(by)) {
            Some(step) if step as f64 <= until => {
                Ok(self.write(py, optimizers, step, watch)?.then_some(step))
            }
            _ => Ok(None),
        }
    }

    /// Takes the values of a step for those that were written last.
    fn take(&mut self, step: i64) -> BindingResult<()> {
        self.evaluate(step)?;
        self.columns_mut().for_each(Column::take);
        Ok(())
    }

    /// What someone else wrote into one of the few groups that a step watches.
    fn foreign<'py>(&self, py: Python<'py>, step: i64) -> PyResult<Option<Foreign<'py>>> {
        let found = self.watched(py, step, |written| written == Some(false))?;
        let Some((index, column)) = found else {
            return Ok(None);
        };
        let key = column.key(py);
        let held = self.groups[index].bind(py).get_item(key)?;
        Ok(Some((index, key.clone(), held)))
    }
}

impl Writer {
    fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().chain(&self.betas.columns)
    }

    fn columns_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.columns.iter_mut().chain(&mut self.betas.columns)
    }

    fn is_as_it_was(&self, py: Python<'_>, optimizers: &Bound<'_, PyList>) -> PyResult<bool> {
        if !self.fits || optimizers.len() != self.lists.len() {
            return Ok(false);
        }
        let spans = self.starts.windows(2);
        for ((optimizer, list), span) in optimizers.iter().zip(&self.lists).zip(spans) {
            let list = list.bind(py);
            let groups = &self.groups[span[0]..span[1]];
            let same = optimizer.getattr(intern!(py, "param_groups"))?.is(list)
                && list.len() == groups.len()
                && groups
                    .iter()
                    .enumerate()
                    .all(|(i, group)| is_item(list, i, group.bind(py)));
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The first of the few values that a step watches, others at each, of which `is_sought` holds.
    fn watched(
        &self,
        py: Python<'_>,
        step: i64,
        is_sought: impl Fn(Option<bool>) -> bool,
    ) -> PyResult<Option<(usize, &Column)>> {
        let n = self.groups.len();
        let first = usize::try_from(step).unwrap_or(0).wrapping_mul(WATCHED);
        for offset in 0..n.min(WATCHED) {
            let index = first.wrapping_add(offset) % n;
            for column in self.columns() {
                let held = self.groups[index].bind(py).get_item(column.key(py))?;
                if is_sought(column.is_written(held.as_ref(), index)) {
                    return Ok(Some((index, column)));
                }
            }
        }
        Ok(None)
    }

    fn evaluate(&mut self, step: i64) -> BindingResult<()> {
        let at = Time::Whole(step).instant()?;
        self.columns_mut()
            .try_for_each(|column| column.evaluate(at))
    }
}

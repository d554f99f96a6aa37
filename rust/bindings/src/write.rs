//! `_rust.Writer`: values into the groups' dicts, one crossing a step.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::columns::{Betas, Column};
use crate::error::BindingResult;
use crate::plan::Plan;
use crate::schedule::Time;

/// How many groups a step looks at for values that someone else wrote.
const WATCHED: usize = 8;

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
    columns: Vec<Column>,
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
        Self {
            lists,
            starts,
            groups,
            columns: columns
                .map(|(plan, key, place)| Column::new(plan, key, place))
                .collect(),
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
        optimizers: Bound<'_, PyList>,
        step: i64,
        watch: bool,
    ) -> BindingResult<bool> {
        if !self.is_as_it_was(py, &optimizers)?
            || (watch
                && self
                    .watched(py, step, |written| written != Some(true))?
                    .is_some())
        {
            return Ok(false);
        }
        self.evaluate(step)?;
        // All that can fail is over before the first write, so that nothing fails half-way.
        let Some(betas) = Betas::of(py, &self.columns, &self.groups)? else {
            return Ok(false);
        };
        for column in self.columns.iter().filter(|column| !column.is_beta()) {
            column.write(py, &self.groups)?;
        }
        betas.write(py, &self.groups)?;
        self.columns.iter_mut().for_each(Column::take);
        Ok(true)
    }

    /// Takes the values of a step for those that were written last.
    fn take(&mut self, step: i64) -> BindingResult<()> {
        self.evaluate(step)?;
        self.columns.iter_mut().for_each(Column::take);
        Ok(())
    }

    /// What someone else wrote into one of the few groups that a step watches.
    fn foreign<'py>(&self, py: Python<'py>, step: i64) -> PyResult<Option<Foreign<'py>>> {
        self.watched(py, step, |written| written == Some(false))
    }
}

impl Writer {
    fn is_as_it_was(&self, py: Python<'_>, optimizers: &Bound<'_, PyList>) -> PyResult<bool> {
        let n = self.groups.len();
        if optimizers.len() != self.lists.len()
            || self.starts[self.lists.len()] != n
            || self.columns.iter().any(|column| column.n_groups() != n)
        {
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
                    .all(|(i, group)| is_item(list, i, group));
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The first of the few values that a step watches, others at each, of which `is_sought` holds.
    fn watched<'py>(
        &self,
        py: Python<'py>,
        step: i64,
        is_sought: impl Fn(Option<bool>) -> bool,
    ) -> PyResult<Option<Foreign<'py>>> {
        let n = self.groups.len();
        let first = usize::try_from(step).unwrap_or(0).wrapping_mul(WATCHED);
        for offset in 0..n.min(WATCHED) {
            let index = first.wrapping_add(offset) % n;
            for column in &self.columns {
                let key = column.key(py);
                let held = self.groups[index].bind(py).get_item(key)?;
                if is_sought(column.is_written(held.as_ref(), index)) {
                    return Ok(Some((index, key.clone(), held)));
                }
            }
        }
        Ok(None)
    }

    fn evaluate(&mut self, step: i64) -> BindingResult<()> {
        let at = Time::Whole(step).instant()?;
        let mut columns = self.columns.iter_mut();
        columns.try_for_each(|column| column.evaluate(at))
    }
}

/// Whether a list holds an object at a place, without a look at the object.
#[allow(unsafe_code, clippy::cast_possible_wrap)] // a length fits
fn is_item(list: &Bound<'_, PyList>, index: usize, object: &Py<PyDict>) -> bool {
    // SAFETY: the list is one and the thread is attached; the borrowed pointer is compared, and not followed.
    let item = unsafe { pyo3::ffi::PyList_GetItem(list.as_ptr(), index as isize) };
    std::ptr::eq(item, object.as_ptr())
}

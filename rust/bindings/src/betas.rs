//! The groups' "betas": tuples of which a step replaces some floats.

use std::ops::Range;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::columns::{Column, float};
use crate::places::Slot;

/// Which of the groups' betas follow something, and what a step makes of them: each new tuple once.
pub struct Betas {
    pub columns: Vec<Column>,
    made: Vec<Py<PyTuple>>,
    /// Which of them each group gets.
    which: Vec<usize>,
    slot: Slot,
}

impl Betas {
    pub fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            made: Vec::new(),
            which: Vec::new(),
            slot: Slot::default(),
        }
    }

    /// Makes the groups' betas with what was evaluated last in them; false where some hold no tuple with floats there.
    pub fn prepare(&mut self, py: Python<'_>, groups: &[Py<PyDict>]) -> PyResult<bool> {
        self.clear(py);
        let key = intern!(py, "betas");
        let mut last: Option<(Bound<'_, PyTuple>, usize)> = None;
        for (index, group) in groups.iter().enumerate() {
            let group = group.bind(py);
            let before = last.as_ref().filter(|last| self.share(index, last.1));
            if !before.is_some_and(|(before, _)| self.slot.holds(group, key, before)) {
                let held = group.get_item(key)?;
                let Some(Ok(held)) = held.map(Bound::cast_into_exact::<PyTuple>) else {
                    return Ok(false);
                };
                if !before.is_some_and(|(before, _)| self.are_alike(before, &held)) {
                    let Some(made) = self.with(&held, index)? else {
                        return Ok(false);
                    };
                    self.made.push(made.unbind());
                }
                self.slot.find(group, key);
                last = Some((held, index));
            }
            self.which.push(self.made.len() - 1);
        }
        Ok(true)
    }

    /// Whether two groups always have the same values in their betas.
    fn share(&self, group: usize, other: usize) -> bool {
        let mut columns = self.columns.iter();
        columns.all(|column| column.share(group, other))
    }

    /// Whether betas, the first of which a step can write, are the same in all but what it writes.
    fn are_alike(&self, first: &Bound<'_, PyTuple>, other: &Bound<'_, PyTuple>) -> bool {
        let follows = |place| {
            self.columns
                .iter()
                .any(|column| column.place() == Some(place))
        };
        let mut pairs = first.iter().zip(other).enumerate();
        first.len() == other.len()
            && pairs.all(|(place, (one, other))| match (float(&one), float(&other)) {
                (Some(x), Some(y)) => x.to_bits() == y.to_bits() || follows(place),
                _ => one.is(&other),
            })
    }

    /// A group's betas with what was evaluated last in them.
    fn with<'py>(
        &self,
        held: &Bound<'py, PyTuple>,
        index: usize,
    ) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let py = held.py();
        let mut values: Vec<_> = held.iter().collect();
        for column in &self.columns {
            match column.place().and_then(|place| values.get_mut(place)) {
                Some(value) if float(value).is_some() => {
                    *value = column.float(index).bind(py).clone().into_any();
                }
                _ => return Ok(None),
            }
        }
        PyTuple::new(py, values).map(Some)
    }

    /// Gives some of the groups their new betas. Setting an item of a plain dict runs no code of the user's.
    pub fn write(&self, py: Python<'_>, groups: &[Py<PyDict>], some: Range<usize>) -> PyResult<()> {
        let key = intern!(py, "betas");
        for (group, &which) in groups[some.clone()].iter().zip(&self.which[some]) {
            group.bind(py).set_item(key, &self.made[which])?;
        }
        Ok(())
    }

    /// Lets go of what was made.
    pub fn clear(&mut self, py: Python<'_>) {
        self.made.drain(..).for_each(|made| made.drop_ref(py));
        self.which.clear();
    }
}

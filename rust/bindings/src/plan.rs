//! `_rust.Plan`: schedules for groups, evaluated into rows and tables.

use numpy::{Element, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyList};
use ratesheet_kernel as kernel;

use crate::error::BindingResult;
use crate::schedule::Schedule;
use crate::time::Time;
use crate::watch::Watch;

/// The schedules and base LRs of a list of groups.
#[pyclass(frozen, module = "ratesheet._rust")]
pub struct Plan(pub kernel::Plan);

/// A row that Python gives to be filled.
#[derive(FromPyObject)]
pub enum Row<'py> {
    /// float64.
    Double(Bound<'py, PyArray1<f64>>),
    /// float32.
    Single(Bound<'py, PyArray1<f32>>),
}

impl Plan {
    fn round_into<T: Element + Copy>(
        &self,
        at: kernel::Instant,
        out: &Bound<'_, PyArray1<T>>,
        round: impl Fn(f64) -> T,
    ) -> BindingResult<()> {
        let mut out = out.try_readwrite().map_err(PyErr::from)?;
        let out = out.as_slice_mut().map_err(PyErr::from)?;
        let (mut levels, mut rates) = (Vec::new(), Vec::new());
        Ok(self.0.row_at(at, &mut levels, &mut rates, out, round)?)
    }

    fn fill_rows(
        &self,
        py: Python<'_>,
        steps: kernel::Steps<'_>,
        out: &Bound<'_, PyArray2<f64>>,
    ) -> BindingResult<()> {
        let mut out = out.try_readwrite().map_err(PyErr::from)?;
        let out = out.as_slice_mut().map_err(PyErr::from)?;
        let (plan, watch) = (&self.0, Watch::new());
        let means = kernel::Means::best(out.len());
        let filled = py.detach(|| kernel::fill_by(means, plan, steps, out, &|| watch.goes_on()));
        watch.into_result()?;
        Ok(filled?)
    }
}

#[pymethods]
impl Plan {
    #[new]
    fn new(
        schedules: Vec<Bound<'_, Schedule>>,
        index: Option<Vec<usize>>,
        base_lrs: PyReadonlyArray1<'_, f64>,
    ) -> BindingResult<Self> {
        let schedules: Vec<_> = schedules
            .iter()
            .map(|schedule| schedule.get().0.clone())
            .collect();
        let bases = base_lrs.as_slice().map_err(PyErr::from)?;
        let index = index.unwrap_or_else(|| vec![0; bases.len()]);
        Ok(Self(kernel::Plan::new(&schedules, &index, bases)?))
    }

    /// The number of groups.
    #[getter]
    fn n_groups(&self) -> usize {
        self.0.n_groups()
    }

    /// The number of distinct schedules.
    #[getter]
    fn n_schedules(&self) -> usize {
        self.0.n_schedules()
    }

    /// The rates at a step, one a group.
    fn row<'py>(&self, py: Python<'py>, step: i64) -> BindingResult<Bound<'py, PyList>> {
        let (mut levels, mut rates) = (Vec::new(), Vec::new());
        self.0
            .cells_at(Time::Whole(step).instant()?, &mut levels, &mut rates)?;
        // Groups of one cell share one float.
        let floats: Vec<_> = rates.iter().map(|&rate| PyFloat::new(py, rate)).collect();
        let spread = self.0.cell_of().iter().map(|&cell| &floats[cell]);
        Ok(PyList::new(py, spread)?)
    }

    /// Fills `out`, one entry a group, with the rates at a step, each rounded once to the dtype of `out`.
    fn fill_row(&self, step: i64, out: Row<'_>) -> BindingResult<()> {
        let at = Time::Whole(step).instant()?;
        match out {
            Row::Double(out) => self.round_into(at, &out, |rate| rate),
            #[allow(clippy::cast_possible_truncation)] // rounding is what is asked for
            Row::Single(out) => self.round_into(at, &out, |rate| rate as f32),
        }
    }

    /// Fills a table whose rows are the steps `start`, `start + stride`, ..
    fn fill(
        &self,
        py: Python<'_>,
        start: i64,
        stride: i64,
        out: Bound<'_, PyArray2<f64>>,
    ) -> BindingResult<()> {
        let len = out.dims()[0];
        self.fill_rows(py, kernel::Steps::Range { start, stride, len }, &out)
    }

    /// Fills a table whose rows are whole steps.
    fn fill_at(
        &self,
        py: Python<'_>,
        steps: PyReadonlyArray1<'_, i64>,
        out: Bound<'_, PyArray2<f64>>,
    ) -> BindingResult<()> {
        self.fill_rows(
            py,
            kernel::Steps::Whole(steps.as_slice().map_err(PyErr::from)?),
            &out,
        )
    }

    /// Fills a table whose rows may lie between steps.
    fn fill_between(
        &self,
        py: Python<'_>,
        steps: PyReadonlyArray1<'_, f64>,
        out: Bound<'_, PyArray2<f64>>,
    ) -> BindingResult<()> {
        self.fill_rows(
            py,
            kernel::Steps::Real(steps.as_slice().map_err(PyErr::from)?),
            &out,
        )
    }
}

//! `_rust.Curve`.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use ratesheet_kernel as kernel;

use crate::error::BindingResult;
use crate::words::Word;

/// How a ramp goes from its start to its end.
#[pyclass(frozen, eq, module = "ratesheet._rust")]
#[derive(Clone, PartialEq)]
pub struct Curve(pub kernel::Curve);

#[pymethods]
impl Curve {
    /// `s = u`.
    #[staticmethod]
    fn linear() -> Self {
        Self(kernel::Curve::Linear)
    }

    /// `s = (1 - cos(pi u)) / 2`.
    #[staticmethod]
    fn cosine() -> Self {
        Self(kernel::Curve::Cosine)
    }

    /// `s = 1 - (1 - u^p)^q`.
    #[staticmethod]
    fn power(p: f64, q: f64) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::power(p, q)?))
    }

    /// `s = 1 - ((1 + cos(2 pi cycles u^p)) / 2)^q`.
    #[staticmethod]
    fn waves(cycles: f64, p: f64, q: f64) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::waves(cycles, p, q)?))
    }

    /// `s = (1 - ratio^u) / (1 - ratio)`.
    #[staticmethod]
    fn saturating(ratio: f64) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::saturating(ratio)?))
    }

    /// `s = 1 - (1 - u) / (1 - d u)`.
    #[staticmethod]
    fn rex(d: f64) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::rex(d)?))
    }

    /// A part of a tanh, ends exact.
    #[staticmethod]
    fn tanh(low: f64, high: f64) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::tanh(low, high)?))
    }

    /// A part of an inverse square root, ends exact.
    #[staticmethod]
    fn inverse_sqrt(scale: f64) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::inverse_sqrt(scale)?))
    }

    /// `s = log(1 + u (n - 1)) / log(n)`.
    #[staticmethod]
    fn log(n: f64) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::log(n)?))
    }

    /// `s = floor(n u) / n`, or ceil.
    #[staticmethod]
    fn stairs(n: f64, rounding: &Bound<'_, PyString>) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::stairs(
            n,
            kernel::Rounding::parse("rounding", rounding)?,
        )?))
    }

    /// The outer curve at the inner curve's progress.
    #[staticmethod]
    fn compose(outer: Bound<'_, Self>, inner: Bound<'_, Self>) -> BindingResult<Self> {
        Ok(Self(kernel::Curve::compose(
            outer.get().0.clone(),
            inner.get().0.clone(),
        )?))
    }

    /// A weighted sum of curves.
    #[staticmethod]
    fn blend(terms: Vec<(f64, Bound<'_, Self>)>) -> BindingResult<Self> {
        let terms = terms
            .into_iter()
            .map(|(weight, curve)| (weight, curve.get().0.clone()));
        Ok(Self(kernel::Curve::blend(terms.collect())?))
    }

    /// The share of the end at progress `u`, from 0 to 1.
    fn value(&self, u: f64) -> f64 {
        let r = kernel::math::Dd::from_sum(1.0, -u);
        let at = kernel::Progress {
            u: kernel::math::Dd::new(u),
            r,
            from_left: false,
        };
        self.0.weights(at).s
    }

    /// The constructor's name and its arguments.
    fn spec<'py>(&self, py: Python<'py>) -> PyResult<(&'static str, Bound<'py, PyDict>)> {
        let fields = PyDict::new(py);
        let put = |name: &str, value: f64| fields.set_item(name, value);
        match &self.0 {
            kernel::Curve::Power { p, q } => {
                put("p", p.get())?;
                put("q", q.get())?;
            }
            kernel::Curve::Waves { cycles, p, q } => {
                put("cycles", cycles.get())?;
                put("p", p.get())?;
                put("q", q.get())?;
            }
            kernel::Curve::Saturating { ratio } => put("ratio", ratio.get())?,
            kernel::Curve::Rex { d } => put("d", d.get())?,
            kernel::Curve::Tanh { low, high } => {
                put("low", low.get())?;
                put("high", high.get())?;
            }
            kernel::Curve::InverseSqrt { scale } => put("scale", scale.get())?,
            kernel::Curve::Log { n } => put("n", n.get())?,
            kernel::Curve::Stairs { n, rounding } => {
                put("n", n.get())?;
                fields.set_item("rounding", rounding.word())?;
            }
            kernel::Curve::Compose { outer, inner } => {
                fields.set_item("outer", Self((**outer).clone()).into_pyobject(py)?)?;
                fields.set_item("inner", Self((**inner).clone()).into_pyobject(py)?)?;
            }
            kernel::Curve::Blend { terms } => {
                let list = PyList::empty(py);
                for (weight, curve) in terms {
                    list.append((weight.get(), Self(curve.clone()).into_pyobject(py)?))?;
                }
                fields.set_item("terms", list)?;
            }
            _ => {}
        }
        Ok((self.0.name(), fields))
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        hasher.finish()
    }
}

//! Times that Python gives.

use ratesheet_kernel as kernel;

/// A time that Python gives.
pub enum Time {
    /// An update number.
    Whole(i64),
    /// Between updates too.
    Real(f64),
}

impl Time {
    /// The instant, checked.
    pub fn instant(&self) -> Result<kernel::Instant, kernel::EvalError> {
        match *self {
            Self::Whole(step) if step >= 0 => Ok(kernel::Instant::step(step)),
            Self::Whole(step) => kernel::Instant::checked(step as f64),
            Self::Real(step) => kernel::Instant::checked(step),
        }
    }
}

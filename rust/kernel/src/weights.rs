//! Two weights that add up to 1: what curves give, and levels are mixed by.

/// The weights of a ramp's start (`w`) and end (`s`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights<T> {
    /// Share of the start.
    pub w: T,
    /// Share of the end.
    pub s: T,
}

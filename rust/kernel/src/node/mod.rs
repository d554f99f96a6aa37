//! The schedule tree: what a schedule can be made of, one idea a file.

mod constant;
mod cooldown;
mod cycle;
mod exponential;
mod extreme;
mod leg;
mod noise;
mod points;
mod power;
mod product;
mod ramp;
mod samples;
mod sequence;
mod sum;
mod timing;
mod warp;

pub use constant::Constant;
pub use cooldown::Cooldown;
pub use cycle::{Clock, Cycle};
pub use exponential::Exponential;
pub use extreme::{Extreme, Which};
pub use leg::Interpolation;
pub use noise::{Distribution, Noise};
pub use points::{Between, Points};
pub use power::{InversePower, Power};
pub use product::Product;
pub use ramp::{Past, Ramp};
pub use samples::Samples;
pub use sequence::{Sequence, Side, Timeline};
pub use sum::Sum;
pub use timing::{NextMultiple, Shift, Staircase, Stretch, Until};
pub use warp::Warp;

use crate::error::EvalError;
use crate::level::{Kind, Level};
use crate::schedule::Schedule;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// What each kind of node answers.
pub(crate) trait Shape {
    /// The level at an instant.
    fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError>;
    /// The levels along a span, with the bits that single instants have.
    fn levels(&self, span: Span<'_>, base: f64, out: Lanes<'_>) -> Result<(), EvalError> {
        one_by_one(self, span, base, out)
    }
    /// How long it takes.
    fn length(&self) -> Length;
    /// Whether the value at its length is the one that holds from there on.
    fn holds_from_its_length(&self) -> bool {
        true
    }
    /// The schedules it is made of.
    fn children(&self) -> &[Schedule] {
        &[]
    }
    /// Which parts its own levels use, its children's apart.
    fn own_kind(&self) -> Kind {
        Kind::default()
    }
    /// Whether mixing rates and multiples leaves its levels free of the base LR.
    fn keeps_affine(&self) -> bool {
        true
    }
}

/// The levels along a span, each for itself.
fn one_by_one(
    shape: &(impl Shape + ?Sized),
    span: Span<'_>,
    base: f64,
    mut out: Lanes<'_>,
) -> Result<(), EvalError> {
    (0..span.len).try_for_each(|index| {
        out.set(index, shape.level(span.at(index), base)?);
        Ok(())
    })
}

macro_rules! nodes {
    ($($name:ident),+ $(,)?) => {
        /// One node of a schedule.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Node {
            $(#[doc = concat!("See [`", stringify!($name), "`].")] $name($name),)+
        }

        $(impl From<$name> for Node {
            fn from(node: $name) -> Self {
                Self::$name(node)
            }
        })+

        impl Node {
            fn shape(&self) -> &dyn Shape {
                match self { $(Self::$name(node) => node,)+ }
            }

            pub(crate) fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
                match self { $(Self::$name(node) => node.level(at, base),)+ }
            }
        }
    };
}

nodes!(
    Constant,
    Cooldown,
    Cycle,
    Exponential,
    Extreme,
    InversePower,
    NextMultiple,
    Noise,
    Points,
    Power,
    Product,
    Ramp,
    Samples,
    Sequence,
    Shift,
    Staircase,
    Stretch,
    Sum,
    Until,
    Warp,
);

impl Node {
    pub(crate) fn length(&self) -> Length {
        self.shape().length()
    }

    pub(crate) fn holds_from_its_length(&self) -> bool {
        self.shape().holds_from_its_length()
    }

    /// The schedules that the node is made of.
    pub fn children(&self) -> impl Iterator<Item = &Schedule> {
        self.shape().children().iter()
    }

    pub(crate) fn levels(
        &self,
        span: Span<'_>,
        base: f64,
        out: Lanes<'_>,
    ) -> Result<(), EvalError> {
        self.shape().levels(span, base, out)
    }

    pub(crate) fn own_kind(&self) -> Kind {
        self.shape().own_kind()
    }

    pub(crate) fn keeps_affine(&self) -> bool {
        self.shape().keeps_affine()
    }
}

#[cfg(test)]
mod tests;

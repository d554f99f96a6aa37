//! The schedule: a node with what is known of it from the start.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::MAX_DEPTH;
use crate::error::{EvalError, ScheduleError};
use crate::level::{Kind, Level};
use crate::math::Dd;
use crate::node::Node;
use crate::span::{Lanes, Span};
use crate::time::{Instant, Length};

/// An immutable schedule; a clone shares the tree. Equality and hash go by value.
#[derive(Clone, Debug)]
pub struct Schedule(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    node: Node,
    length: Length,
    /// The length, rounded to an f64, and the instant whose value holds from there: the node's own end.
    end: Option<(Dd, Dd)>,
    /// Whether its value at its length holds from there on, in all of the tree.
    holds: bool,
    kind: Kind,
    affine: bool,
    depth: usize,
    fingerprint: u64,
}

/// What stretching and warping a clock may lose, relative to the time.
const ROUNDING: f64 = 1e-27;

fn is_over(length: Dd, time: Dd) -> bool {
    (length - time).hi <= ROUNDING * length.hi
}

impl Schedule {
    /// The schedule of a node.
    ///
    /// # Errors
    /// [`ScheduleError::TooDeep`].
    pub fn new(node: impl Into<Node>) -> Result<Self, ScheduleError> {
        let node = node.into();
        let children = || node.children();
        let depth = 1 + children().map(|child| child.0.depth).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err(ScheduleError::TooDeep { limit: MAX_DEPTH });
        }
        let kind = children().fold(node.own_kind(), |kind, child| kind.union(child.kind()));
        let affine = children().all(Schedule::is_affine) && (kind.is_pure() || node.keeps_affine());
        let holds = node.holds_from_its_length() && children().all(|child| child.0.holds);
        let mut hasher = DefaultHasher::new();
        node.hash(&mut hasher);
        let fingerprint = hasher.finish();
        let exact = node.length();
        let length = exact.map(|steps| Dd::new(steps.value()));
        let end = match (length, exact) {
            _ if !holds => None,
            (Length::Finite(length), Length::Finite(exact)) if length < exact => {
                Some((length, exact))
            }
            (Length::Finite(length), _) => Some((length, length)),
            _ => None,
        };
        Ok(Self(Arc::new(Inner {
            node,
            length,
            end,
            holds,
            kind,
            affine,
            depth,
            fingerprint,
        })))
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.0.node
    }

    /// How long it takes; a number of steps that an f64 holds.
    pub fn length(&self) -> Length {
        self.0.length
    }

    /// Its length in steps, where it has one.
    pub fn steps(&self) -> Option<f64> {
        self.length().finite().map(Dd::value)
    }

    /// Which parts of their levels its nodes use.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Whether its levels do not depend on the base LR.
    pub fn is_affine(&self) -> bool {
        self.0.affine
    }

    /// A hash of its value.
    pub fn fingerprint(&self) -> u64 {
        self.0.fingerprint
    }

    /// The level at an instant. The base LR matters only where [`Schedule::is_affine`] is false.
    ///
    /// # Errors
    /// [`EvalError::PastEnd`] from a ramp that refuses steps past its end.
    pub fn level(&self, at: Instant, base: f64) -> Result<Level, EvalError> {
        // Past its length a schedule holds its last value; being cut just there changes nothing.
        let at = match self.0.end {
            Some((length, end)) if is_over(length, at.t) => Instant::at(end),
            _ => at,
        };
        self.0.node.level(at, base)
    }

    /// The levels along a span, with the bits of [`Schedule::level`].
    pub(crate) fn levels(
        &self,
        span: Span<'_>,
        base: f64,
        mut out: Lanes<'_>,
    ) -> Result<(), EvalError> {
        let Some((length, _)) = self.0.end else {
            return self.0.node.levels(span, base, out);
        };
        let inside = if span.even().is_some() {
            span.before(length, false)
        } else {
            span.leading(|time| !is_over(length, time))
        };
        if inside > 0 {
            self.0
                .node
                .levels(span.part(0, inside), base, out.part(0, inside))?;
        }
        if inside < span.len {
            let last = self.level(span.at(inside), base)?;
            out.part(inside, span.len).fill(last);
        }
        Ok(())
    }

    /// The learning rate of a group.
    ///
    /// # Errors
    /// As [`Schedule::level`].
    pub fn value(&self, at: Instant, base: f64) -> Result<f64, EvalError> {
        Ok(self.level(at, base)?.at(base))
    }

    pub(crate) fn needs_length(&self, name: impl Into<String>) -> Result<Dd, ScheduleError> {
        self.length()
            .finite()
            .ok_or(ScheduleError::NoLength { name: name.into() })
    }
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.fingerprint == other.0.fingerprint && self.0.node == other.0.node)
    }
}

impl Eq for Schedule {}

impl Hash for Schedule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.fingerprint.hash(state);
    }
}

//! Noise as a pure function of (seed, step): the same bits on every rank and after every resume.

use super::Shape;
use crate::error::{EvalError, ScheduleError};
use crate::level::{Kind, Level};
use crate::math::{Pair, ln, sin_pi};
use crate::real::{Real, saturate};
use crate::time::{Instant, Length};

/// How the noise is spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Distribution {
    /// Evenly between -amplitude and amplitude.
    Uniform,
    /// Normally with this standard deviation, drawn again while its size is the amplitude or more.
    Normal {
        /// The standard deviation.
        std: Real,
    },
}

/// `1 + e(seed, floor(t))` from `from` up to `to`, 1 elsewhere: a factor for other schedules.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Noise {
    /// The seed.
    pub seed: u64,
    /// The greatest size of e.
    pub amplitude: Real,
    /// How e is spread.
    pub distribution: Distribution,
    /// The first step with noise.
    pub from: Real,
    /// The first step without it again, or none.
    pub to: Option<Real>,
}

impl Noise {
    /// Noise.
    ///
    /// # Errors
    /// When the amplitude is negative, the deviation is not above 0, or the range ends before it begins.
    pub fn new(
        seed: u64,
        amplitude: f64,
        std: Option<f64>,
        from: f64,
        to: Option<f64>,
    ) -> Result<Self, ScheduleError> {
        let from = Real::steps("from", from)?;
        let ends_after = |x: f64| x >= from.get();
        let to = to
            .map(|x| Real::within("to", x, "at least from", ends_after))
            .transpose()?;
        let distribution = match std {
            None => Distribution::Uniform,
            Some(std) => Distribution::Normal {
                std: Real::positive("std", std)?,
            },
        };
        let amplitude = Real::within("amplitude", amplitude, ">= 0", |x| x >= 0.0)?;
        Ok(Self {
            seed,
            amplitude,
            distribution,
            from,
            to,
        })
    }

    fn draw(&self, step: u64) -> f64 {
        let size = self.amplitude.get();
        let mut counter = mix(self.seed ^ mix(step));
        let mut uniform = || {
            counter = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
            // The middle of one of 2^52 equal parts of (0, 1).
            ((mix(counter) >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
        };
        match self.distribution {
            Distribution::Uniform => (2.0 * uniform() - 1.0) * size,
            Distribution::Normal { std } => {
                for _ in 0..ATTEMPTS {
                    let radius = (ln(Pair::new(uniform())).hi * -2.0).sqrt();
                    let turn = uniform() - 0.5;
                    let e = std.get() * radius * sin_pi(Pair::new(turn)).hi;
                    if e.abs() < size {
                        return e;
                    }
                }
                0.0
            }
        }
    }
}

/// How often a draw is repeated before it counts as 0: an amplitude of almost nothing must not loop for ever.
const ATTEMPTS: u32 = 4096;

/// The finalizer of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Shape for Noise {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates
    fn level(&self, at: Instant, _: f64) -> Result<Level, EvalError> {
        let floor = at.t.floor();
        let k = if at.from_left && floor == at.t {
            floor - 1.0
        } else {
            floor
        };
        let inside = k.hi >= self.from.get() && self.to.is_none_or(|to| k.hi < to.get());
        let e = if inside {
            self.draw((k.hi as i128 + k.lo as i128) as u64)
        } else {
            0.0
        };
        Ok(Level::ratio(saturate(1.0 + e)))
    }

    fn length(&self) -> Length {
        Length::Timeless
    }

    fn own_kind(&self) -> Kind {
        Kind {
            rate: false,
            ratio: true,
        }
    }
}

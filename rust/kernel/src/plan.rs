//! A plan: the distinct schedules of a list of groups, and each group's base LR.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::error::{EvalError, ScheduleError};
use crate::level::Level;
use crate::real::Real;
use crate::schedule::Schedule;
use crate::time::Instant;

/// Schedules for groups. Equal schedules are kept once, and so are equal (schedule, base LR) pairs, the cells: groups
/// of one cell always have the same rate.
#[derive(Clone, Debug)]
pub struct Plan {
    schedules: Vec<Schedule>,
    /// Whether all are affine.
    affine: bool,
    /// Each cell's schedule and base LR.
    schedule_of: Vec<usize>,
    base_of: Vec<f64>,
    cell_of: Vec<usize>,
    bases: Vec<f64>,
}

/// A schedule and a base LR.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    /// Which schedule.
    pub schedule: usize,
    /// From which base LR.
    pub base: f64,
}

/// A multiplicative hash of a few integers: a plan of 100 000 groups must open at once.
#[derive(Default)]
struct BitHasher(u64);

impl Hasher for BitHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, x: u64) {
        self.0 = (self.0.rotate_left(5) ^ x).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_usize(&mut self, x: usize) {
        self.write_u64(x as u64);
    }
}

/// The cells that were found so far.
#[derive(Default)]
struct Cells {
    schedule_of: Vec<usize>,
    base_of: Vec<f64>,
    /// The least and the greatest of them. From layer to layer most rise or fall: what is outside is new.
    bounds: Option<(Key, Key)>,
    last: Option<(Key, usize)>,
    /// All of them, once some are to be looked for inside.
    known: Option<HashMap<Key, usize, BuildHasherDefault<BitHasher>>>,
}

/// A cell's schedule, and the bits of its base LR, which is not negative.
type Key = (usize, u64);

impl Cells {
    fn find_or_add(&mut self, schedule: usize, base: f64) -> usize {
        let (key, next) = ((schedule, base.to_bits()), self.base_of.len());
        let cell = match (self.last, self.bounds) {
            (Some((last, cell)), _) if last == key => cell,
            (_, Some((least, greatest))) if least <= key && key <= greatest => {
                let known = self.known.get_or_insert_with(|| {
                    let bits = self.base_of.iter().map(|base| base.to_bits());
                    let keys = self.schedule_of.iter().copied().zip(bits);
                    keys.zip(0..).collect()
                });
                *known.entry(key).or_insert(next)
            }
            (_, bounds) => {
                let (least, greatest) = bounds.unwrap_or((key, key));
                self.bounds = Some((least.min(key), greatest.max(key)));
                if let Some(known) = &mut self.known {
                    known.insert(key, next);
                }
                next
            }
        };
        if cell == next {
            self.schedule_of.push(schedule);
            self.base_of.push(base);
        }
        self.last = Some((key, cell));
        cell
    }
}

impl Plan {
    /// A plan for groups of which group g follows `schedules[index[g]]` from `bases[g]`.
    ///
    /// # Errors
    /// When the lists differ in length, an index is too high, or a base LR is negative or not finite.
    pub fn new(
        schedules: &[Schedule],
        index: &[usize],
        bases: &[f64],
    ) -> Result<Self, ScheduleError> {
        if index.len() != bases.len() {
            let (expected, got) = (index.len(), bases.len());
            return Err(ScheduleError::LengthMismatch {
                name: "base_lrs",
                expected,
                got,
            });
        }
        let mut interned = HashMap::new();
        let mut distinct = Vec::new();
        let place: Vec<usize> = schedules
            .iter()
            .map(|schedule| {
                *interned.entry(schedule).or_insert_with(|| {
                    distinct.push(schedule.clone());
                    distinct.len() - 1
                })
            })
            .collect();
        let mut cells = Cells::default();
        let mut cell_of = Vec::with_capacity(index.len());
        for (group, (&value, &base)) in index.iter().zip(bases).enumerate() {
            let Some(&schedule) = place.get(value) else {
                let schedules = schedules.len();
                return Err(ScheduleError::UnknownSchedule {
                    group,
                    schedules,
                    value,
                });
            };
            if !(base.is_finite() && base >= 0.0) {
                Real::within(&format!("base_lrs[{group}]"), base, ">= 0", |b| b >= 0.0)?;
            }
            let base = base + 0.0;
            cell_of.push(cells.find_or_add(schedule, base));
        }
        Ok(Self {
            affine: distinct.iter().all(Schedule::is_affine),
            schedules: distinct,
            schedule_of: cells.schedule_of,
            base_of: cells.base_of,
            cell_of,
            bases: bases.iter().map(|base| base + 0.0).collect(),
        })
    }

    /// The number of groups.
    pub fn n_groups(&self) -> usize {
        self.cell_of.len()
    }

    /// The number of distinct schedules.
    pub fn n_schedules(&self) -> usize {
        self.schedules.len()
    }

    /// The number of distinct (schedule, base LR) pairs.
    pub fn n_cells(&self) -> usize {
        self.base_of.len()
    }

    /// The cell of each group.
    pub fn cell_of(&self) -> &[usize] {
        &self.cell_of
    }

    /// The base LR of each group.
    pub(crate) fn bases(&self) -> &[f64] {
        &self.bases
    }

    /// The distinct schedules.
    pub(crate) fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    /// A group's cell.
    pub(crate) fn cell(&self, group: usize) -> Cell {
        Cell {
            schedule: self.schedule_of[self.cell_of[group]],
            base: self.bases[group],
        }
    }

    /// The rates of all groups at an instant, into `out`, each as `round` makes it; `levels` and `rates` are scratch.
    ///
    /// # Errors
    /// As [`Schedule::level`], or when `out` has not one entry a group.
    pub fn row_at<T: Clone>(
        &self,
        at: Instant,
        levels: &mut Vec<Level>,
        rates: &mut Vec<f64>,
        out: &mut [T],
        round: impl Fn(f64) -> T,
    ) -> Result<(), EvalError> {
        if out.len() != self.n_groups() {
            let (expected, got) = (self.n_groups(), out.len());
            return Err(EvalError::WrongSize { expected, got });
        }
        self.cells_at(at, levels, rates)?;
        if rates.len() == out.len() {
            for (out, &rate) in out.iter_mut().zip(&*rates) {
                *out = round(rate);
            }
        } else if let [rate] = rates[..] {
            out.fill(round(rate));
        } else {
            for (out, &cell) in out.iter_mut().zip(&self.cell_of) {
                *out = round(rates[cell]);
            }
        }
        Ok(())
    }

    /// The rates of all cells at an instant, into `out`; `levels` is scratch.
    ///
    /// # Errors
    /// As [`Schedule::level`].
    pub fn cells_at(
        &self,
        at: Instant,
        levels: &mut Vec<Level>,
        out: &mut Vec<f64>,
    ) -> Result<(), EvalError> {
        levels.clear();
        out.clear();
        for schedule in &self.schedules {
            // What is not affine is evaluated cell by cell below.
            let affine = schedule.is_affine();
            levels.push(if affine {
                schedule.level(at, 1.0)?
            } else {
                Level::ratio(0.0)
            });
        }
        if let ([level], true) = (&levels[..], self.affine) {
            out.extend(self.base_of.iter().map(|&base| level.at(base)));
            return Ok(());
        }
        let cells = self.schedule_of.iter().zip(&self.base_of);
        if self.affine {
            out.extend(cells.map(|(&schedule, &base)| levels[schedule].at(base)));
            return Ok(());
        }
        for (&which, &base) in cells {
            let schedule = &self.schedules[which];
            out.push(if schedule.is_affine() {
                levels[which].at(base)
            } else {
                schedule.value(at, base)?
            });
        }
        Ok(())
    }
}

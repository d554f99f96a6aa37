//! Signals during long work: Ctrl-C ends it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

/// How long a signal may wait.
const MOMENT: Duration = Duration::from_millis(100);

/// Whether Python wants work to go on that runs without its lock, on one thread or on several.
pub struct Watch {
    /// The thread that Python called: Python answers signals on its own threads alone.
    thread: ThreadId,
    began: Instant,
    /// Moments until Python was asked last.
    moments: AtomicU64,
    error: OnceLock<PyErr>,
}

impl Watch {
    /// From now on.
    pub fn new() -> Self {
        Self {
            thread: thread::current().id(),
            began: Instant::now(),
            moments: AtomicU64::new(0),
            error: OnceLock::new(),
        }
    }

    /// Whether to go on; asked by all threads of the work, as often as they like.
    #[allow(clippy::cast_possible_truncation)] // 2^64 moments do not pass
    pub fn goes_on(&self) -> bool {
        if self.error.get().is_some() {
            return false;
        }
        let moments = (self.began.elapsed().as_nanos() / MOMENT.as_nanos()) as u64;
        if moments == self.moments.load(Ordering::Relaxed) || thread::current().id() != self.thread
        {
            return true;
        }
        self.moments.store(moments, Ordering::Relaxed);
        // Where Python is shutting down, nobody waits for an answer.
        let answer =
            Python::try_attach(|py| py.check_signals().map_err(|error| self.error.set(error)));
        answer.is_none_or(|answer| answer.is_ok())
    }

    /// What Python raised meanwhile.
    pub fn into_result(self) -> PyResult<()> {
        self.error.into_inner().map_or(Ok(()), Err)
    }
}

//! Vector widths: the same loops, compiled once for each, so that every width gives the same bits.

#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};

/// How wide the loops over steps and groups run.
#[derive(Clone, Copy, Debug)]
pub enum Width {
    /// What the target always has.
    Baseline,
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2(V3),
    /// AVX-512.
    #[cfg(target_arch = "x86_64")]
    Avx512(V4),
}

impl Width {
    /// All that this machine has, the widest last.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)] // other targets have the baseline alone
        let mut widths = vec![Self::Baseline];
        #[cfg(target_arch = "x86_64")]
        {
            widths.extend(V3::try_new().map(Self::Avx2));
            widths.extend(V4::try_new().map(Self::Avx512));
        }
        widths
    }

    /// The widest that this machine has.
    pub fn widest() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(wide) = V4::try_new() {
                return Self::Avx512(wide);
            }
            if let Some(wide) = V3::try_new() {
                return Self::Avx2(wide);
            }
        }
        Self::Baseline
    }

    /// Runs a loop; the closure must be `#[inline(always)]` for the width to reach it.
    #[inline(always)]
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        match self {
            Self::Baseline => work(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(wide) => wide.vectorize(work),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(wide) => wide.vectorize(work),
        }
    }
}

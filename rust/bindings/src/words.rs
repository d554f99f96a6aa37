//! The words that Python uses for the kernel's choices.

use pyo3::prelude::*;
use pyo3::types::PyString;
use ratesheet_kernel::node::{Clock, Interpolation, Past, Side, Timeline};
use ratesheet_kernel::{Rounding, ScheduleError};

/// A choice that Python names by a word.
pub trait Word: Copy + PartialEq + 'static {
    /// The words and what they choose.
    const WORDS: &'static [(&'static str, Self)];
    /// The words, for errors.
    const CHOICES: &'static str;

    /// The choice of a word, which may be a string of Python that is no text.
    fn parse(name: &'static str, word: &Bound<'_, PyString>) -> Result<Self, ScheduleError> {
        let word = word.to_string_lossy();
        Self::WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|&(_, choice)| choice)
            .ok_or_else(|| ScheduleError::UnknownWord {
                name,
                choices: Self::CHOICES,
                value: word.into_owned(),
            })
    }

    /// The word of a choice.
    fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, choice)| *choice == self)
            .map_or("", |(word, _)| word)
    }
}

macro_rules! words {
    ($choice:ty, $choices:literal, $($word:literal => $value:expr),+) => {
        impl Word for $choice {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $value)),+];
            const CHOICES: &'static str = $choices;
        }
    };
}

words!(Past, "\"hold\", \"free\", \"raise\"",
    "hold" => Past::Hold, "free" => Past::Free, "raise" => Past::Raise);
words!(Interpolation, "\"linear\", \"log\", \"inverse\"",
    "linear" => Interpolation::Linear, "log" => Interpolation::Log, "inverse" => Interpolation::Inverse);
words!(Side, "\"right\", \"left\"", "right" => Side::Right, "left" => Side::Left);
words!(Timeline, "\"own\", \"global\"", "own" => Timeline::Own, "global" => Timeline::Global);
words!(Rounding, "\"floor\", \"ceil\"", "floor" => Rounding::Floor, "ceil" => Rounding::Ceil);
words!(Clock, "\"local\", \"phase\", \"index\"",
    "local" => Clock::Local, "phase" => Clock::Phase, "index" => Clock::Index);

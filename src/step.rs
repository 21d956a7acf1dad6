//! A decision that has no effect, and shows no outcome, before it is stored.

use crate::id::RecordId;
use core::fmt;

/// Which state of which record a write must find, to be allowed to replace it.
///
/// A row with another record id or revision is a conflict, and so is no row: a step never
/// brings a deleted account back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The record.
    pub record: RecordId,
    /// Its revision: rises by one with every step.
    pub revision: u64,
}

/// How the caller's write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(clippy::exhaustive_enums, reason = "a write ends in one of these three ways")]
pub enum Write {
    /// The next record replaced the expected one, durably.
    Stored,
    /// The store held another version, and was left as it was.
    Conflict,
    /// The connection broke, or a time-out ran: the write may have happened or not.
    Unknown,
}

/// A decision: the record that must be stored, and an outcome that cannot be reached before.
///
/// The caller writes [`next`](Self::next) with a compare-and-swap on
/// [`expected`](Self::expected), and hands the result to [`settle`](Self::settle). Until
/// then nothing has happened, and nobody may be answered: `next` already contains the used
/// step and the spent attempt, but a step that is dropped leaves the store as it was.
///
/// ```compile_fail
/// # fn f(step: mfa_core::Step<u8, mfa_core::Verdict>) {
/// let verdict = step.outcome; // private: only `settle` gives it
/// # }
/// ```
/// ```compile_fail
/// # fn f(step: mfa_core::Step<u8, ()>) {
/// let first = step.settle(mfa_core::Write::Stored);
/// let second = step.settle(mfa_core::Write::Stored); // a step settles once
/// # }
/// ```
/// ```compile_fail
/// # fn f(step: mfa_core::Step<u8, mfa_core::Verdict>) {
/// let copy = step.clone(); // nor can it be copied
/// # }
/// ```
#[must_use = "a decision has no effect until its record is stored and the step settled"]
pub struct Step<R, O> {
    expected: Version,
    next: R,
    outcome: O,
}

impl<R, O> Step<R, O> {
    pub(crate) fn new(expected: Version, next: R, outcome: O) -> Self {
        Self { expected, next, outcome }
    }

    /// The version that the store must hold for the write to happen.
    #[must_use]
    pub fn expected(&self) -> Version {
        self.expected
    }

    /// The record to store. Answer nobody from it.
    #[must_use]
    pub fn next(&self) -> &R {
        &self.next
    }

    /// Takes the result of the write, and gives the stored record and the outcome.
    ///
    /// # Errors
    /// [`Unsettled`] if the record is not known to be stored. Nothing is granted then. After
    /// a conflict, load the record again and decide again. After an unknown end the code may
    /// be used up: the user takes the next one.
    pub fn settle(self, write: Write) -> Result<(R, O), Unsettled> {
        match write {
            Write::Stored => Ok((self.next, self.outcome)),
            Write::Conflict => Err(Unsettled::Conflict),
            Write::Unknown => Err(Unsettled::Unknown),
        }
    }
}

impl<R, O> fmt::Debug for Step<R, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("expected", &self.expected).finish_non_exhaustive()
    }
}

/// The decision is not known to be stored: nothing is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[expect(clippy::exhaustive_enums, reason = "the ways in which a write fails to be stored")]
pub enum Unsettled {
    /// Another write came first: load again, decide again.
    Conflict,
    /// The write may have happened or not: what was presented may be used up.
    Unknown,
}

impl fmt::Display for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Conflict => "another write came first: load the record and decide again",
            Self::Unknown => "it is not known whether the record was stored",
        })
    }
}

impl core::error::Error for Unsettled {}

//! The operations' one door.

use super::record::State;
use super::refused::Refused;

/// An operation on a token, as a value: see the table in [`token`](crate::token).
///
/// Sealed: the set of operations is the core's.
pub trait Operation: sealed::Sealed {
    /// What comes out once the step is stored.
    type Outcome;

    /// Either changes `state` into the record to be stored, or refuses, and what it did to
    /// `state` is dropped.
    #[doc(hidden)]
    fn run(self, state: &mut State) -> Result<Self::Outcome, Refused>;
}

pub(super) mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::token::LoseClock {}
    impl Sealed for crate::token::Press<'_> {}
    impl Sealed for crate::token::Provision {}
    impl Sealed for crate::token::Respond<'_> {}
    impl Sealed for crate::token::SetClock {}
    impl Sealed for crate::token::SetPin<'_> {}
    impl Sealed for crate::token::Show<'_> {}
    impl Sealed for crate::token::Unblock {}
    impl Sealed for crate::token::Wipe {}
}

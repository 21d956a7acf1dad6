//! The operations' one door.

use super::context::Context;
use super::refused::Refused;
use super::state::State;

/// An operation on an account, as a value.
///
/// | who | operations |
/// |---|---|
/// | the first factor, before enrollment | [`Associate`](crate::Associate), [`AssociateOutOfBand`](crate::AssociateOutOfBand), [`Import`](crate::Import), [`Confirm`](crate::Confirm) |
/// | the first factor | [`Challenge`](crate::Challenge), [`ChallengeOcra`](crate::ChallengeOcra), [`Respond`](crate::Respond) |
/// | a second factor | the above, [`Remove`](crate::Remove), [`Rebind`](crate::Rebind), [`RegenerateRecoveryCodes`](crate::RegenerateRecoveryCodes), [`Resynchronize`](crate::Resynchronize), [`Unlock`](crate::Unlock) |
/// | a device, known by its key | [`AnswerPush`](crate::AnswerPush) |
/// | an administrator | the above, [`Reset`](crate::Reset), [`Restored`](crate::Restored) |
///
/// Sealed: the set of operations is the core's.
pub trait Operation: sealed::Sealed {
    /// What comes out once the step is stored.
    type Outcome;

    /// Either changes `state` into the record to be stored, or refuses, and what it did to
    /// `state` is dropped.
    #[doc(hidden)]
    fn run(self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Self::Outcome, Refused>;
}

pub(crate) mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::account::AnswerPush<'_> {}
    impl Sealed for crate::account::Associate<'_> {}
    impl Sealed for crate::account::AssociateOutOfBand<'_> {}
    impl Sealed for crate::account::Challenge<'_> {}
    impl Sealed for crate::account::ChallengeOcra<'_> {}
    impl Sealed for crate::account::Confirm<'_> {}
    impl Sealed for crate::account::Import<'_> {}
    impl Sealed for crate::account::Rebind<'_> {}
    impl Sealed for crate::account::RegenerateRecoveryCodes<'_> {}
    impl Sealed for crate::account::Remove<'_> {}
    impl Sealed for crate::account::Reset<'_> {}
    impl Sealed for crate::account::Respond<'_> {}
    impl Sealed for crate::account::Restored<'_> {}
    impl Sealed for crate::account::Resynchronize<'_> {}
    impl Sealed for crate::account::Unlock<'_> {}
}

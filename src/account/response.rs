//! A response, and its evaluation among the authenticators that it may be of.

use super::authenticator::Authenticator;
use super::context::Context;
use super::ocra::OcraAnswer;
use super::refused::Refused;
use super::state::State;
use super::verdict::Verdict;
use crate::Entropy;
use crate::id::{AuthenticatorId, ChallengeId};
use crate::ticket::Ticket;
use core::fmt;

/// An answer: to log in by ([`Respond`](crate::Respond)), or to confirm an association by
/// ([`Confirm`](crate::Confirm)).
///
/// It is evaluated among the authenticators that count: the active ones, or those that wait
/// for their confirmation by this ticket.
///
/// `Debug` hides what was typed.
#[non_exhaustive]
pub enum Response<'a> {
    /// A one-time password as typed, of any authenticator that counts: all whose codes have
    /// that form are evaluated.
    Otp(&'a str),
    /// A one-time password as typed, of this authenticator.
    OtpOf(AuthenticatorId, &'a str),
    /// A response to a question that an OCRA token was asked
    /// ([`ChallengeOcra`](crate::ChallengeOcra)). The first one that is evaluated ends the
    /// question.
    Ocra(OcraAnswer<'a>),
    /// A code that was sent for this challenge, as typed.
    OutOfBand(ChallengeId, &'a str),
    /// The answer of the device that was asked by this challenge: looked up, not evaluated.
    /// Refused as [`AuthorizationPending`](Refused::AuthorizationPending) until there is one,
    /// which stores nothing.
    Push(ChallengeId),
    /// A recovery code as typed, and 15 fresh random bytes for the one that replaces it,
    /// where the policy says so. It is of no authenticator, and confirms none.
    RecoveryCode(&'a str, Entropy<'a>),
}

impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple(match self {
            Self::Otp(_) => "Otp",
            Self::OtpOf(..) => "OtpOf",
            Self::Ocra(_) => "Ocra",
            Self::OutOfBand(..) => "OutOfBand",
            Self::Push(_) => "Push",
            Self::RecoveryCode(..) => "RecoveryCode",
        });
        match self {
            Self::Otp(_) | Self::RecoveryCode(..) => {}
            Self::OtpOf(id, _) => _ = tuple.field(id),
            Self::Ocra(answer) => _ = tuple.field(answer),
            Self::OutOfBand(challenge, _) | Self::Push(challenge) => _ = tuple.field(challenge),
        }
        tuple.finish_non_exhaustive()
    }
}

impl State<'_> {
    /// Evaluates a response among the authenticators that `counts` picks: budget, form,
    /// evaluation. Gives the slot of the one that it proves, or the verdict.
    ///
    /// # Errors
    /// Those of [`present_otp`](Self::present_otp), [`present_ocra`](Self::present_ocra) and
    /// [`present_out_of_band`](Self::present_out_of_band); of a recovery code `NoSuchFactor`.
    #[inline(always)] // where it is seen which responses there are, the others take no flash
    pub(super) fn present(
        &mut self,
        ticket: &Ticket,
        response: &Response<'_>,
        counts: &dyn Fn(&Authenticator) -> bool,
        cx: &Context<'_>,
    ) -> Result<Result<usize, Verdict>, Refused> {
        match *response {
            Response::Otp(text) => self.present_otp(ticket, text, counts, cx),
            Response::OtpOf(id, text) => {
                let named = |one: &Authenticator| one.id == id && counts(one);
                self.present_otp(ticket, text, &named, cx)
            }
            Response::Ocra(ref answer) => self.present_ocra(ticket, answer, counts, cx),
            Response::OutOfBand(challenge, text) => {
                self.present_out_of_band(ticket, challenge, Some(text), counts, cx)
            }
            Response::Push(challenge) => {
                self.present_out_of_band(ticket, challenge, None, counts, cx)
            }
            Response::RecoveryCode(..) => Err(Refused::NoSuchFactor),
        }
    }
}

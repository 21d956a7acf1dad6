//! Challenge an OCRA token: a question for its user to type.

use super::authenticator::Phase;
use super::context::Context;
use super::factor::Factor;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use crate::Entropy;
use crate::id::{AuthenticatorId, ChallengeId};
use crate::ocra::Question;
use crate::throttle::Class;
use crate::ticket::Ticket;

/// Asks an OCRA token a question: an active one, or, for the ticket that associated it, a
/// pending one.
///
/// Each ticket has a question of its own for each token, which stays the same until a
/// response was evaluated or its time is over. It is valid for the policy's
/// [`challenge_life`](crate::PolicySettings::challenge_life), of which at least half is left.
/// Asking costs a unit of [`Sending::push`](crate::Sending::push).
///
/// Draws 16 bytes.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct ChallengeOcra<'a> {
    /// Who will answer.
    pub ticket: &'a Ticket,
    /// Which token.
    pub authenticator: AuthenticatorId,
    /// Fresh random bytes.
    pub entropy: Entropy<'a>,
}

/// A question to be shown to the user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OcraChallenge {
    /// The name by which it is answered.
    pub challenge: ChallengeId,
    /// What the user types on the token.
    pub question: Question,
    /// From when on it cannot be answered, in seconds since the Unix epoch.
    pub expires: u64,
}

impl Operation for ChallengeOcra<'_> {
    type Outcome = OcraChallenge;

    fn run(mut self, state: &mut State<'_>, cx: &Context<'_>) -> Result<OcraChallenge, Refused> {
        let ticket = self.ticket.parts().id;
        state.head.check_ticket(self.ticket, cx)?;
        let slot = state.slot(self.authenticator);
        let phase = slot.ok().and_then(|slot| state.authenticators.get(slot)).map(|one| one.phase);
        let is_own = |phase| matches!(phase, Phase::Pending { ticket: by, .. } if by == ticket);
        if !state.head.enrolled && !phase.is_some_and(is_own) {
            return Err(Refused::NotEnrolled);
        }
        state.head.check_budget(Class::Otp, self.ticket.parts().familiar, cx)?;
        state.head.pay_question(cx)?;
        let one = state.authenticators.get_mut(slot?).ok_or(Refused::NoSuchFactor)?;
        let answers = match one.phase {
            Phase::Active => true,
            Phase::Pending { expires, .. } => is_own(one.phase) && cx.now < expires,
            Phase::Disabled => false,
        };
        match &mut one.factor {
            Factor::Ocra(ocra) if answers => {
                let life = cx.policy.settings().challenge_life;
                let expires = ocra.issue(cx.now, life, self.entropy.draw()?);
                let issued = ocra.question(ticket, cx.now)?;
                let (challenge, question) = issued.ok_or(Refused::NoSuchChallenge)?;
                Ok(OcraChallenge { challenge, question, expires })
            }
            _ => Err(Refused::NoSuchFactor),
        }
    }
}

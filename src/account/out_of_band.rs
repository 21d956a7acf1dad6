//! Out-of-band authenticators: codes that are sent, and questions to a device.

use super::context::Context;
use super::packed::Packed;
use crate::channel::Channel;
use crate::code::{Code, Digits, Format};
use crate::id::{ChallengeId, Reference, TicketId};
use crate::{Entropy, EntropyError};

/// An authenticator that is reached over a channel.
#[derive(Clone, Debug)]
pub(crate) struct OutOfBandFactor {
    pub(crate) channel: Channel,
    pub(crate) reference: Reference,
    pub(crate) challenges: heapless::Vec<Challenge, { Self::OUTSTANDING }, u8>,
}

/// What was sent and waits for an answer.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    pub(crate) id: ChallengeId,
    /// Only this ticket can answer.
    pub(crate) ticket: TicketId,
    /// From when on it cannot be answered, in seconds since the Unix epoch.
    pub(crate) expires: Packed,
    /// The code that was sent, or the number that is typed on the device.
    pub(crate) code: Code,
    pub(crate) answer: Answer,
}

/// How far a challenge has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A code is awaited, so many wrong ones are left.
    Guesses(u8),
    /// The device has not answered.
    Waiting,
    /// The device said yes, with the right number.
    Approved,
    /// The device said no.
    Denied,
}

/// A message that the caller must deliver now that the step is stored.
///
/// `Debug` hides the code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The challenge, by whose name it is answered: Auth0's `oob_code`.
    pub challenge: ChallengeId,
    /// Over which channel.
    pub channel: Channel,
    /// To whom, by the caller's name for it.
    pub reference: Reference,
    /// The code to send. By push: the number to *show where the user logs in*, which they
    /// type on the device; it is not sent.
    pub code: Code,
    /// From when on it cannot be answered, in seconds since the Unix epoch.
    pub expires: u64,
}

impl OutOfBandFactor {
    /// The most challenges that can wait for an answer at a time.
    pub(crate) const OUTSTANDING: usize = 3;

    /// The digits of the number that is typed on a device.
    pub(crate) const PUSH_DIGITS: u8 = 4;

    pub(crate) fn new(channel: Channel, reference: Reference) -> Self {
        Self { channel, reference, challenges: heapless::Vec::new() }
    }

    /// Issues a challenge, in the place of an earlier one of the same ticket. Expired ones
    /// go, and the oldest, if there are too many.
    ///
    /// Draws 14 bytes.
    pub(crate) fn issue(
        &mut self,
        ticket: TicketId,
        lasting: Lasting,
        entropy: &mut Entropy<'_>,
    ) -> Result<Delivery, EntropyError> {
        let Lasting { now, life, digits, guesses } = lasting;
        let stale = |one: &Challenge| one.ticket == ticket || one.expires.get() <= now;
        while let Some(slot) = self.challenges.iter().position(stale) {
            self.end(slot);
        }
        if self.challenges.is_full() {
            self.end(0);
        }
        let (digits, answer) = match self.channel {
            Channel::Push => (Self::PUSH_DIGITS, Answer::Waiting),
            _ => (digits, Answer::Guesses(guesses)),
        };
        let id = ChallengeId::draw(entropy)?;
        let code = draw_code(digits, entropy)?;
        let expires = now.saturating_add(life.into());
        let challenge =
            Challenge { id, ticket, expires: Packed::new(expires), code: code.clone(), answer };
        // Cannot fail: a place was made above.
        let _ = self.challenges.push(challenge);
        let Self { channel, reference, .. } = *self;
        Ok(Delivery { challenge: id, channel, reference, code, expires })
    }

    /// Takes a challenge out of a record.
    ///
    /// # Errors
    /// The name of the field that is impossible.
    pub(crate) fn push_stored(&mut self, challenge: Challenge) -> Result<(), &'static str> {
        let is_guessed = matches!(challenge.answer, Answer::Guesses(_));
        if is_guessed == (self.channel == Channel::Push) {
            return Err("answer");
        }
        self.challenges.push(challenge).map_err(|_| "number of challenges")
    }

    /// Ends a challenge and wipes its place.
    pub(crate) fn end(&mut self, slot: usize) {
        super::slots::remove(self.challenges.as_mut_view(), slot);
    }

    /// The challenge of this name that this ticket can answer now.
    pub(crate) fn find(&self, id: ChallengeId, ticket: TicketId, now: u64) -> Option<usize> {
        let mut challenges = self.challenges.iter();
        challenges.position(|one| one.id == id && one.ticket == ticket && now < one.expires.get())
    }

    /// Compares an answer in constant time; the right one ends the challenge, and so does the
    /// last wrong one that it allows.
    pub(crate) fn guess(&mut self, slot: usize, code: &Code) -> bool {
        let Some(challenge) = self.challenges.get_mut(slot) else { return false };
        let right = challenge.code == *code;
        match (right, challenge.answer) {
            (false, Answer::Guesses(left @ 2..)) => {
                challenge.answer = Answer::Guesses(left.saturating_sub(1));
            }
            _ => self.end(slot),
        }
        right
    }
}

/// What a policy says of a challenge, and when.
#[derive(Clone, Copy)]
pub(crate) struct Lasting {
    pub(crate) now: u64,
    pub(crate) life: u32,
    pub(crate) digits: u8,
    pub(crate) guesses: u8,
}

impl Context<'_> {
    /// What the policy says of a challenge that is issued now.
    pub(crate) fn lasting(&self) -> Lasting {
        let policy = self.policy.settings();
        Lasting {
            now: self.now,
            life: policy.challenge_life,
            digits: policy.out_of_band_digits,
            guesses: policy.guesses,
        }
    }
}

/// A random code. (31 bits reduced to 9 digits favour some codes by a factor of 1.5 at most;
/// to 7 digits by less than one in 200.)
fn draw_code(digits: u8, entropy: &mut Entropy<'_>) -> Result<Code, EntropyError> {
    let drawn = u32::from_be_bytes(entropy.draw()?) & 0x7FFF_FFFF;
    let digits = Digits::of_response(digits).unwrap_or(Digits::SEVEN);
    Ok(Format::Decimal(digits).reduce(drawn))
}

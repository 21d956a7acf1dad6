//! What the model remembers of messages that were sent and of questions that were asked.

use super::enroll::draw;
use super::prover::{Factor, Prover};
use mfa_core::*;

/// A message, and all that came of it.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: ChallengeId,
    pub by: TicketId,
    pub expires: u64,
    pub code: String,
    /// How many wrong codes were allowed when it was sent, and how many there were.
    pub guesses: usize,
    pub wrong: usize,
    /// What the device said.
    pub answer: Option<bool>,
    /// It was answered, superseded, or made room.
    pub is_over: bool,
}

/// The questions that were asked with one seed, as far as their outcomes were seen.
#[derive(Clone, Debug)]
pub struct Questions {
    pub expires: u64,
    pub is_over: bool,
    pub asked: Vec<(TicketId, ChallengeId, String)>,
}

impl Message {
    pub fn waits(&self, now: u64) -> bool {
        !self.is_over && now < self.expires
    }
}

impl Prover {
    /// The questions that can be answered now.
    pub fn open_questions(&self, now: u64) -> Option<&Questions> {
        self.questions.last().filter(|last| !last.is_over && now < last.expires)
    }

    /// A message goes out: instead of one for the same ticket, and of the oldest of three.
    pub fn send(
        &mut self,
        by: TicketId,
        entropy: &mut Vec<u8>,
        cx: &Context<'_>,
    ) -> Result<Message, Refused> {
        let policy = cx.policy.settings();
        for one in &mut self.messages {
            one.is_over |= one.by == by || one.expires <= cx.now;
        }
        let mut waiting: Vec<_> = self.messages.iter_mut().filter(|one| !one.is_over).collect();
        if waiting.len() == 3 {
            waiting[0].is_over = true;
        }
        let digits = match self.factor {
            Factor::Channel(Channel::Push, _) => 4,
            _ => u32::from(policy.out_of_band_digits),
        };
        let id = ChallengeId::from_bytes(draw(entropy, 10)?.try_into().unwrap());
        let number = u32::from_be_bytes(draw(entropy, 4)?.try_into().unwrap()) & 0x7FFF_FFFF;
        let code = format!("{:0width$}", number % 10u32.pow(digits), width = digits as usize);
        let message = Message {
            id,
            by,
            expires: cx.now.saturating_add(policy.challenge_life.into()),
            code,
            guesses: policy.guesses.into(),
            wrong: 0,
            answer: None,
            is_over: false,
        };
        self.messages.push(message.clone());
        Ok(message)
    }
}

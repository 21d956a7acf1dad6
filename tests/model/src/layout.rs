//! The record as its documented format has it (`src/account/codec.rs`), read and written a
//! second time: what the monitors look at, and where broken rules edit.

mod read;
mod write;

use mfa_core::Channel;

/// In the order of their numbers, which begin at 1.
const CHANNELS: [Channel; 4] = [Channel::Sms, Channel::Voice, Channel::Email, Channel::Push];

pub const SMS: u8 = 1;
pub const PUSH: u8 = 4;

/// A record, every field of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    pub account: [u8; 16],
    pub record: [u8; 16],
    pub revision: u64,
    pub generation: u64,
    pub enrolled: bool,
    pub otp: Throttle,
    pub out_of_band: Throttle,
    pub recovery: Throttle,
    /// By phone, by e-mail, by push.
    pub sent: [Level; 3],
    pub authenticators: Vec<PlainAuthenticator>,
    pub recovery_codes: Vec<[u8; 32]>,
    pub awaits: Option<[u8; 10]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    pub fast: Level,
    pub slow: Level,
    pub reserve: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub spent: u16,
    pub since: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainAuthenticator {
    pub id: [u8; 10],
    pub label: Vec<u8>,
    pub phase: PlainPhase,
    pub failures: u8,
    pub memory: Memory,
    /// Empty, if it has none.
    pub secret: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainPhase {
    Pending { ticket: [u8; 16], expires: u64, replaces: Option<[u8; 10]> },
    Active,
    Disabled,
}

/// What an authenticator is, and what it remembers of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Memory {
    Totp { algorithm: u8, format: u8, period: u64, t0: u64, clock: PlainClock },
    Hotp { algorithm: u8, format: u8, counter: PlainCounter },
    OutOfBand { channel: u8, reference: [u8; 16], challenges: Vec<PlainChallenge> },
    Ocra { suite: Vec<u8>, counter: PlainCounter, clock: PlainClock, asked: Option<Asked> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainClock {
    pub burnt: Option<u64>,
    pub measured: i64,
    pub followed: i8,
}

impl PlainClock {
    pub const NEW: Self = Self { burnt: None, measured: 0, followed: 0 };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainCounter {
    pub lost: bool,
    /// `None`: none is left.
    pub next: Option<u64>,
}

impl PlainCounter {
    /// The last one that was accepted, with all before it.
    pub fn burnt(self) -> Option<u64> {
        self.next.map_or(Some(u64::MAX), |next| next.checked_sub(1))
    }
}

/// What was sent over a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainChallenge {
    pub id: [u8; 10],
    pub ticket: [u8; 16],
    pub expires: u64,
    pub digits: u8,
    pub code: u32,
    pub answer: PlainAnswer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlainAnswer {
    Waiting,
    Approved,
    Denied,
    Guesses(u8),
}

impl PlainChallenge {
    pub fn text(&self) -> String {
        format!("{:0width$}", self.code, width = usize::from(self.digits))
    }
}

/// What the questions to a token are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub seed: [u8; 16],
    pub expires: u64,
}

impl PlainAuthenticator {
    pub fn is_pending(&self) -> bool {
        matches!(self.phase, PlainPhase::Pending { .. })
    }

    /// The last step or counter of its one-time passwords or responses that was accepted,
    /// with all before it.
    pub fn burnt(&self) -> Option<u64> {
        match &self.memory {
            Memory::Totp { clock, .. } => clock.burnt,
            Memory::Hotp { counter, .. } | Memory::Ocra { counter, .. } => counter.burnt(),
            Memory::OutOfBand { .. } => None,
        }
    }

    /// What was sent to it and waits.
    pub fn challenges(&self) -> &[PlainChallenge] {
        match &self.memory {
            Memory::OutOfBand { challenges, .. } => challenges,
            _ => &[],
        }
    }

    /// The channel over which it is reached, if it is.
    pub fn channel(&self) -> Option<Channel> {
        let Memory::OutOfBand { channel, .. } = self.memory else { return None };
        CHANNELS.into_iter().zip(1..).find_map(|(one, number)| (number == channel).then_some(one))
    }
}

impl Plain {
    /// All that was sent or asked and waits.
    pub fn challenges(&self) -> impl Iterator<Item = &PlainChallenge> {
        self.authenticators.iter().flat_map(PlainAuthenticator::challenges)
    }

    /// The first one of this name: a twin has the same.
    pub fn authenticator(&self, id: [u8; 10]) -> Option<&PlainAuthenticator> {
        self.authenticators.iter().find(|one| one.id == id)
    }
}

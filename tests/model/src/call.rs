//! Calls: the operations of the core as values that a state can hold, and their outcomes.

mod decide;

pub use self::decide::{Decision, decide};

use crate::setting::{ACCOUNT, Device, RECORD};
use mfa_core::{Authority, Channel, Class, Scopes, Ticket, TicketId, TicketParts};

/// A ticket, as a state holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pass {
    pub id: [u8; 16],
    pub authority: Authority,
    pub issued: u64,
    pub expires: u64,
    pub generation: u64,
    pub familiar: bool,
}

impl Pass {
    pub fn ticket(self) -> Ticket {
        Ticket::from_parts(TicketParts {
            id: TicketId::from_bytes(self.id),
            account: ACCOUNT,
            record: RECORD,
            authority: self.authority,
            scopes: Scopes::ALL,
            issued: self.issued,
            expires: self.expires,
            generation: self.generation,
            familiar: self.familiar,
        })
    }

    pub fn of(ticket: &Ticket) -> Self {
        let parts = ticket.parts();
        assert_eq!(parts.scopes, Scopes::ALL);
        Self {
            id: *parts.id.as_bytes(),
            authority: parts.authority,
            issued: parts.issued,
            expires: parts.expires,
            generation: parts.generation,
            familiar: parts.familiar,
        }
    }
}

/// An operation of the core.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operate {
    /// A fresh app.
    Associate,
    /// A device whose secret exists already.
    Import(NewDevice),
    /// A number or a device, which a first code is sent to.
    AssociateOver(Channel),
    Confirm(Response),
    Respond(Response),
    Challenge([u8; 10], Channel),
    ChallengeOcra([u8; 10]),
    /// The device's number for a question, or its no. No ticket is looked at.
    AnswerPush([u8; 10], Option<String>),
    Resynchronize([u8; 10], [String; 2]),
    Remove([u8; 10]),
    Rebind([u8; 10]),
    Regenerate,
    Unlock(Class),
    Reset,
    Restored,
}

/// What is typed or collected, to log in or to confirm.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Response {
    Otp(String),
    OtpOf([u8; 10], String),
    /// The question, and the response.
    Ocra([u8; 10], String),
    /// The challenge, and its code.
    OutOfBand([u8; 10], String),
    /// Whether the device has answered.
    Push([u8; 10]),
    RecoveryCode(String),
}

/// What is imported: a secret, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewDevice {
    pub secret: Vec<u8>,
    pub device: Device,
}

impl Operate {
    /// Whether it is an answer, which needs no more than a first factor.
    pub fn is_response(&self) -> bool {
        matches!(self, Self::Respond(_))
    }

    /// Whether it asks for an answer, or is what a device answers: needs no more either.
    pub fn is_challenge(&self) -> bool {
        matches!(self, Self::Challenge(..) | Self::ChallengeOcra(_) | Self::AnswerPush(..))
    }
}

/// An operation, who asks for it, and the seed of the random bytes lent to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    pub pass: Pass,
    pub operation: Operate,
    pub seed: u64,
}

/// What came out, once it was stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A second factor was proved: of this authenticator, or a recovery code. With it come a
    /// verified ticket, and the code that replaces a used one.
    Accepted {
        by: Option<[u8; 10]>,
        over: Option<Channel>,
        verified: Pass,
        recovery_code: Option<String>,
    },
    /// A wrong answer.
    Rejected,
    /// Resynchronization found its codes.
    Found,
    /// It did not.
    NotFound,
    /// A pending authenticator, its secret, its recovery codes.
    Associated {
        authenticator: [u8; 10],
        secret: Vec<u8>,
        recovery_codes: Vec<String>,
    },
    /// What was sent, or is shown: the challenge and its code, in the first case that of a
    /// pending authenticator, with its recovery codes.
    AssociatedOver {
        authenticator: [u8; 10],
        sent: Sent,
        recovery_codes: Vec<String>,
    },
    Sent(Sent),
    /// Fresh recovery codes.
    Codes(Vec<String>),
    /// Nothing to tell.
    Done,
}

/// A challenge, and its code or question.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sent {
    pub challenge: [u8; 10],
    pub text: String,
    pub expires: u64,
}

impl Outcome {
    /// Whether codes were accepted as right.
    pub fn is_grant(&self) -> bool {
        matches!(self, Self::Accepted { .. } | Self::Found)
    }

    /// Whether an authenticator waits for its confirmation now.
    pub fn is_association(&self) -> bool {
        matches!(self, Self::Associated { .. } | Self::AssociatedOver { .. })
    }

    /// How many units a wrong answer costs.
    pub fn wrong_answers(&self) -> usize {
        match self {
            Self::Rejected => 1,
            Self::NotFound => 2,
            _ => 0,
        }
    }
}

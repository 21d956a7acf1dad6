//! Operations and outcomes as plain values, which the core and the model both take and give.

use mfa_core::*;

/// Who asks for what.
#[derive(Clone, Debug)]
pub struct Request {
    pub ticket: Ticket,
    pub act: Act,
    pub entropy: Vec<u8>,
}

#[derive(Clone, Debug)]
pub enum Act {
    Associate(NewAuthenticator, &'static str),
    Import(NewAuthenticator, &'static [u8], &'static str),
    AssociateOver(Channel, &'static str),
    Confirm(Answer),
    Respond(Answer),
    Challenge(AuthenticatorId, Channel),
    AnswerPush(ChallengeId, Option<String>),
    Ask(AuthenticatorId),
    Remove(AuthenticatorId),
    Rebind(AuthenticatorId),
    Regenerate,
    Resynchronize(AuthenticatorId, [String; 2], Option<String>),
    Unlock(Class),
    Reset,
    Restored,
}

/// What is typed or collected, to log in or to confirm.
#[derive(Clone, Debug)]
pub enum Answer {
    Otp(String),
    OtpOf(AuthenticatorId, String),
    Ocra(OcraText),
    OutOfBand(ChallengeId, String),
    Push(ChallengeId),
    Recovery(String),
}

impl Answer {
    fn response<'a>(&'a self, entropy: Entropy<'a>) -> Response<'a> {
        match self {
            Self::Otp(code) => Response::Otp(code),
            Self::OtpOf(id, code) => Response::OtpOf(*id, code),
            Self::Ocra(answer) => Response::Ocra(answer.answer()),
            Self::OutOfBand(id, code) => Response::OutOfBand(*id, code),
            Self::Push(id) => Response::Push(*id),
            Self::Recovery(code) => Response::RecoveryCode(code, entropy),
        }
    }
}

/// A response to an OCRA question.
#[derive(Clone, Debug)]
pub struct OcraText {
    pub challenge: ChallengeId,
    pub text: String,
    pub pin: Option<&'static str>,
    pub session: Option<&'static [u8]>,
}

impl OcraText {
    fn answer(&self) -> OcraAnswer<'_> {
        let Self { challenge, text, pin, session } = self;
        let pin = pin.map(ocra::Pin::text);
        OcraAnswer { challenge: *challenge, text, pin, session: *session }
    }
}

/// Where an operation is presented.
pub trait Door {
    type Answer;
    fn open<O: Operation>(self, operation: O) -> Self::Answer
    where
        O::Outcome: Into<Outcome> + 'static;
}

impl Request {
    pub fn present<D: Door>(&self, door: D) -> D::Answer {
        let ticket = &self.ticket;
        let mut bytes = self.entropy.clone();
        let entropy = Entropy::new(&mut bytes);
        match &self.act {
            Act::Associate(authenticator, label) => door.open(Associate {
                ticket,
                authenticator: authenticator.clone(),
                label: Label::new(label).unwrap(),
                entropy,
            }),
            Act::Import(authenticator, secret, label) => door.open(Import {
                ticket,
                authenticator: authenticator.clone(),
                secret: Secret::from_bytes(secret).unwrap(),
                label: Label::new(label).unwrap(),
                entropy,
            }),
            Act::AssociateOver(channel, label) => door.open(AssociateOutOfBand {
                ticket,
                channel: *channel,
                reference: Reference::from_bytes([*channel as u8; 16]),
                label: Label::new(label).unwrap(),
                entropy,
            }),
            Act::Confirm(answer) => {
                door.open(Confirm { ticket, response: answer.response(entropy) })
            }
            Act::Respond(answer) => {
                door.open(Respond { ticket, response: answer.response(entropy) })
            }
            Act::Challenge(id, channel) => {
                door.open(Challenge { ticket, authenticator: *id, channel: *channel, entropy })
            }
            Act::AnswerPush(id, number) => {
                door.open(AnswerPush { challenge: *id, number: number.as_deref() })
            }
            Act::Ask(id) => door.open(ChallengeOcra { ticket, authenticator: *id, entropy }),
            Act::Remove(id) => door.open(Remove { ticket, authenticator: *id }),
            Act::Rebind(id) => door.open(Rebind { ticket, authenticator: *id, entropy }),
            Act::Regenerate => door.open(RegenerateRecoveryCodes { ticket, entropy }),
            Act::Resynchronize(id, [first, second], third) => door.open(Resynchronize {
                ticket,
                authenticator: *id,
                codes: [first, second],
                third: third.as_deref(),
            }),
            Act::Unlock(class) => door.open(Unlock { ticket, class: *class }),
            Act::Reset => door.open(Reset { ticket }),
            Act::Restored => door.open(Restored { ticket, entropy }),
        }
    }
}

/// What comes out of the core.
#[derive(Debug)]
pub enum Outcome {
    Associated(Associated),
    AssociatedOver(AssociatedOutOfBand),
    Sent(Delivery),
    Asked(OcraChallenge),
    Answered(Answered),
    Verdict(Verdict),
    Removed(Removed),
    Regenerated(Regenerated),
    Resynchronized(Resynchronized),
    Reset(Notices),
    Done,
}

/// The same in plain values, which can be compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    Associated {
        id: AuthenticatorId,
        secret: Vec<u8>,
        codes: Vec<String>,
    },
    /// With what was sent.
    AssociatedOver {
        id: AuthenticatorId,
        sent: Box<Seen>,
        twin: Option<Vec<u8>>,
        codes: Vec<String>,
    },
    Sent {
        id: ChallengeId,
        code: String,
        expires: u64,
        channel: Channel,
        reference: Reference,
    },
    Asked {
        expires: u64,
    },
    Answered(Answered),
    Accepted {
        method: Method,
        notices: Notices,
        code: Option<String>,
    },
    Rejected {
        locked_until: Option<u64>,
        notices: Notices,
    },
    Removed {
        enrolled: bool,
        notices: Notices,
    },
    Codes(Vec<String>, Notices),
    Found,
    NotFound {
        locked_until: Option<u64>,
    },
    Reset(Notices),
    Done,
}

impl Outcome {
    pub fn seen(&self) -> Seen {
        match self {
            Self::Associated(associated) => Seen::Associated {
                id: associated.authenticator,
                secret: associated.secret.expose().to_vec(),
                codes: texts(&associated.recovery_codes),
            },
            Self::AssociatedOver(associated) => Seen::AssociatedOver {
                id: associated.authenticator,
                sent: Box::new(sent(&associated.delivery)),
                twin: associated.twin.as_ref().map(|secret| secret.expose().to_vec()),
                codes: texts(&associated.recovery_codes),
            },
            Self::Sent(delivery) => sent(delivery),
            Self::Asked(asked) => Seen::Asked { expires: asked.expires },
            Self::Answered(answered) => Seen::Answered(*answered),
            Self::Verdict(Verdict::Accepted(grant)) => Seen::Accepted {
                method: grant.method(),
                notices: grant.notices(),
                code: grant.recovery_code().map(|code| code.text().as_str().to_owned()),
            },
            Self::Verdict(Verdict::Rejected { locked_until, notices, .. }) => {
                Seen::Rejected { locked_until: *locked_until, notices: *notices }
            }
            Self::Removed(Removed { enrolled, notices, .. }) => {
                Seen::Removed { enrolled: *enrolled, notices: *notices }
            }
            Self::Regenerated(Regenerated { recovery_codes, notices, .. }) => {
                Seen::Codes(texts(recovery_codes), *notices)
            }
            Self::Reset(notices) => Seen::Reset(*notices),
            Self::Resynchronized(Resynchronized::Found) => Seen::Found,
            Self::Resynchronized(Resynchronized::NotFound { locked_until, .. }) => {
                Seen::NotFound { locked_until: *locked_until }
            }
            Self::Done => Seen::Done,
            other => unimplemented!("{other:?}"),
        }
    }
}

fn sent(delivery: &Delivery) -> Seen {
    Seen::Sent {
        id: delivery.challenge,
        code: delivery.code.text().as_str().to_owned(),
        expires: delivery.expires,
        channel: delivery.channel,
        reference: delivery.reference,
    }
}

fn texts(codes: &RecoveryCodes) -> Vec<String> {
    codes.iter().map(|code| code.text().as_str().to_owned()).collect()
}

impl From<Associated> for Outcome {
    fn from(associated: Associated) -> Self {
        Self::Associated(associated)
    }
}

impl From<AssociatedOutOfBand> for Outcome {
    fn from(associated: AssociatedOutOfBand) -> Self {
        Self::AssociatedOver(associated)
    }
}

impl From<Delivery> for Outcome {
    fn from(delivery: Delivery) -> Self {
        Self::Sent(delivery)
    }
}

impl From<OcraChallenge> for Outcome {
    fn from(asked: OcraChallenge) -> Self {
        Self::Asked(asked)
    }
}

impl From<Answered> for Outcome {
    fn from(answered: Answered) -> Self {
        Self::Answered(answered)
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        Self::Verdict(verdict)
    }
}

impl From<Removed> for Outcome {
    fn from(removed: Removed) -> Self {
        Self::Removed(removed)
    }
}

impl From<Regenerated> for Outcome {
    fn from(regenerated: Regenerated) -> Self {
        Self::Regenerated(regenerated)
    }
}

impl From<Resynchronized> for Outcome {
    fn from(resynchronized: Resynchronized) -> Self {
        Self::Resynchronized(resynchronized)
    }
}

impl From<Notices> for Outcome {
    fn from(notices: Notices) -> Self {
        Self::Reset(notices)
    }
}

impl From<()> for Outcome {
    fn from((): ()) -> Self {
        Self::Done
    }
}

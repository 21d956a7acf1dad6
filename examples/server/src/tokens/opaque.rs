//! Tokens that clients hold but cannot read: `mfa_token`, `oob_code`, a device's question.

use super::{TokenKeys, ticket};
use crate::vault::Place;
use data_encoding::BASE64URL_NOPAD;
use mfa_core::{AccountId, AuthenticatorId, ChallengeId, Channel, Reference, Ticket, TicketId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Who has shown a password, to which client, and what they asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MfaToken {
    #[serde(with = "ticket")]
    pub ticket: Ticket,
    pub client: String,
    pub audience: String,
    pub scope: String,
}

/// What an `oob_code` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OobCode {
    pub ticket: TicketId,
    pub authenticator: AuthenticatorId,
    pub challenge: ChallengeId,
    pub channel: Channel,
}

/// What a device is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushQuestion {
    pub account: AccountId,
    pub reference: Reference,
    pub challenge: ChallengeId,
}

/// A token that this server did not make, or not for this purpose.
#[derive(Clone, Copy, Debug)]
pub struct Invalid;

impl TokenKeys {
    pub fn seal_mfa_token(&self, token: &MfaToken) -> String {
        self.wrap("mfa_token", token)
    }

    pub fn open_mfa_token(&self, text: &str) -> Result<MfaToken, Invalid> {
        self.unwrap("mfa_token", text)
    }

    /// A ticket, for a claim of an access token.
    pub fn seal_ticket(&self, ticket: &Ticket) -> String {
        self.wrap("ticket", &Ticketed { ticket: ticket.clone() })
    }

    pub fn open_ticket(&self, text: &str) -> Result<Ticket, Invalid> {
        self.unwrap("ticket", text).map(|Ticketed { ticket }| ticket)
    }

    pub fn seal_oob_code(&self, code: &OobCode) -> String {
        let OobCode { ticket, authenticator, challenge, channel } = code;
        let parts = (ticket.as_bytes(), authenticator.as_bytes(), challenge.as_bytes());
        self.wrap("oob_code", &(parts, channel.name()))
    }

    pub fn open_oob_code(&self, text: &str) -> Result<OobCode, Invalid> {
        let ((ticket, authenticator, challenge), channel): (_, String) =
            self.unwrap("oob_code", text)?;
        Ok(OobCode {
            ticket: TicketId::from_bytes(ticket),
            authenticator: AuthenticatorId::from_bytes(authenticator),
            challenge: ChallengeId::from_bytes(challenge),
            channel: match channel.as_str() {
                "sms" => Channel::Sms,
                "voice" => Channel::Voice,
                "email" => Channel::Email,
                _ => Channel::Push,
            },
        })
    }

    pub fn seal_question(&self, question: &PushQuestion) -> String {
        let PushQuestion { account, reference, challenge } = question;
        self.wrap("question", &(account.as_bytes(), reference.as_bytes(), challenge.as_bytes()))
    }

    pub fn open_question(&self, text: &str) -> Result<PushQuestion, Invalid> {
        let (account, reference, challenge) = self.unwrap("question", text)?;
        Ok(PushQuestion {
            account: AccountId::from_bytes(account),
            reference: Reference::from_bytes(reference),
            challenge: ChallengeId::from_bytes(challenge),
        })
    }

    fn wrap(&self, kind: &str, content: &impl Serialize) -> String {
        let json = serde_json::to_vec(content).expect("plain data is JSON");
        BASE64URL_NOPAD.encode(&self.opaque.seal(Place::Token(kind), &json).bytes)
    }

    fn unwrap<T: DeserializeOwned>(&self, kind: &str, text: &str) -> Result<T, Invalid> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| Invalid)?;
        let json = self.opaque.open(Place::Token(kind), &bytes).map_err(|_| Invalid)?;
        serde_json::from_slice(&json).map_err(|_| Invalid)
    }
}

#[derive(Serialize, Deserialize)]
struct Ticketed {
    #[serde(with = "ticket")]
    ticket: Ticket,
}

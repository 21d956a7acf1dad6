//! Delivery: how messages reach people. What is decided about them is the core's.

mod outbox;
mod webhook;

pub use self::outbox::Outbox;
pub use self::webhook::Webhook;

use crate::app::App;
use crate::storage::{Later, StorageError};
use crate::tokens::PushQuestion;
use crate::vault::Place;
use mfa_core::{AccountId, Channel, Notices};
use serde::{Deserialize, Serialize};

/// Hands messages over to whoever can send them.
pub trait Delivery: Send + Sync {
    fn deliver<'a>(&'a self, app: &'a App, message: &'a Message) -> Later<'a, ()>;
}

/// Something to be sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "lowercase")]
pub enum Message {
    /// A code, to this number.
    Sms { to: String, code: String },
    /// A code to be read out, to this number.
    Voice { to: String, code: String },
    /// A code, to this address.
    Email { to: String, code: String },
    /// A question to a device: what it answers at `/push/answer`.
    Push { device: String, challenge: String },
    /// What a user should know of: not a code.
    Notice { to: String, notices: Vec<String> },
}

impl Message {
    pub fn channel(&self) -> &'static str {
        match self {
            Self::Sms { .. } => "sms",
            Self::Voice { .. } => "voice",
            Self::Email { .. } => "email",
            Self::Push { .. } => "push",
            Self::Notice { .. } => "notice",
        }
    }
}

impl App {
    /// Sends what a stored decision says must be sent.
    pub async fn send(
        &self,
        account: AccountId,
        delivery: &mfa_core::Delivery,
    ) -> Result<(), StorageError> {
        let code = delivery.code.text().as_str().to_owned();
        let message = match delivery.channel {
            Channel::Push => {
                let question = PushQuestion {
                    account,
                    reference: delivery.reference,
                    challenge: delivery.challenge,
                };
                let device = data_encoding::HEXLOWER.encode(delivery.reference.as_bytes());
                Message::Push { device, challenge: self.tokens.seal_question(&question) }
            }
            channel => {
                let contact = self.database.contact(delivery.reference).await?;
                let contact = contact.ok_or(StorageError::Impossible("a missing contact"))?;
                let place = Place::Contact(delivery.reference);
                let to = self.data_keys.open_sealed(place, &contact.sealed).await?;
                let to = String::from_utf8_lossy(&to).into_owned();
                match channel {
                    Channel::Sms => Message::Sms { to, code },
                    Channel::Voice => Message::Voice { to, code },
                    _ => Message::Email { to, code },
                }
            }
        };
        self.hand_over(&message).await;
        Ok(())
    }

    /// Tells a user what happened to their account (NIST SP 800-63B-4 §4.6).
    pub async fn tell(&self, account: AccountId, notices: Notices) {
        if notices == Notices::NONE {
            return;
        }
        let user = match self.database.user_of(account).await {
            Ok(Some(user)) => user,
            Ok(None) => return,
            Err(error) => return tracing::error!(%error, "a user was not told"),
        };
        let notices = notices.names().map(str::to_owned).collect();
        self.hand_over(&Message::Notice { to: user.name, notices }).await;
    }

    /// The user can ask for another message, so that a failure is no reason to fail.
    async fn hand_over(&self, message: &Message) {
        if let Err(error) = self.delivery.deliver(self, message).await {
            self.metrics.delivery_failed();
            tracing::error!(%error, channel = message.channel(), "a message was not handed over");
        }
    }
}

//! The verifier's state machine: one account, decided on one operation at a time.

mod associate;
mod authenticator;
mod codec;
mod confirm;
mod operation;
mod otp;
mod record;
mod respond;
#[cfg(feature = "serde")]
mod serial;
mod state;
mod verdict;

pub use self::associate::{Associate, Associated, NewAuthenticator};
pub use self::authenticator::{Authenticator, Kind, Label, LabelError, Phase, TotpParameters};
pub use self::codec::{DecodeError, EncodeError};
pub use self::confirm::Confirm;
pub use self::operation::{Context, Operation, Refused};
pub use self::record::Account;
pub use self::respond::{Respond, Response};
pub use self::verdict::{Grant, Method, Notices, Verdict};

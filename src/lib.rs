//! One-time passwords and multi-factor authentication as pure logic.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub, missing_debug_implementations)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::todo,
    clippy::unimplemented,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

#[cfg(test)]
extern crate std;

mod account;
pub mod base32;
mod code;
mod ct;
mod entropy;
mod hotp;
mod id;
mod mac;
pub mod ocra;
pub mod otpauth;
mod policy;
mod recovery;
mod resync;
mod secret;
mod step;
mod throttle;
mod ticket;
mod totp;
mod wiped;

pub use account::{
    Account, Associate, Associated, Authenticator, Confirm, Context, DecodeError, EncodeError,
    Grant, Kind, Label, LabelError, Method, NewAuthenticator, Notices, Operation, Phase, Refused,
    Respond, Response, TotpParameters, Verdict,
};
pub use base32::{Base32Error, Base32Text};
pub use code::{Code, CodeError, CodeText, Digits, DigitsError, Format};
pub use entropy::{Entropy, EntropyError};
pub use hotp::Hotp;
pub use id::{AccountId, AuthenticatorId, RecordId, TicketId};
pub use mac::{Algorithm, Unsupported};
pub use policy::{Policy, PolicyError, PolicySettings};
pub use recovery::{RecoveryCode, RecoveryCodeError, RecoveryCodeText, RecoveryCodes};
pub use resync::{Consecutive, Drift};
pub use secret::{Secret, SecretLengthError};
pub use step::{Step, Unsettled, Version, Write};
pub use throttle::{Bucket, Limits};
pub use ticket::{Authority, Scopes, Ticket, TicketError, TicketParts};
pub use totp::{Matched, TimeSteps, Totp, Window};

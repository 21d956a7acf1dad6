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

pub mod base32;
mod code;
mod ct;
mod entropy;
mod hotp;
mod mac;
mod resync;
mod secret;
mod totp;

pub use base32::{Base32Error, Base32Text};
pub use code::{Code, CodeError, CodeText, Digits, DigitsError, Format};
pub use entropy::{Entropy, EntropyError};
pub use hotp::Hotp;
pub use mac::{Algorithm, Unsupported};
pub use resync::{Consecutive, Drift};
pub use secret::{Secret, SecretLengthError};
pub use totp::{Matched, TimeSteps, Totp, Window};

//! One-time passwords and multi-factor authentication as pure logic: `no_std`, no allocation,
//! no `unsafe`, no panics.
//!
//! # The floors
//!
//! | floor | what lives there |
//! |---|---|
//! | machines | [`Account`]: enrollment, login, lockout, recovery, as a sans-IO state machine; [`token`]: the prover in a fob |
//! | rules | [`Step`], [`Ticket`], [`Policy`]: what the machine obeys |
//! | otp | [`Hotp`], [`Totp`], [`ocra`], [`otpauth`], [`RecoveryCode`]: values without a past |
//! | ground | [`Secret`], [`base32`], [`Entropy`], [`Algorithm`] |
//!
//! Take the floor you need: a verifier with its own storage uses [`Totp`] and [`Window`] and
//! remembers the last step itself; a login uses [`Account`].
//!
//! # The story of an account
//!
//! One account is one record. An operation is decided on it and gives a [`Step`]: the next
//! record, and an outcome that cannot be looked at before the record is stored.
//!
#![cfg_attr(feature = "sha2", doc = "```")]
#![cfg_attr(not(feature = "sha2"), doc = "```ignore")]
//! use mfa_core::*;
//!
//! // Yours: a table of records, a clock, a generator of random bytes.
//! struct Store(Account<4, 1>);
//! impl Store {
//!     fn compare_and_swap(&mut self, expected: Version, next: &Account<4, 1>) -> Write {
//!         if self.0.version() != expected {
//!             return Write::Conflict;
//!         }
//!         self.0 = next.clone();
//!         Write::Stored
//!     }
//! }
//! # fn fill<'a>(bytes: &'a mut [u8; 64], seed: u8) -> Entropy<'a> {
//! #     bytes.iter_mut().zip(seed..).for_each(|(byte, value)| *byte = value);
//! #     Entropy::new(bytes)
//! # }
//! # let mut bytes = [0; 64];
//! let mut now = 1_700_000_000;
//! let policy = Policy::AUTH0;
//!
//! // A user is created: an account, and a random name for its record, stored at once.
//! let record = RecordId::draw(&mut fill(&mut bytes, 1))?;
//! let account = Account::<4, 1>::new(AccountId::from_bytes(*b"user 0000000042."), record);
//! let mut store = Store(account.clone());
//!
//! // They sign in with a password, which you check. It is not enough to be asked for more,
//! // but enough to associate a first authenticator.
//! let cx = Context { now, policy: &policy };
//! let ticket = account.first_factor_ticket(Scopes::ENROLL, fill(&mut bytes, 2), &cx)?;
//! let step = account.decide(
//!     Associate {
//!         ticket: &ticket,
//!         authenticator: NewAuthenticator::Totp(TotpParameters::default()),
//!         label: Label::new("phone")?,
//!         entropy: fill(&mut bytes, 3),
//!     },
//!     &cx,
//! )?;
//! let written = store.compare_and_swap(step.expected(), step.next());
//! let (account, associated) = step.settle(written)?;
//!
//! // Show the QR code and the recovery code, once.
//! let mut buffer = [0; otpauth::max_len(32, 64)];
//! let uri = associated.uri("Example", "ann@example.com").ok_or("not an app")?;
//! let uri = uri.write(&mut buffer)?;
//! assert!(uri.starts_with("otpauth://totp/Example:ann%40example.com?secret="));
//!
//! // The app's first code confirms it: from here on the account is enrolled.
//! let app = Totp::from(&associated.secret);
//! let code = app.code(now).text();
//! let step = account.decide(Confirm { ticket: &ticket, response: Response::Otp(code.as_str()) }, &cx)?;
//! let written = store.compare_and_swap(step.expected(), step.next());
//! let (account, verdict) = step.settle(written)?;
//! assert!(matches!(verdict, Verdict::Accepted(_)) && account.is_enrolled());
//!
//! // The same code again is rejected, and the rejection is stored too: it cost an attempt.
//! let respond = Respond { ticket: &ticket, response: Response::Otp(code.as_str()) };
//! let step = account.decide(respond, &cx)?;
//! let written = store.compare_and_swap(step.expected(), step.next());
//! let (account, verdict) = step.settle(written)?;
//! assert!(matches!(verdict, Verdict::Rejected { .. }));
//!
//! // Half a minute later the next one logs in.
//! now += 30;
//! let cx = Context { now, policy: &policy };
//! let ticket = account.first_factor_ticket(Scopes::NONE, fill(&mut bytes, 4), &cx)?;
//! let code = app.code(now).text();
//! let respond = Respond { ticket: &ticket, response: Response::Otp(code.as_str()) };
//! let step = account.decide(respond, &cx)?;
//! let written = store.compare_and_swap(step.expected(), step.next());
//! let (account, verdict) = step.settle(written)?;
//! let Verdict::Accepted(grant) = verdict else { panic!("rejected") };
//! assert_eq!(grant.method().amr(), ["otp", "mfa"]);
//!
//! // The phone is lost: the recovery code works once, and is replaced in the same step.
//! let code = associated.recovery_codes.iter().next().ok_or("none")?.text();
//! let response = Response::RecoveryCode(code.as_str(), fill(&mut bytes, 5));
//! let step = account.decide(Respond { ticket: &ticket, response }, &cx)?;
//! let written = store.compare_and_swap(step.expected(), step.next());
//! let (_account, verdict) = step.settle(written)?;
//! let Verdict::Accepted(grant) = verdict else { panic!("rejected") };
//! assert!(grant.recovery_code().is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Devices decide in memory they lend ([`Account::decide_in`]) and keep records in flash
//! ([`Account::encode`], [`Account::decode_into`]); there is no allocator in any of it.
//!
//! # What you must bring
//! - **Storage** with compare-and-swap on [`Version`], durable before [`Step::settle`] hears
//!   [`Write::Stored`]. Records hold secrets: encrypt them at rest, with account, revision and
//!   key id as associated data.
//! - **A clock** that is trusted: one that jumps ahead burns time steps, and one that goes
//!   back reopens nothing.
//! - **Entropy** from a cryptographically secure generator, fresh for every call.
//! - **The first factor**, the sessions, and the delivery of what the user should be told.
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

#[cfg(any(test, feature = "std"))]
extern crate std;

// The README's examples compile and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod account;
pub mod base32;
mod bytes;
mod channel;
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
#[doc = include_str!("threat_model.md")]
pub mod threat_model {}
mod throttle;
mod ticket;
pub mod token;
mod totp;
mod wiped;

pub use account::{
    Account, AnswerPush, Answered, Associate, AssociateOutOfBand, Associated, AssociatedOutOfBand,
    Authenticator, Challenge, ChallengeOcra, Confirm, Context, DecodeError, Delivery, EncodeError,
    Grant, HotpParameters, Import, Kind, Label, LabelError, Method, NewAuthenticator, Notices,
    OcraAnswer, OcraChallenge, Operation, Phase, Rebind, Refused, RegenerateRecoveryCodes,
    Regenerated, Remove, Removed, Reset, Respond, Response, Restored, Resynchronize,
    Resynchronized, TotpParameters, Unlock, Verdict,
};
pub use base32::{Base32Error, Base32Text};
pub use channel::{Channel, Channels, Sending};
pub use code::{Code, CodeError, CodeText, Digits, DigitsError, Format};
pub use entropy::{Entropy, EntropyError};
pub use hotp::Hotp;
pub use id::{AccountId, AuthenticatorId, ChallengeId, RecordId, Reference, TicketId};
pub use mac::{Algorithm, Unsupported};
pub use policy::{Policy, PolicyError, PolicySettings};
pub use recovery::{RecoveryCode, RecoveryCodeError, RecoveryCodeText, RecoveryCodes};
pub use resync::{Consecutive, Drift};
pub use secret::{Secret, SecretLengthError};
pub use step::{Step, Unsettled, Version, Write};
pub use throttle::{Bucket, Class, Limits};
pub use ticket::{Authority, Scopes, Ticket, TicketError, TicketParts};
pub use totp::{Matched, TimeSteps, Totp, Window};

//! The prover's state machine: what runs in a fob, a card or a key pad, and shows codes.
//!
//! A [`Token`] is one record of constant size: a secret and its parameters (HOTP, TOTP or
//! OCRA), the next counter, the last time step that was shown, what is known of the clock,
//! and a PIN with its failed attempts. Operations are decided on it, as on an
//! [`Account`](crate::Account), and give a [`Step`](crate::Step): *the record is stored, then
//! the code is shown*. A power cut in between skips a code; no code is ever computed from a
//! counter twice.
//!
#![cfg_attr(feature = "sha2", doc = "```")]
#![cfg_attr(not(feature = "sha2"), doc = "```ignore")]
//! use mfa_core::token::{Press, Provision, Refused, SetClock, SetPin, Show, Token, Trim};
//! use mfa_core::{RecordId, Write, otpauth};
//!
//! // Yours: two pages of flash, a button, a display. What counts is that `Stored` is said
//! // only when the bytes are there for good.
//! struct Flash([u8; Token::ENCODED_LEN]);
//! impl Flash {
//!     fn store(&mut self, next: &Token) -> Write {
//!         next.encode(&mut self.0);
//!         Write::Stored
//!     }
//! }
//! let mut flash = Flash([0; Token::ENCODED_LEN]);
//! let blank = Token::blank(RecordId::from_bytes(*b"random 128 bits."));
//!
//! // At the factory, once: the secret, as a URI.
//! let uri = "otpauth://hotp/Door?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=0";
//! let step = blank.decide(Provision::from(otpauth::read(uri)?.uri))?;
//! let written = flash.store(step.next());
//! let (token, ()) = step.settle(written)?;
//!
//! // The owner chooses a PIN, of which three attempts in a row may fail.
//! let step = token.decide(SetPin { current: None, new: "2468", attempts: 3 })?;
//! let written = flash.store(step.next());
//! step.settle(written)?.1.reveal()?;
//!
//! // The button, some years later: the next counter is in flash before the code is seen.
//! let mut token = Token::decode(&flash.0)?;
//! let step = token.decide(Press { pin: Some("2468") })?;
//! let written = flash.store(step.next());
//! let (next, answer) = step.settle(written)?;
//! assert_eq!(answer.reveal()?.text().as_str(), "755224");
//! token = next;
//!
//! // A wrong PIN is counted, and stored, before anything tells that it is wrong.
//! let step = token.decide(Press { pin: Some("1234") })?;
//! let written = flash.store(step.next());
//! let (token, answer) = step.settle(written)?;
//! assert_eq!(answer.reveal().unwrap_err().attempts_left, 2);
//!
//! // What a power cut loses is a code, never a counter.
//! let step = token.decide(Press { pin: Some("2468") })?;
//! assert!(step.settle(Write::Unknown).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Operations
//!
//! | who | operations |
//! |---|---|
//! | the factory, or who owns the token next | [`Provision`], [`Wipe`] |
//! | the owner | [`Press`] (HOTP), [`Show`] (TOTP), [`Respond`] (OCRA), [`SetPin`] |
//! | whom the integrator trusts with it | [`SetClock`], [`Unblock`] |
//! | the firmware, when it starts | [`LoseClock`] |
//!
//! The token does not know who calls: that a clock is set, or an attempt given back, only on
//! good authority is the integrator's part.
//!
//! # The PIN
//!
//! A PIN of 4 to 32 bytes guards the codes of any kind of token. The token keeps an HMAC of
//! it under its own secret, compares in constant time, and counts: after 1 to 10 failures in
//! a row, as its owner chose, it is [`Locked`](Refused::Locked) until it is [unblocked](Unblock)
//! or [wiped](Wipe). An attempt moves the token on, right or wrong: the code is computed, the
//! counter rises, the record is written alike, and only [`Answer::reveal`] tells. Whoever
//! cuts the power on noticing a wrong PIN has not noticed anything yet.
//!
//! Where an OCRA suite hashes a PIN (P), it hashes what is typed. On a token that has a PIN
//! of its own, that is one and the same, and it is checked first; a token without one hashes
//! whatever is typed, and the verifier finds out.
//!
//! # The clock
//!
//! The token reads a real-time clock (RTC) that the firmware hands over: seconds since any
//! moment. [`SetClock`] ties it to the time; [`Trim`] makes up for a quartz that runs fast or
//! slow. When an RTC lost its power, it starts anew: firmware that can tell says so with
//! [`LoseClock`], and one that goes back behind what was seen of it is noticed in any case
//! ([`ClockLost`](Refused::ClockLost)); no code is shown then until it is set.
//!
//! The time step of the last code that was shown is remembered. The *same* step's code is
//! shown again to who asks again: it is the same code, and the verifier accepts it once. An
//! *earlier* step's code is never shown ([`ClockBehind`](Refused::ClockBehind)): whoever sets
//! the clock ahead to collect the codes of tomorrow stops the token until tomorrow, which its
//! owner notices.
//!
//! # In flash
//!
//! [`Token::encode`] writes [`Token::ENCODED_LEN`] bytes, always; [`Token::decode_into`] takes
//! what `encode` writes and nothing else. They hold the secret: protect the flash against reading.
//! Pages in turn, a checksum over each record, and the highest
//! [revision](crate::Version::revision) at start, make a store that survives a power cut.
//!
//! Every step is a write. Four pages of 1 KiB that bear 10,000 erasures each bear some 120,000
//! records: thirty codes a day for ten years. So show codes when a button asks for them.

mod clock;
mod codec;
mod operation;
mod pin;
mod press;
mod provision;
mod record;
mod refused;
mod respond;
mod show;

pub use clock::{LoseClock, SetClock, Trim};
pub use codec::DecodeError;
pub use operation::Operation;
pub use pin::{Answer, SetPin, Unblock, WrongPin};
pub use press::Press;
pub use provision::{Kind, Provision, Wipe};
pub use record::Token;
pub use refused::Refused;
pub use respond::{Challenge, Respond};
pub use show::Show;

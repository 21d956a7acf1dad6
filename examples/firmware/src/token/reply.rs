//! What the display says.

use super::Fault;
use crate::Console;
use embedded_io::{Read, Write};
use mfa_core::token::{Refused, WrongPin};

/// A refusal in a few words, without `core::fmt`.
pub(super) fn reason(fault: Fault) -> &'static str {
    let refused = match fault {
        Fault::Flash => return "the flash does not keep the record",
        Fault::NoEntropy => return "no random bytes",
        Fault::Refused(refused) => refused,
    };
    match refused {
        Refused::Blank => "no secret yet",
        Refused::AlreadyProvisioned => "it has a secret already",
        Refused::WrongKind => "not this kind of token",
        Refused::UnsupportedFormat | Refused::UnsupportedSuite => "not such codes",
        Refused::Unsupported(_) => "not this hash",
        Refused::Locked => "locked",
        Refused::PinNeeded => "PIN needed",
        Refused::NoPin => "it has no PIN",
        Refused::PinLength => "a PIN has 4 to 32 digits",
        Refused::PinAttempts => "1 to 10 attempts",
        Refused::ClockNotSet => "clock not set",
        Refused::ClockLost => "clock lost",
        Refused::ClockBehind => "clock behind",
        Refused::DriftNotMeasured | Refused::DriftTooLarge => "drift not measured",
        Refused::ServerMustAnswer => "the server must answer first",
        Refused::NotMutual => "no suite of the server's",
        Refused::WrongServer => "WRONG SERVER",
        Refused::MalformedResponse(_) => "not a response",
        Refused::Input(_) => "input does not fit the suite",
        Refused::Exhausted => "used up",
        _ => "refused",
    }
}

/// Shows what an operation without an answer came to.
pub(super) fn done<S: Read + Write>(console: &mut Console<S>, outcome: Result<(), Fault>) {
    match outcome {
        Ok(()) => console.text("done").end_line(),
        Err(fault) => console.text("refused: ").text(reason(fault)).end_line(),
    }
}

/// Shows that a PIN was wrong.
pub(super) fn wrong_pin<S: Read + Write>(console: &mut Console<S>, wrong: WrongPin) {
    console.text("wrong PIN, left: ").number(wrong.attempts_left.into()).end_line();
}

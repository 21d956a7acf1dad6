//! `otp ocra`: the response to a challenge (RFC 6287).

use crate::answer::{self, Answer};
use crate::args::{bytes, whole};
use mfa_core::Secret;
use mfa_core::ocra::{Input, Ocra, Pin, Suite};

/// Print the response to a challenge (OCRA, RFC 6287)
#[derive(clap::Args)]
pub struct Args {
    /// What is computed of what, such as OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1
    #[arg(long, value_name = "SUITE")]
    suite: String,
    /// The key in hexadecimal
    #[arg(long, value_name = "HEX")]
    key_hex: String,
    /// The question, or the text to sign; in mutual modes the other party's question, then
    /// one's own, joined if both have the suite's full length
    #[arg(long, value_name = "QUESTION")]
    challenge: String,
    /// In mutual modes: the question that the responding party itself has asked
    #[arg(long, value_name = "QUESTION")]
    own_challenge: Option<String>,
    /// The counter (C)
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    counter: Option<u64>,
    /// The PIN or password (P)
    #[arg(long, value_name = "PIN", allow_negative_numbers = true)]
    pin: Option<String>,
    /// The hash of the PIN in hexadecimal, in its place
    #[arg(long, value_name = "HEX", conflicts_with = "pin")]
    pin_hash_hex: Option<String>,
    /// Information about the session (S), in hexadecimal
    #[arg(long, value_name = "HEX")]
    session_hex: Option<String>,
    /// The time (T) in the suite's steps since 1970-01-01 00:00 UTC
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    timestamp_steps: Option<u64>,
    /// The time (T) in seconds since then, in their place
    #[arg(long, value_name = "UNIX", value_parser = whole, allow_negative_numbers = true)]
    #[arg(conflicts_with = "timestamp_steps")]
    time: Option<u64>,
}

pub fn run(args: &Args) -> answer::Result {
    let suite = Suite::parse(&args.suite).map_err(|error| format!("--suite: {error}"))?;
    let key = Secret::from_bytes(&bytes("--key-hex", &args.key_hex)?)
        .map_err(|error| format!("--key-hex: {error}"))?;
    let pin_hash = args.pin_hash_hex.as_deref().map(|hex| bytes("--pin-hash-hex", hex));
    let pin_hash = pin_hash.transpose()?;
    let session = args.session_hex.as_deref().map(|hex| bytes("--session-hex", hex));
    let session = session.transpose()?;

    let mut input = args.questions(&suite);
    if let Some(counter) = args.counter {
        input = input.with_counter(counter);
    }
    if let Some(pin) = &args.pin {
        input = input.with_pin(Pin::text(pin));
    }
    if let Some(hash) = &pin_hash {
        input = input.with_pin(Pin::hashed(hash));
    }
    if let Some(session) = &session {
        input = input.with_session(session);
    }
    if let Some(step) = args.timestamp_steps {
        input = input.at_step(step);
    }
    if let Some(time) = args.time {
        input = input.at(time);
    }
    let response = Ocra::new(&key, suite)?.response(&input)?;
    Ok(Answer::text(response.text().as_str()))
}

impl Args {
    fn questions(&self, suite: &Suite) -> Input<'_> {
        let (challenge, full) = (self.challenge.as_str(), usize::from(suite.question().max_len));
        let joined = challenge.split_at_checked(full).filter(|(_, own)| own.len() == full);
        // Whoever responds puts the other party's question first: so does the server here.
        match (self.own_challenge.as_deref(), joined) {
            (Some(own), _) => Input::mutual_server(challenge, own),
            (None, Some((other, own))) => Input::mutual_server(other, own),
            (None, None) => Input::challenge(challenge),
        }
    }
}

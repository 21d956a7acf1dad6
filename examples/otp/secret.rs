//! `otp secret new`: a fresh secret from the operating system's entropy.

use crate::answer::{self, Answer};
use crate::args::{algorithm, whole};
use mfa_core::{Algorithm, Entropy, Secret};
use serde::Serialize;

/// Make secrets
#[derive(clap::Subcommand)]
pub enum Command {
    New(New),
}

/// Print a fresh secret, drawn from the operating system
#[derive(clap::Args)]
pub struct New {
    /// The length in bits, a multiple of 8 from 128 to 512 [default: as the hash's output]
    #[arg(long, value_name = "N", value_parser = bits, allow_negative_numbers = true)]
    bits: Option<usize>,
    /// The hash it is for: SHA1, SHA256 or SHA512
    #[arg(long, value_name = "NAME", default_value = "SHA1", value_parser = algorithm)]
    algorithm: Algorithm,
}

#[derive(Serialize)]
struct Fresh<'a> {
    secret: &'a str,
    groups: String,
    bits: u16,
}

pub fn run(command: &Command) -> answer::Result {
    let Command::New(new) = command;
    let secret = match new.bits {
        None => draw(new.algorithm)?,
        // The longest there is, cut to length.
        Some(bits) => {
            let longest = draw(Algorithm::Sha512)?;
            Secret::from_bytes(longest.expose().get(..bits / 8).unwrap_or_default())?
        }
    };
    let text = secret.to_base32();
    let groups = text.groups().collect::<Vec<_>>().join(" ");
    Answer::json(&Fresh { secret: text.as_str(), groups, bits: secret.bit_len() })
}

fn draw(algorithm: Algorithm) -> Result<Secret, Box<dyn std::error::Error>> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("no entropy from the operating system: {error}"))?;
    Ok(Secret::generate(algorithm, &mut Entropy::new(&mut bytes))?)
}

fn bits(text: &str) -> Result<usize, &'static str> {
    match usize::try_from(whole(text)?) {
        Ok(bits @ 128..=512) if bits % 8 == 0 => Ok(bits),
        _ => Err("the length of a new secret is a multiple of 8 from 128 to 512"),
    }
}

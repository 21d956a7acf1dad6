//! Arguments that several subcommands share, and how their values are read.

use mfa_core::{Algorithm, Digits, Format, Hotp, Secret, TimeSteps, Totp};
use std::error::Error;
use std::num::NonZeroU64;
use std::time::{SystemTime, UNIX_EPOCH};

/// Exactly one of two spellings of the secret. The value is read late, by [`Self::read`]:
/// what the argument parser never saw it cannot quote.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct SecretArgs {
    /// The shared secret in base32; letter case, spaces and hyphens do not matter
    #[arg(long, value_name = "BASE32")]
    secret: Option<String>,
    /// The shared secret in hexadecimal
    #[arg(long, value_name = "HEX")]
    secret_hex: Option<String>,
}

impl SecretArgs {
    pub fn read(&self) -> Result<Secret, Box<dyn Error>> {
        match (&self.secret, &self.secret_hex) {
            (Some(text), _) => {
                Secret::from_base32(text).map_err(|error| format!("--secret: {error}").into())
            }
            (None, text) => {
                let text = text.as_deref().unwrap_or_default();
                let bytes = bytes("--secret-hex", text)?;
                Ok(Secret::from_bytes(&bytes).map_err(|error| format!("--secret-hex: {error}"))?)
            }
        }
    }
}

/// What generates codes: a secret, a moving factor and a format.
#[derive(clap::Args)]
pub struct GeneratorArgs {
    #[command(flatten)]
    secret: SecretArgs,
    /// Count events (HOTP) instead of time steps (TOTP); needs --counter
    #[arg(long, requires = "counter", conflicts_with_all = ["time", "period", "t0"])]
    hotp: bool,
    /// The counter of the code; in verify, the next one that is expected
    #[arg(long, value_name = "N", requires = "hotp", value_parser = whole)]
    #[arg(allow_negative_numbers = true)]
    counter: Option<u64>,
    /// The time in seconds since 1970-01-01 00:00 UTC [default: the system clock]
    #[arg(long, value_name = "UNIX", value_parser = whole, allow_negative_numbers = true)]
    time: Option<u64>,
    /// The hash: SHA1, SHA256 or SHA512
    #[arg(long, value_name = "NAME", default_value = "SHA1", value_parser = algorithm)]
    algorithm: Algorithm,
    /// The number of digits, 6 to 9
    #[arg(long, value_name = "N", default_value = "6", value_parser = digits)]
    #[arg(allow_negative_numbers = true)]
    digits: Digits,
    /// Five characters of Steam's alphabet instead of digits
    #[arg(long, conflicts_with = "digits")]
    steam: bool,
    /// The length of a time step in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = period)]
    #[arg(allow_negative_numbers = true)]
    period: NonZeroU64,
    /// The time at which step 0 begins
    #[arg(long, value_name = "UNIX", default_value = "0", value_parser = whole)]
    #[arg(allow_negative_numbers = true)]
    t0: u64,
}

/// A keyed generator at a value of its moving factor.
pub enum Generator {
    Hotp { hotp: Hotp, counter: u64 },
    Totp { totp: Totp, time: u64 },
}

impl GeneratorArgs {
    pub fn read(&self) -> Result<Generator, Box<dyn Error>> {
        let secret = self.secret.read()?;
        Ok(match self.counter {
            Some(counter) => Generator::Hotp {
                hotp: Hotp::new(&secret, self.algorithm, self.format())?,
                counter,
            },
            None => {
                let steps = TimeSteps::new(self.period, self.t0);
                let totp = Totp::new(&secret, self.algorithm, self.format(), steps)?;
                Generator::Totp { totp, time: self.time.map_or_else(system_clock, Ok)? }
            }
        })
    }

    pub fn format(&self) -> Format {
        if self.steam { Format::Steam } else { Format::Decimal(self.digits) }
    }
}

fn system_clock() -> Result<u64, Box<dyn Error>> {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(elapsed) => Ok(elapsed.as_secs()),
        Err(_) => Err("the system clock is before 1970: give --time".into()),
    }
}

/// A whole number from 0 to 2^64−1: ASCII digits alone, where `parse` would take a sign.
pub fn whole(text: &str) -> Result<u64, &'static str> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("not a whole number");
    }
    text.parse().map_err(|_| "more than 2^64-1")
}

pub fn whole_u32(text: &str) -> Result<u32, &'static str> {
    u32::try_from(whole(text)?).map_err(|_| "more than 2^32-1")
}

pub fn algorithm(text: &str) -> Result<Algorithm, &'static str> {
    [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]
        .into_iter()
        .find(|algorithm| algorithm.name().eq_ignore_ascii_case(text))
        .ok_or("choose SHA1, SHA256 or SHA512")
}

pub fn digits(text: &str) -> Result<Digits, &'static str> {
    let number = u8::try_from(whole(text)?).unwrap_or(u8::MAX);
    Digits::new(number).map_err(|_| "a code has 6 to 9 digits")
}

pub fn period(text: &str) -> Result<NonZeroU64, &'static str> {
    NonZeroU64::new(whole(text)?).ok_or("a time step lasts at least one second")
}

/// The bytes that a flag's value spells in hexadecimal.
pub fn bytes(flag: &str, text: &str) -> Result<Vec<u8>, String> {
    hex(text).map_err(|error| format!("{flag}: {error}"))
}

/// Bytes from pairs of hexadecimal digits.
fn hex(text: &str) -> Result<Vec<u8>, String> {
    let value = |(position, char): (usize, char)| {
        let digit = char.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        digit.ok_or_else(|| format!("character {} is not hexadecimal", position + 1))
    };
    let digits = text.chars().enumerate().map(value).collect::<Result<Vec<u8>, _>>()?;
    let (pairs, []) = digits.as_chunks() else {
        return Err("an odd number of hexadecimal digits".into());
    };
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

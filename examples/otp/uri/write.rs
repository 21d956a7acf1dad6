//! `otp uri write`: the one form of a URI that every app accepts.

use crate::answer::{self, Answer};
use crate::args::{SecretArgs, algorithm, digits, period, whole};
use crate::qr;
use mfa_core::otpauth::{Kind, Uri};
use mfa_core::{Algorithm, Digits, Format, TimeSteps};
use std::num::NonZeroU64;

/// Print the URI of an account; it contains the secret
#[derive(clap::Args)]
pub struct Args {
    /// What moves the codes on, and Steam's alphabet: totp, hotp or steam
    #[arg(long = "type", value_name = "TYPE", default_value = "totp", value_parser = kind)]
    kind: Type,
    /// Who issues the secret
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// Whose it is
    #[arg(long, value_name = "NAME")]
    account: String,
    #[command(flatten)]
    secret: SecretArgs,
    /// The hash: SHA1, SHA256 or SHA512
    #[arg(long, value_name = "NAME", default_value = "SHA1", value_parser = algorithm)]
    algorithm: Algorithm,
    /// The number of digits, 6 to 9 [default: 6]
    #[arg(long, value_name = "N", value_parser = digits, allow_negative_numbers = true)]
    digits: Option<Digits>,
    /// The length of a time step in seconds [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = period, allow_negative_numbers = true)]
    period: Option<NonZeroU64>,
    /// With --type hotp: the counter of the next code [default: 0]
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    counter: Option<u64>,
    /// Print the URI's QR code below it
    #[arg(long)]
    qr: bool,
}

#[derive(Clone, Copy)]
enum Type {
    Totp,
    Hotp,
    Steam,
}

pub fn run(args: &Args) -> answer::Result {
    let secret = args.secret.read()?;
    let issuer = args.issuer.as_deref().unwrap_or_default();
    let uri = Uri {
        kind: args.kind()?,
        algorithm: args.algorithm,
        format: args.format()?,
        ..Uri::totp(issuer, &args.account, &secret)
    };
    let mut text = String::new();
    uri.write_to(&mut text)?;
    if args.qr {
        let qr = qr::render(&text).map_err(|_| "the URI is too long for a QR code")?;
        text = format!("{text}\n{qr}");
    }
    Ok(Answer::text(text))
}

impl Args {
    fn kind(&self) -> Result<Kind, &'static str> {
        match (self.kind, self.period, self.counter) {
            (Type::Hotp, Some(_), _) => Err("--period: codes of --type hotp count no time"),
            (Type::Hotp, None, counter) => Ok(Kind::Hotp { counter: counter.unwrap_or_default() }),
            (_, _, Some(_)) => Err("--counter: only codes of --type hotp have one"),
            (_, None, None) => Ok(Kind::Totp(TimeSteps::default())),
            (_, Some(period), None) => Ok(Kind::Totp(TimeSteps::new(period, 0))),
        }
    }

    fn format(&self) -> Result<Format, &'static str> {
        match (self.kind, self.digits) {
            (Type::Steam, Some(_)) => Err("--digits: codes of --type steam have five characters"),
            (Type::Steam, None) => Ok(Format::Steam),
            (_, digits) => Ok(Format::Decimal(digits.unwrap_or_default())),
        }
    }
}

fn kind(text: &str) -> Result<Type, &'static str> {
    [("totp", Type::Totp), ("hotp", Type::Hotp), ("steam", Type::Steam)]
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .map(|(_, kind)| kind)
        .ok_or("choose totp, hotp or steam")
}

//! Enroll an authenticator app, log in with it, manage more: `cargo run --example enroll`.
//!
//! One account in one file, which several processes may share. The core decides; this
//! program brings what the core never touches: a store, a clock, random bytes, a terminal.
//!
//! Status 0: end of input. Status 1: the store or the terminal failed. Status 2: unusable
//! arguments.

mod account;
mod clock;
mod command;
mod manage;
#[path = "../shared/qr.rs"]
mod qr;
mod session;
mod show;
mod store;

use account::Account;
use clap::{Parser, ValueEnum};
use clock::Clock;
use mfa_core::{Policy, Secret, otpauth};
use session::Session;
use show::Show;
use std::error::Error;
use std::io::{BufRead as _, Write as _, stderr, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

/// Enrolls an authenticator app (any that reads a TOTP QR code), then takes its codes.
///
/// A line is a code, or a recovery code, or a command: `help` lists them.
#[derive(Parser)]
#[command(name = "enroll")]
struct Args {
    /// Where the account is kept
    #[arg(long, value_name = "FILE", default_value = "mfa-account.json")]
    store: PathBuf,
    /// Whose account it is [default: demo, or whose the store is]
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Who issues it
    #[arg(long, value_name = "NAME", default_value = "mfa-core")]
    issuer: String,
    /// The rules: auth0 has one recovery code, which is replaced when used; nist and asvs have
    /// a sheet of ten
    #[arg(long, value_enum, default_value_t = Rules::Auth0)]
    policy: Rules,
    /// The time in seconds since 1970-01-01 00:00 UTC [default: the system clock]
    #[arg(long, value_name = "UNIX", value_parser = clock::seconds, allow_negative_numbers = true)]
    now: Option<u64>,
    /// One JSON object a line, in place of prose and QR code
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Rules {
    Auth0,
    Nist,
    Asvs,
}

impl Rules {
    const fn policy(self) -> Policy {
        match self {
            Self::Auth0 => Policy::AUTH0,
            Self::Nist => Policy::NIST,
            Self::Asvs => Policy::ASVS,
        }
    }
}

impl Args {
    const DEFAULT_ACCOUNT: &str = "demo";

    fn account(&self) -> &str {
        self.account.as_deref().unwrap_or(Self::DEFAULT_ACCOUNT)
    }

    /// Whether apps will take these names, found out before anything is stored.
    fn check(&self) -> Result<(), Box<dyn Error>> {
        let secret = Secret::from_bytes(&[1; 20])?;
        let mut uri = String::new();
        otpauth::Uri::totp(&self.issuer, self.account(), &secret).write_to(&mut uri)?;
        if !self.json {
            qr::render(&uri)
                .map_err(|_| "the account and the issuer are too long for a QR code")?;
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let (error, status) = match args.check().map(|()| run(&args)) {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(error)) => (error, 1),
        Err(error) => (error, 2),
    };
    // Where standard error is closed too, the status has to do.
    let _ = writeln!(stderr(), "enroll: {error}");
    ExitCode::from(status)
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let show = Show { json: args.json, issuer: &args.issuer, account: args.account() };
    let account =
        Account::open(&args.store, args.account(), args.account.is_some(), args.policy.policy())?;
    let mut session = Session::begin(account, Clock::new(args.now), show)?;
    for line in stdin().lock().split(b'\n') {
        session.line(&line?)?;
    }
    Ok(())
}

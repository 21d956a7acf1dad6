//! Enroll an authenticator app, then log in with it: `cargo run --example enroll`.
//!
//! One account in one file, which several processes may share. The core decides; this
//! program brings what the core never touches: a store, a clock, random bytes, a terminal.
//!
//! Status 0: end of input. Status 1: the store or the terminal failed. Status 2: unusable
//! arguments.

mod account;
mod clock;
#[path = "../shared/qr.rs"]
mod qr;
mod show;
mod store;

use account::Account;
use clap::Parser;
use clock::Clock;
use mfa_core::{Secret, otpauth};
use show::{Event, Show};
use std::error::Error;
use std::io::BufRead as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Enrolls an authenticator app (any that reads a TOTP QR code), then takes its codes.
///
/// A line is a code of the app, or a recovery code; `@UNIX` sets the time for what follows.
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
    /// The time in seconds since 1970-01-01 00:00 UTC [default: the system clock]
    #[arg(long, value_name = "UNIX", value_parser = clock::seconds, allow_negative_numbers = true)]
    now: Option<u64>,
    /// One JSON object a line, in place of prose and QR code
    #[arg(long)]
    json: bool,
}

impl Args {
    const DEFAULT_ACCOUNT: &str = "demo";

    fn account(&self) -> &str {
        self.account.as_deref().unwrap_or(Self::DEFAULT_ACCOUNT)
    }

    /// Whether apps will take these names, found out before anything is stored.
    fn check(&self) -> Result<(), Box<dyn Error>> {
        let secret = Secret::from_bytes(&[1; 20])?;
        let uri = otpauth::Uri::totp(&self.issuer, self.account(), &secret);
        Ok(uri.write_to(&mut String::new())?)
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(error) = args.check() {
        eprintln!("enroll: {error}");
        return ExitCode::from(2);
    }
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("enroll: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let show = Show { json: args.json, issuer: &args.issuer, account: args.account() };
    let mut clock = Clock::new(args.now);
    let account = Account::open(&args.store, args.account(), args.account.is_some())?;

    let mut awaiting = None;
    if !account.is_enrolled()? {
        awaiting = Some(account.associate(clock.now()?, &show)?);
    }
    show.prompt(awaiting.is_some())?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        match (line.trim(), &awaiting) {
            ("", _) => {}
            (command, _) if command.starts_with('@') => {
                if let Err(detail) = clock.set(command) {
                    show.event(&Event::Malformed { detail })?;
                }
            }
            (code, None) => show.event(&account.log_in(code, clock.now()?)?)?,
            (code, Some(pending)) => match account.confirm(pending, code, clock.now()?)? {
                Some(event) => {
                    show.event(&event)?;
                    if matches!(event, Event::Confirmed { .. }) {
                        awaiting = None;
                    }
                }
                None => {
                    show.event(&Event::Conflict)?;
                    awaiting = match account.is_enrolled()? {
                        true => None,
                        false => Some(account.associate(clock.now()?, &show)?),
                    };
                }
            },
        }
        show.prompt(awaiting.is_some())?;
    }
    Ok(())
}

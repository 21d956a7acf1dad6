//! A small tool in the manner of oathtool, over mfa-core: `cargo run --example otp -- --help`.
//!
//! Status 0: done, or accepted. Status 1: refused. Status 2: unusable arguments, named in one
//! line on standard error; a URI that can't be read, named in a JSON object on standard output.

mod answer;
mod args;
mod code;
mod entry;
mod migration;
mod ocra;
#[path = "../shared/qr.rs"]
mod qr;
mod secret;
mod uri;
mod usage;
mod verify;

use answer::Answer;
use clap::{Parser, Subcommand};
use std::io::Write as _;
use std::process::ExitCode;

/// Computes and verifies one-time passwords (RFC 4226, RFC 6238, RFC 6287, Steam), and reads
/// and writes their URIs.
///
/// For tests and experiments: other users of the machine can see the arguments of a running
/// program, secrets included.
#[derive(Parser)]
#[command(name = "otp")]
struct Otp {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Code(code::Args),
    Verify(verify::Args),
    #[command(subcommand)]
    Secret(secret::Command),
    #[command(subcommand)]
    Uri(uri::Command),
    #[command(subcommand)]
    Migration(migration::Command),
    Ocra(ocra::Args),
}

fn main() -> ExitCode {
    let answer = match Otp::try_parse() {
        Ok(otp) => run(&otp.command),
        Err(error) => usage::answer(&error),
    };
    match answer.and_then(|answer| {
        writeln!(std::io::stdout(), "{}", answer.text)?;
        Ok(answer.status)
    }) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            // Where standard error is closed too, the status has to do.
            let _ = writeln!(std::io::stderr(), "otp: {error}");
            ExitCode::from(Answer::UNUSABLE)
        }
    }
}

fn run(command: &Command) -> answer::Result {
    match command {
        Command::Code(args) => code::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Secret(command) => secret::run(command),
        Command::Uri(command) => uri::run(command),
        Command::Migration(command) => migration::run(command),
        Command::Ocra(args) => ocra::run(args),
    }
}

//! `otp uri`: `otpauth` URIs, read and written.

mod read;
mod write;

use crate::answer;

/// Read and write otpauth URIs, the content of QR codes
#[derive(clap::Subcommand)]
pub enum Command {
    Read(read::Args),
    Write(write::Args),
}

pub fn run(command: &Command) -> answer::Result {
    match command {
        Command::Read(args) => read::run(args),
        Command::Write(args) => write::run(args),
    }
}

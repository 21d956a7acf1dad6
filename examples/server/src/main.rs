//! `mfa-server`: see `mfa-server --help` and the README.

use clap::Parser as _;
use mfa_server::commands::{Cli, run};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mfa-server: {error}");
            ExitCode::FAILURE
        }
    }
}

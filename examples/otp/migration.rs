//! `otp migration`: the export of Google Authenticator.

use crate::answer::{self, Answer};
use crate::entry::{Entry, Unreadable};
use mfa_core::otpauth::{Migration, read_migration};
use serde::Serialize;
use std::io::{Write as _, stderr};

/// Read otpauth-migration URIs, the export of Google Authenticator
#[derive(clap::Subcommand)]
pub enum Command {
    Read(Read),
}

/// Print what each entry of an export says as a JSON array; an entry that can't be read says
/// why, an export that can't is an object that does (status 2)
#[derive(clap::Args)]
pub struct Read {
    /// The URI, in quotes
    #[arg(value_name = "URI")]
    uri: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Item {
    Entry(Entry),
    Unreadable(Unreadable),
}

pub fn run(command: &Command) -> answer::Result {
    let Command::Read(args) = command;
    let migration = match read_migration(&args.uri) {
        Ok(migration) => migration,
        Err(error) => return Answer::unreadable(&Unreadable::new(error.name(), &error)),
    };
    tell_of_batch(&migration);
    let items = migration.entries().map(|entry| match entry {
        Ok(reading) => Item::Entry(Entry::of(&reading)),
        Err(error) => Item::Unreadable(Unreadable::new(error.name(), &error)),
    });
    Answer::json(&items.collect::<Vec<_>>())
}

/// A large export comes in several URIs: people are told, programs are not.
fn tell_of_batch(migration: &Migration<'_>) {
    let (index, size) = (migration.batch_index, migration.batch_size);
    if size > 1 {
        let number = index.saturating_add(1);
        // Where standard error is closed, nobody wants to be told.
        let _ = writeln!(stderr(), "otp: this is URI {number} of {size} of the export");
    }
}

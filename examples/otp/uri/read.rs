//! `otp uri read`: what a URI says.

use crate::answer::{self, Answer};
use crate::entry::{Entry, Unreadable};
use mfa_core::otpauth;

/// Print what a URI says and what was tolerated as JSON, or why it is refused (status 2)
#[derive(clap::Args)]
pub struct Args {
    /// The URI, in quotes: its & means something to the shell
    #[arg(value_name = "URI")]
    uri: String,
}

pub fn run(args: &Args) -> answer::Result {
    match otpauth::read(&args.uri) {
        Ok(reading) => Answer::json(&as_spelled(Entry::of(&reading), &args.uri)),
        Err(error) => Answer::unreadable(&Unreadable::new(error.name(), &error)),
    }
}

/// Of a URI that selects Steam's codes by a parameter, the reading keeps no more than that.
/// Here its type is reported as it stands there, and without `digits` their default.
fn as_spelled(mut entry: Entry, uri: &str) -> Entry {
    if entry.r#type == "steam" && !has_type(uri, "steam") {
        entry.r#type = "totp";
        entry.digits = if has_digits(uri) { entry.digits } else { 6 };
    }
    entry
}

fn has_type(uri: &str, name: &str) -> bool {
    let spelled = uri.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    spelled.is_some_and(|spelled| spelled.eq_ignore_ascii_case(name))
}

fn has_digits(uri: &str) -> bool {
    let mut names = uri.split(['?', '&', '#']).filter_map(|part| part.split('=').next());
    names.any(|name| name.eq_ignore_ascii_case("digits"))
}

//! What is wrong with the arguments, in one line that never quotes a value: it may be a
//! secret that has lost its flag.

use crate::answer::{self, Answer};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;

/// Help is an answer; everything else is an error of one line.
pub fn answer(error: &clap::Error) -> answer::Result {
    if error.kind() == ErrorKind::DisplayHelp {
        return Ok(Answer::text(error.render().to_string().trim_end()));
    }
    Err(format!("{}; see --help", line(error)).into())
}

fn line(error: &clap::Error) -> String {
    let flags = names(error, ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::ValueValidation => match error.source() {
            Some(reason) => format!("{flags}: {reason}"),
            None => format!("{flags}: unusable value"),
        },
        ErrorKind::InvalidValue => format!("{flags} needs a value"),
        ErrorKind::TooManyValues => format!("{flags} takes no value"),
        ErrorKind::UnknownArgument if flags.starts_with("--") => format!("unknown flag {flags}"),
        // A short flag may be the start of a value as well.
        ErrorKind::UnknownArgument if flags.starts_with('-') => "unknown short flag".into(),
        ErrorKind::UnknownArgument => "an argument without a flag before it".into(),
        ErrorKind::ArgumentConflict => match names(error, ContextKind::PriorArg) {
            prior if prior.is_empty() || prior == flags => format!("{flags} is given twice"),
            prior => format!("{flags} and {prior} exclude each other"),
        },
        ErrorKind::MissingRequiredArgument => format!("missing {flags}"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a subcommand is missing".into()
        }
        ErrorKind::InvalidSubcommand => "unknown subcommand".into(),
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".into(),
        _ => "unusable arguments".into(),
    }
}

/// The flags that an error is about, without what follows them.
fn names(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(flag)) => name(flag),
        Some(ContextValue::Strings(flags)) => {
            flags.iter().map(|flag| name(flag)).collect::<Vec<_>>().join(" and ")
        }
        _ => String::new(),
    }
}

/// `--digits` of `--digits <N>`, `--secret or --secret-hex` of `<--secret <BASE32>|…>`, and `URI`
/// of `<URI>`.
fn name(flag: &str) -> String {
    let one = |flag: &str| {
        let flag = flag.trim_start_matches('<');
        flag.split([' ', '=', '>']).next().unwrap_or_default().to_owned()
    };
    flag.split('|').map(one).collect::<Vec<_>>().join(" or ")
}

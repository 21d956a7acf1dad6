//! `otp verify`: whether a code is that of a moment or a counter nearby.

use crate::answer::{self, Answer};
use crate::args::{Generator, GeneratorArgs, whole_u32};
use mfa_core::{Code, Window};
use serde::Serialize;

/// Say whether a code is accepted, and for which step or counter (status 1 if it is not)
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    generator: GeneratorArgs,
    /// The code to verify; spaces and hyphens between its characters do not matter
    #[arg(long, value_name = "CODE", allow_negative_numbers = true)]
    code: String,
    /// Accept codes of this many steps before the present one
    #[arg(long, value_name = "STEPS", default_value = "1", value_parser = whole_u32)]
    #[arg(conflicts_with = "hotp", allow_negative_numbers = true)]
    past: u32,
    /// Accept codes of this many steps after the present one
    #[arg(long, value_name = "STEPS", default_value = "1", value_parser = whole_u32)]
    #[arg(conflicts_with = "hotp", allow_negative_numbers = true)]
    future: u32,
    /// With --hotp: accept codes of this many counters after the expected one
    #[arg(long, value_name = "N", default_value = "0", value_parser = whole_u32)]
    #[arg(requires = "hotp", allow_negative_numbers = true)]
    look_ahead: u32,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Verdict {
    Step { accepted: bool, step: u64, offset: i64 },
    Counter { accepted: bool, counter: u64 },
    Refused { accepted: bool },
}

pub fn run(args: &Args) -> answer::Result {
    let generator = args.generator.read()?;
    let code = Code::parse(&args.code, args.generator.format())
        .map_err(|error| format!("--code: {error}"))?;
    let verdict = match generator {
        Generator::Hotp { hotp, counter } => hotp
            .verify(&code, counter, args.look_ahead)
            .map(|counter| Verdict::Counter { accepted: true, counter }),
        Generator::Totp { totp, time } => totp
            .verify(&code, time, Window::new(args.past, args.future))
            .map(|found| Verdict::Step { accepted: true, step: found.step, offset: found.offset }),
    };
    match verdict {
        Some(verdict) => Answer::json(&verdict),
        None => {
            let answer = Answer::json(&Verdict::Refused { accepted: false })?;
            Ok(Answer { status: Answer::REFUSED, ..answer })
        }
    }
}

//! `otp code`: the code of a moment or a counter.

use crate::answer::{self, Answer};
use crate::args::{Generator, GeneratorArgs};

/// Print the code of a moment (TOTP) or of a counter (HOTP)
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    generator: GeneratorArgs,
}

pub fn run(args: &Args) -> answer::Result {
    let code = match args.generator.read()? {
        Generator::Hotp { hotp, counter } => hotp.code(counter),
        Generator::Totp { totp, time } => totp.code(time),
    };
    Ok(Answer::text(code.text().as_str()))
}

//! Runs mfa-core under Valgrind with its secrets marked undefined.
//!
//! Three runs, each of which can fail the others' way:
//!
//!     silent     no operation takes a branch or an address from a secret, but for the one
//!                branch in `ct::declassify` (told to Valgrind in `declassify.supp`)
//!     telling    without `declassify.supp`: the operations that make a verdict public are
//!                caught at it, so the secrets do get there; the others still are not
//!     leaky      each operation's twins, which do the same with a leak, are caught
//!
//! See `run` beside this package's manifest.

mod leaky;
mod memcheck;
mod operations;
mod sample;

use operations::Operation;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mode = std::env::args().nth(1).unwrap_or_default();
    if !memcheck::is_running() {
        eprintln!("without Valgrind this shows nothing: see the script `run`");
        return ExitCode::FAILURE;
    }
    let (mut checks, mut faults) = (0, Vec::new());
    for operation in operations::all() {
        let Operation { name, reveals, run, twins } = operation;
        let mut check = |what: &str, run: &dyn Fn(), caught: bool| {
            let before = memcheck::errors();
            run();
            let errors = memcheck::errors() - before;
            checks += 1;
            if (errors > 0) != caught {
                faults.push(format!("{name}{what}: {errors} reports"));
            }
        };
        match mode.as_str() {
            "silent" => check("", &run, false),
            "telling" => check("", &run, reveals),
            "leaky" => {
                assert!(!twins.is_empty(), "{name} has no twin");
                for (leak, twin) in &twins {
                    check(&format!(", {leak}"), twin, true);
                }
            }
            _ => {
                eprintln!("silent, telling or leaky?");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{mode}: {checks} runs, {} not as they should be", faults.len());
    faults.iter().for_each(|fault| println!("  {fault}"));
    if faults.is_empty() && checks > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

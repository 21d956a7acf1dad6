//! From the measurements of one run, files of tab-separated columns in one folder, makes the
//! results page and the plot; or only checks what is repeatable.
//!
//!     report check FOLDER
//!     report page FOLDER "MACHINE" "DATE" "RUSTC" > RESULTS.md
//!     report plot FOLDER > windows.svg

mod measured;
mod page;
mod plot;
mod targets;

use measured::Measured;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["check", folder] => targets::check(&Measured::read(folder)),
        ["page", folder, machine, date, rustc] => {
            print!("{}", page::page(&Measured::read(folder), [machine, date, rustc]));
            ExitCode::SUCCESS
        }
        ["plot", folder] => {
            print!("{}", plot::plot(&Measured::read(folder)));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: report check|page|plot FOLDER …");
            ExitCode::FAILURE
        }
    }
}

//! The results page.

use crate::measured::{DEFAULT, Measured};
use crate::targets::{Measure, TARGETS};
use std::fmt::Write;

const NOTES: &str = include_str!("../../../NOTES.md");

pub fn page(measured: &Measured, [machine, date, rustc]: [&str; 3]) -> String {
    let mut page = format!(
        "# Speed, next to the peers\n\nMade by `benches/peers/run` from one run; not edited.\n\n\
         {machine} · {date} · {rustc}\n\n## Targets\n\n\
         | operation | beside | measured | target | reached | |\n|---|---|---|--:|--:|---|\n"
    );
    for target in &TARGETS {
        let Some(reached) = target.reached(measured) else { continue };
        let mark = if reached <= target.limit { "✓" } else { "✗" };
        let (what, digits) = match target.measure {
            Measure::Time(build) => (format!("time, {}", &build[5..]), 2),
            Measure::Instructions => ("instructions".into(), 2),
            Measure::Size => ("bytes".into(), 0),
        };
        let (limit, operation, whose) = (target.limit, target.operation, target.whose);
        let _ = writeln!(
            page,
            "| {operation} | {whose} | {what} | {limit:.digits$} | {reached:.digits$} | {mark} |"
        );
    }
    page.push_str("\n![Time over the width of the window](windows.svg)\n\n");
    page.push_str(NOTES);
    page.push_str(
        "\n## All measurements\n\nTime is the median, in the build without flags; the ratio is \
         that of our time to theirs, taken turn by turn.\n\n\
         | operation | who | ns | ours ÷ theirs | instructions | allocations | stack |\n\
         |---|---|--:|--:|--:|--:|--:|\n",
    );
    for line in measured.lines(DEFAULT) {
        let (operation, who) = (&line[0], &line[1]);
        let number = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "–".into(), |value| format!("{value:.digits$}"))
        };
        let time = number(measured.nanoseconds(DEFAULT, operation, who), 0);
        let ratio = number(measured.time_ratio(DEFAULT, operation, who), 2);
        let instructions = number(measured.instructions(operation, who), 0);
        let allocations = number(measured.allocations(operation, who), 0);
        let stack = number(measured.stack(operation, who), 0);
        let _ = writeln!(
            page,
            "| {operation} | {who} | {time} | {ratio} | {instructions} | {allocations} | {stack} |"
        );
    }
    page.push_str("\n## Size\n\nCode and data that a minimal program grows by.\n\n| program | bytes |\n|---|--:|\n");
    for line in measured.lines("size").iter().filter(|line| line[0] != "empty") {
        let _ = writeln!(page, "| {} | {:.0} |", line[0], measured.size(&line[0]).unwrap_or(0.0));
    }
    page
}

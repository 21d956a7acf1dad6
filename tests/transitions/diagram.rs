//! The table as a diagram: from each phase, what leads where, and who may do it.

use super::{Case, Table};
use std::fmt::Write;

/// The phases in the order in which an account meets them.
const ORDER: [&str; 8] = [
    "new",
    "pending",
    "active",
    "active, pending",
    "locked",
    "locked, pending",
    "disabled",
    "disabled, pending",
];

/// Markdown.
pub fn draw(table: &Table) -> String {
    let mut text = String::from(
        "<!-- Drawn from vectors/transitions.json by tests/transitions. -->\n\
         An account is in one of eight phases:\n\n| phase | |\n|---|---|\n",
    );
    for phase in ORDER {
        writeln!(text, "| {phase} | {} |", table.phases[phase]).unwrap();
    }
    text += "\nOperations lead from one to another, with a ticket that has the scope and is not\n\
             outdated. After each arrow stands the least authority that may do it: ① a first\n\
             factor, ② a second factor, Ⓐ an administrator. What is not shown is refused. Time\n\
             alone ends a lock, and voids what waits for a confirmation.\n\n\
             ```text\n";
    for from in ORDER {
        writeln!(text, "{from}").unwrap();
        let exits = exits(table, from);
        for (index, (to, operations)) in exits.iter().enumerate() {
            let branch = if index + 1 == exits.len() { '└' } else { '├' };
            let trunk = if index + 1 == exits.len() { ' ' } else { '│' };
            let target = if *to == from { "↺ stays" } else { &format!("▶ {to}") };
            let mut lines = wrapped(operations).into_iter();
            writeln!(text, " {branch}──{target:─<22} {}", lines.next().unwrap()).unwrap();
            for line in lines {
                writeln!(text, " {trunk}  {:22} {line}", "").unwrap();
            }
        }
    }
    text + "```\n"
}

/// Where operations lead from a phase, and which, with the least authority for each.
fn exits<'a>(table: &'a Table, from: &str) -> Vec<(&'a str, Vec<String>)> {
    let mut exits: Vec<(&str, Vec<String>)> = Vec::new();
    for operation in &table.operations {
        let carried_out =
            table.authorities.iter().zip(['①', '②', 'Ⓐ']).find_map(|(authority, sign)| {
                let (generation, scopes) = ("current", "all");
                let case = Case { phase: from, operation, authority, generation, scopes };
                table.row(case).to.as_deref().map(|to| (to, sign))
            });
        let Some((to, sign)) = carried_out else { continue };
        let label = format!("{operation} {sign}");
        match exits.iter_mut().find(|(known, _)| *known == to) {
            Some((_, labels)) => labels.push(label),
            None => exits.push((to, vec![label])),
        }
    }
    exits.sort_by_key(|(to, _)| (*to == from, ORDER.iter().position(|phase| phase == to)));
    exits
}

/// A list in lines of at most 60 characters.
fn wrapped(items: &[String]) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (index, item) in items.iter().enumerate() {
        let item = if index + 1 == items.len() { item.clone() } else { format!("{item}, ") };
        let line = lines.last_mut().unwrap();
        match line.chars().count() + item.chars().count() > 62 {
            false => line.push_str(&item),
            true => lines.push(item),
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

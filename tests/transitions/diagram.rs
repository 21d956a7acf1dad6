//! The tables as diagrams: from each phase, what leads where, and who may do it.

use crate::table::{Case, Table};
use std::fmt::Write;

/// Markdown: the first table, then what challenges add.
pub fn draw(app: &Table, others: &[&Table]) -> String {
    let mut text = String::from(
        "<!-- Drawn from vectors/transitions*.json by tests/transitions. -->\n\
         Operations lead from one phase to another, with a ticket that has the scope and is not\n\
         outdated. After each arrow stands the least authority that may do it: ① a first\n\
         factor, ② a second factor, Ⓐ an administrator. What is not shown is refused. Time\n\
         alone ends a lock, and voids what waits for a confirmation or an answer.\n\n",
    );
    section(&mut text, app);
    text += "Where somebody is challenged, the phase tells too what waits for the answer of one\n\
             ticket. What a device answers needs no ticket. Further associations are as above.\n\n";
    others.iter().for_each(|table| section(&mut text, table));
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn section(text: &mut String, table: &Table) {
    writeln!(text, "**{}**\n\n| phase | |\n|---|---|", table.subject).unwrap();
    for (phase, meaning) in &table.phases {
        writeln!(text, "| {phase} | {} |", meaning.as_str().unwrap()).unwrap();
    }
    *text += "\n```text\n";
    for from in table.phases.keys() {
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
    *text += "```\n\n";
}

/// Where operations lead from a phase, and which, with the least authority for each.
fn exits<'a>(table: &'a Table, from: &'a str) -> Vec<(&'a str, Vec<String>)> {
    let mut exits: Vec<(&str, Vec<String>)> = Vec::new();
    for operation in &table.operations {
        let carried_out =
            table.authorities.iter().zip(['①', '②', 'Ⓐ']).find_map(|(authority, sign)| {
                let (generation, scopes) = ("current", "all");
                let case = Case { phase: from, operation, authority, generation, scopes };
                table.row(case).to(case).map(|to| (to, sign))
            });
        let Some((to, sign)) = carried_out else { continue };
        let label = format!("{operation} {sign}");
        match exits.iter_mut().find(|(known, _)| *known == to) {
            Some((_, labels)) => labels.push(label),
            None => exits.push((to, vec![label])),
        }
    }
    let order = |to: &str| table.phases.keys().position(|phase| phase == to);
    exits.sort_by_key(|(to, _)| (*to == from, order(to)));
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

//! The transition table, tried out in full, and the diagram in the documentation drawn from
//! it: `MFA_CORE_WRITE=1 cargo test --test transitions` draws it anew.
#![cfg(feature = "sha2")]

mod diagram;
mod scene;
#[path = "../support/mod.rs"]
mod support;

use scene::Scene;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Table {
    phases: BTreeMap<String, String>,
    authorities: Vec<String>,
    operations: Vec<String>,
    transitions: Vec<Transition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transition {
    phase: Vec<String>,
    operation: Vec<String>,
    authority: Vec<String>,
    generation: String,
    scopes: String,
    refused: Option<String>,
    outcome: Option<String>,
    to: Option<String>,
}

/// What a transition depends on.
#[derive(Clone, Copy, Debug)]
struct Case<'a> {
    phase: &'a str,
    operation: &'a str,
    authority: &'a str,
    generation: &'a str,
    scopes: &'a str,
}

impl Table {
    fn read() -> Self {
        serde_json::from_str(include_str!("../../vectors/transitions.json")).unwrap()
    }

    /// Every combination.
    fn cases(&self) -> impl Iterator<Item = Case<'_>> {
        let mut cases = Vec::new();
        for phase in self.phases.keys() {
            for operation in &self.operations {
                for authority in &self.authorities {
                    for generation in ["current", "outdated"] {
                        for scopes in ["all", "none"] {
                            cases.push(Case { phase, operation, authority, generation, scopes });
                        }
                    }
                }
            }
        }
        cases.into_iter()
    }

    /// The one row that fits.
    fn row(&self, case: Case<'_>) -> &Transition {
        let fits = |row: &&Transition| {
            row.phase.iter().any(|one| one == case.phase)
                && row.operation.iter().any(|one| one == case.operation)
                && row.authority.iter().any(|one| one == case.authority)
                && [case.generation, "any"].contains(&&*row.generation)
                && [case.scopes, "any"].contains(&&*row.scopes)
        };
        let rows: Vec<_> = self.transitions.iter().filter(fits).collect();
        assert_eq!(rows.len(), 1, "rows that fit {case:?}");
        rows[0]
    }
}

#[test]
fn every_operation_in_every_phase_with_every_ticket_is_as_in_the_table() {
    let table = Table::read();
    let scenes: BTreeMap<&String, Scene> =
        table.phases.keys().map(|phase| (phase, Scene::set(phase))).collect();
    let mut tried = 0;
    for case in table.cases() {
        let row = table.row(case);
        let mut scene = scenes[&case.phase.to_owned()].clone();
        assert_eq!(scene.phase(), case.phase);
        match (scene.play(case), &row.refused, &row.outcome, &row.to) {
            (Err(refused), Some(expected), None, None) => {
                assert_eq!(refused, *expected, "{case:?}");
                assert_eq!(scene.phase(), case.phase, "{case:?}");
            }
            (Ok(outcome), None, Some(expected), Some(to)) => {
                assert_eq!(outcome, expected, "{case:?}");
                assert_eq!(scene.phase(), *to, "{case:?}");
            }
            (result, ..) => panic!("{case:?}: {result:?}"),
        }
        tried += 1;
    }
    assert_eq!(tried, 8 * 20 * 3 * 2 * 2);
}

#[test]
fn the_diagram_in_the_documentation_is_drawn_from_the_table() {
    let drawn = diagram::draw(&Table::read());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/account/states.md");
    if std::env::var_os("MFA_CORE_WRITE").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let file = std::fs::read_to_string(path).unwrap();
    assert!(drawn == file, "the table has changed: see the head of this file\n\n{drawn}");
}

//! The transition tables, tried out in full, and the diagrams in the documentation drawn from
//! them: `MFA_CORE_WRITE=1 cargo test --test transitions` draws them anew.
#![cfg(feature = "sha2")]

mod diagram;
mod scene;
#[path = "../support/mod.rs"]
mod support;
mod table;

use scene::{App, Card, Device, Phone, Scene};
use std::collections::BTreeMap;
use table::Table;

const APP: &str = include_str!("../../vectors/transitions.json");
const PHONE: &str = include_str!("../../vectors/transitions-phone.json");
const DEVICE: &str = include_str!("../../vectors/transitions-device.json");
const CARD: &str = include_str!("../../vectors/transitions-ocra.json");

#[test]
fn every_operation_in_every_phase_with_every_ticket_is_as_in_the_table() {
    assert_eq!(try_all::<App>(APP), 8 * 22 * 3 * 2 * 2);
}

#[test]
fn every_operation_on_a_phone_number_is_as_in_its_table() {
    assert_eq!(try_all::<Phone>(PHONE), 8 * 22 * 3 * 2 * 2);
}

#[test]
fn every_operation_on_a_device_is_as_in_its_table() {
    assert_eq!(try_all::<Device>(DEVICE), 12 * 21 * 3 * 2 * 2);
}

#[test]
fn every_operation_on_an_ocra_token_is_as_in_its_table() {
    assert_eq!(try_all::<Card>(CARD), 7 * 18 * 3 * 2 * 2);
}

/// Tries every combination of a table, and gives their number.
fn try_all<S: Scene>(table: &str) -> usize {
    let table = Table::read(table);
    let scenes: BTreeMap<&String, S> =
        table.phases.keys().map(|phase| (phase, S::set(phase))).collect();
    let cases = table.cases();
    for case in &cases {
        let row = table.row(*case);
        let mut scene = scenes[&case.phase.to_owned()].clone();
        assert_eq!(scene.phase(), case.phase);
        match (scene.play(*case), &row.refused, &row.outcome, row.to(*case)) {
            (Err(refused), Some(expected), None, None) => {
                assert_eq!(refused, *expected, "{case:?}");
                assert_eq!(scene.phase(), case.phase, "{case:?}");
            }
            (Ok(outcome), None, Some(expected), Some(to)) => {
                assert_eq!(outcome, expected, "{case:?}");
                assert_eq!(scene.phase(), to, "{case:?}");
            }
            (result, ..) => panic!("{case:?}: {result:?}"),
        }
    }
    cases.len()
}

#[test]
fn the_diagrams_in_the_documentation_are_drawn_from_the_tables() {
    let [app, phone, device, card] = [APP, PHONE, DEVICE, CARD].map(Table::read);
    let drawn = diagram::draw(&app, &[&phone, &device, &card]);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/account/states.md");
    if std::env::var_os("MFA_CORE_WRITE").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let file = std::fs::read_to_string(path).unwrap();
    assert!(drawn == file, "a table has changed: see the head of this file\n\n{drawn}");
}

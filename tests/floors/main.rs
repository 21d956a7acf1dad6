//! The floor plan: a module imports from its own floor or lower ones, and the imports within
//! a floor form no circle.

mod imports;
mod paths;

use imports::{File, Imports};
use std::path::Path;

/// The modules of each floor, the lowest first. A new module finds its place here.
const FLOORS: [(&str, &[&str]); 5] = [
    ("ground", &["base32", "bytes", "ct", "entropy", "id", "mac", "secret", "wiped"]),
    ("otp", &["code", "hotp", "ocra", "otpauth", "recovery", "resync", "totp"]),
    ("rules", &["channel", "policy", "step", "throttle", "ticket"]),
    ("machines", &["account", "token"]),
    ("face", &["lib"]),
];

/// Modules of one floor that need each other: a type and what it is made from or written as.
const MUTUAL: [(&str, &str); 2] = [("base32", "secret"), ("mac", "secret")];

#[test]
fn imports_point_to_the_same_floor_or_lower() {
    let imports = imports_of_the_crate();
    assert!(imports.edges.len() > 8, "the scan found next to nothing: {imports:?}");
    let faults = faults(&imports);
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn mutual_imports_are_still_needed() {
    let edges = imports_of_the_crate().edges;
    for (a, b) in MUTUAL {
        for (from, to) in [(a, b), (b, a)] {
            assert!(
                edges.contains(&(from.to_owned(), to.to_owned())),
                "{from} imports nothing from {to} any more: strike the pair off MUTUAL"
            );
        }
    }
}

fn imports_of_the_crate() -> Imports {
    let mut files = Vec::new();
    imports::read_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &[], &mut files);
    imports::imports(&files)
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|(_, modules)| modules.contains(&module))
}

fn is_mutual(a: &str, b: &str) -> bool {
    MUTUAL.contains(&(a, b)) || MUTUAL.contains(&(b, a))
}

fn faults(imports: &Imports) -> Vec<String> {
    let unlisted = imports.modules.iter().filter(|module| floor(module).is_none());
    let mut faults: Vec<String> =
        unlisted.map(|module| format!("{module} is on no floor: add it to FLOORS")).collect();

    let mut level = Vec::new();
    for (from, to) in &imports.edges {
        match (floor(from), floor(to)) {
            (Some(below), Some(above)) if below < above => {
                let (name, _) = FLOORS[above];
                faults.push(format!("{from} imports upwards, from {to} on the floor `{name}`"));
            }
            (Some(a), Some(b)) if a == b && !is_mutual(from, to) => {
                level.push((from.as_str(), to.as_str()));
            }
            _ => {}
        }
    }
    for &(from, to) in &level {
        if leads(&level, to, from) {
            faults.push(format!("{from} imports {to}, which leads back to {from}"));
        }
    }
    faults
}

/// Whether imports lead from one module to another. They may form circles.
fn leads(edges: &[(&str, &str)], from: &str, to: &str) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(&module) = reached.get(next) {
        next += 1;
        for &(_, imported) in edges.iter().filter(|(importing, _)| *importing == module) {
            if !reached.contains(&imported) {
                reached.push(imported);
            }
        }
    }
    reached[1..].contains(&to)
}

/// The faults of a small crate, given as (module path, source).
fn faults_of(sources: &[(&str, &str)]) -> Vec<String> {
    let file = |&(module, source): &(&str, &str)| File {
        module: module.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        source: source.to_owned(),
    };
    let files: Vec<File> = sources.iter().map(file).collect();
    faults(&imports::imports(&files))
}

const LIB: (&str, &str) =
    ("", "pub use {hotp::{self, Found as Seen}, ct::select}; pub struct Own;");

#[test]
fn an_upward_import_is_caught_however_it_is_written() {
    let planted = [
        "use crate::hotp::Hotp;",
        "pub(crate) use crate::{ct, hotp::{Hotp, self as h}};",
        "use crate::Seen;",
        "use super::Seen;",
        "use crate::*;",
        "use crate::Own;",
        "use super::*;",
        "use super::hotp;",
        "use self::super::hotp;",
        "fn f() { if x { g(crate::hotp::f::<u8>) } }",
        "fn f<T: crate::Seen>() {}",
        "fn f() -> Vec<crate::Seen> {}",
        "macro_rules! m { () => { $crate::hotp::f() } }",
        "mod inner { use super::super::hotp; }",
        "mod inner { #[cfg(test)] mod tests { } use crate::{ct::{select, {self}}, Seen}; }",
        "#[cfg(test)] mod tests {} use crate::hotp::Hotp;",
        "#[cfg(test)] mod tests; fn f(_: super::Seen) {}",
        "#[cfg(not(test))] use crate::hotp;",
    ];
    for source in planted {
        let faults = faults_of(&[LIB, ("hotp", ""), ("ct", source)]);
        assert_eq!(faults.len(), 1, "{source}: {faults:?}");
        assert!(faults[0].starts_with("ct imports upwards"), "{source}: {faults:?}");
    }
}

#[test]
fn what_is_not_an_import_does_not_count() {
    let innocent = [
        "//! [`crate::hotp::Hotp`]\n/// [`crate::Seen`]\n// use crate::hotp;\nfn f() {}",
        "#[doc = \"crate::hotp\"] fn f() -> &'static str { \"use crate::hotp;\" }",
        "fn f<'crate_>(_: &'crate_ str) -> &str { r#\"crate::hotp\"# }",
        "#[cfg(test)] mod tests { use crate::hotp::Hotp; }",
        "#[cfg(test)] #[rustfmt::skip] use crate::{hotp::Hotp, Seen};",
        "pub(crate) fn f() {} pub(super) struct S;",
        "use crate::ct::select; use crate::select; use self::inner::f; use super::ct;",
        "mod inner { use super::*; use super::super::ct; }",
        "use core::hash::Hash; use other::hotp;",
        "fn f() { for hotp in self::g() {} }",
    ];
    for source in innocent {
        let faults = faults_of(&[LIB, ("hotp", ""), ("ct", source)]);
        assert_eq!(faults, [""; 0], "{source}");
    }
}

#[test]
fn files_of_a_module_stand_on_its_floor() {
    let faults = faults_of(&[LIB, ("hotp", ""), ("mac::sha1", "use crate::hotp; use super::Mac;")]);
    assert_eq!(faults, ["mac imports upwards, from hotp on the floor `otp`"]);
}

#[test]
fn modules_for_tests_alone_do_not_count() {
    let lib = ("", "#[cfg(test)] mod model; mod ct;");
    let ct = ("ct", "#[cfg(test)] mod tests;");
    let tests = ("ct::tests", "use crate::hotp;");
    assert_eq!(faults_of(&[lib, ct, tests, ("model", "use crate::hotp;"), ("hotp", "")]), [""; 0]);
}

#[test]
fn a_circle_within_a_floor_is_caught() {
    let code = ("code", "use crate::totp;");
    let hotp = ("hotp", "use crate::code;");
    let totp = ("totp", "use crate::hotp;");
    assert_eq!(faults_of(&[hotp, totp, ("code", "")]), [""; 0]);
    assert_eq!(
        faults_of(&[code, hotp, totp]),
        [
            "code imports totp, which leads back to code",
            "hotp imports code, which leads back to hotp",
            "totp imports hotp, which leads back to totp",
        ]
    );
}

#[test]
fn a_new_module_must_be_placed() {
    assert_eq!(faults_of(&[LIB, ("attic", "")]), ["attic is on no floor: add it to FLOORS"]);
}

//! Which module at the crate's root imports from which.

use crate::paths::{Leaf, Scan, scan};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A source file: its module's path from the crate's root (empty for `lib.rs`), and its text.
pub struct File {
    pub module: Vec<String>,
    pub source: String,
}

/// Reads `folder/**/*.rs`.
pub fn read_sources(folder: &Path, module: &[String], files: &mut Vec<File>) {
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = [module, &[name]].concat();
        if path.is_dir() {
            read_sources(&path, &module, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = if module == ["lib"] { Vec::new() } else { module };
            files.push(File { module, source: std::fs::read_to_string(&path).unwrap() });
        }
    }
}

#[derive(Debug, Default)]
pub struct Imports {
    /// The modules at the crate's root, and `lib` for the root itself.
    pub modules: BTreeSet<String>,
    /// (importing module, imported module), never twice the same.
    pub edges: BTreeSet<(String, String)>,
}

pub fn imports(files: &[File]) -> Imports {
    let scans: Vec<(&[String], Scan)> =
        files.iter().map(|file| (&file.module[..], scan(&file.source, &file.module))).collect();
    let test_only: Vec<Vec<String>> =
        scans.iter().flat_map(|(_, scan)| scan.test_modules.clone()).collect();
    let in_build = |module: &[String]| !test_only.iter().any(|test| module.starts_with(test));

    let built = || scans.iter().filter(|(module, _)| in_build(module));
    let modules: BTreeSet<String> = built().map(|(module, _)| top(module).to_owned()).collect();
    let root_uses =
        built().filter(|(module, _)| module.is_empty()).flat_map(|(_, scan)| &scan.uses);
    let names: BTreeMap<&str, &str> =
        root_uses.map(|leaf| (leaf.name.as_str(), top(&leaf.path))).collect();

    // What is neither a module nor re-exported is an item of the root itself, or hidden
    // behind a glob: the face answers for both.
    let target = |leaf: &Leaf| match top(&leaf.path) {
        name if modules.contains(name) => name.to_owned(),
        name => (*names.get(name).unwrap_or(&"lib")).to_owned(),
    };
    let mut edges = BTreeSet::new();
    for (module, scan) in built() {
        edges.extend(scan.paths.iter().map(|leaf| (top(module).to_owned(), target(leaf))));
    }
    edges.retain(|(from, to)| from != to);
    Imports { modules, edges }
}

/// The module at the crate's root under which a path lies.
fn top(path: &[String]) -> &str {
    path.first().map_or("lib", String::as_str)
}

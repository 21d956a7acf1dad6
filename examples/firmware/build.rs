//! Chooses the board by the target, and turns the standards' vectors into tables.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fmt::Write, fs};

/// One board a target.
const BOARDS: [(&str, &str); 4] = [
    ("thumbv6m-none-eabi", "microbit"),
    ("thumbv7m-none-eabi", "lm3s6965evb"),
    ("thumbv7em-none-eabi", "mps2-an386"),
    ("riscv32imac-unknown-none-elf", "virt"),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let target = env::var("TARGET").expect("cargo sets it");
    let board = BOARDS.iter().find(|(name, _)| *name == target).map_or("host", |(_, board)| board);
    let names: Vec<_> = BOARDS.iter().map(|(_, board)| format!("{board:?}")).collect();
    println!("cargo::rustc-check-cfg=cfg(board, values(\"host\", {}))", names.join(", "));
    println!("cargo::rustc-cfg=board={board:?}");

    if board != "host" {
        let memory = format!("memory/{board}.x");
        println!("cargo::rerun-if-changed={memory}");
        fs::copy(memory, out.join("memory.x")).expect("the board's memory is in memory/");
        println!("cargo::rustc-link-search={}", out.display());
        println!("cargo::rustc-link-arg-bins=-Tlink.x");
    }
    fs::write(out.join("vectors.rs"), vectors()).expect("cargo made the folder");
}

/// The tables that `src/vectors.rs` declares.
fn vectors() -> String {
    let mut text = String::new();
    let hotp = load("hotp-rfc4226.json");
    table(&mut text, "HOTP: &[Hotp]", &hotp["tests"], |test| {
        format!("Hotp {{ counter: {}, code: {} }}", test["counter"], test["code"])
    });
    writeln!(text, "pub const HOTP_KEY: &[u8] = &{:?};", hex(&hotp["key_hex"])).expect("a string");
    table(&mut text, "TOTP: &[Totp]", &load("totp-rfc6238.json")["tests"], |test| {
        format!(
            "Totp {{ algorithm: Algorithm::{}, key: &{:?}, time: {}, code: {} }}",
            match test["algorithm"].as_str() {
                Some("SHA1") => "Sha1",
                Some("SHA256") => "Sha256",
                Some("SHA512") => "Sha512",
                other => panic!("no such hash: {other:?}"),
            },
            hex(&test["key_hex"]),
            test["unix_time"],
            test["code"],
        )
    });
    table(&mut text, "OCRA: &[Ocra]", &load("ocra-rfc6287.json")["tests"], ocra);
    text
}

/// A field that the programs do not know would go unnoticed: it ends the build.
fn ocra(test: &Value) -> String {
    let mut fields = test.as_object().expect("a test is an object").clone();
    let mut take = |name| fields.remove(name).unwrap_or_default();
    take("tcId");
    let entry = format!(
        "Ocra {{ section: {}, suite: {}, key: &{:?}, challenge: {}, counter: {:?}, pin: {:?}, \
         step: {:?}, response: {} }}",
        take("section"),
        take("suite"),
        hex(&take("key_hex")),
        take("challenge"),
        take("counter").as_u64(),
        take("pin").as_str(),
        take("timestamp_steps").as_u64(),
        take("response"),
    );
    assert!(fields.is_empty(), "the vectors have fields that are not known here: {fields:?}");
    entry
}

fn table(text: &mut String, name: &str, tests: &Value, entry: impl Fn(&Value) -> String) {
    writeln!(text, "pub const {name} = &[").expect("a string");
    for test in tests.as_array().expect("a list of tests") {
        writeln!(text, "    {},", entry(test)).expect("a string");
    }
    writeln!(text, "];").expect("a string");
}

fn load(name: &str) -> Value {
    let path = Path::new("../../vectors").join(name);
    println!("cargo::rerun-if-changed={}", path.display());
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn hex(text: &Value) -> Vec<u8> {
    let digits = text.as_str().expect("hexadecimal digits").as_bytes();
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair)?.trim(), 16).map_err(Into::into);
    let bytes: Result<_, Box<dyn std::error::Error>> = digits.chunks(2).map(byte).collect();
    bytes.expect("hexadecimal digits")
}

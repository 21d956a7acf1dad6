//! What the fuzz targets check, over their corpora and over random bytes, on stable Rust.
#![allow(clippy::duplicate_mod, reason = "each target is also built alone, with all it needs")]

mod account_ops;
mod base32;
mod code_parse;
mod migration_read;
mod ocra_suite;
mod otpauth_read;
mod record_load;
mod token_load;
mod token_ops;
mod window;

use proptest::prelude::*;
use std::fs;
use std::path::Path;

type Property = fn(&[u8]);

/// The fuzz targets and what each one checks of any bytes. A new target is a line here, a
/// file beside this one, and its corpus.
const PROPERTIES: &[(&str, Property)] = &[
    ("account_ops", account_ops::check),
    ("base32", base32::check),
    ("code_parse", code_parse::check),
    ("migration_read", migration_read::check),
    ("ocra_suite", ocra_suite::check),
    ("otpauth_read", otpauth_read::check),
    ("record_load", record_load::check),
    ("token_load", token_load::check),
    ("token_ops", token_ops::check),
    ("window", window::check),
];

#[test]
fn the_corpora_replay() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    if !fuzz.exists() {
        return; // A published package comes without.
    }
    for (target, check) in PROPERTIES {
        let seeds = fs::read_dir(fuzz.join("corpus").join(target)).unwrap();
        let mut count = 0;
        for path in seeds.map(|seed| seed.unwrap().path()) {
            println!("{}", path.display());
            check(&fs::read(path).unwrap());
            count += 1;
        }
        assert!(count > 0, "no seeds for {target}");
    }
}

proptest! {
    #[test]
    fn random_bytes_break_nothing(data in prop::collection::vec(any::<u8>(), 0..200)) {
        for (_, check) in PROPERTIES {
            check(&data);
        }
    }

    #[test]
    fn random_text_breaks_nothing(text in "\\PC{0,100}") {
        for (_, check) in PROPERTIES {
            check(text.as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Accounts and tokens live longer than 200 bytes tell.
    #[test]
    fn a_long_life_agrees_with_the_model(data in prop::collection::vec(any::<u8>(), 500..1_500)) {
        account_ops::check(&data);
        token_ops::check(&data);
    }
}

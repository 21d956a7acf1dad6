//! Golden records: every one that was ever written loads for ever.
//!
//! `MFA_CORE_WRITE=1 cargo test --test records` adds new ones to `vectors/records-v1.json`, and
//! to the seeds of the fuzz target `record_load`. Those that are there do not change.

#[cfg(feature = "sha2")]
mod canonical;
#[path = "../support/naive.rs"]
mod naive;
#[path = "../support/mod.rs"]
mod support;

use mfa_core::{AccountId, DecodeError, RecordId};
use naive::hex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use support::{ANN, Record, encoded};

/// What `vectors/records-v1.json` holds.
#[derive(Serialize, Deserialize)]
struct Golden {
    source: String,
    format: u8,
    account: String,
    records: Vec<GoldenRecord>,
}

#[derive(Serialize, Deserialize)]
struct GoldenRecord {
    name: String,
    comment: String,
    hex: String,
    json: Value,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../vectors/records-v1.json")).unwrap()
}

#[test]
fn i11_every_golden_record_loads_and_encodes_to_the_same_bytes() {
    let golden = golden();
    assert_eq!(hex(&golden.account), ANN.as_bytes());
    assert!(golden.records.len() > 20);
    for GoldenRecord { name, hex: digits, json, .. } in golden.records {
        let bytes = hex(&digits);
        assert_eq!(bytes[0], golden.format, "{name}");
        let record = Record::decode(ANN, &bytes).unwrap();
        assert_eq!(encoded(&record), bytes, "{name}");
        assert_eq!(serde_json::to_value(&record).unwrap(), json, "{name}");
        let read: Record = serde_json::from_value(json).unwrap();
        assert_eq!(encoded(&read), bytes, "{name}");
    }
}

#[test]
fn i11_every_single_bit_flip_loads_canonically_or_is_refused() {
    let (mut loaded, mut refused) = (0, 0);
    for GoldenRecord { name, hex: digits, .. } in golden().records {
        let mut bytes = hex(&digits);
        let mut record = Record::new(ANN, RecordId::from_bytes([9; 16]));
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            match record.decode_into(&bytes) {
                Ok(()) => {
                    assert_eq!(encoded(&record), bytes, "{name}, bit {bit}");
                    loaded += 1;
                }
                Err(_) => refused += 1,
            }
            assert_eq!(record.account(), ANN, "{name}, bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
    println!("of all single-bit flips {loaded} load as another record, {refused} are refused");
}

#[test]
fn a_golden_record_loads_only_whole_and_only_for_its_account() {
    for GoldenRecord { name, hex: digits, .. } in golden().records {
        let bytes = hex(&digits);
        for len in 0..bytes.len() {
            assert!(Record::decode(ANN, &bytes[..len]).is_err(), "{name}, {len} bytes");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(Record::decode(ANN, &longer).unwrap_err(), DecodeError::TrailingBytes);
        let bob = AccountId::from_bytes(*b"bob.............");
        assert_eq!(Record::decode(bob, &bytes).unwrap_err(), DecodeError::ForeignAccount);
    }
}

/// All bytes of format 1, in one number: what a released version has written, no later one
/// may read differently. It changes only when records are added.
#[cfg(feature = "sha2")]
const FINGERPRINT: &str = "b204d09126deef61f9c59df6f764210c2ef44b64b991daf1702dca39c98ea4a3";

#[cfg(feature = "sha2")]
#[test]
fn format_1_is_final() {
    use sha2::Digest;
    let mut hasher = sha2::Sha256::new();
    for record in golden().records {
        hasher.update(hex(&record.hex));
    }
    assert_eq!(digits(&hasher.finalize()), FINGERPRINT);
}

#[cfg(feature = "sha2")]
fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(feature = "sha2")]
#[test]
fn the_golden_records_are_those_that_are_written_now() {
    let records = canonical::records();
    let written = Golden {
        source: "this library; written by tests/records, loaded by every later version".into(),
        format: 1,
        account: digits(ANN.as_bytes()),
        records: records
            .iter()
            .map(|(name, comment, record)| GoldenRecord {
                name: name.clone(),
                comment: (*comment).into(),
                hex: digits(&encoded(record)),
                json: serde_json::to_value(record).unwrap(),
            })
            .collect(),
    };
    let text = serde_json::to_string_pretty(&written).unwrap() + "\n";
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("MFA_CORE_WRITE").is_some() {
        for old in golden().records {
            let new = written.records.iter().find(|new| new.name == old.name);
            assert_eq!(new.map(|new| &new.hex), Some(&old.hex), "{} has changed", old.name);
        }
        std::fs::write(root.join("vectors/records-v1.json"), &text).unwrap();
        let seeds = root.join("fuzz/corpus/record_load");
        for (name, _, record) in records.iter().filter(|(name, ..)| !name.starts_with("totp-")) {
            std::fs::write(seeds.join(name), encoded(record)).unwrap();
        }
        let json = serde_json::to_vec(&records[records.len() - 1].2).unwrap();
        std::fs::write(seeds.join("json"), json).unwrap();
        return;
    }
    let file = include_str!("../../vectors/records-v1.json");
    assert_eq!(text, file, "records are missing: see the head of this file");
}

//! Records in flash: of one size, canonical, and whatever was ever written loads for ever.
//!
//! `MFA_CORE_WRITE=1 cargo test --test token` writes `vectors/token-v1.json` anew, and the
//! seeds of the fuzz target `token_load`; only for as long as format 1 is not released.

use super::naive::hex;
use super::*;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU64;

/// What `vectors/token-v1.json` holds.
#[derive(Serialize, Deserialize)]
struct Golden {
    source: String,
    format: u8,
    records: Vec<GoldenRecord>,
}

#[derive(Serialize, Deserialize)]
struct GoldenRecord {
    name: String,
    comment: String,
    hex: String,
}

fn golden() -> Vec<(String, [u8; Token::ENCODED_LEN])> {
    let file = include_str!("../../vectors/token-v1.json");
    let golden: Golden = serde_json::from_str(file).unwrap();
    assert!(golden.records.len() >= 12);
    let bytes = |one: GoldenRecord| (one.name, hex(&one.hex).try_into().unwrap());
    golden.records.into_iter().map(bytes).collect()
}

#[test]
fn every_golden_record_loads_and_encodes_to_the_same_bytes() {
    for (name, bytes) in golden() {
        let token = Token::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(encoded(&token), bytes, "{name}");
    }
}

#[test]
fn every_single_bit_flip_loads_canonically_or_is_refused() {
    let (mut loaded, mut refused) = (0, 0);
    for (name, mut bytes) in golden() {
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            match Token::decode(&bytes) {
                Ok(token) => {
                    assert_eq!(encoded(&token), bytes, "{name}, bit {bit}");
                    loaded += 1;
                }
                Err(_) => refused += 1,
            }
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
    println!("of all single-bit flips {loaded} load as another record, {refused} are refused");
    assert!(loaded > 0 && refused > 0);
}

#[test]
fn erased_flash_and_a_vacant_name_are_no_record() {
    let erased = [0xFF; Token::ENCODED_LEN];
    let error = Token::decode(&erased).unwrap_err();
    assert_eq!(error, DecodeError::UnknownFormat { format: 0xFF });
    let mut vacant = encoded(&Token::blank(RECORD));
    vacant[1..17].fill(0);
    let error = Token::decode(&vacant).unwrap_err();
    assert_eq!(error, DecodeError::Impossible { field: "record" });
}

#[test]
fn a_load_in_place_that_fails_leaves_a_blank_that_does_not_load() {
    let device = Device::hotp(5).with_pin("2468", 3);
    let mut broken = encoded(&device.token);
    broken[319] = 1;
    let mut token = Device::totp().token;
    token.decode_into(&encoded(&device.token)).unwrap();
    assert_eq!(encoded(&token), encoded(&device.token));
    assert_eq!(token.decode_into(&broken), Err(DecodeError::Impossible { field: "padding" }));
    assert!(token.kind().is_none() && token.attempts_left().is_none());
    assert!(Token::decode(&encoded(&token)).is_err());
}

/// One byte after the other is broken in a way that no bit flip may hit.
#[test]
fn what_no_operation_makes_does_not_load() {
    let of = |device: Device| encoded(&device.token);
    let hotp = of(Device::hotp(5).with_pin("2468", 3));
    let totp = of(clock());
    let blank = encoded(&Token::blank(RECORD));
    let cases: [(&str, [u8; Token::ENCODED_LEN], usize, u8); 19] = [
        ("PIN", hotp, 25, 11),
        ("PIN", hotp, 26, 4),
        ("PIN", hotp, 25, 0),
        ("PIN", blank, 25, 3),
        ("clock", hotp, 47, 1),
        ("clock", totp, 47, 2),
        ("clock", totp, 48, 0xFF),
        ("rate", totp, 72, 0x40),
        ("kind", hotp, 76, 4),
        ("secret", hotp, 77, 0),
        ("secret", hotp, 77, 129),
        ("secret", hotp, 205, 1),
        ("counter", hotp, 206, 0),
        ("counter", totp, 206, 1),
        ("shown step", hotp, 215, 1),
        ("algorithm", hotp, 224, 4),
        ("digits", hotp, 225, 10),
        ("padding", hotp, 226, 1),
        ("padding", hotp, 319, 1),
    ];
    for (field, mut bytes, at, value) in cases {
        bytes[at] = value;
        let error = Token::decode(&bytes).unwrap_err();
        assert_eq!(error, DecodeError::Impossible { field }, "byte {at}");
    }
    let mut period = totp;
    period[226..234].fill(0);
    assert_eq!(Token::decode(&period).unwrap_err(), DecodeError::Impossible { field: "period" });
    let mut steam = hotp;
    steam[225] = 26;
    assert_eq!(Token::decode(&steam).unwrap_err(), DecodeError::Impossible { field: "kind" });
    let mut suite = of(Device::ocra("OCRA-1:HOTP-SHA1-6:QN08"));
    suite[225] = b'o';
    assert_eq!(Token::decode(&suite).unwrap_err(), DecodeError::Impossible { field: "suite" });
}

/// A token whose clock was set, trimmed and read.
fn clock() -> Device {
    let mut device = Device::totp();
    device.set_clock(1_000, 1_700_000_000, Trim::Ppm(-20)).unwrap();
    device.show(5_000).unwrap();
    device
}

fn tokens() -> Vec<(&'static str, &'static str, Device)> {
    let ocra = |text| Provision::ocra(secret(), suite(text), 3);
    let mut guessed = Device::hotp(0).with_pin("2468", 3);
    guessed.run(Press { pin: Some("0000") }).unwrap().reveal().unwrap_err();
    let mut locked = guessed.clone();
    for _ in 0..2 {
        locked.run(Press { pin: Some("0000") }).unwrap().reveal().unwrap_err();
    }
    let mut exhausted = Device::hotp(u64::MAX);
    exhausted.press(None).unwrap();
    let mut lost = clock();
    lost.run(LoseClock).unwrap();
    let mut wiped = guessed.clone();
    wiped.run(Wipe).unwrap();
    let long: [u8; 128] = core::array::from_fn(|n| n as u8);
    let parameters = TotpParameters {
        algorithm: Algorithm::Sha1,
        format: Format::Steam,
        steps: TimeSteps::new(NonZeroU64::new(60).unwrap(), 1_000_000_000),
    };
    let long = Provision::totp(Secret::from_bytes(&long).unwrap(), parameters);
    let mut timed = Device::new(ocra("OCRA-1:HOTP-SHA1-10:C-QA64-PSHA1-S512-T59M"));
    timed.set_clock(7, 1_700_000_000, Trim::Keep).unwrap();
    let challenge = Challenge::OneWay("question");
    let respond = Respond { challenge, session: Some(b"session"), rtc: Some(9), pin: Some("1234") };
    timed.run(respond).unwrap().reveal().unwrap();
    let (token, server) = ("OCRA-1:HOTP-SHA1-8:QA08-PSHA1", "OCRA-1:HOTP-SHA1-8:QA08");
    let mutual = Provision::mutual_ocra(secret(), suite(token), suite(server), 0);
    vec![
        ("blank", "no secret yet", Device::blank()),
        ("hotp", "counter 5 is next", Device::hotp(5)),
        ("hotp-exhausted", "2^64-1 was used", exhausted),
        ("pin", "a PIN of which one attempt of three failed", guessed),
        ("locked", "a PIN of which all three attempts failed", locked),
        ("wiped", "blank again, at revision 4", wiped),
        ("totp", "its clock was never set", Device::totp()),
        ("totp-clock", "set, trimmed by -20 ppm, and read", clock()),
        ("totp-lost", "the same, after a loss of power", lost),
        ("totp-long", "128 bytes of secret, Steam's codes, a period and a T0", Device::new(long)),
        ("ocra", "one-way, without counter and time", Device::ocra("OCRA-1:HOTP-SHA1-6:QN08")),
        ("ocra-counter", "counter 3 is next", Device::new(ocra("OCRA-1:HOTP-SHA1-6:C-QN08"))),
        ("ocra-all", "a suite with all inputs, which has responded", timed),
        ("ocra-mutual", "the server answers first", Device::new(mutual)),
    ]
}

#[test]
fn the_golden_records_are_those_that_are_written_now() {
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let tokens = tokens();
    let written = Golden {
        source: "this library; written by tests/token, loaded by every later version".into(),
        format: 1,
        records: tokens
            .iter()
            .map(|(name, comment, device)| GoldenRecord {
                name: (*name).into(),
                comment: (*comment).into(),
                hex: digits(&encoded(&device.token)),
            })
            .collect(),
    };
    let text = serde_json::to_string_pretty(&written).unwrap() + "\n";
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("MFA_CORE_WRITE").is_some() {
        std::fs::write(root.join("vectors/token-v1.json"), &text).unwrap();
        for (name, _, device) in tokens {
            let seed = root.join("fuzz/corpus/token_load").join(name);
            std::fs::write(seed, encoded(&device.token)).unwrap();
        }
        return;
    }
    let file = include_str!("../../vectors/token-v1.json");
    assert_eq!(text, file, "format 1 has changed: see the head of this file");
}

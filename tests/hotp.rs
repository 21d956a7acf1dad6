//! HOTP against RFC 4226's vectors and a naive implementation.

use mfa_core::{Algorithm, Code, Digits, Format, Hotp, Secret, Unsupported};
use proptest::prelude::*;

#[path = "support/naive.rs"]
mod naive;

#[derive(serde::Deserialize)]
struct Vectors {
    key_hex: String,
    tests: Vec<Vector>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u32,
    counter: u64,
    #[serde(rename = "hmac_hex")]
    hmac: String,
    truncated: u32,
    code: String,
}

const KEY: &[u8] = b"12345678901234567890";

fn hotp(key: &[u8], format: Format) -> Hotp {
    Hotp::new(&Secret::from_bytes(key).unwrap(), Algorithm::Sha1, format).unwrap()
}

fn decimal(digits: u8) -> Format {
    Format::Decimal(Digits::new(digits).unwrap())
}

fn algorithms() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(match cfg!(feature = "sha2") {
        true => &[Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][..],
        false => &[Algorithm::Sha1][..],
    })
}

fn formats() -> impl Strategy<Value = Format> {
    prop_oneof![(6u8..=9).prop_map(decimal), Just(Format::Steam)]
}

/// Counters from everywhere, and often from where arithmetic could wrap.
fn counters() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        0..20u64,
        (0..20u64).prop_map(|n| u64::MAX - n),
        (0..20u64).prop_map(|n| (1 << 32) - 10 + n),
    ]
}

#[test]
fn h5_appendix_d() {
    let vectors = include_str!("../vectors/hotp-rfc4226.json");
    let vectors: Vectors = serde_json::from_str(vectors).unwrap();
    let key = naive::hex(&vectors.key_hex);
    let hotp = hotp(&key, Format::default());
    assert_eq!(vectors.tests.len(), 10);
    for Vector { tc_id, counter, hmac, truncated, code } in vectors.tests {
        let computed = naive::hmac(Algorithm::Sha1, &key, &counter.to_be_bytes());
        assert_eq!(computed, naive::hex(&hmac), "tcId {tc_id}");
        assert_eq!(naive::truncate(&computed), truncated, "tcId {tc_id}");
        assert_eq!(hotp.code(counter).text().as_str(), code, "tcId {tc_id}");
        let typed = Code::parse(&code, Format::default()).unwrap();
        assert_eq!(hotp.verify(&typed, counter, 0), Some(counter), "tcId {tc_id}");
    }
}

#[test]
fn keys_of_every_length_agree_with_another_hmac() {
    let key: Vec<u8> = (1..=128).collect();
    for len in 1..=128 {
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
            let secret = Secret::from_bytes(&key[..len]).unwrap();
            let Ok(hotp) = Hotp::new(&secret, algorithm, decimal(9)) else { continue };
            for counter in [0, 1, u64::MAX] {
                assert_eq!(
                    hotp.code(counter).text().as_str(),
                    naive::code(algorithm, &key[..len], decimal(9), counter),
                    "{algorithm:?}, {len} bytes, counter {counter}"
                );
            }
        }
    }
}

#[test]
fn an_algorithm_outside_of_this_build_is_named() {
    let secret = Secret::from_bytes(KEY).unwrap();
    for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
        let keyed = Hotp::new(&secret, algorithm, Format::default());
        match cfg!(feature = "sha2") {
            true => assert!(keyed.is_ok()),
            false => assert_eq!(keyed.unwrap_err(), Unsupported { algorithm }),
        }
    }
}

#[test]
fn h4_leading_zeros_are_kept() {
    let hotp = hotp(KEY, Format::default());
    let counter =
        (0..).find(|&c| naive::code(Algorithm::Sha1, KEY, Format::default(), c) < "001".into());
    let counter = counter.unwrap();
    let code = hotp.code(counter);
    assert!(code.text().as_str().starts_with("00"));
    let short = code.text().as_str().trim_start_matches('0').to_owned();
    assert!(Code::parse(&short, Format::default()).is_err());
    assert_eq!(hotp.verify(&code, counter, 0), Some(counter));
}

#[test]
fn h9_look_ahead_reaches_as_far_as_it_says() {
    let hotp = hotp(KEY, decimal(9));
    let code = hotp.code(110);
    assert_eq!(hotp.verify(&code, 100, 10), Some(110));
    assert_eq!(hotp.verify(&code, 100, 9), None);
    assert_eq!(hotp.verify(&code, 110, 0), Some(110));
    assert_eq!(hotp.verify(&code, 111, 1000), None, "H6: the counter has moved on");
}

#[test]
fn the_window_ends_at_the_last_counter() {
    let hotp = hotp(KEY, decimal(9));
    let last = hotp.code(u64::MAX);
    assert_eq!(hotp.verify(&last, u64::MAX, 10), Some(u64::MAX));
    assert_eq!(hotp.verify(&last, u64::MAX - 3, 3), Some(u64::MAX));
    assert_eq!(hotp.verify(&last, u64::MAX - 3, 2), None);
    assert_eq!(hotp.verify(&hotp.code(0), u64::MAX, 10), None, "no wrap to counter 0");
}

#[test]
fn a_code_of_another_format_never_matches() {
    let six = hotp(KEY, Format::default());
    assert_eq!(six.verify(&hotp(KEY, decimal(7)).code(1), 1, 0), None);
    assert_eq!(six.verify(&hotp(KEY, Format::Steam).code(1), 1, 0), None);
    // Seven digits of the same value: 0287082 is not 287082.
    assert_eq!(six.code(1).text().as_str(), "287082");
    assert_eq!(six.verify(&Code::parse("0287082", decimal(7)).unwrap(), 1, 0), None);
}

#[test]
fn of_two_counters_with_the_same_code_the_last_is_returned() {
    let hotp = hotp(KEY, Format::default());
    let (first, last) = naive::collision(Algorithm::Sha1, KEY, Format::default(), 0);
    let code = hotp.code(first);
    let width = u32::try_from(last - first).unwrap();
    assert_eq!(hotp.verify(&code, first, width), Some(last));
    assert_eq!(hotp.verify(&code, first, width - 1), Some(first));
    assert_eq!(hotp.verify(&code, last + 1, 0), None);
}

proptest! {
    #[test]
    fn codes_agree_with_the_naive_implementation(
        key in prop::collection::vec(any::<u8>(), 1..=128),
        algorithm in algorithms(),
        format in formats(),
        counter in counters(),
    ) {
        let secret = Secret::from_bytes(&key).unwrap();
        let hotp = Hotp::new(&secret, algorithm, format).unwrap();
        let text = hotp.code(counter).text();
        prop_assert_eq!(text.as_str(), naive::code(algorithm, &key, format, counter));
    }

    #[test]
    fn verdicts_agree_with_the_naive_implementation(
        counter in counters(), look_ahead in 0..30u32, presented in 0..40u64,
    ) {
        let hotp = hotp(KEY, Format::default());
        let text = naive::code(Algorithm::Sha1, KEY, Format::default(), counter.saturating_add(presented));
        let expected = (counter..=counter.saturating_add(look_ahead.into()))
            .rev()
            .find(|&c| naive::code(Algorithm::Sha1, KEY, Format::default(), c) == text);
        let code = Code::parse(&text, Format::default()).unwrap();
        prop_assert_eq!(hotp.verify(&code, counter, look_ahead), expected);
    }
}

//! Secrets to run the operations on, and what of them is public.

use crate::memcheck;
use mfa_core::{Algorithm, Digits, Format, Secret};

pub const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];

pub const FORMATS: [Format; 5] = [
    Format::Decimal(Digits::SIX),
    Format::Decimal(Digits::SEVEN),
    Format::Decimal(Digits::EIGHT),
    Format::Decimal(Digits::NINE),
    Format::Steam,
];

/// Bytes, all of whose bits are secret.
pub fn secret_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let all = vec![0xFF; bytes.len()];
    memcheck::set_secret(&mut bytes, &all);
    bytes
}

/// The key of these tests, as plain bytes, and as a secret.
pub fn key(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index as u8).wrapping_mul(101) ^ 0xC3).collect()
}

pub fn secret_key(len: usize) -> Secret {
    Secret::from_bytes(&secret_bytes(&key(len))).unwrap()
}

pub fn public_key(len: usize) -> Secret {
    Secret::from_bytes(&key(len)).unwrap()
}

/// Text as it is typed: secret is which digit a digit is, and which letter of which case a
/// letter is; that it is a digit, a letter or neither is public, as is what is neither.
pub fn secret_text(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let bits: Vec<u8> = bytes.iter().map(|byte| secret_bits(*byte, 0x0F)).collect();
    memcheck::set_secret(&mut bytes, &bits);
    // SAFETY: the bytes are those of a string.
    unsafe { String::from_utf8_unchecked(bytes) }
}

/// The same for base32, where `8`, `9` and what follows them (`=`) are no digits.
pub fn secret_base32(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let bits: Vec<u8> = bytes.iter().map(|byte| secret_bits(*byte, 0x07)).collect();
    memcheck::set_secret(&mut bytes, &bits);
    // SAFETY: the bytes are those of a string.
    unsafe { String::from_utf8_unchecked(bytes) }
}

fn secret_bits(byte: u8, of_a_digit: u8) -> u8 {
    match byte {
        b'0'..=b'9' => of_a_digit,
        b'A'..=b'Z' | b'a'..=b'z' => 0x3F,
        _ => 0,
    }
}

/// Asserts that a result depends on the secrets, and makes it public.
pub fn published(text: &str) -> String {
    assert!(memcheck::is_secret(text.as_bytes()), "this does not depend on a secret at all");
    let text = text.to_owned();
    memcheck::make_public(text.as_str());
    text
}

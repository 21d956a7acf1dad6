//! What people type, read without a thought for timing.

use mfa_core::{CodeError, Format, RecoveryCodeError};

const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The characters of a one-time password as typed, in upper case.
pub fn code(text: &str, format: Format) -> Result<String, CodeError> {
    match format {
        Format::Steam => characters(text, "23456789BCDFGHJKMNPQRTVWXY", 5),
        _ => digits(text, format.len()),
    }
}

/// So many digits as typed.
pub fn digits(text: &str, expected: usize) -> Result<String, CodeError> {
    characters(text, "0123456789", expected)
}

fn characters(text: &str, alphabet: &str, expected: usize) -> Result<String, CodeError> {
    let skipped = text.len() - text.trim_ascii_start().len();
    let body = text.trim_ascii();
    let mut code = String::new();
    for (index, byte) in body.bytes().enumerate() {
        let is_inside = index != 0 && index != body.len() - 1;
        let upper = char::from(byte.to_ascii_uppercase());
        if is_inside && (byte == b' ' || byte == b'-') {
            continue;
        }
        if !byte.is_ascii() || !alphabet.contains(upper) {
            return Err(CodeError::Foreign { index: skipped + index });
        }
        code.push(upper);
    }
    let found = code.len();
    if found == expected { Ok(code) } else { Err(CodeError::Length { expected, found }) }
}

/// The 24 characters of a recovery code as typed.
pub fn recovery_code(text: &str) -> Result<String, RecoveryCodeError> {
    let mut code = String::new();
    for (index, byte) in text.bytes().enumerate() {
        let meant = match byte.to_ascii_uppercase() {
            b' ' | b'-' => continue,
            b'O' => '0',
            b'I' | b'L' => '1',
            other => char::from(other),
        };
        if !CROCKFORD.contains(meant) {
            return Err(RecoveryCodeError::Foreign { index });
        }
        code.push(meant);
    }
    match code.len() {
        24 => Ok(code),
        found => Err(RecoveryCodeError::Length { found }),
    }
}

/// 15 bytes as 24 characters.
pub fn crockford(bytes: &[u8]) -> String {
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let digit = |five: &[u8]| usize::from_str_radix(str::from_utf8(five).unwrap(), 2).unwrap();
    bits.as_bytes().chunks(5).map(|five| char::from(CROCKFORD.as_bytes()[digit(five)])).collect()
}

//! Base32 is read as another implementation reads it, and what is canonical is told apart.

use ::base32::Alphabet::Rfc4648;
use mfa_core::Secret;
use mfa_core::base32::{Base32Error, decode, decode_strict};

/// The bytes are the text.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lenient = decode(&text);
    let strict = decode_strict(&text);

    let body = text.trim_end_matches(['=', ' ', '-']);
    let separator = |char| char == ' ' || char == '-';
    let is_base32 = |char: char| matches!(char, 'A'..='Z' | 'a'..='z' | '2'..='7');
    if let Some(index) = body.find(|char| !is_base32(char) && !separator(char)) {
        assert_eq!(lenient.unwrap_err(), Base32Error::Foreign { index }, "{text:?}");
        assert!(matches!(strict, Err(Base32Error::Foreign { .. })), "{text:?}");
        return;
    }
    let chars = body.replace(separator, "").to_uppercase();
    let bytes = ::base32::decode(Rfc4648 { padding: false }, &chars).unwrap();
    if !(1..=Secret::MAX_LEN).contains(&bytes.len()) {
        let error = if bytes.is_empty() { Base32Error::Empty } else { Base32Error::TooLong };
        assert_eq!(lenient.unwrap_err(), error, "{text:?}");
        assert!(strict.is_err(), "{text:?}");
        return;
    }
    let decoded = lenient.unwrap();
    assert_eq!(decoded.secret.expose(), bytes, "{text:?}");
    assert_eq!(decoded.odd_length, [1, 3, 6].contains(&(chars.len() % 8)), "{text:?}");

    let written = decoded.secret.to_base32();
    assert_eq!(written.as_str(), ::base32::encode(Rfc4648 { padding: false }, &bytes));
    assert_eq!(
        !decoded.odd_length && !decoded.trailing_bits,
        written.as_str() == chars,
        "{text:?}"
    );
    assert_eq!(strict.is_ok(), written.as_str() == text, "{text:?}");
    assert_eq!(decode_strict(written.as_str()).unwrap(), decoded.secret);
}

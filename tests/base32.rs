//! Base32 against another implementation, over every length and every last character.

use base32::Alphabet::Rfc4648;
use mfa_core::Secret;
use mfa_core::base32::{Base32Error, decode, decode_strict};
use proptest::prelude::*;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn encode(bytes: &[u8]) -> String {
    base32::encode(Rfc4648 { padding: false }, bytes)
}

/// ⌊5n/8⌋ bytes, and whether a bit after them is set.
fn bits(chars: &[u8]) -> (Vec<u8>, bool) {
    let value = |char| ALPHABET.iter().position(|known| *known == char).unwrap();
    let bits: Vec<bool> =
        chars.iter().flat_map(|c| (0..5).rev().map(|n| value(*c) >> n & 1 == 1)).collect();
    let (whole, rest) = bits.as_chunks::<8>();
    let byte = |bits: &[bool; 8]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    (whole.iter().map(byte).collect(), rest.contains(&true))
}

#[test]
fn every_length_that_fits_is_read_and_no_other() {
    for count in 0..=300 {
        for last in [b'A', b'7'] {
            let mut chars = vec![b'R'; count];
            if let Some(char) = chars.last_mut() {
                *char = last;
            }
            let text = String::from_utf8(chars.clone()).unwrap();
            let (bytes, stray) = bits(&chars);
            match decode(&text) {
                Ok(decoded) => {
                    assert_eq!(decoded.secret.expose(), bytes, "{count}");
                    assert_eq!(decoded.odd_length, [1, 3, 6].contains(&(count % 8)), "{count}");
                    assert_eq!(decoded.trailing_bits, stray, "{count} {}", last as char);
                }
                Err(Base32Error::Empty) => assert!(bytes.is_empty(), "{count}"),
                Err(Base32Error::TooLong) => assert!(bytes.len() > Secret::MAX_LEN, "{count}"),
                Err(error) => panic!("{count}: {error:?}"),
            }
        }
    }
}

#[test]
fn every_pattern_of_trailing_bits_is_found() {
    for count in 2..=17 {
        for last in ALPHABET {
            for before in [b'A', b'B', b'7'] {
                let mut chars = vec![b'C'; count - 2];
                chars.extend([before, *last]);
                let (bytes, stray) = bits(&chars);
                let text = String::from_utf8(chars).unwrap();
                let decoded = decode(&text).unwrap();
                assert_eq!(decoded.secret.expose(), bytes, "{text}");
                assert_eq!(decoded.trailing_bits, stray, "{text}");
                let strict = decode_strict(&text);
                match encode(&bytes) == text {
                    true => assert_eq!(strict.unwrap().expose(), bytes, "{text}"),
                    false => assert_eq!(strict, Err(Base32Error::NotCanonical), "{text}"),
                }
            }
        }
    }
}

#[test]
fn the_longest_secret_reads_back_with_and_without_an_idle_last_character() {
    let bytes: Vec<u8> = (0..128).collect();
    let text = encode(&bytes);
    assert_eq!(decode_strict(&text).unwrap().expose(), bytes);
    let odd = decode(&(text.clone() + "A")).unwrap();
    assert_eq!((odd.secret.expose(), odd.odd_length, odd.trailing_bits), (&bytes[..], true, false));
    assert_eq!(decode(&(text + "AA")).unwrap_err(), Base32Error::TooLong);
    assert_eq!(decode(&"A".repeat(100_000)).unwrap_err(), Base32Error::TooLong);
}

#[test]
fn case_spaces_hyphens_and_padding_are_dropped() {
    for text in ["mfrgg", "MfrGG", "MF RG G", "-M-F-R-G-G-", "MFRGG===", "MFRGG = =-= ", "  MFRGG"]
    {
        let decoded = decode(text).unwrap();
        assert_eq!(decoded.secret.expose(), b"abc", "{text}");
        assert!(!decoded.odd_length && !decoded.trailing_bits, "{text}");
        let strict = decode_strict(text);
        let index = text.bytes().position(|byte| !ALPHABET.contains(&byte)).unwrap();
        assert_eq!(strict, Err(Base32Error::Foreign { index }), "{text}");
    }
}

#[test]
fn the_first_foreign_character_is_named_by_its_position() {
    for (text, index) in [
        ("0", 0),
        ("MFRGG0", 5),
        ("MF1GG8", 2),
        ("  MF-R1", 6),
        ("MF=RGG", 2),
        ("MFRGG\n", 5),
        ("\tMFRGG", 0),
        ("MFRGG=\t", 5),
        ("MF+RGG", 2),
        ("MF%20", 2),
        ("é", 0),
        ("MFRÉ", 3),
        ("ＭＦＲＧＧ", 0),
        ("MFRGG\0", 5),
        ("@MFRGG", 0),
        ("[MFRGG", 0),
        ("MFRGG`", 5),
        ("MFRGG{", 5),
    ] {
        assert_eq!(decode(text).unwrap_err(), Base32Error::Foreign { index }, "{text:?}");
    }
    // A foreign character outranks the length.
    let long = "A".repeat(1_000) + "!";
    assert_eq!(decode(&long).unwrap_err(), Base32Error::Foreign { index: 1_000 });
    // Strict reading: lower case is foreign, and the first of both is named.
    assert_eq!(decode_strict("M!Fr").unwrap_err(), Base32Error::Foreign { index: 1 });
    assert_eq!(decode_strict("MfR!").unwrap_err(), Base32Error::Foreign { index: 1 });
}

#[test]
fn nothing_is_no_secret() {
    for text in ["", "=", " - ", "A", "7", "======"] {
        assert_eq!(decode(text).unwrap_err(), Base32Error::Empty, "{text:?}");
    }
    assert_eq!(decode_strict("").unwrap_err(), Base32Error::Empty);
}

#[test]
fn neither_secrets_nor_errors_show_the_text() {
    let text = "JBSWY3DPEHPK3PXP";
    let decoded = decode(text).unwrap();
    let shown = format!("{decoded:?} {:?}", decoded.secret.to_base32());
    assert!(
        !shown.contains("JBSW") && !shown.contains("222") && !shown.contains("Hello"),
        "{shown}"
    );
    for text in
        ["JBSWY3DP0", "JBSWY3DPEHPK3PXP\u{1F511}", "JBSWY3DPj!", "J", &"JBSWY3DP".repeat(40)]
    {
        let error = decode(text).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("JBSW") && !shown.contains("\u{1F511}"), "{shown}");
    }
}

proptest! {
    #[test]
    fn writing_agrees_with_another_implementation(bytes in prop::collection::vec(any::<u8>(), 1..=128)) {
        let secret = Secret::from_bytes(&bytes).unwrap();
        let text = secret.to_base32();
        prop_assert_eq!(text.as_str(), encode(&bytes));
        prop_assert_eq!(text.groups().collect::<String>(), text.as_str());
        prop_assert!(text.groups().all(|group| (1..=4).contains(&group.len())));
        prop_assert_eq!(&decode_strict(text.as_str()).unwrap(), &secret);
        prop_assert_eq!(&Secret::from_base32(text.as_str()).unwrap(), &secret);
        let lenient = text.groups().collect::<Vec<_>>().join(" ").to_lowercase();
        prop_assert_eq!(decode(&lenient).unwrap().secret, secret);
    }

    #[test]
    fn reading_agrees_with_another_implementation(text in "[A-Za-z2-7]{0,220}") {
        let expected = base32::decode(Rfc4648 { padding: false }, &text.to_uppercase()).unwrap();
        match decode(&text) {
            Ok(decoded) => {
                prop_assert_eq!(decoded.secret.expose(), &expected);
                let canonical = !decoded.odd_length && !decoded.trailing_bits;
                prop_assert_eq!(canonical, encode(&expected) == text.to_uppercase());
                prop_assert_eq!(decode_strict(&text.to_uppercase()).is_ok(), canonical);
            }
            Err(Base32Error::Empty) => prop_assert!(expected.is_empty()),
            Err(error) => {
                prop_assert_eq!(error, Base32Error::TooLong);
                prop_assert!(expected.len() > Secret::MAX_LEN);
            }
        }
    }
}

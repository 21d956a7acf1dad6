//! Codes as people, programs and attackers type them.

use mfa_core::{Algorithm, Code, CodeError, Digits, Format, Hotp, Secret};
use proptest::prelude::*;

const SIX: Format = Format::Decimal(Digits::SIX);

fn foreign(index: usize) -> Result<Code, CodeError> {
    Err(CodeError::Foreign { index })
}

fn length(found: usize) -> Result<Code, CodeError> {
    Err(CodeError::Length { expected: 6, found })
}

fn formats() -> impl Strategy<Value = Format> {
    prop_oneof![
        (6u8..=9).prop_map(|digits| Format::Decimal(Digits::new(digits).unwrap())),
        Just(Format::Steam),
    ]
}

fn code(key: [u8; 20], format: Format, counter: u64) -> Code {
    let secret = Secret::from_bytes(&key).unwrap();
    Hotp::new(&secret, Algorithm::Sha1, format).unwrap().code(counter)
}

/// CVE-2025-6014: a second spelling of a used code is not a second code.
#[test]
fn t5_no_second_spelling_is_a_second_code() {
    let code = Code::parse("012345", SIX).unwrap();
    for text in [
        "012 345",
        "012-345",
        "01 23 45",
        "0-1-2-3-4-5",
        "0 - 1 2345",
        "01--2345",
        " 012345",
        "012345 ",
        "\t012345\r\n",
        "\x0C 012\x20345\n",
    ] {
        assert_eq!(Code::parse(text, SIX).as_ref(), Ok(&code), "{text:?}");
    }
    assert_eq!(code.text().as_str(), "012345");
}

/// Gates that compare numbers accept what `str::parse` or Python's `int` accept.
#[test]
fn what_only_looks_like_a_number_is_foreign() {
    for (text, index) in [
        ("+12345", 0),
        ("-12345", 0),
        ("12345-", 5),
        (" -12345", 1),
        ("1234_5", 4),
        ("12345.", 5),
        ("1234e5", 4),
        ("0x1234", 1),
        ("12\t345", 2),
        ("123\n456", 3),
        ("123456\0", 6),
        ("123\u{a0}456", 3),
        ("\u{2003}123456", 0),
        ("123\u{2010}456", 3),
        ("\u{feff}123456", 0),
        ("123456\u{200b}", 6),
        ("12345\u{0666}", 5),
        ("\u{0661}\u{0662}\u{0663}\u{0664}\u{0665}\u{0666}", 0),
        ("\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}", 0),
        ("12345\u{1d7d4}", 5),
        ("12345\u{00b2}", 5),
        ("12345l", 5),
        ("O12345", 0),
        // The first one that does not belong is named, whatever follows.
        ("  12x45y", 4),
        ("1/2:45", 1),
    ] {
        assert_eq!(Code::parse(text, SIX), foreign(index), "{text:?}");
    }
}

#[test]
fn only_the_exact_number_of_digits_is_a_code() {
    for (text, found) in [
        ("", 0),
        (" ", 0),
        ("\n\t ", 0),
        ("12345", 5),
        ("1234567", 7),
        ("0123456", 7),
        ("000123456", 9),
        ("4294967296", 10),
        ("4295090752", 10),
        ("18446744073709674072", 20),
    ] {
        assert_eq!(Code::parse(text, SIX), length(found), "{text:?}");
    }
}

#[test]
fn long_texts_are_refused_and_counted() {
    let n = 100_000;
    assert_eq!(Code::parse(&"0".repeat(n), SIX), length(n));
    assert_eq!(Code::parse(&" ".repeat(n), SIX), length(0));
    assert_eq!(Code::parse(&"-".repeat(n), SIX), foreign(0));
    assert_eq!(Code::parse(&("1".to_owned() + &"-".repeat(n)), SIX), foreign(n));
    assert_eq!(Code::parse(&("0".repeat(n) + "x"), SIX), foreign(n));
    let padded = " ".repeat(n) + "123" + &" ".repeat(n) + "456" + &" ".repeat(n);
    assert_eq!(Code::parse(&padded, SIX), Code::parse("123456", SIX));
}

#[test]
fn numbers_of_digits_do_not_mix() {
    let parse = |text, digits| Code::parse(text, Format::Decimal(Digits::new(digits).unwrap()));
    assert_ne!(parse("0123456", 7).unwrap(), parse("123456", 6).unwrap());
    assert_ne!(parse("000000000", 9).unwrap(), parse("00000000", 8).unwrap());
    assert!(parse("999999999", 9).unwrap() != parse("000000000", 9).unwrap());
    for digits in (0..=u8::MAX).filter(|digits| !(6..=9).contains(digits)) {
        assert_eq!(Digits::new(digits).unwrap_err().found, digits);
    }
}

#[test]
fn steam_reads_either_case_and_its_own_alphabet_only() {
    let code = Code::parse("YX9WB", Format::Steam).unwrap();
    for text in ["yx9wb", "Yx9wB", " YX-9 wb\n"] {
        assert_eq!(Code::parse(text, Format::Steam).as_ref(), Ok(&code), "{text:?}");
    }
    assert_eq!(code.text().as_str(), "YX9WB");
    for text in
        ["AX9WB", "EX9WB", "IX9WB", "LX9WB", "OX9WB", "SX9WB", "UX9WB", "ZX9WB", "0X9WB", "1X9WB"]
    {
        assert_eq!(Code::parse(text, Format::Steam), foreign(0), "{text:?}");
        assert_eq!(Code::parse(&text.to_lowercase(), Format::Steam), foreign(0), "{text:?}");
    }
    // What folding to upper case must not turn into a letter.
    for text in ["\u{12}2345", "{2345", "`2345", "\u{0432}2345", "\u{00e2}2345"] {
        assert_eq!(Code::parse(text, Format::Steam), foreign(0), "{text:?}");
    }
    assert_eq!(
        Code::parse("234567", Format::Steam),
        Err(CodeError::Length { expected: 5, found: 6 }),
    );
}

#[test]
fn codes_and_errors_do_not_show_what_was_typed() {
    let code = Code::parse("492039", SIX).unwrap();
    assert_eq!(format!("{code:?} {:?}", code.text()), "Code(6 characters) CodeText(6 characters)");
    for text in ["49203x", "4920399"] {
        let error = Code::parse(text, SIX).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("492"), "{error:?}");
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(key: [u8; 20], format in formats(), counter: u64) {
        let code = code(key, format, counter);
        let text = code.text();
        prop_assert_eq!(text.as_str().len(), format.len());
        prop_assert_eq!(&Code::parse(text.as_str(), format).unwrap(), &code);
        prop_assert_eq!(Code::parse(&text.as_str().to_lowercase(), format), Ok(code));
    }

    #[test]
    fn separators_between_and_white_space_around_make_no_difference(
        key: [u8; 20], format in formats(), counter: u64,
        gaps in prop::collection::vec("[ -]{0,3}", 8), before in "[ \t\n\r\x0C]{0,3}", after in "[ \t\n\r\x0C]{0,3}",
    ) {
        let code = code(key, format, counter);
        let mut text = before;
        for (index, char) in code.text().as_str().chars().enumerate() {
            if let Some(gap) = index.checked_sub(1) {
                text.push_str(&gaps[gap]);
            }
            text.push(char);
        }
        text.push_str(&after);
        prop_assert_eq!(Code::parse(&text, format), Ok(code));
    }

    #[test]
    fn one_wrong_character_is_another_code_or_none(
        key: [u8; 20], format in formats(), counter: u64, index: prop::sample::Index, wrong in any::<char>(),
    ) {
        let code = code(key, format, counter);
        let text = code.text();
        let mut chars: Vec<char> = text.as_str().chars().collect();
        let place = index.get_mut(&mut chars);
        prop_assume!(!place.eq_ignore_ascii_case(&wrong));
        *place = wrong;
        let typed: String = chars.into_iter().collect();
        prop_assert_ne!(Code::parse(&typed, format), Ok(code));
    }
}

//! What is a suite, what it says, and what is none.

use super::*;
use mfa_core::ocra::{Fault, Part, QuestionFormat};
use mfa_core::{Entropy, TimeSteps};

#[test]
fn suites_of_the_standard_and_what_they_say() {
    let longest = suite("OCRA-1:HOTP-SHA512-10:C-QA64-PSHA512-S512-T59M");
    assert_eq!(longest.as_str().len(), Suite::MAX_LEN);
    assert_eq!(longest.algorithm(), Algorithm::Sha512);
    assert_eq!(longest.digits(), Some(10));
    assert!(longest.has_counter());
    assert_eq!(longest.question().format, QuestionFormat::Alphanumeric);
    assert_eq!(longest.question().max_len, 64);
    assert_eq!(longest.pin(), Some(Algorithm::Sha512));
    assert_eq!(longest.session_len(), Some(512));
    assert_eq!(longest.time_steps(), Some(steps(59 * 60)));
    assert_eq!(longest.to_string(), longest.as_str());

    let plain = suite("OCRA-1:HOTP-SHA1-0:QH04");
    assert_eq!((plain.digits(), plain.pin(), plain.session_len()), (None, None, None));
    assert!(!plain.has_counter() && plain.time_steps().is_none());
    assert_eq!(plain.question().format, QuestionFormat::Hexadecimal);

    for (field, seconds) in
        [("T1S", 1), ("T59S", 59), ("T1M", 60), ("T1H", 3600), ("T24H", 86_400), ("T48H", 172_800)]
    {
        let suite = suite(&format!("OCRA-1:HOTP-SHA1-6:QN08-{field}"));
        assert_eq!(suite.time_steps(), Some(steps(seconds)));
    }
    // As the standard's §6.4 prints it, with one digit.
    assert_eq!(suite("OCRA-1:HOTP-SHA1-4:QH8-S512").question().max_len, 8);
}

fn steps(seconds: u64) -> TimeSteps {
    TimeSteps::new(seconds.try_into().unwrap(), 0)
}

#[test]
fn defaults_of_the_standard_and_the_text_as_given() {
    let short = suite("OCRA-1:HOTP-SHA1-6:Q-P-S-T");
    assert_eq!(short.question(), suite("OCRA-1:HOTP-SHA1-6:QN08").question());
    assert_eq!(short.pin(), Some(Algorithm::Sha1));
    assert_eq!(short.session_len(), Some(64));
    assert_eq!(short.time_steps(), Some(steps(60)));

    let (one, two) = ("OCRA-1:HOTP-SHA1-6:QN8", "OCRA-1:HOTP-SHA1-6:QN08");
    assert_ne!(suite(one), suite(two));
    let respond = |suite| text(&ocra(suite).response(&Input::challenge("11111111")).unwrap());
    assert_ne!(respond(one), respond(two), "the suite is hashed as given");
}

#[test]
fn what_is_no_suite_is_refused_with_the_part_and_the_fault() {
    use Fault::*;
    let input = Part::Input;
    let (question, session) = (input(Field::Question), input(Field::Session));
    let (counter, pin, time) = (input(Field::Counter), input(Field::Pin), input(Field::Time));
    let table = [
        ("", Part::Version, Missing),
        (":", Part::Version, Missing),
        ("OCRA-2:HOTP-SHA1-6:QN08", Part::Version, Unknown),
        ("OCRA:HOTP-SHA1-6:QN08", Part::Version, Unknown),
        ("ocra-1:HOTP-SHA1-6:QN08", Part::Version, Unknown),
        (" OCRA-1:HOTP-SHA1-6:QN08", Part::Version, Unknown),
        ("OCRA-1", Part::Function, Missing),
        ("OCRA-1::QN08", Part::Function, Missing),
        ("OCRA-1:-SHA1-6:QN08", Part::Function, Missing),
        ("OCRA-1:TOTP-SHA1-6:QN08", Part::Function, Unknown),
        ("OCRA-1:hotp-SHA1-6:QN08", Part::Function, Unknown),
        ("OCRA-1:HOTP:QN08", Part::Hash, Missing),
        ("OCRA-1:HOTP--6:QN08", Part::Hash, Missing),
        ("OCRA-1:HOTP-SHA-6:QN08", Part::Hash, Unknown),
        ("OCRA-1:HOTP-MD5-6:QN08", Part::Hash, Unknown),
        ("OCRA-1:HOTP-sha1-6:QN08", Part::Hash, Unknown),
        ("OCRA-1:HOTP-SHA384-6:QN08", Part::Hash, Unknown),
        ("OCRA-1:HOTP-SHA1:QN08", Part::Digits, Missing),
        ("OCRA-1:HOTP-SHA1-:QN08", Part::Digits, Missing),
        ("OCRA-1:HOTP-SHA1-1:QN08", Part::Digits, OutOfRange),
        ("OCRA-1:HOTP-SHA1-3:QN08", Part::Digits, OutOfRange),
        ("OCRA-1:HOTP-SHA1-11:QN08", Part::Digits, OutOfRange),
        ("OCRA-1:HOTP-SHA1-99:QN08", Part::Digits, OutOfRange),
        ("OCRA-1:HOTP-SHA1-06:QN08", Part::Digits, Malformed),
        ("OCRA-1:HOTP-SHA1-00:QN08", Part::Digits, Malformed),
        ("OCRA-1:HOTP-SHA1-+6:QN08", Part::Digits, Malformed),
        ("OCRA-1:HOTP-SHA1-6-6:QN08", Part::Digits, Malformed),
        ("OCRA-1:HOTP-SHA1-٦:QN08", Part::Digits, Malformed),
        ("OCRA-1:HOTP-SHA1-6", Part::Inputs, Missing),
        ("OCRA-1:HOTP-SHA1-6:", Part::Inputs, Missing),
        ("OCRA-1:HOTP-SHA1-6:X", Part::Inputs, Unknown),
        ("OCRA-1:HOTP-SHA1-6:qn08", Part::Inputs, Unknown),
        ("OCRA-1:HOTP-SHA1-6:QN08-", Part::Inputs, Unknown),
        ("OCRA-1:HOTP-SHA1-6:-QN08", Part::Inputs, Unknown),
        ("OCRA-1:HOTP-SHA1-6:C--QN08", Part::Inputs, Unknown),
        ("OCRA-1:HOTP-SHA1-6:QN08-é", Part::Inputs, Unknown),
        ("OCRA-1:HOTP-SHA1-6: QN08", Part::Inputs, Unknown),
        ("OCRA-1:HOTP-SHA1-6:C8-QN08", counter, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-C", counter, Misplaced),
        ("OCRA-1:HOTP-SHA1-6:C-C-QN08", counter, Misplaced),
        ("OCRA-1:HOTP-SHA1-6:C", question, Missing),
        ("OCRA-1:HOTP-SHA1-6:C-PSHA1-S064-T1M", question, Missing),
        ("OCRA-1:HOTP-SHA1-6:PSHA1-QN08", question, Misplaced),
        ("OCRA-1:HOTP-SHA1-6:QN08-QN08", question, Misplaced),
        ("OCRA-1:HOTP-SHA1-6:QX08", question, Unknown),
        ("OCRA-1:HOTP-SHA1-6:Q08", question, Unknown),
        ("OCRA-1:HOTP-SHA1-6:Qé08", question, Unknown),
        ("OCRA-1:HOTP-SHA1-6:QN", question, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN008", question, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN-8", question, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08 ", question, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN03", question, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN0", question, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN65", question, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN08-PMD5", pin, Unknown),
        ("OCRA-1:HOTP-SHA1-6:QN08-Psha1", pin, Unknown),
        ("OCRA-1:HOTP-SHA1-6:QN08-PSHA1-PSHA1", pin, Misplaced),
        ("OCRA-1:HOTP-SHA1-6:QN08-S064-PSHA1", pin, Misplaced),
        ("OCRA-1:HOTP-SHA1-6:QN08-S64", session, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-S0064", session, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-S+64", session, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-S000", session, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN08-S513", session, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1M-S064", session, Misplaced),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1", time, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-TM", time, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1D", time, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1m", time, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-T01M", time, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1H30M", time, Malformed),
        ("OCRA-1:HOTP-SHA1-6:QN08-T0S", time, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN08-T0H", time, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN08-T60S", time, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN08-T60M", time, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN08-T49H", time, OutOfRange),
        ("OCRA-1:HOTP-SHA1-6:QN08-T1M-T1M", time, Misplaced),
        ("OCRA-1:HOTP-SHA1-6:QN08:", Part::Text, TooLong),
        ("OCRA-1:HOTP-SHA1-6:QN08:QN08", Part::Text, TooLong),
        ("OCRA-1:HOTP-SHA512-10:C-QA64-PSHA512-S512-T59M ", Part::Text, TooLong),
    ];
    for (text, part, fault) in table {
        let error = Suite::parse(text).expect_err(text);
        assert_eq!((error.part, error.fault), (part, fault), "{text}");
        assert!(error.to_string().starts_with("the OCRA suite's "), "{error}");
    }
}

#[test]
fn n9_questions_under_64_bits_need_a_counter_or_the_time() {
    for (inputs, bits, fresh) in [
        ("QN08", 26, false),
        ("QN19", 63, false),
        ("QN20", 66, true),
        ("QH15", 60, false),
        ("QH16", 64, true),
        ("QA12", 62, false),
        ("QA13", 67, true),
        ("QA64", 330, true),
        ("QN08-PSHA1-S064", 26, false),
        ("C-QN08", 26, true),
        ("QN08-T1M", 26, true),
    ] {
        let suite = suite(&format!("OCRA-1:HOTP-SHA1-6:{inputs}"));
        assert_eq!((suite.question_bits(), suite.is_fresh()), (bits, fresh), "{inputs}");
    }
}

#[test]
fn o2_questions_are_drawn_from_all_of_the_alphabet_and_fit_their_suite() {
    for (inputs, alphabet) in [
        ("QN64", "0123456789"),
        ("QH05", "0123456789ABCDEF"),
        ("QA33", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ] {
        let ocra = ocra(&format!("OCRA-1:HOTP-SHA1-6:{inputs}"));
        let len = ocra.suite().question().max_len.into();
        let mut seen = std::collections::BTreeSet::new();
        for value in (0..=u16::MAX).step_by(97).chain([1, u16::MAX]) {
            let mut bytes = value.to_be_bytes().repeat(len);
            // A draw of nothing but zeros is refused.
            bytes[2 * len - 1] |= 1;
            let question = ocra.suite().draw_question(&mut Entropy::new(&mut bytes)).unwrap();
            assert_eq!(question.as_str().len(), len);
            assert!(ocra.response(&Input::challenge(question.as_str())).is_ok());
            seen.extend(question.as_str().chars());
        }
        assert_eq!(seen.into_iter().collect::<String>(), alphabet);
        assert!(ocra.suite().draw_question(&mut Entropy::new(&mut vec![1; 2 * len - 1])).is_err());
        assert!(ocra.suite().draw_question(&mut Entropy::new(&mut vec![0; 2 * len])).is_err());
    }
}

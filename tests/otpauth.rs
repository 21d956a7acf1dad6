//! otpauth URIs: those found in the wild, each rule of reading, and the one form of writing.

use mfa_core::otpauth::{
    Finding, Kind, Migration, MigrationError, Part, ReadError, Reading, Text, Uri, WriteError,
    max_len, read,
};
use mfa_core::{Algorithm, Digits, Format, Secret, TimeSteps};
use proptest::prelude::*;
use serde::Deserialize;
use std::num::NonZeroU64;

/// 160 bits: nothing about it is reported.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const BYTES: &[u8; 20] = b"12345678901234567890";

fn secret() -> Secret {
    Secret::from_bytes(BYTES).unwrap()
}

/// Reads a label and parameters beside a sound secret.
fn read_with(label: &str, parameters: &str) -> Result<String, ReadError> {
    let uri = format!("otpauth://totp/{label}?secret={SECRET}{parameters}");
    let Reading { uri, label_issuer, .. } = read(&uri)?;
    let show = |text: Option<Text<'_>>| text.map_or("-".to_owned(), |text| text.to_string());
    Ok(format!("{}|{}|{}", show(uri.issuer), uri.account, show(label_issuer)))
}

fn error_of(uri: &str) -> ReadError {
    read(uri).unwrap_err()
}

fn findings_of(uri: &str) -> Vec<&'static str> {
    read(uri).unwrap().findings.iter().map(Finding::name).collect()
}

mod wild {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        tests: Vec<Test>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Test {
        tc_id: u32,
        uri: String,
        result: String,
        expect: Option<Expect>,
        error: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Expect {
        r#type: String,
        issuer: Option<String>,
        account: String,
        secret_hex: String,
        algorithm: String,
        digits: usize,
        period: Option<u64>,
        counter: Option<u64>,
        label_issuer: Option<String>,
        encoder: Option<String>,
    }

    fn tests() -> Vec<Test> {
        let file: File =
            serde_json::from_str(include_str!("../vectors/otpauth-wild.json")).unwrap();
        assert_eq!(file.tests.len(), 64);
        file.tests
    }

    fn text(text: Option<Text<'_>>) -> Option<String> {
        text.map(|text| text.to_string())
    }

    #[test]
    fn uris_from_the_wild_read_as_expected() {
        for Test { tc_id, uri, result, expect, error } in tests() {
            let read = read(&uri);
            if result == "invalid" {
                let (error, name) = (error.unwrap(), read.unwrap_err().name());
                assert!(error.split(" / ").any(|either| either == name), "{tc_id}: {name}");
                continue;
            }
            let expect = expect.unwrap();
            let Reading { uri, label_issuer, findings, .. } =
                read.unwrap_or_else(|error| panic!("{tc_id}: {error}"));
            assert_eq!(text(uri.issuer), expect.issuer, "{tc_id}");
            assert_eq!(text(label_issuer), expect.label_issuer, "{tc_id}");
            assert_eq!(uri.account, &*expect.account, "{tc_id}");
            assert_eq!(uri.algorithm.name(), expect.algorithm, "{tc_id}");
            let hex: String = uri.secret.expose().iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(hex, expect.secret_hex, "{tc_id}");
            match uri.kind {
                Kind::Totp(steps) => {
                    assert!(matches!(&*expect.r#type, "totp" | "steam"), "{tc_id}");
                    assert_eq!(Some(steps.period().get()), expect.period, "{tc_id}");
                    assert_eq!(steps.t0(), 0);
                }
                Kind::Hotp { counter } => {
                    assert_eq!(expect.r#type, "hotp", "{tc_id}");
                    assert_eq!(Some(counter), expect.counter, "{tc_id}");
                }
            }
            match expect.encoder.as_deref() {
                // Where only a flag selects the encoding, the vectors name the default of the
                // digits; the codes have Steam's five characters all the same.
                Some(encoder) => assert_eq!((uri.format, encoder), (Format::Steam, "steam")),
                None => {
                    assert!(matches!(uri.format, Format::Decimal(_)), "{tc_id}");
                    assert_eq!(uri.format.len(), expect.digits, "{tc_id}");
                }
            }
            assert_eq!(findings.contains(Finding::WeakSecret), hex.len() < 32, "{tc_id}");
            assert_eq!(findings.contains(Finding::IssuerMismatch), label_issuer.is_some());
        }
    }

    #[test]
    fn what_reads_and_is_strong_writes_and_reads_back() {
        let mut written = 0;
        for Test { uri, .. } in tests() {
            let Ok(Reading { uri, .. }) = read(&uri) else { continue };
            let mut buffer = [0; 1024];
            let Ok(canonical) = uri.write(&mut buffer) else { continue };
            let again = read(canonical).unwrap();
            assert_eq!(again.uri, uri);
            assert!(again.findings.is_empty());
            written += 1;
        }
        assert!(written > 10, "{written}");
    }
}

mod reading {
    use super::*;

    #[test]
    fn rule_1_scheme_and_type_are_read_in_any_case_with_space_around() {
        for uri in ["OTPAUTH://TOTP/a", "\t otpauth://Totp/a", "OtpAuth://sTeAm/a"] {
            assert!(read(&format!("{uri}?secret={SECRET} \r\n")).is_ok(), "{uri}");
        }
        // Not every kind of space: this one belongs to nobody.
        assert_eq!(error_of("\u{a0}otpauth://totp/a?secret=AA"), ReadError::UnsupportedScheme);
    }

    #[test]
    fn rule_1_other_schemes_and_types_are_refused() {
        for uri in [
            "",
            "otpauth",
            "otpauth:",
            "otpauth:/totp/a",
            "otpauth:totp/a?secret=GEZDGNBV",
            "otpauth-migration://offline?data=",
            "otpauth-migration://totp/a?secret=GEZDGNBV",
            "steam://GEZDGNBV",
            "motp://a:b?secret=GEZDGNBV",
            "xotpauth://totp/a?secret=GEZDGNBV",
            "otpauthé://totp/a",
            "éééééééé",
        ] {
            assert_eq!(error_of(uri), ReadError::UnsupportedScheme, "{uri}");
        }
        for kind in ["", "yaotp", "motp", "totp:a", " totp", "totp ", "%74otp", "totp#", "ＴＯＴＰ"]
        {
            let uri = format!("otpauth://{kind}/a?secret=GEZDGNBV");
            assert_eq!(error_of(&uri), ReadError::UnsupportedType, "{uri}");
        }
        assert_eq!(error_of("otpauth:///totp/a?secret=GEZDGNBV"), ReadError::UnsupportedType);
        assert_eq!(error_of("otpauth://"), ReadError::UnsupportedType);
    }

    #[test]
    fn rule_2_the_query_begins_at_the_first_question_mark() {
        assert_eq!(read_with("a#b/c d", "").unwrap(), "-|a#b/c d|-");
        assert_eq!(read_with("/a//b/", "").unwrap(), "-|/a//b/|-");
        assert_eq!(read_with("a%3Fb", "").unwrap(), "-|a?b|-");
        assert_eq!(read_with("a", "&issuer=b?c/d").unwrap(), "b?c/d|a|-");
        assert_eq!(error_of("otpauth://totp/a#b&secret=AA"), ReadError::MissingSecret);
    }

    #[test]
    fn rule_2_a_fragment_is_dropped() {
        assert_eq!(read_with("a", "#&issuer=b").unwrap(), "-|a|-");
        assert_eq!(read_with("a", "&issuer=b#c?d#e").unwrap(), "b|a|-");
        assert_eq!(read_with("a", "&issuer=b%23c").unwrap(), "b#c|a|-");
        assert_eq!(error_of("otpauth://totp/a?#secret=GEZDGNBV"), ReadError::MissingSecret);
    }

    #[test]
    fn rule_2_names_and_values_part_at_the_first_equals_sign() {
        assert_eq!(read_with("a", "&issuer=b=c=").unwrap(), "b=c=|a|-");
        assert_eq!(read_with("a", "&issuer").unwrap(), "-|a|-");
        assert_eq!(read_with("a", "&issuer=").unwrap(), "-|a|-");
        assert_eq!(read_with("a", "&&=&=x&issuer=b&").unwrap(), "b|a|-");
        assert_eq!(error_of("otpauth://totp/a?secret"), ReadError::EmptySecret);
        assert_eq!(error_of("otpauth://totp/a?secret%3DGEZDGNBV"), ReadError::MissingSecret);
    }

    #[test]
    fn rule_2_names_are_read_in_any_case_and_decoded() {
        let uri = format!("otpauth://totp/a?SeCrEt={SECRET}&%49SSUER=b&DIGITS=8");
        let Reading { uri, .. } = read(&uri).unwrap();
        assert_eq!(uri.issuer.unwrap(), "b");
        assert_eq!(uri.format, Format::Decimal(Digits::EIGHT));
    }

    #[test]
    fn rule_2_unknown_parameters_are_ignored_however_often() {
        let unknown = "&image=%ZZ&image=%FF&x&x&algo=MD5&algorithmus=1&secre=1&amp;issuer=b\
                       &%ZZ=1&issuer%ZZ=1&a-name-longer-than-any-that-is-known=1&issuer =1";
        assert_eq!(read_with("a", unknown).unwrap(), "-|a|-");
    }

    #[test]
    fn rule_2_a_known_parameter_twice_is_refused() {
        use Part::*;
        for (name, part) in [
            ("issuer", Issuer),
            ("algorithm", Algorithm),
            ("digits", Digits),
            ("period", Period),
            ("counter", Counter),
            ("encoder", Encoder),
            ("steam", Steam),
        ] {
            let twice = format!("&{name}=&{}=", name.to_uppercase());
            let duplicate = ReadError::DuplicateParameter { part };
            assert_eq!(read_with("a", &twice).unwrap_err(), duplicate);
            assert_eq!(part.name(), name);
        }
        // Even with the same value, and under an escape.
        let duplicate = ReadError::DuplicateParameter { part: Secret };
        assert_eq!(read_with("a", &format!("&secret={SECRET}")).unwrap_err(), duplicate);
        assert_eq!(read_with("a", "&%73ecret=").unwrap_err(), duplicate);
    }

    #[test]
    fn rule_3_text_is_decoded_once_and_after_splitting() {
        assert_eq!(read_with("%2541", "&issuer=%2526").unwrap(), "%26|%41|-");
        assert_eq!(read_with("a", "&issuer=b%26c%3Dd%23").unwrap(), "b&c=d#|a|-");
        assert_eq!(read_with("z%C3%ABz%c3%ab", "&issuer=é%E2%82%ACx").unwrap(), "é€x|zëzë|-");
        assert_eq!(read_with("%F0%9F%94%91🔑", "").unwrap(), "-|🔑🔑|-");
    }

    #[test]
    fn rule_3_plus_is_a_space_in_the_query_and_a_plus_in_the_label() {
        assert_eq!(read_with("a+b%2Bc", "&issuer=d+e%2Bf").unwrap(), "d e+f|a+b+c|-");
    }

    #[test]
    fn rule_3_a_broken_escape_is_refused_where_it_stands() {
        for (text, index) in
            [("%", 0), ("a%", 1), ("ab%4", 2), ("%4g", 0), ("%20%+1", 3), ("long after long%", 15)]
        {
            let part = Part::Label;
            let error = ReadError::InvalidPercentEncoding { part, index };
            assert_eq!(read_with(text, "").unwrap_err(), error, "{text}");
            for (name, part) in [
                ("issuer", Part::Issuer),
                ("algorithm", Part::Algorithm),
                ("digits", Part::Digits),
                ("period", Part::Period),
                ("encoder", Part::Encoder),
            ] {
                let error = ReadError::InvalidPercentEncoding { part, index };
                assert_eq!(read_with("a", &format!("&{name}={text}")).unwrap_err(), error);
            }
        }
        // In the middle of a character, and before other faults of the secret.
        let broken = |part, index| ReadError::InvalidPercentEncoding { part, index };
        assert_eq!(read_with("%C3%A", "").unwrap_err(), broken(Part::Label, 3));
        let error = error_of("otpauth://totp/a?secret=10%0");
        assert_eq!(error, broken(Part::Secret, 2));
        let error = error_of("otpauth://hotp/a?secret=GEZDGNBV&counter=1%");
        assert_eq!(error, broken(Part::Counter, 1));
    }

    #[test]
    fn rule_3_what_is_not_utf_8_is_refused_where_it_stands() {
        for (text, index) in [
            ("%FF", 0),
            ("a%80", 1),
            ("ab%C3", 2),
            ("%C3A", 0),
            ("%C3é", 0),
            ("é%C0%80", 2),
            ("%ED%A0%80", 0),
            ("%E2%82", 0),
            ("%F4%90%80%80", 0),
            ("%F8%88%80%80%80", 0),
            ("%E2%82:%AC", 0),
        ] {
            let error = |part| ReadError::InvalidUtf8 { part, index };
            assert_eq!(read_with(text, "").unwrap_err(), error(Part::Label), "{text}");
            let issuer = format!("&issuer={text}");
            assert_eq!(read_with("a", &issuer).unwrap_err(), error(Part::Issuer), "{text}");
        }
    }

    #[test]
    fn rule_3_a_nul_is_refused() {
        for text in ["a%00b", "a\0b", "%00", "a:%00"] {
            assert_eq!(read_with(text, "").unwrap_err(), ReadError::NulInLabel);
            let issuer = format!("&issuer={text}");
            assert_eq!(read_with("a", &issuer).unwrap_err(), ReadError::NulInLabel);
        }
    }

    #[test]
    fn rule_4_the_label_may_be_absent() {
        for path in ["totp", "totp/", "hotp", "hotp/", "totp/%20", "totp/ : "] {
            let uri = format!("otpauth://{path}?secret={SECRET}");
            let Reading { uri, .. } = read(&uri).unwrap();
            assert!(uri.account.is_empty() && uri.issuer.is_none(), "{path}");
        }
    }

    #[test]
    fn rule_4_a_known_issuer_and_a_colon_are_the_split() {
        for (label, issuer, expected) in [
            ("A%3AB:c", "A%3AB", "A:B|c|-"),
            ("A:B%3Ac", "A%3AB", "A:B|c|-"),
            ("A:B:c:d", "A:B", "A:B|c:d|-"),
            ("A:B:C", "A", "A|B:C|-"),
            ("%41%20b:c", "A+b", "A b|c|-"),
            ("%20A%3A%20b", "+A+", "A|b|-"),
            // The issuer without a colon after it is no split.
            ("AB:c", "A", "A|c|AB"),
            ("A", "A", "A|A|-"),
            // Case matters.
            ("a:b%3Ac", "A", "A|b:c|a"),
        ] {
            assert_eq!(read_with(label, &format!("&issuer={issuer}")).unwrap(), expected);
        }
    }

    #[test]
    fn rule_4_else_a_literal_colon_comes_before_an_escaped_one() {
        for (label, expected) in [
            ("a", "-|a|-"),
            ("A:b", "A|b|-"),
            ("A%3Ab", "A|b|-"),
            ("A%3ab", "A|b|-"),
            ("A%3AB:c", "A:B|c|-"),
            ("A:b:c%3Ad", "A|b:c:d|-"),
            ("A%3Ab%3Ac", "A|b:c|-"),
            ("A:", "A||-"),
            (":b", "-|b|-"),
            ("%3Ab", "-|b|-"),
            ("A:b:", "A|b:|-"),
            ("::b", "-|:b|-"),
        ] {
            assert_eq!(read_with(label, "").unwrap(), expected, "{label}");
        }
    }

    #[test]
    fn rule_4_both_parts_are_trimmed() {
        for (label, expected) in [
            ("%20A%20b%20: c%09d %0A", "A b|c\td|-"),
            ("  :  ", "-||-"),
            ("A:%20%20", "A||-"),
            ("%E3%80%80A%C2%A0:\u{2003}b", "A|b|-"),
        ] {
            assert_eq!(read_with(label, "").unwrap(), expected, "{label:?}");
        }
    }

    #[test]
    fn rule_5_the_parameter_wins_and_a_different_label_is_kept() {
        assert_eq!(read_with("A:b", "&issuer=C").unwrap(), "C|b|A");
        assert_eq!(read_with("A:b", "&issuer=A").unwrap(), "A|b|-");
        assert_eq!(read_with(" A :b", "&issuer=+A+").unwrap(), "A|b|-");
        assert_eq!(read_with("A:b", "&issuer=%20").unwrap(), "A|b|-");
        assert_eq!(read_with(":b", "&issuer=A").unwrap(), "A|b|-");
        let findings = findings_of(&format!("otpauth://totp/A:b?secret={SECRET}&issuer=C"));
        assert_eq!(findings, ["IssuerMismatch"]);
    }

    fn secret_of(text: &str) -> Result<Vec<u8>, ReadError> {
        read(&format!("otpauth://totp/a?secret={text}&digits=6"))
            .map(|reading| reading.uri.secret.expose().to_vec())
    }

    #[test]
    fn rule_6_case_separators_and_padding_do_not_matter() {
        for text in [
            "gezdgnbv",
            "GEZD GNBV",
            "GEZD-gnbv",
            "GEZD+GNBV",
            "GEZD%20GNBV",
            "%47EZDGN%42%56",
            "%67ezd%2Dgnbv",
            "GEZDGNBV=",
            "GEZDGNBV%3D%3d==",
            "+-GEZDGNBV-=+=",
        ] {
            assert_eq!(secret_of(text).unwrap(), b"12345", "{text}");
        }
    }

    #[test]
    fn rule_6_what_is_not_base32_is_named_by_its_position() {
        for (text, index) in [
            ("1EZD", 0),
            ("GEZ0GNBV", 3),
            ("GEZD%31GNBV", 4),
            ("GEZD%20GNB8", 8),
            ("GEZDGNBV%00", 8),
            ("GEZDé", 4),
            ("GE=ZDGNBV", 2),
            ("GE%2BZD", 2),
            ("GEZD_GNB", 4),
            ("GEZD/", 4),
        ] {
            assert_eq!(secret_of(text), Err(ReadError::InvalidSecret { index }), "{text}");
        }
    }

    #[test]
    fn rule_6_an_absent_secret_and_an_empty_one_are_different_errors() {
        assert_eq!(error_of("otpauth://totp/a"), ReadError::MissingSecret);
        assert_eq!(error_of("otpauth://totp/a?"), ReadError::MissingSecret);
        // One character holds no byte.
        for text in ["", "=", "%3D", "+", "-", "%20-=", "A"] {
            assert_eq!(secret_of(text), Err(ReadError::EmptySecret), "{text}");
        }
    }

    #[test]
    fn rule_6_any_length_up_to_the_capacity_is_read() {
        for chars in 2..=205 {
            let bytes = secret_of(&"A".repeat(chars)).unwrap();
            assert_eq!(bytes.len(), chars * 5 / 8);
            assert!(bytes.iter().all(|byte| *byte == 0));
        }
        assert_eq!(secret_of(&"A".repeat(207)), Err(ReadError::SecretTooLong));
    }

    #[test]
    fn rule_6_odd_lengths_trailing_bits_and_weakness_are_reported() {
        let findings = |text: &str| findings_of(&format!("otpauth://totp/a?secret={SECRET}{text}"));
        assert!(findings("").is_empty());
        assert_eq!(findings("A"), ["OddSecretLength"]);
        assert_eq!(findings("B"), ["OddSecretLength", "TrailingSecretBits"]);
        assert_eq!(findings("AB"), ["TrailingSecretBits"]);
        assert_eq!(findings("GE"), [""; 0]);
        let weak = |text: &str| findings_of(&format!("otpauth://totp/a?secret={text}"));
        assert_eq!(weak(&"A".repeat(24)), ["WeakSecret"]);
        assert_eq!(weak(&"A".repeat(26)), [""; 0]);
    }

    #[test]
    fn rule_7_algorithms_are_read_in_every_form_that_is_certain() {
        for prefix in ["SHA", "SHA-", "HMACSHA", "HMAC-SHA", "HMAC-SHA-", "HmacSHA-", "%73ha"] {
            for (number, algorithm) in
                [("1", Algorithm::Sha1), ("256", Algorithm::Sha256), ("512", Algorithm::Sha512)]
            {
                for name in
                    [format!("{prefix}{number}"), format!("{}{number}", prefix.to_lowercase())]
                {
                    let uri = format!("otpauth://totp/a?secret={SECRET}&algorithm={name}");
                    assert_eq!(read(&uri).unwrap().uri.algorithm, algorithm, "{name}");
                }
            }
        }
    }

    #[test]
    fn rule_7_other_algorithms_never_fall_back() {
        for name in [
            "",
            "MD5",
            "SHA",
            "SHA2",
            "SHA224",
            "SHA384",
            "SHA3-256",
            "SHA256 ",
            "+SHA1",
            "-SHA1",
            "SHA--1",
            "HMAC--SHA1",
            "HMAC",
            "SHA01",
            "SHA1SHA1",
            "SHA_256",
            "HMAC-HMAC-SHA1",
            "1",
            "SHA512/256",
            "sha5120000000000",
            "ＳＨＡ１",
        ] {
            let error = read_with("a", &format!("&algorithm={name}&digits=6")).unwrap_err();
            assert_eq!(error, ReadError::InvalidAlgorithm, "{name}");
        }
    }

    #[test]
    fn rule_8_digits_are_6_to_9_in_decimal_digits_only() {
        for (text, digits) in [("6", 6), ("7", 7), ("8", 8), ("9", 9), ("06", 6), ("%38", 8)] {
            let uri = format!("otpauth://totp/a?secret={SECRET}&digits={text}");
            assert_eq!(read(&uri).unwrap().uri.format.len(), digits);
        }
        for text in [
            "",
            "0",
            "4",
            "5",
            "10",
            "66",
            "+6",
            "%2B6",
            "-6",
            "6%20",
            "6.0",
            "0x6",
            "six",
            "٦",
            "６",
            "262",
            "18446744073709551622",
            "99999999999999999999999",
        ] {
            let error = read_with("a", &format!("&digits={text}")).unwrap_err();
            assert_eq!(error, ReadError::InvalidDigits, "{text}");
        }
    }

    #[test]
    fn rule_9_periods_are_1_to_the_last_u64_and_ignored_on_hotp() {
        for (text, period) in
            [("1", 1), ("60", 60), ("030", 30), ("18446744073709551615", u64::MAX)]
        {
            let uri = format!("otpauth://totp/a?secret={SECRET}&period={text}");
            let steps = TimeSteps::new(NonZeroU64::new(period).unwrap(), 0);
            assert_eq!(read(&uri).unwrap().uri.kind, Kind::Totp(steps));
        }
        for text in
            ["", "0", "000", "+30", "%2B30", "-30", "30s", "30+", "1e2", "18446744073709551616"]
        {
            let error = read_with("a", &format!("&period={text}")).unwrap_err();
            assert_eq!(error, ReadError::InvalidPeriod, "{text}");
            let uri = format!("otpauth://hotp/a?secret={SECRET}&counter=1&period={text}");
            assert_eq!(read(&uri).unwrap().uri.kind, Kind::Hotp { counter: 1 });
        }
    }

    #[test]
    fn rule_10_counters_are_any_u64_and_ignored_on_totp() {
        for (text, counter) in [("0", 0), ("007", 7), ("18446744073709551615", u64::MAX)] {
            let uri = format!("otpauth://hotp/a?secret={SECRET}&counter={text}");
            assert_eq!(read(&uri).unwrap().uri.kind, Kind::Hotp { counter });
            assert!(findings_of(&uri).is_empty());
        }
        for text in ["", "-1", "+1", "1+", "0x1", "18446744073709551616"] {
            let uri = format!("otpauth://hotp/a?secret={SECRET}&counter={text}");
            assert_eq!(error_of(&uri), ReadError::InvalidCounter, "{text}");
            assert!(read_with("a", &format!("&counter={text}")).is_ok());
        }
        let without = format!("otpauth://hotp/a?secret={SECRET}");
        assert_eq!(read(&without).unwrap().uri.kind, Kind::Hotp { counter: 0 });
        assert_eq!(findings_of(&without), ["CounterAssumed"]);
    }

    fn format_of(kind: &str, parameters: &str) -> Result<(Format, Vec<&'static str>), ReadError> {
        let uri = format!("otpauth://{kind}/a?secret={SECRET}{parameters}");
        let Reading { uri, findings, .. } = read(&uri)?;
        Ok((uri.format, findings.iter().map(Finding::name).collect()))
    }

    #[test]
    fn rule_11_type_encoder_and_flag_select_steams_alphabet() {
        for (kind, parameters) in [
            ("steam", ""),
            ("STEAM", "&digits=5"),
            ("steam", "&encoder=steam&steam&issuer=Steam"),
            ("totp", "&encoder=steam"),
            ("totp", "&digits=5&encoder=STEAM"),
            ("totp", "&digits=5&encoder=%73team"),
            ("totp", "&steam"),
            ("totp", "&STEAM="),
            ("hotp", "&counter=1&steam&digits=5"),
        ] {
            let steam = Ok((Format::Steam, vec![]));
            assert_eq!(format_of(kind, parameters), steam, "{kind} {parameters}");
        }
        let Reading { uri, .. } =
            read("otpauth://steam/a?secret=GEZDGNBVGY3TQOJQ&period=60").unwrap();
        assert!(matches!(uri.kind, Kind::Totp(steps) if steps.period().get() == 60));
    }

    #[test]
    fn rule_11_other_digits_beside_steams_encoding_are_reported_or_refused() {
        let ignored = Ok((Format::Steam, vec!["DigitsIgnored"]));
        assert_eq!(format_of("steam", "&digits=6"), ignored);
        assert_eq!(format_of("totp", "&steam&digits=9"), ignored);
        for digits in ["4", "10", ""] {
            let parameters = format!("&digits={digits}");
            assert_eq!(format_of("steam", &parameters), Err(ReadError::InvalidDigits));
        }
    }

    #[test]
    fn rule_11_the_issuer_steam_alone_allows_five_digits_and_selects_nothing() {
        let (format, findings) = format_of("totp", "&issuer=Steam&digits=5").unwrap();
        assert!(matches!(format, Format::Decimal(digits) if digits.get() == 5));
        assert_eq!(findings, ["SteamIssuer"]);
        let six = Ok((Format::default(), vec![]));
        assert_eq!(format_of("totp", "&issuer=Steam"), six);
        assert_eq!(format_of("totp", "&issuer=Steamy&digits=5"), Err(ReadError::InvalidDigits));
        assert_eq!(format_of("totp", "&issuer=Steam&digits=4"), Err(ReadError::InvalidDigits));
    }

    #[test]
    fn rule_11_an_encoder_that_is_not_known_is_reported() {
        for parameters in ["&encoder=hex", "&steam=false", "&encoder", "&encoder=a-very-long-one"] {
            let unknown = Ok((Format::default(), vec!["UnknownEncoder"]));
            assert_eq!(format_of("totp", parameters), unknown, "{parameters}");
        }
    }

    #[test]
    fn errors_name_the_place_and_never_the_secret() {
        let part = "QZXW7QZXW7";
        for (uri, message) in [
            ("http://x/", "the URI does not begin with otpauth://"),
            ("otpauth://x/", "the type of the URI is not totp, hotp or steam"),
            (
                "otpauth://totp/a?secret=QZXW7QZXW7&secret=QZXW7QZXW7",
                "the parameter secret stands there twice",
            ),
            (
                "otpauth://totp/a?secret=QZXW7QZXW7%4",
                "character 11 of the secret is a percent sign without two hexadecimal digits",
            ),
            ("otpauth://totp/a%FF?secret=QZXW7QZXW7", "the label is not UTF-8 from byte 2 on"),
            ("otpauth://totp/%00?secret=QZXW7QZXW7", "the label or the issuer contains a NUL"),
            ("otpauth://totp/QZXW7QZXW7", "the URI has no secret"),
            ("otpauth://totp/QZXW7QZXW7?secret=", "the secret is empty"),
            (
                "otpauth://totp/a?secret=QZXW7QZXW71",
                "character 11 of the secret is not base32 (A-Z, 2-7)",
            ),
            (
                "otpauth://totp/a?secret=QZXW7QZXW7&algorithm=QZXW7QZXW7",
                "the algorithm is not SHA1, SHA256 or SHA512",
            ),
            (
                "otpauth://totp/a?secret=QZXW7QZXW7&digits=QZXW7QZXW7",
                "the digits are not a number from 6 to 9",
            ),
            (
                "otpauth://totp/a?secret=QZXW7QZXW7&period=QZXW7QZXW7",
                "the period is not a number from 1 to 18446744073709551615",
            ),
            (
                "otpauth://hotp/a?secret=QZXW7QZXW7&counter=QZXW7QZXW7",
                "the counter is not a number from 0 to 18446744073709551615",
            ),
        ] {
            let error = error_of(uri);
            assert_eq!(error.to_string(), message);
            assert!(!format!("{error:?} {error}").contains(part));
            assert!(format!("{error:?}").starts_with(error.name()));
        }
        let too_long = format!("otpauth://totp/a?secret={}", part.repeat(21));
        assert_eq!(error_of(&too_long).to_string(), "the secret has more than 128 bytes");
        let debug = format!("{:?}", read("otpauth://totp/a?secret=QZXW7QZXW7").unwrap());
        assert!(debug.contains("Secret(48 bits)") && !debug.contains(part), "{debug}");
    }
}

mod writing {
    use super::*;

    fn written<S: std::borrow::Borrow<Secret>>(uri: &Uri<'_, S>) -> Result<String, WriteError> {
        let mut text = String::new();
        uri.write_to(&mut text)?;
        let mut buffer = vec![0; text.len()];
        assert_eq!(uri.write(&mut buffer), Ok(&*text));
        Ok(text)
    }

    #[test]
    fn there_is_one_form() {
        let secret = secret();
        let uri = Uri::totp("Example", "alice@example.com", &secret);
        assert_eq!(
            written(&uri).unwrap(),
            "otpauth://totp/Example:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Example&algorithm=SHA1&digits=6&period=30"
        );
        let uri = Uri {
            algorithm: Algorithm::Sha512,
            format: Format::Decimal(Digits::EIGHT),
            ..Uri::hotp("", "bob", &secret, u64::MAX)
        };
        assert_eq!(
            written(&uri).unwrap(),
            "otpauth://hotp/bob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &algorithm=SHA512&digits=8&counter=18446744073709551615"
        );
        let steps = TimeSteps::new(NonZeroU64::new(60).unwrap(), 0);
        let uri = Uri {
            kind: Kind::Totp(steps),
            format: Format::Steam,
            ..Uri::totp("Steam", "gabe", &secret)
        };
        assert_eq!(
            written(&uri).unwrap(),
            "otpauth://steam/Steam:gabe?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Steam&algorithm=SHA1&digits=5&period=60"
        );
    }

    #[test]
    fn everything_but_unreserved_characters_is_escaped() {
        let secret = Secret::from_bytes(&[0; 16]).unwrap();
        let all: String = (' '..='~').filter(|char| *char != ':').collect();
        let uri = Uri::totp("Ça & +", &all, &secret);
        assert_eq!(
            written(&uri).unwrap(),
            "otpauth://totp/%C3%87a%20%26%20%2B:%21%22%23%24%25%26%27%28%29%2A%2B%2C-.%2F\
             0123456789%3B%3C%3D%3E%3F%40ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60\
             abcdefghijklmnopqrstuvwxyz%7B%7C%7D~?secret=AAAAAAAAAAAAAAAAAAAAAAAAAA\
             &issuer=%C3%87a%20%26%20%2B&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn what_would_not_read_back_the_same_is_refused() {
        let (secret, weak) = (secret(), Secret::from_bytes(&[1; 15]).unwrap());
        let plain = Uri::totp("A", "b", &secret);
        let steps = TimeSteps::new(NonZeroU64::new(30).unwrap(), 1);
        let five = read("otpauth://totp/b?secret=AA&digits=5&issuer=Steam").unwrap().uri.format;
        let empty = Some(Text::plain(" "));
        for (uri, error) in [
            (Uri { secret: &weak, ..plain }, WriteError::WeakSecret),
            (Uri { issuer: empty, ..plain }, WriteError::EmptyIssuer),
            (Uri { account: Text::plain(""), ..plain }, WriteError::EmptyAccount),
            (Uri { issuer: Some(Text::plain("A:B")), ..plain }, WriteError::ColonInIssuer),
            (Uri { account: Text::plain("b:"), ..plain }, WriteError::ColonInAccount),
            (Uri { issuer: Some(Text::plain("A\0")), ..plain }, WriteError::NulInLabel),
            (Uri { account: Text::plain("\0b"), ..plain }, WriteError::NulInLabel),
            (Uri { kind: Kind::Totp(steps), ..plain }, WriteError::NonZeroT0),
            (Uri { format: five, ..plain }, WriteError::InvalidDigits),
            (
                Uri { kind: Kind::Hotp { counter: 0 }, format: Format::Steam, ..plain },
                WriteError::SteamCounter,
            ),
        ] {
            assert_eq!(written(&uri), Err(error));
            assert_eq!(format!("{error:?}"), error.name());
            assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn a_buffer_that_is_too_small_is_told_the_length() {
        let secret = secret();
        let uri = Uri::totp("Example", "alice@example.com", &secret);
        let needed = written(&uri).unwrap().len();
        for len in 0..needed {
            let error = uri.write(&mut vec![0; len]).unwrap_err();
            assert_eq!(error, WriteError::BufferTooSmall { needed });
            assert_eq!(error.name(), "BufferTooSmall");
        }
        assert!(uri.write(&mut vec![0xFF; needed + 7]).is_ok());
    }

    #[test]
    fn the_longest_uris_fit_the_documented_length() {
        let secret = Secret::from_bytes(&[0xFF; 128]).unwrap();
        let (issuer, account) = ("é".repeat(16), "€".repeat(21) + "/");
        let steps = TimeSteps::new(NonZeroU64::MAX, 0);
        let longest =
            Uri { algorithm: Algorithm::Sha512, ..Uri::hotp(&issuer, &account, &secret, u64::MAX) };
        let steam = Uri { kind: Kind::Totp(steps), format: Format::Steam, ..longest };
        for uri in [longest, steam] {
            assert_eq!(uri.write(&mut [0; max_len(32, 64)]).unwrap().len(), max_len(32, 64));
        }
        assert_eq!(max_len(usize::MAX, 0), usize::MAX);
    }

    #[test]
    fn a_target_that_takes_no_more_is_an_error() {
        struct Full;
        impl std::fmt::Write for Full {
            fn write_str(&mut self, _: &str) -> std::fmt::Result {
                Err(std::fmt::Error)
            }
        }
        let error = Uri::totp("", "a", secret()).write_to(&mut Full).unwrap_err();
        assert_eq!((error, error.name()), (WriteError::Refused, "Refused"));
    }
}

mod texts {
    use super::*;

    #[test]
    fn texts_are_equal_when_they_say_the_same() {
        let uri = format!("otpauth://totp/%41l%69ce?secret={SECRET}&issuer=Al+ice");
        let Reading { uri, .. } = read(&uri).unwrap();
        assert_eq!(uri.account, Text::plain("Alice"));
        assert_eq!(uri.account, "Alice");
        assert_ne!(uri.account, uri.issuer.unwrap());
        assert_ne!(uri.account, "Alic");
        assert_ne!(uri.account, "Alices");
        assert_eq!((uri.account.len(), uri.account.is_empty()), (5, false));
        assert_eq!(format!("{:?}", uri.account), "\"Alice\"");
        assert_eq!(format!("{:>7}", Text::plain("A\"")), "     A\"");
        assert_eq!(format!("{:?}", Text::plain("A\"").chars()), r#"Chars("A\"")"#);
    }

    #[test]
    fn text_without_escapes_is_borrowed_as_it_stands() {
        let uri = format!("otpauth://totp/Ex: al ice ?secret={SECRET}&issuer=E+x");
        let Reading { uri, label_issuer, .. } = read(&uri).unwrap();
        assert_eq!(uri.account.as_str(), Some("al ice"));
        assert_eq!(label_issuer.unwrap().as_str(), Some("Ex"));
        assert_eq!(uri.issuer.unwrap().as_str(), None);
    }
}

#[test]
fn readings_and_errors_cross_threads_and_errors_are_errors() {
    fn crosses<T: Send + Sync + Unpin>() {}
    fn is_small_error<T: std::error::Error + Copy + Send + Sync + 'static>() {
        assert!(size_of::<T>() <= 24);
    }
    crosses::<Reading<'_>>();
    crosses::<Uri<'_, &Secret>>();
    crosses::<Migration<'_>>();
    is_small_error::<ReadError>();
    is_small_error::<WriteError>();
    is_small_error::<MigrationError>();
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 %+&=#?/@.-]{1,20}",
        proptest::collection::vec(any::<char>(), 1..20).prop_map(|chars| chars.iter().collect()),
    ]
    .prop_map(|text: String| text.replace([':', '\0'], "_"))
    .prop_filter("not only white space", |text| !text.trim().is_empty())
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        any::<NonZeroU64>().prop_map(|period| Kind::Totp(TimeSteps::new(period, 0))),
        any::<u64>().prop_map(|counter| Kind::Hotp { counter }),
    ]
}

/// Pieces of URIs, so that random text comes past the first checks.
fn any_uri() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "otpauth://",
            "totp",
            "hotp",
            "steam",
            "/",
            "?",
            "&",
            "=",
            "#",
            ":",
            "%",
            "%3A",
            "%20",
            "%C3",
            "%A9",
            "%00",
            "+",
            "secret=",
            SECRET,
            "JBSW",
            "issuer=",
            "Steam",
            "algorithm=",
            "sha256",
            "digits=",
            "5",
            "8",
            "period=",
            "counter=",
            "encoder=steam",
            "é",
            "A",
            " ",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    (any::<bool>(), proptest::collection::vec(piece, 0..24)).prop_map(|(begun, pieces)| {
        let start =
            if begun { "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY&" } else { "" };
        start.to_owned() + &pieces.concat()
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_without_findings(
        issuer in proptest::option::of(any_text()),
        account in any_text(),
        secret in proptest::collection::vec(any::<u8>(), 16..=128),
        algorithm in proptest::sample::select(
            vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]),
        digits in 5..=9u8,
        kind in any_kind(),
    ) {
        let secret = Secret::from_bytes(&secret).unwrap();
        let format = Digits::new(digits).map_or(Format::Steam, Format::Decimal);
        let kind = if format == Format::Steam { Kind::Totp(TimeSteps::default()) } else { kind };
        let issuer = issuer.as_deref().unwrap_or_default();
        let uri = Uri { kind, algorithm, format, ..Uri::totp(issuer, &account, secret) };

        let mut buffer = vec![0; max_len(issuer.len(), account.len())];
        let written = uri.write(&mut buffer).unwrap();
        let reading = read(written).unwrap();
        prop_assert_eq!(&reading.uri, &uri);
        prop_assert_eq!(reading.label_issuer, None);
        prop_assert!(reading.findings.is_empty());
        // And so do its texts, which are borrowed in their encoded form.
        let mut again = [0; 2048];
        prop_assert_eq!(reading.uri.write(&mut again).unwrap(), written);
        prop_assert_eq!(uri.account.to_string(), account.trim());
    }

    #[test]
    fn no_text_makes_reading_panic_and_what_is_writable_reads_back(uri in any_uri()) {
        if let Ok(Reading { uri, .. }) = read(&uri) {
            let mut text = String::new();
            if uri.write_to(&mut text).is_ok() {
                let again = read(&text).unwrap();
                prop_assert_eq!(again.uri, uri);
                prop_assert!(again.findings.is_empty());
            }
        }
    }
}

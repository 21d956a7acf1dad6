//! What a suite demands and refuses, near misses, and what shows of secrets.

use super::*;

#[test]
fn each_input_is_demanded_and_refused_as_the_suite_says() {
    use InputError::{Missing, Superfluous};
    let all = ocra("OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-S064-T1M");
    let none = ocra("OCRA-1:HOTP-SHA1-6:QN08");
    let question = Input::challenge("1234");
    let counter = |input: Input<'static>| input.with_counter(1);
    let pin = |input: Input<'static>| input.with_pin(Pin::text("1234"));
    let session = |input: Input<'static>| input.with_session(b"session");
    let time = |input: Input<'static>| input.at(0);

    assert!(all.response(&counter(pin(session(time(question))))).is_ok());
    for (input, error) in [
        (pin(session(time(question))), Missing(Field::Counter)),
        (counter(session(time(question))), Missing(Field::Pin)),
        (counter(pin(time(question))), Missing(Field::Session)),
        (counter(pin(session(question))), Missing(Field::Time)),
        (counter(pin(session(time(Input::challenge(""))))), Missing(Field::Question)),
        (counter(pin(session(time(Input::mutual_client("1", ""))))), Missing(Field::Question)),
        (counter(pin(session(time(Input::mutual_client("", "1"))))), Missing(Field::Question)),
        (counter(session(time(question))).with_pin(Pin::text("")), Missing(Field::Pin)),
        (counter(session(time(question))).with_pin(Pin::hashed(&[])), Missing(Field::Pin)),
        (counter(pin(time(question))).with_session(&[]), Missing(Field::Session)),
    ] {
        assert_eq!(all.response(&input), Err(error), "{input:?}");
        let any = text(&none.response(&question).unwrap());
        let any = all.suite().parse_response(&any).unwrap();
        assert_eq!(all.verify(&any, &input, 1, Window::default()), Err(error));
    }
    assert!(none.response(&question).is_ok());
    for (input, field) in [
        (counter(question), Field::Counter),
        (pin(question), Field::Pin),
        (session(question), Field::Session),
        (time(question), Field::Time),
        (question.at_step(0), Field::Time),
    ] {
        assert_eq!(none.response(&input), Err(Superfluous(field)));
    }
}

#[test]
fn lengths_are_exact_at_their_limits() {
    let length = |field, allowed, found| Err(InputError::Length { field, allowed, found });
    let questions = ocra("OCRA-1:HOTP-SHA1-6:QN08");
    let respond = |input: Input<'_>| questions.response(&input).map(drop);
    assert_eq!(respond(Input::challenge("1")), Ok(()));
    assert_eq!(respond(Input::challenge("12345678")), Ok(()));
    assert_eq!(respond(Input::challenge("123456789")), length(Field::Question, 8, 9));
    assert_eq!(respond(Input::mutual_server("12345678", "12345678")), Ok(()));
    for input in [
        Input::mutual_server("1", "123456789"),
        Input::mutual_server("123456789", "1"),
        Input::mutual_client("1", "123456789"),
    ] {
        assert_eq!(respond(input), length(Field::Question, 8, 9));
    }

    let sessions = ocra("OCRA-1:HOTP-SHA1-6:QN08-S512");
    let respond =
        |session: &[u8]| sessions.response(&Input::challenge("1").with_session(session)).map(drop);
    assert_eq!(respond(&[1; 1]), Ok(()));
    assert_eq!(respond(&[1; 512]), Ok(()));
    assert_eq!(respond(&[1; 513]), length(Field::Session, 512, 513));

    let pins = ocra("OCRA-1:HOTP-SHA1-6:QN08-PSHA1");
    let respond =
        |hash: &[u8]| pins.response(&Input::challenge("1").with_pin(Pin::hashed(hash))).map(drop);
    assert_eq!(respond(&[0; 20]), Ok(()));
    for found in [1, 19, 21, 32, 64, 65, 1000] {
        assert_eq!(respond(&vec![0; found]), length(Field::Pin, 20, found));
    }
}

#[test]
fn characters_are_of_the_format_and_the_error_names_the_first_that_is_not() {
    for (inputs, good, bad) in [
        ("QN16", "0123456789", "12a4 +1 -1 １ ٣ 1_0 0x1 1.0"),
        ("QH16", "0123456789abcdefABCDEF", "0g 0x1 G é - é"),
        ("QA16", "09azAZ", "a_z a-z é ß a\u{0} Ａ \u{7F}"),
    ] {
        let ocra = ocra(&format!("OCRA-1:HOTP-SHA1-6:{inputs}"));
        for char in good.chars() {
            assert!(ocra.response(&Input::challenge(&char.to_string())).is_ok(), "{char}");
        }
        for question in bad.split(' ') {
            let index = question.find(|char| !good.contains(char)).unwrap();
            let error = Err(InputError::Foreign { index });
            assert_eq!(ocra.response(&Input::challenge(question)), error, "{question}");
            // Counted through both questions, as they are hashed.
            let error = Err(InputError::Foreign { index: index + 2 });
            assert_eq!(ocra.response(&Input::mutual_server("00", question)), error);
            assert_eq!(ocra.response(&Input::mutual_client(question, "00")), error);
        }
        let spaced = ocra.response(&Input::challenge("1 1"));
        assert_eq!(spaced, Err(InputError::Foreign { index: 1 }));
    }
}

#[test]
fn near_misses_give_other_responses() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-0:C-QA08-PSHA1-S064-T1M");
    let base = || {
        Input::mutual_server("abc", "de")
            .with_counter(1)
            .with_pin(Pin::text("1234"))
            .with_session(b"s")
            .at_step(1)
    };
    let questions = |client, server| {
        Input::mutual_server(client, server)
            .with_counter(1)
            .with_pin(Pin::text("1234"))
            .with_session(b"s")
            .at_step(1)
    };
    let right = ocra.response(&base()).unwrap();
    for input in [
        base().with_counter(0),
        base().with_counter(1 << 32),
        base().with_pin(Pin::text("1234 ")),
        base().with_pin(Pin::text("01234")),
        base().with_session(b"S"),
        base().with_session(b"s\0"),
        base().at_step(0),
        base().at(59),
        questions("abC", "de"),
        questions("de", "abc"),
        questions("abc", "d"),
        questions("0abc", "de"),
    ] {
        assert_eq!(ocra.verify(&right, &input, 0, Window::EXACT), Ok(None), "{input:?}");
    }
    // What the standard's padding makes equal.
    for input in [base().at(60), base().at(119), base().with_session(b"\0s")] {
        assert!(ocra.verify(&right, &input, 0, Window::EXACT).unwrap().is_some(), "{input:?}");
    }
    // Questions shorter than the suite's leave open where one ends.
    assert_eq!(right, ocra.response(&questions("ab", "cde")).unwrap());
    // The server's and the client's computation differ, unless they ask the same.
    let one_way = self::ocra("OCRA-1:HOTP-SHA1-0:QA08");
    let server = one_way.response(&Input::mutual_server("CLI", "SRV")).unwrap();
    assert_ne!(server, one_way.response(&Input::mutual_client("CLI", "SRV")).unwrap());
    assert_eq!(server, one_way.response(&Input::mutual_client("SRV", "CLI")).unwrap());
}

#[test]
fn numbers_are_padded_to_the_right_so_that_some_questions_are_one() {
    let respond = |inputs: &str, question: &str| {
        let ocra = ocra(&format!("OCRA-1:HOTP-SHA1-0:{inputs}"));
        text(&ocra.response(&Input::challenge(question)).unwrap())
    };
    for (inputs, one, same, other) in [
        ("QN08", "1", "16", "10"),
        ("QN08", "1", "00000001", "2"),
        ("QN08", "0", "00000000", "1"),
        ("QH08", "a", "A0", "0A"),
        ("QH08", "abc", "ABC0", "ABC1"),
    ] {
        assert_eq!(respond(inputs, one), respond(inputs, same), "{one} {same}");
        assert_ne!(respond(inputs, one), respond(inputs, other), "{one} {other}");
    }
}

#[test]
fn secrets_are_in_no_debug_nor_display() {
    let pin = "secret-pin-9876";
    let input = Input::challenge("1234").with_pin(Pin::text(pin)).with_session(b"secret-session");
    let ocra = ocra("OCRA-1:HOTP-SHA1-0:QN08-PSHA1");
    let response = ocra.response(&Input::challenge("1234").with_pin(Pin::text(pin))).unwrap();
    let error = ocra.response(&input).unwrap_err();
    let hashed = ocra.response(&Input::challenge("1").with_pin(Pin::hashed(pin.as_bytes())));
    let shown = format!(
        "{input:?} {:?} {:?} {ocra:?} {response:?} {:?} {error} {error:?} {hashed:?} {}",
        Pin::text(pin),
        Pin::hashed(pin.as_bytes()),
        response.text(),
        hashed.as_ref().unwrap_err(),
    );
    let bytes = format!("{:?}", pin.as_bytes());
    let session = format!("{:?}", b"secret-session");
    for secret in [pin, "9876", "secret", &text(&response), &bytes, &session] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn types_are_shared_and_errors_are_small_copies_that_say_what_is_wrong() {
    fn is_error<E: core::error::Error + Copy + Send + Sync + 'static>(_: E) {}
    fn is_shared<T: Clone + Send + Sync + core::fmt::Debug>(_: &T) {}
    let ocra = ocra("OCRA-1:HOTP-SHA1-6:QN08");
    is_shared(&ocra);
    is_shared(ocra.suite());
    is_shared(&ocra.response(&Input::challenge("1")).unwrap());
    is_error(Suite::parse("").unwrap_err());
    is_error(InputError::Missing(Field::Pin));
    assert!(size_of::<InputError>() <= 16 && size_of::<mfa_core::ocra::SuiteError>() <= 4);
    for (error, shown) in [
        (InputError::Missing(Field::Pin), "the OCRA suite needs a PIN (P)"),
        (InputError::Superfluous(Field::Counter), "the OCRA suite has no counter (C)"),
        (
            InputError::Length { field: Field::Pin, allowed: 20, found: 4 },
            "the hash of the PIN has 20 bytes, not 4",
        ),
        (
            InputError::Length { field: Field::Question, allowed: 8, found: 9 },
            "the question (Q) has at most 8 bytes here, not 9",
        ),
        (
            InputError::Foreign { index: 0 },
            "character 1 does not belong in a question of this suite",
        ),
    ] {
        assert_eq!(error.to_string(), shown);
    }
    let error = Suite::parse("OCRA-1:HOTP-SHA1-3:QN08").unwrap_err();
    assert_eq!(error.to_string(), "the OCRA suite's number of digits is out of range");
}

//! Random suites and inputs, against the second implementation.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Case {
    suite: String,
    key: Vec<u8>,
    counter: Option<u64>,
    first: String,
    second: Option<String>,
    pin: Option<String>,
    session: Option<Vec<u8>>,
    step: Option<u64>,
}

impl Case {
    fn input(&self) -> Input<'_> {
        let mut input = match &self.second {
            None => Input::challenge(&self.first),
            Some(second) => Input::mutual_server(&self.first, second),
        };
        if let Some(counter) = self.counter {
            input = input.with_counter(counter);
        }
        if let Some(pin) = &self.pin {
            input = input.with_pin(Pin::text(pin));
        }
        if let Some(session) = &self.session {
            input = input.with_session(session);
        }
        if let Some(step) = self.step {
            input = input.at_step(step);
        }
        input
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let hash = || proptest::sample::select(vec!["SHA1", "SHA256", "SHA512"]);
    let digits = proptest::sample::select(vec![0, 4, 5, 6, 7, 8, 9, 10]);
    let edge = || prop_oneof![any::<u64>(), 0..3u64, (u64::MAX - 2)..=u64::MAX];
    let format =
        proptest::sample::select(vec![("A", "[0-9A-Za-z]"), ("N", "[0-9]"), ("H", "[0-9A-Fa-f]")]);
    let question = (format, 4..=64usize).prop_flat_map(|((letter, class), max)| {
        let text = || proptest::string::string_regex(&format!("{class}{{1,{max}}}")).unwrap();
        (Just(format!("Q{letter}{max:02}")), text(), proptest::option::of(text()))
    });
    let pin = proptest::option::of((hash(), "\\PC{1,12}"));
    let session = proptest::option::of(
        (1..=512usize)
            .prop_flat_map(|len| (Just(len), proptest::collection::vec(any::<u8>(), 1..=len))),
    );
    let time = proptest::option::of((
        prop_oneof!["[1-9]S", "[1-5][0-9]M", "[1-3][0-9]H", "4[0-8]H"],
        edge(),
    ));
    let key = proptest::collection::vec(any::<u8>(), 1..=128);
    (hash(), digits, proptest::option::of(edge()), question, pin, session, time, key).prop_map(
        |(hash, digits, counter, (form, first, second), pin, session, time, key)| {
            let mut suite = format!("OCRA-1:HOTP-{hash}-{digits}:");
            if counter.is_some() {
                suite += "C-";
            }
            suite += &form;
            if let Some((hash, _)) = &pin {
                suite += &format!("-P{hash}");
            }
            if let Some((len, _)) = &session {
                suite += &format!("-S{len:03}");
            }
            if let Some((step, _)) = &time {
                suite += &format!("-T{step}");
            }
            let (pin, session) = (pin.map(|(_, pin)| pin), session.map(|(_, bytes)| bytes));
            Case {
                suite,
                key,
                counter,
                first,
                second,
                pin,
                session,
                step: time.map(|(_, step)| step),
            }
        },
    )
}

#[test]
fn the_greatest_questions_fit_into_128_bytes() {
    for (form, last) in [("QN64", "9"), ("QH64", "f"), ("QA64", "z")] {
        let suite = format!("OCRA-1:HOTP-SHA1-0:{form}");
        let question = last.repeat(64);
        let response = ocra(&suite).response(&Input::mutual_server(&question, &question));
        let inputs = reference::Inputs {
            counter: None,
            question: question.repeat(2),
            pin: None,
            session: None,
            time_steps: None,
        };
        assert_eq!(text(&response.unwrap()), reference::ocra(&suite, SECRET, &inputs), "{form}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn responses_agree_with_the_second_implementation(case in cases()) {
        let suite = suite(&case.suite);
        prop_assert_eq!(suite.as_str(), case.suite.as_str());
        let Ok(ocra) = Ocra::new(&Secret::from_bytes(&case.key).unwrap(), suite.clone()) else {
            prop_assert!(!supported(&suite));
            return Ok(());
        };
        let response = ocra.response(&case.input()).unwrap();
        let expected = reference::ocra(&case.suite, &case.key, &reference::Inputs {
            counter: case.counter,
            question: case.first.clone() + case.second.as_deref().unwrap_or_default(),
            pin: case.pin.clone(),
            session: case.session.clone(),
            time_steps: case.step,
        });
        prop_assert_eq!(text(&response), expected.clone());
        let typed = ocra.suite().parse_response(&expected).unwrap();
        let verified = ocra.verify(&typed, &case.input(), 0, Window::EXACT).unwrap().unwrap();
        prop_assert_eq!(verified.counter, case.counter);
        prop_assert_eq!(verified.time.map(|time| time.step), case.step);
    }

    #[test]
    fn any_text_is_a_suite_with_that_text_or_none(text in "(OCRA-1:HOTP-SHA(1|256|512)-[0-9]{1,2}:)?[-CQANHPSTM0-9:]{0,26}") {
        if let Ok(suite) = Suite::parse(&text) {
            prop_assert_eq!(suite.as_str(), text.as_str());
            prop_assert_eq!(suite.to_string(), text);
        }
    }

    #[test]
    fn any_input_is_answered_or_refused(question in "\\PC{0,70}", other in proptest::option::of("[0-9]{0,66}"), response in "\\PC{0,45}", t in 4..=10u8) {
        for format in ["N", "A", "H"] {
            let ocra = ocra(&format!("OCRA-1:HOTP-SHA1-{t}:Q{format}64"));
            let input = match &other {
                None => Input::signature(&question),
                Some(other) => Input::mutual_client(&question, other),
            };
            if let (Ok(right), Ok(typed)) = (ocra.response(&input), ocra.suite().parse_response(&response)) {
                let verdict = ocra.verify(&typed, &input, 3, Window::default()).unwrap();
                prop_assert_eq!(verdict.is_some(), right == typed);
            }
        }
    }
}

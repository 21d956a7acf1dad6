//! PINs: attempts that are counted, whatever the power does.

use super::*;

fn wrong(device: &mut Device) -> u8 {
    device.run(Press { pin: Some("0000") }).unwrap().reveal().unwrap_err().attempts_left
}

#[test]
fn the_last_attempt_locks_and_then_right_and_wrong_are_refused_alike() {
    let mut device = Device::hotp(0).with_pin("2468", 3);
    assert_eq!([0; 3].map(|_| wrong(&mut device)), [2, 1, 0]);
    let before = encoded(&device.token);
    for pin in [Some("2468"), Some("0000"), None] {
        assert_eq!(device.press(pin).unwrap_err(), Refused::Locked);
        let set = SetPin { current: pin, new: "1111", attempts: 3 };
        assert_eq!(device.run(set).unwrap_err(), Refused::Locked);
    }
    assert_eq!(encoded(&device.token), before);

    device.run(Unblock).unwrap();
    assert_eq!(device.token.attempts_left(), Some(3));
    assert!(device.press(Some("2468")).is_ok());
}

#[test]
fn a_right_pin_gives_the_attempts_back() {
    let mut device = Device::hotp(0).with_pin("2468", 3);
    for _ in 0..5 {
        assert_eq!([0; 2].map(|_| wrong(&mut device)), [2, 1]);
        device.press(Some("2468")).unwrap();
        assert_eq!(device.token.attempts_left(), Some(3));
    }
}

#[test]
fn a_wrong_pin_writes_the_same_but_for_the_count() {
    let device = Device::hotp(0).with_pin("2468", 3);
    let next = |pin| encoded(device.token.decide(Press { pin: Some(pin) }).unwrap().next());
    let (right, wrong) = (next("2468"), next("0000"));
    let differ: Vec<usize> =
        (0..Token::ENCODED_LEN).filter(|at| right[*at] != wrong[*at]).collect();
    assert_eq!(differ, [26], "only the failed attempts");
}

#[test]
fn a_power_cut_before_the_write_tells_nothing_and_after_it_costs_the_attempt() {
    let device = Device::hotp(0).with_pin("2468", 3);
    let step = device.token.decide(Press { pin: Some("0000") }).unwrap();
    let flash = encoded(step.next());
    assert_eq!(step.settle(Write::Unknown).unwrap_err(), Unsettled::Unknown);
    assert_eq!(decoded(&flash).attempts_left(), Some(2));
    assert_eq!(device.token.attempts_left(), Some(3));
}

#[test]
fn no_pin_is_a_pin_only_where_there_is_none() {
    let mut device = Device::hotp(0);
    assert_eq!(device.press(Some("2468")).unwrap_err(), Refused::NoPin);
    assert_eq!(device.run(Unblock).unwrap_err(), Refused::NoPin);
    let mut device = device.with_pin("2468", 3);
    assert_eq!(device.press(None).unwrap_err(), Refused::PinNeeded);
    for other in ["", "246", "24680", "2468 ", "２４６８"] {
        assert!(device.run(Press { pin: Some(other) }).unwrap().reveal().is_err(), "{other}");
        device.run(Unblock).unwrap();
    }
}

#[test]
fn only_the_right_pin_changes_the_pin() {
    let mut device = Device::hotp(0).with_pin("2468", 3);
    let set = SetPin { current: Some("0000"), new: "1357", attempts: 10 };
    assert_eq!(device.run(set).unwrap().reveal().unwrap_err().attempts_left, 2);
    assert!(device.run(Press { pin: Some("1357") }).unwrap().reveal().is_err());
    assert_eq!(device.token.attempts_left(), Some(1));

    let set = SetPin { current: Some("2468"), new: "1357", attempts: 10 };
    device.run(set).unwrap().reveal().unwrap();
    assert_eq!(device.token.attempts_left(), Some(10));
    assert!(device.run(Press { pin: Some("2468") }).unwrap().reveal().is_err());
    assert!(device.press(Some("1357")).is_ok());
}

#[test]
fn pins_have_4_to_32_bytes_and_1_to_10_attempts() {
    let mut device = Device::hotp(0);
    let long = "1".repeat(33);
    for (new, attempts, refused) in [
        ("123", 3, Refused::PinLength),
        (long.as_str(), 3, Refused::PinLength),
        ("1234", 0, Refused::PinAttempts),
        ("1234", 11, Refused::PinAttempts),
    ] {
        let set = SetPin { current: None, new, attempts };
        assert_eq!(device.run(set).unwrap_err(), refused);
    }
    let set = SetPin { current: None, new: "1234", attempts: 3 };
    assert_eq!(Device::blank().run(set).unwrap_err(), Refused::Blank);
    for (new, attempts) in [("1234", 1), (&long[..32], 10)] {
        let mut device = device.clone().with_pin(new, attempts);
        assert!(device.press(Some(new)).is_ok());
    }
}

#[test]
fn the_same_pin_is_kept_differently_under_another_secret_or_name() {
    let kept = |device: &Device| encoded(&device.token)[27..47].to_vec();
    let one = Device::hotp(0).with_pin("2468", 3);
    let other = Secret::from_bytes(&[7; 20]).unwrap();
    let other = Provision::hotp(other, HotpParameters::default(), 0);
    assert_ne!(kept(&one), kept(&Device::new(other.clone()).with_pin("2468", 3)));
    let mut renamed = Device { token: Token::blank(RecordId::from_bytes([7; 16])) };
    renamed.run(Provision::hotp(secret(), HotpParameters::default(), 0)).unwrap();
    assert_ne!(kept(&one), kept(&renamed.with_pin("2468", 3)));
}

/// P is what is typed: on a token with a PIN of its own, both at once.
#[test]
fn a_suites_pin_is_the_tokens_own_if_it_has_one() {
    let suite = "OCRA-1:HOTP-SHA1-8:QN08-PSHA1";
    let respond = |pin| {
        let challenge = Challenge::OneWay("11111111");
        Respond { challenge, session: None, rtc: None, pin }
    };
    let expected = |pin| {
        let ocra = ocra::Ocra::new(&secret(), self::suite(suite)).unwrap();
        let input = ocra::Input::challenge("11111111").with_pin(ocra::Pin::text(pin));
        ocra.response(&input).unwrap()
    };
    let mut without = Device::ocra(suite);
    for pin in ["2468", "0000"] {
        assert_eq!(without.run(respond(Some(pin))).unwrap().reveal().unwrap(), expected(pin));
    }
    let missing = ocra::InputError::Missing(ocra::Field::Pin);
    assert_eq!(without.run(respond(None)).unwrap_err(), Refused::Input(missing));

    let mut with = without.with_pin("2468", 3);
    assert_eq!(with.run(respond(Some("2468"))).unwrap().reveal().unwrap(), expected("2468"));
    let answer = with.run(respond(Some("0000"))).unwrap();
    assert_eq!(answer.reveal().unwrap_err().attempts_left, 2);
    assert_eq!(with.run(respond(None)).unwrap_err(), Refused::PinNeeded);
}

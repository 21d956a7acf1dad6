//! How tokens get their secret, once, and lose it.

use super::*;
use mfa_core::otpauth::{self, Uri};

#[test]
fn a_secret_comes_once_and_goes_with_a_wipe() {
    let mut device = Device::hotp(5).with_pin("2468", 3);
    let other =
        || Provision::totp(Secret::from_bytes(&[7; 20]).unwrap(), TotpParameters::default());
    assert_eq!(device.run(other()).unwrap_err(), Refused::AlreadyProvisioned);

    device.run(Wipe).unwrap();
    assert!(device.token.kind().is_none());
    assert_eq!(device.token.version(), Version { record: RECORD, revision: 4 });
    let mut blank = encoded(&Token::blank(RECORD));
    blank[24] = 4; // the revision
    assert_eq!(encoded(&device.token), blank);
    device.run(other()).unwrap();
}

#[test]
fn a_blank_token_shows_nothing() {
    let mut device = Device::blank();
    assert_eq!(device.press(None).unwrap_err(), Refused::Blank);
    assert_eq!(device.show(0).unwrap_err(), Refused::Blank);
    assert_eq!(device.set_clock(0, 0, Trim::Keep).unwrap_err(), Refused::Blank);
}

#[test]
fn every_kind_answers_its_own_operation_only() {
    let challenge = Challenge::OneWay("11111111");
    let respond = Respond { challenge, session: None, rtc: None, pin: None };
    let mut hotp = Device::hotp(0);
    assert_eq!(hotp.show(0).unwrap_err(), Refused::WrongKind);
    assert_eq!(hotp.run(respond).unwrap_err(), Refused::WrongKind);
    assert_eq!(Device::totp().press(None).unwrap_err(), Refused::WrongKind);
    let mut ocra = Device::ocra("OCRA-1:HOTP-SHA1-6:QN08");
    assert_eq!(ocra.press(None).unwrap_err(), Refused::WrongKind);
}

#[test]
fn uris_say_all_that_a_token_needs() {
    let secret = secret();
    let mut buffer = [0; otpauth::max_len(10, 10)];
    let uri =
        Uri { format: Format::Decimal(Digits::EIGHT), ..Uri::hotp("Door", "ann", &secret, 2) };
    let text = uri.write(&mut buffer).unwrap();
    let mut device = Device::new(otpauth::read(text).unwrap().uri.into());
    assert_eq!(device.token.next_counter(), Some(2));
    // RFC 4226 appendix D: 137359152.
    assert_eq!(device.press(None).unwrap(), "37359152");

    let text = Uri::totp("Door", "ann", &secret).write(&mut buffer).unwrap();
    let mut device = Device::new(otpauth::read(text).unwrap().uri.into());
    device.set_clock(0, 59, Trim::Keep).unwrap();
    assert_eq!(device.show(0).unwrap(), "287082");
}

#[test]
fn the_last_counter_is_used_once() {
    let mut device = Device::hotp(u64::MAX);
    assert_eq!(device.token.next_counter(), Some(u64::MAX));
    let hotp = Hotp::new(&secret(), Algorithm::Sha1, Format::default()).unwrap();
    assert_eq!(device.press(None).unwrap(), hotp.code(u64::MAX).text().as_str());
    assert_eq!(device.token.next_counter(), None);
    assert_eq!(device.press(None).unwrap_err(), Refused::Exhausted);
}

#[test]
fn the_last_revision_is_the_end() {
    let mut bytes = encoded(&Device::hotp(0).token);
    bytes[17..25].fill(0xFF);
    let mut device = Device { token: decoded(&bytes) };
    assert_eq!(device.press(None).unwrap_err(), Refused::Exhausted);
    assert_eq!(device.run(Wipe).unwrap_err(), Refused::Exhausted);
}

#[test]
fn codes_of_no_known_form_are_not_provisioned() {
    let parameters = HotpParameters { format: Format::Steam, ..HotpParameters::default() };
    let provision = Provision::hotp(secret(), parameters, 0);
    assert_eq!(Device::blank().run(provision).unwrap_err(), Refused::UnsupportedFormat);
    let five =
        "otpauth://totp/Steam:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=5&issuer=Steam";
    let provision = Provision::from(otpauth::read(five).unwrap().uri);
    assert_eq!(Device::blank().run(provision).unwrap_err(), Refused::UnsupportedFormat);
    let steam = TotpParameters { format: Format::Steam, ..TotpParameters::default() };
    assert!(Device::blank().run(Provision::totp(secret(), steam)).is_ok());
}

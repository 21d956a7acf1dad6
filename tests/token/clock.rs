//! Clocks that drift, stop, start anew, and are set by the wrong hands.

use super::*;

const NOW: u64 = 1_700_000_000;
const DAY: u64 = 86_400;

fn device() -> Device {
    let mut device = Device::totp();
    device.set_clock(1_000, NOW, Trim::Keep).unwrap();
    device
}

fn code(time: u64) -> String {
    let steps = TimeSteps::default();
    let totp = Totp::new(&secret(), Algorithm::Sha1, Format::default(), steps).unwrap();
    totp.code(time).text().as_str().to_owned()
}

#[test]
fn the_same_step_shows_the_same_code_again() {
    let mut device = device();
    for rtc in [1_000, 1_000, 1_009] {
        assert_eq!(device.show(rtc).unwrap(), code(NOW));
    }
    assert_eq!(device.show(1_010).unwrap(), code(NOW + 10));
    assert_ne!(code(NOW), code(NOW + 10));
}

#[test]
fn a_clock_that_was_never_set_shows_nothing() {
    let mut device = Device::totp();
    assert_eq!(device.show(1_000).unwrap_err(), Refused::ClockNotSet);
    assert_eq!(device.token.time(1_000), Err(Refused::ClockNotSet));
}

#[test]
fn a_pulled_battery_is_noticed_where_the_clock_goes_back() {
    let mut device = device();
    device.show(5_000).unwrap();
    for rtc in [0, 999, 4_999] {
        assert_eq!(device.show(rtc).unwrap_err(), Refused::ClockLost);
    }
    // Set again, from the RTC's new beginning.
    device.set_clock(3, NOW + 6_000, Trim::Keep).unwrap();
    assert_eq!(device.show(13).unwrap(), code(NOW + 6_010));
}

#[test]
fn a_pulled_battery_that_the_firmware_knows_of_stops_the_clock() {
    let mut device = device();
    device.set_clock(0, NOW, Trim::Ppm(-30)).unwrap();
    device.run(LoseClock).unwrap();
    assert_eq!(device.show(5_000).unwrap_err(), Refused::ClockNotSet);
    // The quartz is still the same.
    device.set_clock(0, NOW, Trim::Keep).unwrap();
    assert_eq!(device.token.time(1_000_000), Ok(NOW + 1_000_000 - 31));
}

#[test]
fn a_clock_set_ahead_and_back_shows_no_step_before_the_last() {
    let mut device = device();
    device.show(1_000).unwrap();
    // A thief collects the code of tomorrow.
    device.set_clock(1_001, NOW + DAY, Trim::Keep).unwrap();
    let stolen = device.show(1_001).unwrap();
    device.set_clock(1_002, NOW + 2, Trim::Keep).unwrap();
    assert_eq!(device.show(1_002).unwrap_err(), Refused::ClockBehind);
    assert_eq!(device.token.time(1_002), Ok(NOW + 2));
    // The owner's token is silent until then.
    assert_eq!(device.show(1_002 + DAY - 60).unwrap_err(), Refused::ClockBehind);
    assert_eq!(device.show(1_000 + DAY).unwrap(), stolen);
}

#[test]
fn a_refusal_leaves_the_token_as_it_was() {
    let mut device = device();
    device.show(5_000).unwrap();
    device.set_clock(5_000, NOW, Trim::Keep).unwrap();
    let before = encoded(&device.token);
    assert_eq!(device.show(5_001).unwrap_err(), Refused::ClockBehind);
    assert_eq!(device.set_clock(5_001, 0, Trim::Ppm(1_001)).unwrap_err(), Refused::DriftTooLarge);
    assert_eq!(encoded(&device.token), before);
}

#[test]
fn a_trim_makes_up_for_the_quartz() {
    for (ppm, seconds) in [(0i16, 0i64), (20, 200), (-20, -201), (1_000, 10_000), (-1_000, -10_001)]
    {
        let mut device = Device::totp();
        device.set_clock(77, NOW, Trim::Ppm(ppm)).unwrap();
        let elapsed = 10_000_000;
        let expected = (NOW + elapsed).saturating_add_signed(seconds);
        assert_eq!(device.token.time(77 + elapsed), Ok(expected), "{ppm} ppm");
    }
}

#[test]
fn a_measured_drift_is_made_up_for_from_then_on() {
    for (rtc_runs, time_runs) in [(10 * DAY, 10 * DAY + 43), (10 * DAY, 10 * DAY - 43), (DAY, DAY)]
    {
        let mut device = device();
        let (rtc, now) = (1_000 + rtc_runs, NOW + time_runs);
        device.set_clock(rtc, now, Trim::Measure).unwrap();
        // After nine times as long it is right to the second.
        let time = device.token.time(rtc + 9 * rtc_runs).unwrap();
        assert!(time.abs_diff(now + 9 * time_runs) <= 1, "{time}");
    }
}

#[test]
fn a_drift_is_measured_over_a_day_at_least_and_within_1000_ppm() {
    let refused = |rtc, now| device().set_clock(rtc, now, Trim::Measure).unwrap_err();
    let not = Refused::DriftNotMeasured;
    assert_eq!(refused(1_000 + DAY - 1, NOW + DAY - 1), not);
    assert_eq!(refused(1_000 + DAY, NOW + DAY + 87), not);
    assert_eq!(refused(1_000 + DAY, NOW + DAY - 87), not);
    assert_eq!(refused(1_000 + DAY, NOW - 1), not);
    assert_eq!(refused(999, NOW), not);
    // After the RTC went back, what it counts is not what passed.
    let mut back = device();
    back.show(1_001 + DAY).unwrap();
    assert_eq!(back.set_clock(1_000 + DAY, NOW + DAY, Trim::Measure).unwrap_err(), not);
    assert!(device().set_clock(1_000 + DAY, NOW + DAY + 86, Trim::Measure).is_ok());
    assert_eq!(Device::totp().set_clock(DAY, DAY, Trim::Measure).unwrap_err(), not);
}

#[test]
fn time_never_goes_back_while_the_rtc_goes_on_and_ends_nowhere() {
    for ppm in [-1_000, -1, 1, 1_000] {
        let mut device = Device::totp();
        device.set_clock(0, NOW, Trim::Ppm(ppm)).unwrap();
        let near = (0..5_000).chain((1 << 32) - 2_000..(1 << 32) + 2_000);
        let readings = near.chain([u64::MAX - 1, u64::MAX]);
        let times: Vec<u64> = readings.map(|rtc| device.token.time(rtc).unwrap()).collect();
        assert!(times.is_sorted(), "{ppm}");
    }
    let mut device = Device::totp();
    device.set_clock(0, u64::MAX, Trim::Ppm(1_000)).unwrap();
    assert_eq!(device.token.time(u64::MAX), Ok(u64::MAX));
    assert!(device.show(u64::MAX).is_ok());
}

#[test]
fn tokens_without_time_have_no_clock() {
    for mut device in [Device::hotp(0), Device::ocra("OCRA-1:HOTP-SHA1-6:QN08")] {
        assert_eq!(device.set_clock(0, 0, Trim::Keep).unwrap_err(), Refused::WrongKind);
        assert_eq!(device.run(LoseClock).unwrap_err(), Refused::WrongKind);
    }
    assert_eq!(Device::blank().run(LoseClock).unwrap_err(), Refused::Blank);
}

#[test]
fn a_responding_token_with_time_obeys_the_same_rules() {
    let mut device = Device::ocra("OCRA-1:HOTP-SHA1-6:QN08-T1M");
    let respond = |rtc| {
        let challenge = Challenge::OneWay("11111111");
        Respond { challenge, session: None, rtc, pin: None }
    };
    assert_eq!(device.run(respond(Some(7))).unwrap_err(), Refused::ClockNotSet);
    device.set_clock(7, NOW, Trim::Keep).unwrap();
    let missing = ocra::InputError::Missing(ocra::Field::Time);
    assert_eq!(device.run(respond(None)).unwrap_err(), Refused::Input(missing));
    device.run(respond(Some(1_000))).unwrap().reveal().unwrap();
    assert_eq!(device.run(respond(Some(999))).unwrap_err(), Refused::ClockLost);
    device.set_clock(1_001, NOW, Trim::Keep).unwrap();
    assert_eq!(device.run(respond(Some(1_001))).unwrap_err(), Refused::ClockBehind);
}

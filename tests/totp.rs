//! TOTP against RFC 6238's vectors, and windows of steps against a naive model.

use mfa_core::{Algorithm, Code, Digits, Format, Matched, Secret, TimeSteps, Totp, Window};
use proptest::prelude::*;
use std::num::NonZeroU64;

#[path = "support/naive.rs"]
mod naive;

#[derive(serde::Deserialize)]
struct Vectors {
    period: NonZeroU64,
    t0: u64,
    digits: u8,
    tests: Vec<Vector>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u32,
    algorithm: String,
    #[serde(rename = "key_hex")]
    key: String,
    #[serde(rename = "unix_time")]
    time: u64,
    step: u64,
    code: String,
}

const KEY: &[u8] = b"12345678901234567890";
const NINE: u8 = 9;

fn totp(digits: u8, steps: TimeSteps) -> Totp {
    let format = Format::Decimal(Digits::new(digits).unwrap());
    Totp::new(&Secret::from_bytes(KEY).unwrap(), Algorithm::Sha1, format, steps).unwrap()
}

fn steps(period: u64, t0: u64) -> TimeSteps {
    TimeSteps::new(NonZeroU64::new(period).unwrap(), t0)
}

fn step_of(matched: Option<Matched>) -> Option<u64> {
    matched.map(|matched| matched.step)
}

#[test]
fn appendix_b() {
    let vectors = include_str!("../vectors/totp-rfc6238.json");
    let Vectors { period, t0, digits, tests } = serde_json::from_str(vectors).unwrap();
    let steps = TimeSteps::new(period, t0);
    let format = Format::Decimal(Digits::new(digits).unwrap());
    assert_eq!(tests.len(), 18);
    for Vector { tc_id, algorithm, key, time, step, code } in tests {
        let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]
            .into_iter()
            .find(|known| known.name() == algorithm)
            .unwrap();
        assert_eq!(steps.at(time), step, "tcId {tc_id}");
        let secret = Secret::from_bytes(&naive::hex(&key)).unwrap();
        if cfg!(not(feature = "sha2")) && algorithm != Algorithm::Sha1 {
            continue;
        }
        let totp = Totp::new(&secret, algorithm, format, steps).unwrap();
        assert_eq!(totp.code(time).text().as_str(), code, "tcId {tc_id}");
        let typed = Code::parse(&code, format).unwrap();
        let matched = totp.verify(&typed, time, Window::EXACT).unwrap();
        assert_eq!((matched.step, matched.offset), (step, 0), "tcId {tc_id}");
    }
}

#[test]
fn t1_any_period_and_any_t0() {
    for (period, t0) in [(1, 0), (60, 0), (30, 7), (86_400, 1 << 33), (u64::MAX, 0), (1, u64::MAX)]
    {
        let steps = steps(period, t0);
        let totp = totp(NINE, steps);
        for time in [0, 1, t0.saturating_sub(1), t0, t0.saturating_add(period), u64::MAX] {
            let step = time.saturating_sub(t0) / period;
            assert_eq!(steps.at(time), step);
            let format = Format::Decimal(Digits::new(NINE).unwrap());
            let expected = naive::code(Algorithm::Sha1, KEY, format, step);
            assert_eq!(totp.code(time).text().as_str(), expected, "X = {period}, T0 = {t0}");
            if time >= t0 {
                assert!(steps.start_of(step) <= time);
                assert!(steps.at(steps.start_of(step)) == step);
            }
        }
    }
}

#[test]
fn a_step_begins_where_the_one_before_ends() {
    let steps = steps(30, 7);
    assert_eq!((steps.at(36), steps.at(37), steps.at(66), steps.at(67)), (0, 1, 1, 2));
    assert_eq!(steps.start_of(1), 37);
    assert_eq!(steps.start_of(u64::MAX), u64::MAX);
}

#[test]
fn t2_times_beyond_32_bits() {
    let totp = totp(NINE, steps(1, 0));
    for time in [u32::MAX.into(), 1 << 32, (1 << 32) + 1, 1 << 63, u64::MAX] {
        let matched = totp.verify(&totp.code(time), time, Window::default());
        assert_eq!(step_of(matched), Some(time));
        let truncated = time & u64::from(u32::MAX);
        assert!(truncated == time || totp.code(time) != totp.code(truncated));
    }
}

#[test]
fn t5_a_code_is_accepted_once_and_so_is_every_older_one() {
    let totp = totp(NINE, TimeSteps::default());
    let mut window = Window::new(2, 2);
    let (older, code, newer) = (totp.code(2_970), totp.code(3_000), totp.code(3_030));
    let burnt = totp.verify(&code, 3_000, window).unwrap().step;
    window = window.after(Some(burnt));
    assert_eq!(totp.verify(&code, 3_000, window), None);
    assert_eq!(totp.verify(&code, 3_029, window), None);
    assert_eq!(totp.verify(&older, 3_000, window), None);
    assert_eq!(step_of(totp.verify(&newer, 3_000, window)), Some(101));
}

#[test]
fn t5_a_clock_that_runs_backwards_reopens_nothing() {
    let totp = totp(NINE, TimeSteps::default());
    let window = Window::new(1, 1).after(Some(100));
    for time in [0, 2_940, 2_970, 3_000] {
        let code = totp.code(time);
        assert_eq!(totp.verify(&code, time, window), None, "{time}");
    }
}

#[test]
fn t5_of_two_steps_with_the_same_code_the_newest_is_burnt() {
    let totp = totp(6, TimeSteps::default());
    let (first, last) = naive::collision(Algorithm::Sha1, KEY, Format::default(), 0);
    let code = totp.code(first * 30);
    let width = u32::try_from(last - first).unwrap();

    let both = Window::new(width, 0);
    let matched = totp.verify(&code, last * 30, both).unwrap();
    assert_eq!((matched.step, matched.offset), (last, 0));
    // Replayed within the same window: neither step is left.
    assert_eq!(totp.verify(&code, last * 30, both.after(Some(matched.step))), None);

    // With the future in the window, too.
    let matched = totp.verify(&code, first * 30, Window::new(0, width)).unwrap();
    assert_eq!((matched.step, matched.offset), (last, i64::from(width)));
    // Burning the older one would have left the newer.
    let older = totp.verify(&code, last * 30, both.after(Some(first))).unwrap();
    assert_eq!(older.step, last);
}

#[test]
fn t4_the_window_is_as_wide_as_it_says_on_both_sides() {
    let totp = totp(NINE, TimeSteps::default());
    let window = Window::new(2, 1);
    for (step, expected) in
        [(97, None), (98, Some(-2)), (99, Some(-1)), (100, Some(0)), (101, Some(1)), (102, None)]
    {
        let matched = totp.verify(&totp.code(step * 30), 100 * 30, window);
        assert_eq!(matched.map(|matched| matched.offset), expected, "{step}");
    }
}

#[test]
fn t6_drift_moves_the_window_and_offsets_stay_relative_to_now() {
    let totp = totp(NINE, TimeSteps::default());
    let window = Window::new(1, 1).drifted(-5);
    let offset = |step: u64| {
        let matched = totp.verify(&totp.code(step * 30), 100 * 30, window)?;
        assert_eq!(matched.step, step);
        Some(matched.offset)
    };
    assert_eq!(
        [93, 94, 95, 96, 97, 100].map(offset),
        [None, Some(-6), Some(-5), Some(-4), None, None]
    );
}

#[test]
fn windows_end_at_step_0() {
    let totp = totp(NINE, TimeSteps::default());
    let zero = totp.code(0);
    assert_eq!(step_of(totp.verify(&zero, 0, Window::default())), Some(0));
    assert_eq!(step_of(totp.verify(&zero, 5, Window::default())), Some(0));
    assert_eq!(step_of(totp.verify(&zero, 5, Window::new(u32::MAX, 0))), Some(0));
    assert_eq!(step_of(totp.verify(&zero, 0, Window::new(0, 1).drifted(i64::MIN))), Some(0));
    assert_eq!(totp.verify(&zero, 5, Window::default().after(Some(0))), None);
    // What lies one before 0 is not step 2^64−1.
    let seconds = self::totp(NINE, steps(1, 0));
    assert_eq!(seconds.verify(&seconds.code(u64::MAX), 0, Window::new(5, 5)), None);
}

#[test]
fn windows_end_at_the_last_step() {
    let totp = totp(NINE, steps(1, 0));
    let last = totp.code(u64::MAX);
    assert_eq!(step_of(totp.verify(&last, u64::MAX, Window::default())), Some(u64::MAX));
    assert_eq!(step_of(totp.verify(&last, u64::MAX - 5, Window::new(0, u32::MAX))), Some(u64::MAX));
    assert_eq!(
        step_of(totp.verify(&last, u64::MAX, Window::new(3, 3).drifted(i64::MAX))),
        Some(u64::MAX)
    );
    assert_eq!(totp.verify(&last, u64::MAX, Window::new(3, 3).after(Some(u64::MAX))), None);
    assert_eq!(totp.verify(&totp.code(0), u64::MAX, Window::new(3, 3)), None);
}

#[test]
fn offsets_saturate() {
    let totp = totp(NINE, steps(1, 0));
    let matched = totp.verify(&totp.code(u64::MAX), 0, Window::EXACT.after(Some(u64::MAX - 1)));
    assert_eq!(matched, None, "the window is empty");
    let far = Window::EXACT.drifted(i64::MAX);
    let matched = totp.verify(&totp.code(i64::MAX as u64 + 7), 7, far).unwrap();
    assert_eq!(matched.offset, i64::MAX);
    let back = Window::EXACT.drifted(i64::MIN);
    let matched = totp.verify(&totp.code((1 << 63) - 1), u64::MAX, back).unwrap();
    assert_eq!(matched.offset, -i64::MAX);
}

#[test]
fn steam_codes() {
    let secret = Secret::from_bytes(KEY).unwrap();
    let totp = Totp::new(&secret, Algorithm::Sha1, Format::Steam, TimeSteps::default()).unwrap();
    for step in 0..2_000 {
        let expected = naive::code(Algorithm::Sha1, KEY, Format::Steam, step);
        let code = totp.code(step * 30);
        assert_eq!(code.text().as_str(), expected);
        let typed = Code::parse(&expected.to_lowercase(), Format::Steam).unwrap();
        assert_eq!(step_of(totp.verify(&typed, step * 30, Window::EXACT)), Some(step));
    }
}

proptest! {
    #[test]
    fn windows_agree_with_128_bit_arithmetic(
        now in prop_oneof![any::<u64>(), 0..50u64, (0..50u64).prop_map(|n| u64::MAX - n)],
        past: u32, future: u32,
        drift in prop_oneof![any::<i64>(), -50..50i64, Just(i64::MIN), Just(i64::MAX)],
        burnt in prop::option::of(prop_oneof![any::<u64>(), 0..50u64, (0..50u64).prop_map(|n| u64::MAX - n)]),
    ) {
        let clip = |step: i128| step.clamp(0, u64::MAX.into());
        let centre = clip(i128::from(now) + i128::from(drift));
        let first = clip(centre - i128::from(past)).max(burnt.map_or(0, |burnt| i128::from(burnt) + 1));
        let last = clip(centre + i128::from(future));
        let expected = (first <= last).then_some(first as u64..=last as u64);
        prop_assert_eq!(Window::new(past, future).drifted(drift).after(burnt).steps(now), expected);
    }

    #[test]
    fn the_step_is_the_quotient(time: u64, period in 1..=u64::MAX, t0: u64) {
        let steps = steps(period, t0);
        let step = steps.at(time);
        prop_assert_eq!(step, time.saturating_sub(t0) / period);
        if time >= t0 {
            let start = u128::from(step) * u128::from(period) + u128::from(t0);
            prop_assert_eq!(u128::from(steps.start_of(step)), start);
            prop_assert!(start <= time.into() && u128::from(time) - start < period.into());
        }
    }
}

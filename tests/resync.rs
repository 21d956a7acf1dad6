//! Resynchronization by consecutive codes and remembered drift, against naive models.

use mfa_core::{Algorithm, Code, Consecutive, Digits, Drift, Format, Hotp, Secret};
use mfa_core::{TimeSteps, Totp, Window};
use proptest::prelude::*;
use std::num::NonZeroU64;
use std::ops::RangeInclusive;

#[path = "support/naive.rs"]
mod naive;

const KEY: &[u8] = b"12345678901234567890";
const SIX: Format = Format::Decimal(Digits::SIX);

fn hotp() -> Hotp {
    Hotp::new(&Secret::from_bytes(KEY).unwrap(), Algorithm::Sha1, SIX).unwrap()
}

/// Steps of one second, so that times are steps and reach u64::MAX.
fn totp() -> Totp {
    let steps = TimeSteps::new(NonZeroU64::MIN, 0);
    Totp::new(&Secret::from_bytes(KEY).unwrap(), Algorithm::Sha1, SIX, steps).unwrap()
}

fn code(counter: u64) -> Code {
    hotp().code(counter)
}

fn run(first: u64, len: u64) -> Vec<Code> {
    (0..len).map(|n| code(first + n)).collect()
}

fn step(codes: Consecutive<'_>, now: u64, window: Window) -> Option<u64> {
    totp().resynchronize(codes, now, window).map(|matched| matched.step)
}

/// The newest place where `codes` lie one after the other: tried out from the newest on.
fn newest_run(codes: &[String], counters: RangeInclusive<u64>) -> Option<u64> {
    let carries = |counter, code: &String| naive::code(Algorithm::Sha1, KEY, SIX, counter) == *code;
    counters.clone().rev().find(|&last| {
        codes.iter().rev().enumerate().all(|(back, code)| {
            last.checked_sub(back as u64)
                .is_some_and(|counter| counters.contains(&counter) && carries(counter, code))
        })
    })
}

#[test]
fn h9_two_or_three_codes_find_the_counter_and_no_other_number_does() {
    for len in [2, 3] {
        let codes = run(500, len);
        let codes = Consecutive::new(&codes).unwrap();
        let last = Some(499 + len);
        assert_eq!(hotp().resynchronize(codes, 0, 1_000), last);
        assert_eq!(
            hotp().resynchronize(codes, 500, 0),
            last,
            "the others lie beyond the look-ahead"
        );
        assert_eq!(hotp().resynchronize(codes, 490, 10), last);
        assert_eq!(hotp().resynchronize(codes, 490, 9), None);
    }
    for len in [0, 1, 4, 100] {
        assert!(Consecutive::new(&run(500, len)).is_none());
    }
    assert_eq!(hotp().resynchronize(&[code(3), code(4), code(5)], 0, 10), Some(5));
}

/// CVE-2019-12887: codes that were seen before resynchronize nothing.
#[test]
fn h9_used_codes_never_resynchronize() {
    let codes = [code(70), code(71), code(72)];
    let last = hotp().resynchronize(&codes, 0, 100).unwrap();
    let next = last + 1;
    for used in [&codes[..], &codes[..2], &codes[1..]] {
        let used = Consecutive::new(used).unwrap();
        for look_ahead in [0, 100, 1_000] {
            assert_eq!(hotp().resynchronize(used, next, look_ahead), None);
        }
    }
    // One used code before a fresh one is no help either.
    assert_eq!(hotp().resynchronize(&[code(72), code(73)], next, 1_000), None);
    assert_eq!(hotp().resynchronize(&[code(73), code(74)], next, 1_000), Some(74));
}

/// CVE-2019-12887: codes that were seen before resynchronize nothing.
#[test]
fn t5_codes_at_or_before_the_burnt_step_never_resynchronize() {
    let wide = Window::new(1_000, 1_000).after(Some(200));
    for first in 150..=200 {
        for len in [2, 3] {
            let codes = run(first, len);
            assert_eq!(step(Consecutive::new(&codes).unwrap(), 180, wide), None, "{first} {len}");
        }
    }
    assert_eq!(step((&[code(201), code(202)]).into(), 180, wide), Some(202));
    // What resynchronized once is burnt with all its codes.
    let after = wide.after(Some(202));
    assert_eq!(step((&[code(201), code(202)]).into(), 180, after), None);
    assert_eq!(step((&[code(202), code(203)]).into(), 180, after), None);
    assert_eq!(totp().verify(&code(202), 180, after), None);
}

#[test]
fn codes_out_of_order_or_with_a_gap_do_not_count() {
    let wide = Window::new(200, 200);
    let [a, b, c, d] = [100, 101, 102, 103].map(code);
    for codes in [[&b, &a], [&a, &c], [&a, &a], [&a, &d]] {
        let codes = codes.map(Clone::clone);
        assert_eq!(hotp().resynchronize(&codes, 0, 200), None);
        assert_eq!(step((&codes).into(), 100, wide), None);
    }
    for codes in [[&a, &b, &d], [&a, &c, &d], [&c, &b, &a], [&b, &a, &c], [&a, &b, &b]] {
        let codes = codes.map(Clone::clone);
        assert_eq!(hotp().resynchronize(&codes, 0, 200), None);
        assert_eq!(step((&codes).into(), 100, wide), None);
    }
}

#[test]
fn codes_of_another_format_do_not_count() {
    let seven = Format::Decimal(Digits::new(7).unwrap());
    let other = Hotp::new(&Secret::from_bytes(KEY).unwrap(), Algorithm::Sha1, seven).unwrap();
    assert_eq!(hotp().resynchronize(&[code(4), other.code(5)], 0, 10), None);
    assert_eq!(hotp().resynchronize(&[other.code(4), other.code(5)], 0, 10), None);
}

#[test]
fn a_window_narrower_than_the_codes_holds_none() {
    let two = [code(100), code(101)];
    let three = [code(99), code(100), code(101)];
    assert_eq!(step((&two).into(), 101, Window::EXACT), None);
    assert_eq!(step((&two).into(), 101, Window::new(1, 0)), Some(101));
    assert_eq!(step((&two).into(), 100, Window::new(0, 1)), Some(101));
    assert_eq!(step((&three).into(), 101, Window::new(1, 0)), None);
    assert_eq!(step((&three).into(), 100, Window::default()), Some(101));
    assert_eq!(step((&two).into(), 101, Window::default().after(Some(u64::MAX))), None);
}

#[test]
fn equal_codes_in_a_row_are_found_like_any_others() {
    // Two neighbours with the same code, one in a million: this key has such a pair early.
    let (key, second) = (b"37048", 19);
    let hotp = Hotp::new(&Secret::from_bytes(key).unwrap(), Algorithm::Sha1, SIX).unwrap();
    let pair = [hotp.code(second - 1), hotp.code(second)];
    assert_eq!(pair[0], pair[1]);
    assert_eq!(hotp.resynchronize(&pair, second - 5, 10), Some(second));
    assert_eq!(hotp.resynchronize(&pair, second, 10), None, "one of them is used up");
    let three = [hotp.code(second - 1), hotp.code(second), hotp.code(second + 1)];
    assert_eq!(hotp.resynchronize(&three, second - 5, 10), Some(second + 1));
}

#[test]
fn the_last_counter_resynchronizes_and_nothing_wraps() {
    let last = u64::MAX;
    let (two, three) = ([code(last - 1), code(last)], [code(last - 2), code(last - 1), code(last)]);
    assert_eq!(hotp().resynchronize(&two, last - 1, 0), Some(last));
    assert_eq!(hotp().resynchronize(&two, last - 9, u32::MAX), Some(last));
    assert_eq!(hotp().resynchronize(&three, last - 2, 5), Some(last));
    assert_eq!(hotp().resynchronize(&two, last, u32::MAX), None);
    assert_eq!(hotp().resynchronize(&[code(last), code(0)], last, u32::MAX), None);
    assert_eq!(hotp().resynchronize(&[code(last), code(0)], last - 3, 10), None);

    assert_eq!(step((&two).into(), last, Window::default()), Some(last));
    assert_eq!(step((&three).into(), last, Window::new(9, 9)), Some(last));
    assert_eq!(step((&[code(last), code(0)]).into(), last, Window::new(9, 9)), None);
    assert_eq!(step((&[code(last), code(0)]).into(), 0, Window::new(9, 9)), None);
    assert_eq!(step((&[code(0), code(1)]).into(), 0, Window::default()), Some(1));
}

/// T6: what is remembered after a resynchronization is where the next login is looked for.
#[test]
fn t6_the_measured_drift_centres_the_next_login() {
    for (now, clock) in [(10_000, 6_400), (10_000, 13_600), (10_000, 10_000), (10_000, 10_001)] {
        let codes = [code(clock - 2), code(clock - 1), code(clock)];
        let matched = totp().resynchronize(&codes, now, Window::new(4_000, 4_000)).unwrap();
        assert_eq!(matched.step, clock);
        let drift = Drift::measured(matched.offset);
        let window = Window::default().drifted(drift.steps()).after(Some(matched.step));
        let later = totp().verify(&code(clock + 50), now + 50, window).unwrap();
        assert_eq!(drift.follow(later.offset, 2), drift, "nothing to correct");
    }
}

#[test]
fn t6_drift_follows_by_one_step_a_login_and_stays_bounded() {
    let mut drift = Drift::NONE;
    let mut seen = vec![];
    for offset in [3, 3, 3, 3, 0, 0, 0, 0, -100, -100, -100, 0] {
        drift = drift.follow(offset, 2);
        seen.push(drift.steps());
    }
    assert_eq!(seen, [1, 2, 2, 2, 1, 0, 0, 0, -1, -2, -2, -1]);
    assert_eq!(Drift::NONE.follow(1, 0), Drift::NONE);
    // Delaying each login as far as the window allows leads no farther than the bound.
    let mut drift = Drift::measured(1_000);
    for _ in 0..1_000 {
        drift = drift.follow(drift.steps() - 1, 2);
    }
    assert_eq!(drift.steps(), 998);
}

#[test]
fn t6_drift_saturates() {
    for (measured, offset) in [(i64::MAX, i64::MIN), (i64::MIN, i64::MAX), (i64::MAX, i64::MAX)] {
        let mut drift = Drift::measured(measured);
        for _ in 0..300 {
            drift = drift.follow(offset, u8::MAX);
        }
        assert_eq!(drift.steps().abs_diff(measured), u64::from(measured != offset) * 127);
    }
    assert_eq!(Drift::from_parts(i64::MAX, i8::MAX).steps(), i64::MAX);
    assert_eq!(Drift::from_parts(i64::MIN, i8::MIN).steps(), i64::MIN);
    assert_eq!(Drift::from_parts(7, i8::MIN).follow(i64::MIN, u8::MAX).parts(), (7, -127));
}

fn near(edge: bool, distance: u64) -> u64 {
    if edge { u64::MAX - distance } else { distance }
}

proptest! {
    /// A walk over few counters, codes picked from it: often a run, often nearly one.
    #[test]
    fn resynchronizing_agrees_with_the_naive_model(
        edge: bool, start in 0..20u64, look_ahead in 0..20u32,
        picks in prop::collection::vec(0..24u64, 2..=3), in_a_row: bool,
        now in 0..20u64, past in 0..12u32, future in 0..12u32,
        drift in -12..12i64, burnt in prop::option::of(0..20u64),
    ) {
        let picks: Vec<u64> = match in_a_row {
            true => (picks[0]..).take(picks.len()).collect(),
            false => picks,
        };
        let base = if edge { u64::MAX - 20 } else { 0 };
        let texts: Vec<String> = picks
            .iter()
            .map(|&n| naive::code(Algorithm::Sha1, KEY, SIX, base.wrapping_add(n)))
            .collect();
        let codes: Vec<Code> = texts.iter().map(|text| Code::parse(text, SIX).unwrap()).collect();
        let consecutive = Consecutive::new(&codes).unwrap();

        let counter = near(edge, start);
        let firsts = counter..=counter.saturating_add(look_ahead.into());
        let lasts = counter..=firsts.end().saturating_add(codes.len() as u64 - 1);
        let found = hotp().resynchronize(consecutive, counter, look_ahead);
        prop_assert_eq!(found, newest_run(&texts, lasts));

        let (now, burnt) = (near(edge, now), burnt.map(|burnt| near(edge, burnt)));
        let window = Window::new(past, future).drifted(drift).after(burnt);
        let expected = window.steps(now).and_then(|steps| newest_run(&texts, steps));
        let matched = totp().resynchronize(consecutive, now, window);
        prop_assert_eq!(matched.map(|matched| matched.step), expected);
        if let Some(matched) = matched {
            prop_assert_eq!(i128::from(matched.offset), i128::from(matched.step) - i128::from(now));
            prop_assert!(burnt.is_none_or(|burnt| matched.step > burnt + codes.len() as u64 - 1));
        }
    }

    #[test]
    fn t6_drift_agrees_with_128_bit_arithmetic(
        measured: i64, followed: i8, offset in prop_oneof![any::<i64>(), -3..3i64], bound: u8,
    ) {
        let before = Drift::from_parts(measured, followed);
        let after = before.follow(offset, bound);
        let limit = i128::from(bound).min(127);
        let direction = (i128::from(offset) - i128::from(before.steps())).signum();
        let expected = (i128::from(followed) + direction).clamp(-limit, limit);
        prop_assert_eq!(after.parts(), (measured, expected as i8));
        prop_assert_eq!(Drift::from_parts(measured, expected as i8), after);
    }
}

//! A verifier that lives through logins, replays and resynchronizations agrees with a naive
//! one at every turn.

#[path = "../support/naive.rs"]
mod naive;

use mfa_core::{Algorithm, Code, Consecutive, Digits, Drift, Format, Secret};
use mfa_core::{TimeSteps, Totp, Window};
use std::collections::HashSet;
use std::num::NonZeroU64;

/// The key and the parameters are read from the bytes, then one turn after the other.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let key_len = usize::from(input.u8() % 128) + 1;
    let key: Vec<u8> = (0..key_len).map(|n| input.u8() ^ n as u8).collect();
    let algorithm = match input.u8() % 3 {
        0 => Algorithm::Sha1,
        1 => Algorithm::Sha256,
        _ => Algorithm::Sha512,
    };
    let format = match input.u8() % 5 {
        4 => Format::Steam,
        more => Format::Decimal(Digits::new(6 + more).unwrap()),
    };
    let steps =
        TimeSteps::new(NonZeroU64::new(input.u64()).unwrap_or(NonZeroU64::MIN), input.u64());
    let secret = Secret::from_bytes(&key).unwrap();
    let Ok(totp) = Totp::new(&secret, algorithm, format, steps) else {
        return; // The build is without SHA-2.
    };
    let naive = |step| naive::code(algorithm, &key, format, step);

    let mut drift = Drift::from_parts(input.i64(), 0);
    let mut burnt = Some(input.u64()).filter(|burnt| *burnt != 0);
    let mut accepted = HashSet::new();
    for _ in 0..8 {
        if input.0.is_empty() {
            break;
        }
        // Where the verifier stands, and what it is shown.
        let time = input.u64();
        let now = time.saturating_sub(steps.t0()) / steps.period();
        let (past, future) = (input.u8() % 16, input.u8() % 16);
        let window = Window::new(past.into(), future.into()).drifted(drift.steps()).after(burnt);
        let first = now.saturating_add_signed(drift.steps()).wrapping_add_signed(input.i8().into());
        let texts: Vec<String> = (0..1 + input.u8() % 3)
            .map(|n| naive(first.wrapping_add(n.into()).wrapping_add((input.u8() / 250).into())))
            .collect();
        let codes: Vec<Code> =
            texts.iter().map(|text| Code::parse(text, format).unwrap()).collect();

        // Every step that is acceptable, by arithmetic that cannot wrap.
        let clip = |step: i128| step.clamp(0, u64::MAX.into());
        let centre = clip(i128::from(now) + i128::from(drift.steps()));
        let oldest =
            clip(centre - i128::from(past)).max(burnt.map_or(0, |burnt| i128::from(burnt) + 1));
        let newest = clip(centre + i128::from(future));
        let carried: Vec<(u64, String)> =
            (oldest..=newest).map(|step| (step as u64, naive(step as u64))).collect();
        let expected = carried
            .windows(texts.len())
            .filter(|run| run.iter().map(|(_, text)| text).eq(&texts))
            .filter_map(|run| run.last())
            .map(|(step, _)| *step)
            .max();

        let matched = match (&codes[..], Consecutive::new(&codes)) {
            (_, Some(codes)) => totp.resynchronize(codes, time, window),
            ([code], _) => totp.verify(code, time, window),
            _ => unreachable!("one to three codes"),
        };
        assert_eq!(matched.map(|matched| matched.step), expected);

        let Some(matched) = matched else { continue };
        let distance = i128::from(matched.step) - i128::from(now);
        let limit = i128::from(i64::MAX);
        assert_eq!(i128::from(matched.offset), distance.clamp(-limit, limit));
        for back in 0..codes.len() as u64 {
            assert!(accepted.insert(matched.step - back), "a step was accepted twice");
        }
        burnt = Some(matched.step);
        for code in &codes {
            let again = totp.verify(code, time, window.after(burnt));
            assert!(again.is_none_or(|again| !accepted.contains(&again.step)), "a replay");
        }
        let moved = match codes.len() {
            1 => drift.follow(matched.offset, 2),
            _ => Drift::measured(matched.offset),
        };
        assert!(codes.len() > 1 || moved.steps().abs_diff(drift.steps()) <= 1);
        drift = moved;
    }
}

/// Reads numbers from bytes; zeros after their end.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn u8(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or_default()
    }

    fn i8(&mut self) -> i8 {
        self.u8().cast_signed()
    }

    /// A number of any size, often a small one or one near the end: a length and a sign in
    /// one byte, then the digits.
    fn u64(&mut self) -> u64 {
        let head = self.u8();
        let value = (0..head % 9).fold(0, |value, _| value << 8 | u64::from(self.u8()));
        if head < 128 { value } else { !value }
    }

    fn i64(&mut self) -> i64 {
        self.u64().cast_signed()
    }
}

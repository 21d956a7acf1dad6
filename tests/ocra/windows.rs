//! Verification ahead, around, and at both ends of 64 bits.

use super::*;
use mfa_core::ocra::Verified;

fn verified(
    ocra: &Ocra,
    response: &Response,
    input: Input<'_>,
    ahead: u32,
    window: Window,
) -> Option<Verified> {
    ocra.verify(response, &input, ahead, window).unwrap()
}

#[test]
fn counters_are_looked_for_ahead_and_never_behind() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-8:C-QN08");
    let at = |counter| Input::challenge("1234").with_counter(counter);
    let response = ocra.response(&at(100)).unwrap();
    let counter = |from, ahead| {
        let verified = verified(&ocra, &response, at(from), ahead, Window::default())?;
        assert_eq!(verified.time, None);
        verified.counter
    };
    assert_eq!(counter(100, 0), Some(100));
    assert_eq!(counter(90, 10), Some(100));
    assert_eq!(counter(90, 9), None);
    assert_eq!(counter(101, 1000), None);

    let last = ocra.response(&at(u64::MAX)).unwrap();
    let end = |from, ahead| verified(&ocra, &last, at(from), ahead, Window::EXACT)?.counter;
    assert_eq!(end(u64::MAX, 1000), Some(u64::MAX));
    assert_eq!(end(u64::MAX - 1, 1), Some(u64::MAX));
    assert_eq!(end(u64::MAX - 1, 0), None);
    // The window does not wrap round.
    let first = ocra.response(&at(0)).unwrap();
    assert_eq!(verified(&ocra, &first, at(u64::MAX), 1000, Window::EXACT), None);
    assert_eq!(verified(&ocra, &first, at(0), 0, Window::EXACT).unwrap().counter, Some(0));
}

#[test]
fn time_steps_are_looked_for_both_ways_and_burnt_ones_never_match() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-8:QN08-T1M");
    let question = Input::challenge("1234");
    let response = ocra.response(&question.at(6000)).unwrap();
    let time = |now, window| {
        let verified = verified(&ocra, &response, question.at(now), 7, window)?;
        assert_eq!(verified.counter, None);
        verified.time.map(|time| (time.step, time.offset))
    };
    assert_eq!(time(6059, Window::EXACT), Some((100, 0)));
    assert_eq!(time(6060, Window::EXACT), None);
    assert_eq!(time(6060, Window::new(1, 0)), Some((100, -1)));
    assert_eq!(time(5999, Window::new(0, 1)), Some((100, 1)));
    assert_eq!(time(6000, Window::new(9, 9).after(Some(99))), Some((100, 0)));
    assert_eq!(time(6000, Window::new(9, 9).after(Some(100))), None);
    assert_eq!(time(6000, Window::new(9, 9).after(Some(u64::MAX))), None);
    assert_eq!(time(6000 + 300, Window::EXACT.drifted(-5)), Some((100, -5)));

    for step in [0, u64::MAX] {
        let response = ocra.response(&question.at_step(step)).unwrap();
        let found = verified(&ocra, &response, question.at_step(step), 0, Window::new(9, 9));
        assert_eq!(found.unwrap().time.unwrap().step, step);
    }
}

#[test]
fn of_several_matches_the_newest_counter_and_the_newest_step_are_named() {
    // Four digits collide often.
    let counters = ocra("OCRA-1:HOTP-SHA1-4:C-QN08");
    let at = |counter| Input::challenge("1").with_counter(counter);
    let codes: Vec<_> = (0..1000).map(|counter| counters.response(&at(counter)).unwrap()).collect();
    let mut collisions = 0;
    for (first, response) in codes.iter().enumerate().take(100) {
        let newest = codes.iter().rposition(|code| code == response).unwrap();
        collisions += usize::from(newest != first);
        let found = verified(&counters, response, at(0), 999, Window::EXACT).unwrap();
        assert_eq!(found.counter, Some(newest as u64));
    }
    assert!(collisions > 3);

    let both = ocra("OCRA-1:HOTP-SHA1-4:C-QN08-T1S");
    let at = |counter, step| Input::challenge("1").with_counter(counter).at_step(step);
    let mut apart = 0;
    for start in (0..200).step_by(50) {
        let response = both.response(&at(start, start)).unwrap();
        let mut matches = vec![];
        for counter in start..start + 100 {
            for step in start..=start + 99 {
                if both.response(&at(counter, step)).unwrap() == response {
                    matches.push((counter, step));
                }
            }
        }
        let found = verified(&both, &response, at(start, start), 99, Window::new(0, 99)).unwrap();
        assert_eq!(found.counter, matches.iter().map(|(counter, _)| *counter).max());
        let newest_step = matches.iter().map(|(_, step)| *step).max();
        assert_eq!(found.time.map(|time| time.step), newest_step);
        apart += usize::from(!matches.contains(&(found.counter.unwrap(), newest_step.unwrap())));
    }
    assert!(apart > 0, "the newest of each are not always of one match");
}

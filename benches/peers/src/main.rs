//! `time` prints nanoseconds of all contestants, sampled in turns; `count` runs each operation
//! between two calls of `mark`, for callgrind to count its instructions.
//!
//! Both print one line an entry, its columns separated by tabs.

use peers::{Entry, entries};
use std::time::{Duration, Instant};

fn main() {
    let mut args = std::env::args().skip(1);
    let mode = args.next().unwrap_or_default();
    let budget = args.next().and_then(|number| number.parse().ok());
    let words: Vec<String> = args.collect();
    let mut entries = entries();
    entries.retain(|entry| {
        words.is_empty()
            || words
                .iter()
                .any(|word| format!("{}: {}", entry.operation, entry.who).contains(word.as_str()))
    });
    match mode.as_str() {
        "time" => time(entries, budget.unwrap_or(400)),
        "count" => count(entries, budget.unwrap_or(8)),
        _ => eprintln!("usage: peers time|count [ROUNDS|RUNS] [PART OF AN OPERATION'S NAME]…"),
    }
}

/// The contestants of an operation take turns, so that whatever else the machine does meets
/// all of them; ratios are taken within a turn.
fn time(mut entries: Vec<Entry>, rounds: usize) {
    const SAMPLE: Duration = Duration::from_micros(50);
    while let Some(first) = entries.first() {
        let operation = first.operation.clone();
        let (mut group, rest): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| entry.operation == operation);
        entries = rest;
        let batches: Vec<u32> = group.iter_mut().map(|entry| batch(entry, SAMPLE)).collect();
        // Fewer turns where a sample takes long.
        let turn: Duration = group.iter_mut().zip(&batches).map(|(e, n)| sample(e, *n)).sum();
        let limit = Duration::from_millis(rounds as u64 * 2).div_duration_f64(turn);
        let rounds = rounds.min((limit as usize).max(9));
        let mut samples = vec![Vec::with_capacity(rounds); group.len()];
        for _ in 0..rounds {
            for ((entry, batch), samples) in group.iter_mut().zip(&batches).zip(&mut samples) {
                samples.push(sample(entry, *batch).as_secs_f64() * 1e9 / f64::from(*batch));
            }
        }
        let ours = group.iter().position(|entry| entry.who == "mfa-core").unwrap_or(0);
        for (entry, own) in group.iter().zip(&samples) {
            let ratio = median(samples[ours].iter().zip(own).map(|(a, b)| a / b));
            let nanoseconds = median(own.iter().copied());
            println!("{operation}\t{}\t{nanoseconds:.1}\t{ratio:.3}", entry.who);
        }
    }
}

/// How many runs fill a sample.
fn batch(entry: &mut Entry, sample_time: Duration) -> u32 {
    let mut runs = 1;
    while sample(entry, runs) < sample_time && runs < 1 << 20 {
        runs *= 2;
    }
    runs
}

fn sample(entry: &mut Entry, runs: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..runs {
        (entry.run)();
    }
    start.elapsed()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Callgrind writes its counts so far whenever `mark` is entered (`--dump-before`).
#[inline(never)]
fn count(mut entries: Vec<Entry>, runs: usize) {
    for entry in &mut entries {
        (entry.run)();
        mark();
        for _ in 0..runs {
            (entry.run)();
        }
        mark();
        println!("{}\t{}\t{runs}", entry.operation, entry.who);
    }
}

#[inline(never)]
fn mark() {
    std::hint::black_box(());
}

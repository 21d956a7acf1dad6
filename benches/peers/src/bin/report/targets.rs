//! The targets: most are ratios to a peer or to the floor, of time or of instructions.

use crate::measured::{DEFAULT, FAT, Measured, V3};
use std::process::ExitCode;

pub const OURS: &str = "mfa-core";
const TOTP_RS: &str = "totp-rs";
const RAW: &str = "raw compressions";

/// What is compared, with whom, and how much of theirs we may take.
pub struct Target {
    pub operation: &'static str,
    pub whose: &'static str,
    pub measure: Measure,
    pub limit: f64,
}

#[derive(Clone, Copy)]
pub enum Measure {
    /// Time, in a build.
    Time(&'static str),
    /// Instructions, without the processor's own for hashing.
    Instructions,
    /// Bytes that a program grows by.
    Size,
}

const fn target(
    operation: &'static str,
    whose: &'static str,
    measure: Measure,
    limit: f64,
) -> Target {
    Target { operation, whose, measure, limit }
}

pub const TARGETS: [Target; 18] = [
    target("code, SHA-1", TOTP_RS, Measure::Time(DEFAULT), 0.55),
    target("code, SHA-1", RAW, Measure::Time(DEFAULT), 1.45),
    target("key and code, SHA-1", TOTP_RS, Measure::Time(DEFAULT), 0.80),
    target("verify, 3 steps", TOTP_RS, Measure::Time(DEFAULT), 0.42),
    target("verify, 3 steps", RAW, Measure::Time(DEFAULT), 1.10),
    target("verify, 3 steps", TOTP_RS, Measure::Instructions, 0.30),
    target("verify, 101 steps", TOTP_RS, Measure::Time(DEFAULT), 0.40),
    target("verify, 101 steps", TOTP_RS, Measure::Time(V3), 0.22),
    target("code, SHA-256", TOTP_RS, Measure::Time(DEFAULT), 0.55),
    target("code, SHA-512", TOTP_RS, Measure::Time(DEFAULT), 0.55),
    target("otpauth, read", TOTP_RS, Measure::Time(DEFAULT), 0.15),
    target("otpauth, write", TOTP_RS, Measure::Time(DEFAULT), 0.15),
    target("base32, encode", "base32ct", Measure::Time(DEFAULT), 1.0),
    target("base32, decode", "base32ct", Measure::Time(DEFAULT), 1.0),
    target("respond", "key and ±1", Measure::Time(DEFAULT), 1.25),
    target("one code more", RAW, Measure::Time(FAT), 2.0),
    target("code", "size", Measure::Size, 6_000.0),
    target("uri", "size", Measure::Size, 12_000.0),
];

impl Target {
    pub fn reached(&self, measured: &Measured) -> Option<f64> {
        let (operation, whose) = (self.operation, self.whose);
        match self.measure {
            Measure::Time(FAT) => measured.time_ratio(FAT, "code, SHA-1", RAW),
            Measure::Time(build) => measured.time_ratio(build, operation, whose),
            Measure::Instructions => {
                let ours = measured.instructions(operation, OURS)?;
                Some(ours / measured.instructions(operation, whose)?)
            }
            Measure::Size => measured.size(operation),
        }
    }
}

/// Limits for instructions, which are repeatable: what was reached, and some slack.
const INSTRUCTIONS: [(&str, &str, f64); 12] = [
    ("code, SHA-1", TOTP_RS, 0.51),
    ("code, SHA-1", RAW, 1.08),
    ("key and code, SHA-1", TOTP_RS, 0.93),
    ("verify, 3 steps", TOTP_RS, 0.28),
    ("verify, 101 steps", TOTP_RS, 0.21),
    ("code, SHA-256", TOTP_RS, 0.51),
    ("code, SHA-512", TOTP_RS, 0.51),
    ("otpauth, read", TOTP_RS, 0.185),
    ("otpauth, write", TOTP_RS, 0.19),
    ("base32, encode", "base32ct", 1.27),
    ("base32, decode", "base32ct", 1.03),
    ("respond", "key and ±1", 1.23),
];

/// Checks instructions, allocations, the cliff, and that windows cost by their width.
pub fn check(measured: &Measured) -> ExitCode {
    let mut faults = Vec::new();
    for (operation, whose, limit) in INSTRUCTIONS {
        let ours = measured.instructions(operation, OURS);
        match ours.zip(measured.instructions(operation, whose)) {
            Some((ours, theirs)) if ours <= limit * theirs => {
                println!("ok    {:.3} ≤ {limit} × {whose}: {operation}", ours / theirs);
            }
            Some((ours, theirs)) => {
                faults.push(format!("{:.3} > {limit} × {whose}: {operation}", ours / theirs));
            }
            None => faults.push(format!("{operation} of {whose} was not counted")),
        }
    }
    let ours: Vec<_> = measured.lines("cost").iter().filter(|l| l[1].starts_with(OURS)).collect();
    if ours.is_empty() {
        faults.push("no allocations were counted".into());
    }
    let allocating = ours.iter().filter(|line| line[2] != "0");
    faults.extend(allocating.map(|line| format!("{} allocates {} times", line[0], line[2])));
    let per_step = |steps| {
        let name = format!("verify, {steps} steps");
        measured.instructions(&name, OURS).unwrap_or_default() / f64::from(steps)
    };
    if per_step(3001) > 1.1 * per_step(101) || per_step(101) == 0.0 {
        faults.push("a window of 3001 steps costs more a step than one of 101".into());
    }
    // Nanoseconds, but far apart: 1.3 beside 60.
    let worst = measured.time_ratio(FAT, "code, SHA-1", RAW).unwrap_or(f64::INFINITY);
    println!("      {worst:.2} × two raw compressions with everything inlined");
    if worst > 2.0 {
        faults.push(format!("one code takes {worst:.2} times its compressions in the fat build"));
    }
    faults.iter().for_each(|fault| println!("FAULT {fault}"));
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

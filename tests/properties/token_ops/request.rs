//! What is asked of a token: chosen from bytes, as plain data for the model.

use super::input::Input;
use mfa_core::ocra::Suite;
use mfa_core::token::{Provision, Trim};
use mfa_core::{Algorithm, Digits, Format, HotpParameters, Secret, TimeSteps, TotpParameters};
use std::num::NonZeroU64;

pub const KEY: &[u8] = b"12345678901234567890";

/// Suites of the model: alphanumeric questions, of SHA-1.
pub const ONE_WAY: [&str; 4] = [
    "OCRA-1:HOTP-SHA1-6:QA08",
    "OCRA-1:HOTP-SHA1-8:C-QA08-PSHA1",
    "OCRA-1:HOTP-SHA1-7:QA08-S004-T1M",
    "OCRA-1:HOTP-SHA1-6:C-QA08-PSHA1-T30S",
];
pub const MUTUAL: (&str, &str) = ("OCRA-1:HOTP-SHA1-8:C-QA08-PSHA1", "OCRA-1:HOTP-SHA1-8:QA08");

#[derive(Clone, Debug)]
pub enum Request {
    Hotp { counter: u64 },
    Totp { period: u64 },
    Ocra { suite: &'static str, server: Option<&'static str>, counter: u64 },
    Press { pin: Option<&'static str> },
    Show { pin: Option<&'static str> },
    Respond(Respond),
    SetPin { current: Option<&'static str>, new: &'static str, attempts: u8 },
    Unblock,
    SetClock { trim: Trim },
    LoseClock,
    Wipe,
}

#[derive(Clone, Debug)]
pub struct Respond {
    pub mutual: bool,
    pub right_server: bool,
    pub session: Option<&'static [u8]>,
    pub with_rtc: bool,
    pub pin: Option<&'static str>,
}

impl Request {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hotp { .. } | Self::Totp { .. } | Self::Ocra { .. } => "Provision",
            Self::Press { .. } => "Press",
            Self::Show { .. } => "Show",
            Self::Respond(_) => "Respond",
            Self::SetPin { .. } => "SetPin",
            Self::Unblock => "Unblock",
            Self::SetClock { .. } => "SetClock",
            Self::LoseClock => "LoseClock",
            Self::Wipe => "Wipe",
        }
    }

    /// Mostly what the token is for.
    pub fn choose(input: &mut Input<'_>) -> Self {
        match input.u8() {
            0..60 => Self::Press { pin: pin(input) },
            60..110 => Self::Show { pin: pin(input) },
            110..170 => Self::Respond(respond(input)),
            170..190 => Self::SetPin {
                current: pin(input),
                new: input.pick(&["1234", "9876", "123", "1234567890123456789012345678901234"]),
                attempts: input.pick(&[3, 1, 10, 0, 11]),
            },
            190..196 => Self::Unblock,
            196..220 => Self::SetClock {
                trim: match input.u8() {
                    0..100 => Trim::Keep,
                    100..160 => Trim::Measure,
                    _ => Trim::Ppm(input.pick(&[20, -1000, 1000, -1001, i16::MAX])),
                },
            },
            220..224 => Self::LoseClock,
            224..228 => Self::Wipe,
            228..236 => Self::Hotp { counter: counter(input) },
            236..244 => Self::Totp { period: input.pick(&[30, 60, 1]) },
            _ => match input.u8() % 6 {
                suite @ 0..4 => Self::Ocra {
                    suite: ONE_WAY[usize::from(suite)],
                    server: None,
                    counter: counter(input),
                },
                _ => {
                    Self::Ocra { suite: MUTUAL.0, server: Some(MUTUAL.1), counter: counter(input) }
                }
            },
        }
    }
}

fn counter(input: &mut Input<'_>) -> u64 {
    input.pick(&[0, 7, u64::MAX - 1, u64::MAX])
}

fn pin(input: &mut Input<'_>) -> Option<&'static str> {
    input.pick(&[None, Some("1234"), Some("1234"), Some("9876"), Some("12345")])
}

fn respond(input: &mut Input<'_>) -> Respond {
    let choices = input.u8();
    Respond {
        mutual: choices & 1 != 0,
        right_server: choices & 6 != 0,
        session: input.pick(&[None, Some(&b"abc"[..]), Some(&b"abcde"[..])]),
        with_rtc: choices & 0x38 != 0,
        pin: pin(input),
    }
}

pub fn provision(request: &Request) -> Option<Provision> {
    let secret = Secret::from_bytes(KEY).unwrap();
    let format = Format::Decimal(Digits::EIGHT);
    let parse = |suite: &str| Suite::parse(suite).unwrap();
    Some(match request {
        Request::Hotp { counter } => {
            let parameters = HotpParameters { algorithm: Algorithm::Sha1, format };
            Provision::hotp(secret, parameters, *counter)
        }
        Request::Totp { period } => {
            let steps = TimeSteps::new(NonZeroU64::new(*period).unwrap(), 0);
            Provision::totp(secret, TotpParameters { algorithm: Algorithm::Sha1, format, steps })
        }
        Request::Ocra { suite, server: None, counter } => {
            Provision::ocra(secret, parse(suite), *counter)
        }
        Request::Ocra { suite, server: Some(server), counter } => {
            Provision::mutual_ocra(secret, parse(suite), parse(server), *counter)
        }
        _ => return None,
    })
}

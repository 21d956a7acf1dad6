//! A token as one would put it who need not care for timing, size or power.

use super::naive;
use super::request::{KEY, Request, Respond};
use mfa_core::ocra::{Field, InputError};
use mfa_core::token::{Refused, Trim};
use mfa_core::{Algorithm, Digits, Format};
use sha1::{Digest, Sha1};

/// What was seen when an operation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Shown(String),
    WrongPin { attempts_left: u8 },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    pub steps_taken: u64,
    made: Option<Made>,
    /// The next counter, or all are used.
    pub counter: Option<u64>,
    pub shown: Option<u64>,
    /// (RTC, time, last seen RTC), when it was set.
    clock: Option<(u64, u64, u64)>,
    /// In parts of 2^32.
    rate: i128,
    pub pin: Option<Pin>,
}

#[derive(Clone, Debug, PartialEq)]
enum Made {
    Hotp,
    Totp { period: u64 },
    Ocra { suite: &'static str, server: Option<&'static str> },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    text: &'static str,
    pub allowed: u8,
    pub failed: u8,
}

pub const CLIENT: &str = "CLI12345";
pub const SERVER: &str = "SRV6789";

impl Model {
    /// The token afterwards, what is seen, and the moving factor that was used.
    pub fn run(&self, request: &Request, rtc: u64, now: u64) -> Result<(Self, Outcome), Refused> {
        let mut next = self.clone();
        next.steps_taken += 1;
        let outcome = next.apply(request, rtc, now)?;
        Ok((next, outcome))
    }

    fn apply(&mut self, request: &Request, rtc: u64, now: u64) -> Result<Outcome, Refused> {
        match *request {
            Request::Hotp { counter } => self.make(Made::Hotp, Some(counter)),
            Request::Totp { period } => self.make(Made::Totp { period }, None),
            Request::Ocra { suite, server, counter } => {
                let counter = suite.contains(":C-").then_some(counter);
                self.make(Made::Ocra { suite, server }, counter)
            }
            Request::Press { pin } => match self.made {
                Some(Made::Hotp) => {
                    let attempt = self.attempt(pin)?;
                    let counter = self.next_counter()?;
                    Ok(attempt.unwrap_or(Outcome::Shown(code(counter))))
                }
                _ => Err(self.other()),
            },
            Request::Show { pin } => match self.made {
                Some(Made::Totp { period }) => {
                    let attempt = self.attempt(pin)?;
                    let step = self.step(period, rtc)?;
                    Ok(attempt.unwrap_or(Outcome::Shown(code(step))))
                }
                _ => Err(self.other()),
            },
            Request::Respond(ref asked) => self.respond(asked, rtc),
            Request::SetPin { current, new, attempts } => {
                if self.made.is_none() {
                    return Err(Refused::Blank);
                }
                if new.len() < 4 || new.len() > 32 {
                    return Err(Refused::PinLength);
                }
                if attempts == 0 || attempts > 10 {
                    return Err(Refused::PinAttempts);
                }
                if let Some(wrong) = self.attempt(current)? {
                    return Ok(wrong);
                }
                self.pin = Some(Pin { text: new, allowed: attempts, failed: 0 });
                Ok(Outcome::Done)
            }
            Request::Unblock => {
                self.pin.as_mut().ok_or(Refused::NoPin)?.failed = 0;
                Ok(Outcome::Done)
            }
            Request::SetClock { trim } => {
                self.needs_time()?;
                self.rate = match trim {
                    Trim::Keep => self.rate,
                    Trim::Ppm(ppm) if ppm.abs() <= 1000 => i128::from(ppm) * 4295,
                    Trim::Ppm(_) => return Err(Refused::DriftTooLarge),
                    _ => self.measured(rtc, now).ok_or(Refused::DriftNotMeasured)?,
                };
                self.clock = Some((rtc, now, rtc));
                Ok(Outcome::Done)
            }
            Request::LoseClock => {
                self.needs_time()?;
                self.clock = None;
                Ok(Outcome::Done)
            }
            Request::Wipe => {
                *self = Self { steps_taken: self.steps_taken, ..Self::default() };
                Ok(Outcome::Done)
            }
        }
    }

    fn make(&mut self, made: Made, counter: Option<u64>) -> Result<Outcome, Refused> {
        if self.made.is_some() {
            return Err(Refused::AlreadyProvisioned);
        }
        (self.made, self.counter) = (Some(made), counter);
        Ok(Outcome::Done)
    }

    fn other(&self) -> Refused {
        if self.made.is_none() { Refused::Blank } else { Refused::WrongKind }
    }

    fn needs_time(&self) -> Result<(), Refused> {
        match self.made {
            Some(Made::Totp { .. }) => Ok(()),
            Some(Made::Ocra { suite, .. }) if suite.contains("-T") => Ok(()),
            _ => Err(self.other()),
        }
    }

    /// What is seen if the PIN is wrong.
    fn attempt(&mut self, typed: Option<&str>) -> Result<Option<Outcome>, Refused> {
        let Some(pin) = &mut self.pin else {
            return if typed.is_some() { Err(Refused::NoPin) } else { Ok(None) };
        };
        if pin.failed == pin.allowed {
            return Err(Refused::Locked);
        }
        if typed.ok_or(Refused::PinNeeded)? == pin.text {
            pin.failed = 0;
            return Ok(None);
        }
        pin.failed += 1;
        Ok(Some(Outcome::WrongPin { attempts_left: pin.allowed - pin.failed }))
    }

    fn next_counter(&mut self) -> Result<u64, Refused> {
        let counter = self.counter.ok_or(Refused::Exhausted)?;
        self.counter = if counter == u64::MAX { None } else { Some(counter + 1) };
        Ok(counter)
    }

    pub fn time(&self, rtc: u64) -> Result<u64, Refused> {
        let (set, now, seen) = self.clock.ok_or(Refused::ClockNotSet)?;
        if rtc < seen {
            return Err(Refused::ClockLost);
        }
        let elapsed = i128::from(rtc - set);
        let trimmed = (elapsed.min(u32::MAX.into()) * self.rate).div_euclid(1 << 32);
        let base = (i128::from(now) + elapsed).min(u64::MAX.into());
        Ok((base + trimmed).clamp(0, u64::MAX.into()) as u64)
    }

    fn step(&mut self, period: u64, rtc: u64) -> Result<u64, Refused> {
        let step = self.time(rtc)? / period;
        if self.shown > Some(step) {
            return Err(Refused::ClockBehind);
        }
        self.shown = Some(step);
        self.clock = self.clock.map(|(set, now, _)| (set, now, rtc));
        Ok(step)
    }

    fn measured(&self, rtc: u64, now: u64) -> Option<i128> {
        let (set, time, seen) = self.clock?;
        let (elapsed, passed) =
            (i128::from(rtc) - i128::from(set), i128::from(now) - i128::from(time));
        if rtc < seen || elapsed < 86_400 || passed < 0 {
            return None;
        }
        let rate = ((passed - elapsed) << 32) / elapsed;
        (rate.abs() <= 4_295_000).then_some(rate)
    }

    fn respond(&mut self, asked: &Respond, rtc: u64) -> Result<Outcome, Refused> {
        let Some(Made::Ocra { suite, server }) = self.made else { return Err(self.other()) };
        let period = [("-T1M", 60), ("-T30S", 30)].iter().find(|(t, _)| suite.ends_with(t));
        let step = match period {
            Some((_, period)) if asked.with_rtc => Some(self.step(*period, rtc)?),
            _ => None,
        };
        match (asked.mutual, server) {
            (false, Some(_)) => return Err(Refused::ServerMustAnswer),
            (true, None) => return Err(Refused::NotMutual),
            (true, Some(_)) if !asked.right_server => return Err(Refused::WrongServer),
            _ => {}
        }
        let hashes_pin = suite.contains("-PSHA1");
        let own = if self.pin.is_some() || !hashes_pin { asked.pin } else { None };
        let attempt = self.attempt(own)?;
        let mut message = [suite.as_bytes(), &[0]].concat();
        if suite.contains(":C-") {
            message.extend(self.next_counter()?.to_be_bytes());
        }
        let asks = if asked.mutual { format!("{SERVER}{CLIENT}") } else { SERVER.to_owned() };
        message.extend(asks.bytes().chain(std::iter::repeat(0)).take(128));
        let missing = |field| Refused::Input(InputError::Missing(field));
        let hashes_session = suite.contains("-S004");
        // What is missing or too much is found before what has the wrong length.
        match asked.pin {
            Some(pin) if hashes_pin => message.extend(Sha1::digest(pin)),
            None if hashes_pin => return Err(missing(Field::Pin)),
            _ => {}
        }
        if hashes_session && asked.session.is_none() {
            return Err(missing(Field::Session));
        }
        if !hashes_session && asked.session.is_some() {
            return Err(Refused::Input(InputError::Superfluous(Field::Session)));
        }
        if period.is_some() && step.is_none() {
            return Err(missing(Field::Time));
        }
        if let Some(session) = asked.session {
            let (field, allowed, found) = (Field::Session, 4, session.len());
            let padding = 4usize.checked_sub(found);
            let padding =
                padding.ok_or(Refused::Input(InputError::Length { field, allowed, found }))?;
            message.extend(vec![0; padding]);
            message.extend(session);
        }
        message.extend(step.iter().flat_map(|step| step.to_be_bytes()));
        Ok(attempt.unwrap_or(Outcome::Shown(response(suite, &message))))
    }
}

fn code(factor: u64) -> String {
    naive::code(Algorithm::Sha1, KEY, Format::Decimal(Digits::EIGHT), factor)
}

/// The digits that the suite says of an HMAC.
pub fn response(suite: &str, message: &[u8]) -> String {
    let digits = suite["OCRA-1:HOTP-SHA1-".len()..][..1].parse().unwrap();
    let hmac = naive::hmac(Algorithm::Sha1, KEY, message);
    naive::text(naive::truncate(&hmac), Format::Decimal(Digits::new(digits).unwrap()))
}

//! The record as its documented format has it (`src/account/codec.rs`), read and written a
//! second time: what the monitors look at, and where broken rules edit.

/// A record, every field of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    pub account: [u8; 16],
    pub record: [u8; 16],
    pub revision: u64,
    pub generation: u64,
    pub enrolled: bool,
    pub otp: Throttle,
    pub out_of_band: Throttle,
    pub recovery: Throttle,
    /// By phone, by e-mail, by push.
    pub sent: [Level; 3],
    pub authenticators: Vec<PlainAuthenticator>,
    pub recovery_codes: Vec<[u8; 32]>,
    pub awaits: Option<[u8; 10]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    pub fast: Level,
    pub slow: Level,
    pub reserve: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub spent: u16,
    pub since: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainAuthenticator {
    pub id: [u8; 10],
    pub label: Vec<u8>,
    pub phase: PlainPhase,
    pub failures: u8,
    pub algorithm: u8,
    pub format: u8,
    pub memory: Memory,
    pub secret: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainPhase {
    Pending { ticket: [u8; 16], expires: u64, replaces: Option<[u8; 10]> },
    Active,
    Disabled,
}

/// What an authenticator remembers of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    Totp { period: u64, t0: u64, burnt: Option<u64>, measured: i64, followed: i8 },
    Hotp { lost: bool, next: Option<u64> },
}

impl PlainAuthenticator {
    pub fn is_pending(&self) -> bool {
        matches!(self.phase, PlainPhase::Pending { .. })
    }

    /// The last step or counter that was accepted, with all before it.
    pub fn burnt(&self) -> Option<u64> {
        match self.memory {
            Memory::Totp { burnt, .. } => burnt,
            Memory::Hotp { next: Some(next), .. } => next.checked_sub(1),
            Memory::Hotp { next: None, .. } => Some(u64::MAX),
        }
    }
}

impl Plain {
    /// Reads a record; `None` if the bytes are none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut input = Input { rest: bytes };
        (input.u8()? == 1).then_some(())?;
        let plain = Self {
            account: input.bytes()?,
            record: input.bytes()?,
            revision: input.u64()?,
            generation: input.u64()?,
            enrolled: input.u8()? != 0,
            otp: input.throttle()?,
            out_of_band: input.throttle()?,
            recovery: input.throttle()?,
            sent: [input.level()?, input.level()?, input.level()?],
            authenticators: input.many(Input::authenticator)?,
            recovery_codes: input.many(Input::bytes)?,
            awaits: input.optional(Input::bytes)?,
        };
        input.rest.is_empty().then_some(plain)
    }

    pub fn write(&self) -> Vec<u8> {
        let mut out = vec![1];
        out.extend(self.account);
        out.extend(self.record);
        out.extend(self.revision.to_be_bytes());
        out.extend(self.generation.to_be_bytes());
        out.push(self.enrolled.into());
        let throttles = [self.otp, self.out_of_band, self.recovery];
        let levels = throttles.map(|one| [one.fast, one.slow, one.reserve]);
        for Level { spent, since } in levels.into_iter().flatten().chain(self.sent) {
            out.extend(spent.to_be_bytes());
            out.extend(since.to_be_bytes());
        }
        out.push(count(self.authenticators.len()));
        self.authenticators.iter().for_each(|one| one.write(&mut out));
        out.push(count(self.recovery_codes.len()));
        out.extend(self.recovery_codes.iter().flatten());
        write_optional(self.awaits, &mut out);
        out
    }

    pub fn authenticator(&self, id: [u8; 10]) -> Option<&PlainAuthenticator> {
        self.authenticators.iter().find(|one| one.id == id)
    }
}

fn count(len: usize) -> u8 {
    u8::try_from(len).expect("counts and lengths are below 256")
}

fn write_optional<const K: usize>(value: Option<[u8; K]>, out: &mut Vec<u8>) {
    out.push(value.is_some().into());
    out.extend(value.iter().flatten());
}

impl PlainAuthenticator {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.id);
        out.push(count(self.label.len()));
        out.extend(&self.label);
        match self.phase {
            PlainPhase::Pending { ticket, expires, replaces } => {
                out.push(0);
                out.extend(ticket);
                out.extend(expires.to_be_bytes());
                write_optional(replaces, out);
            }
            PlainPhase::Active => out.push(1),
            PlainPhase::Disabled => out.push(2),
        }
        out.push(self.failures);
        let kind = if matches!(self.memory, Memory::Totp { .. }) { 1 } else { 2 };
        out.extend([kind, self.algorithm, self.format]);
        match self.memory {
            Memory::Totp { period, t0, burnt, measured, followed } => {
                out.extend(period.to_be_bytes());
                out.extend(t0.to_be_bytes());
                write_optional(burnt.map(u64::to_be_bytes), out);
                out.extend(measured.to_be_bytes());
                out.extend(followed.to_be_bytes());
            }
            Memory::Hotp { next: None, .. } => out.push(0),
            Memory::Hotp { next: Some(next), lost } => {
                out.push(if lost { 2 } else { 1 });
                out.extend(next.to_be_bytes());
            }
        }
        out.push(count(self.secret.len()));
        out.extend(&self.secret);
    }
}

struct Input<'a> {
    rest: &'a [u8],
}

impl Input<'_> {
    fn bytes<const K: usize>(&mut self) -> Option<[u8; K]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*bytes)
    }

    fn u8(&mut self) -> Option<u8> {
        self.bytes().map(u8::from_be_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.bytes().map(u64::from_be_bytes)
    }

    fn counted(&mut self) -> Option<Vec<u8>> {
        self.many(Self::u8)
    }

    fn many<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.u8()?).map(|_| one(self)).collect()
    }

    fn optional<T>(&mut self, value: impl Fn(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.u8()? == 0 { Some(None) } else { value(self).map(Some) }
    }

    fn throttle(&mut self) -> Option<Throttle> {
        Some(Throttle { fast: self.level()?, slow: self.level()?, reserve: self.level()? })
    }

    fn level(&mut self) -> Option<Level> {
        Some(Level { spent: self.bytes().map(u16::from_be_bytes)?, since: self.u64()? })
    }

    fn authenticator(&mut self) -> Option<PlainAuthenticator> {
        let (id, label, phase, failures) =
            (self.bytes()?, self.counted()?, self.phase()?, self.u8()?);
        let [kind, algorithm, format] = self.bytes()?;
        let memory = if kind == 1 { self.totp()? } else { self.hotp()? };
        let secret = self.counted()?;
        Some(PlainAuthenticator { id, label, phase, failures, algorithm, format, memory, secret })
    }

    fn phase(&mut self) -> Option<PlainPhase> {
        Some(match self.u8()? {
            0 => PlainPhase::Pending {
                ticket: self.bytes()?,
                expires: self.u64()?,
                replaces: self.optional(Self::bytes)?,
            },
            1 => PlainPhase::Active,
            _ => PlainPhase::Disabled,
        })
    }

    fn totp(&mut self) -> Option<Memory> {
        Some(Memory::Totp {
            period: self.u64()?,
            t0: self.u64()?,
            burnt: self.optional(Self::u64)?,
            measured: self.bytes().map(i64::from_be_bytes)?,
            followed: self.bytes().map(i8::from_be_bytes)?,
        })
    }

    fn hotp(&mut self) -> Option<Memory> {
        Some(match self.u8()? {
            0 => Memory::Hotp { lost: false, next: None },
            form => Memory::Hotp { lost: form == 2, next: Some(self.u64()?) },
        })
    }
}

//! Reading a record.

use super::{
    Asked, Level, Memory, Plain, PlainAnswer, PlainAuthenticator, PlainChallenge, PlainClock,
    PlainCounter, PlainPhase, Throttle,
};

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
}

/// Whether a suite's data inputs begin with the counter.
pub(super) fn has_counter(suite: &[u8]) -> bool {
    data_inputs(suite).is_some_and(|inputs| inputs.starts_with("C-"))
}

/// Whether a suite's data inputs end with the time.
pub(super) fn has_time(suite: &[u8]) -> bool {
    let last = data_inputs(suite).and_then(|inputs| inputs.rsplit('-').next());
    last.is_some_and(|input| input.starts_with('T'))
}

fn data_inputs(suite: &[u8]) -> Option<&str> {
    str::from_utf8(suite).ok()?.rsplit(':').next()
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
        let (memory, secret) = match self.u8()? {
            1 => (self.totp()?, self.counted()?),
            2 => (self.hotp()?, self.counted()?),
            3 => (self.out_of_band()?, Vec::new()),
            _ => (self.ocra()?, self.counted()?),
        };
        Some(PlainAuthenticator { id, label, phase, failures, memory, secret })
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
            algorithm: self.u8()?,
            format: self.u8()?,
            period: self.u64()?,
            t0: self.u64()?,
            clock: self.clock()?,
        })
    }

    fn hotp(&mut self) -> Option<Memory> {
        let (algorithm, format) = (self.u8()?, self.u8()?);
        Some(Memory::Hotp { algorithm, format, counter: self.counter()? })
    }

    fn out_of_band(&mut self) -> Option<Memory> {
        Some(Memory::OutOfBand {
            channel: self.u8()?,
            reference: self.bytes()?,
            challenges: self.many(Self::challenge)?,
        })
    }

    fn ocra(&mut self) -> Option<Memory> {
        let suite = self.counted()?;
        let counter = match has_counter(&suite) {
            true => self.counter()?,
            false => PlainCounter { lost: false, next: Some(0) },
        };
        let clock = if has_time(&suite) { self.clock()? } else { PlainClock::NEW };
        let asked = |input: &mut Self| Some(Asked { seed: input.bytes()?, expires: input.u64()? });
        Some(Memory::Ocra { suite, counter, clock, asked: self.optional(asked)? })
    }

    fn clock(&mut self) -> Option<PlainClock> {
        Some(PlainClock {
            burnt: self.optional(Self::u64)?,
            measured: self.bytes().map(i64::from_be_bytes)?,
            followed: self.bytes().map(i8::from_be_bytes)?,
        })
    }

    fn counter(&mut self) -> Option<PlainCounter> {
        Some(match self.u8()? {
            0 => PlainCounter { lost: false, next: None },
            form => PlainCounter { lost: form == 2, next: Some(self.u64()?) },
        })
    }

    fn challenge(&mut self) -> Option<PlainChallenge> {
        Some(PlainChallenge {
            id: self.bytes()?,
            ticket: self.bytes()?,
            expires: self.u64()?,
            digits: self.u8()?,
            code: self.bytes().map(u32::from_be_bytes)?,
            answer: match self.u8()? {
                0 => PlainAnswer::Waiting,
                1 => PlainAnswer::Approved,
                2 => PlainAnswer::Denied,
                _ => PlainAnswer::Guesses(self.u8()?),
            },
        })
    }
}

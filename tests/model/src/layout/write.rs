//! Writing a record.

use super::{
    Level, Memory, Plain, PlainAnswer, PlainAuthenticator, PlainChallenge, PlainClock,
    PlainCounter, PlainPhase,
};

impl Plain {
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
        optional(self.awaits, &mut out);
        out
    }
}

fn count(len: usize) -> u8 {
    u8::try_from(len).expect("counts and lengths are below 256")
}

fn counted(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(count(bytes.len()));
    out.extend(bytes);
}

fn optional<const K: usize>(value: Option<[u8; K]>, out: &mut Vec<u8>) {
    out.push(value.is_some().into());
    out.extend(value.iter().flatten());
}

impl PlainAuthenticator {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.id);
        counted(&self.label, out);
        match self.phase {
            PlainPhase::Pending { ticket, expires, replaces } => {
                out.push(0);
                out.extend(ticket);
                out.extend(expires.to_be_bytes());
                optional(replaces, out);
            }
            PlainPhase::Active => out.push(1),
            PlainPhase::Disabled => out.push(2),
        }
        out.push(self.failures);
        match &self.memory {
            Memory::Totp { algorithm, format, period, t0, clock } => {
                out.extend([1, *algorithm, *format]);
                out.extend(period.to_be_bytes());
                out.extend(t0.to_be_bytes());
                clock.write(out);
                counted(&self.secret, out);
            }
            Memory::Hotp { algorithm, format, counter } => {
                out.extend([2, *algorithm, *format]);
                counter.write(out);
                counted(&self.secret, out);
            }
            Memory::OutOfBand { channel, reference, challenges } => {
                out.extend([3, *channel]);
                out.extend(reference);
                out.push(count(challenges.len()));
                challenges.iter().for_each(|one| one.write(out));
            }
            Memory::Ocra { suite, counter, clock, asked } => {
                out.push(4);
                counted(suite, out);
                if super::read::has_counter(suite) {
                    counter.write(out);
                }
                if super::read::has_time(suite) {
                    clock.write(out);
                }
                out.push(asked.is_some().into());
                if let Some(asked) = asked {
                    out.extend(asked.seed);
                    out.extend(asked.expires.to_be_bytes());
                }
                counted(&self.secret, out);
            }
        }
    }
}

impl PlainClock {
    fn write(self, out: &mut Vec<u8>) {
        optional(self.burnt.map(u64::to_be_bytes), out);
        out.extend(self.measured.to_be_bytes());
        out.extend(self.followed.to_be_bytes());
    }
}

impl PlainCounter {
    fn write(self, out: &mut Vec<u8>) {
        match self.next {
            None => out.push(0),
            Some(next) => {
                out.push(if self.lost { 2 } else { 1 });
                out.extend(next.to_be_bytes());
            }
        }
    }
}

impl PlainChallenge {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.id);
        out.extend(self.ticket);
        out.extend(self.expires.to_be_bytes());
        out.push(self.digits);
        out.extend(self.code.to_be_bytes());
        match self.answer {
            PlainAnswer::Waiting => out.push(0),
            PlainAnswer::Approved => out.push(1),
            PlainAnswer::Denied => out.push(2),
            PlainAnswer::Guesses(left) => out.extend([3, left]),
        }
    }
}

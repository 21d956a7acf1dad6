//! Records to bytes.

use super::FORMAT;
use crate::bytes::copy;
use crate::ocra::Suite;
use crate::token::provision::Kind;
use crate::token::record::{State, Token};
use crate::{Algorithm, Format, HotpParameters, Secret, TotpParameters};

/// Where bytes go.
struct Writer<'a> {
    rest: &'a mut [u8],
}

impl Writer<'_> {
    /// There is room for all that is put, as the length of the record says and tests hold.
    fn put(&mut self, bytes: &[u8]) {
        let rest = core::mem::take(&mut self.rest);
        if let Some((place, rest)) = rest.split_at_mut_checked(bytes.len()) {
            copy(bytes, place);
            self.rest = rest;
        }
    }

    fn u8(&mut self, value: u8) {
        self.put(&[value]);
    }

    fn u64(&mut self, value: u64) {
        self.put(&value.to_be_bytes());
    }

    fn option(&mut self, value: Option<u64>) {
        self.u8(value.is_some().into());
        self.u64(value.unwrap_or_default());
    }

    /// A length, the bytes, and the zeros that are left of `room`.
    fn counted(&mut self, bytes: &[u8], room: usize) {
        self.u8(bytes.len() as u8);
        self.put(bytes);
        self.skip(room.saturating_sub(bytes.len()));
    }

    /// Leaves the zeros that are there.
    fn skip(&mut self, len: usize) {
        let rest = core::mem::take(&mut self.rest);
        self.rest = rest.get_mut(len..).unwrap_or_default();
    }
}

pub(super) fn record(state: &State, out: &mut [u8; Token::ENCODED_LEN]) {
    out.fill(0);
    let out = &mut Writer { rest: out };
    out.u8(FORMAT);
    out.put(state.record.as_bytes());
    out.u64(state.revision);

    out.u8(state.pin.allowed);
    out.u8(state.pin.failed);
    out.put(&*state.pin.check);

    let set = state.clock.set;
    out.u8(set.is_some().into());
    out.u64(set.map_or(0, |set| set.rtc));
    out.u64(set.map_or(0, |set| set.now));
    out.u64(set.map_or(0, |set| set.seen));
    out.put(&state.clock.rate.to_be_bytes());

    out.u8(match &state.kind {
        None => 0,
        Some(Kind::Hotp(_)) => 1,
        Some(Kind::Totp(_)) => 2,
        Some(Kind::Ocra { .. }) => 3,
    });
    out.counted(state.secret.expose(), Secret::MAX_LEN);
    out.option(state.counter);
    out.option(state.shown);
    match &state.kind {
        None => {}
        Some(Kind::Hotp(HotpParameters { algorithm, format })) => code(*algorithm, *format, out),
        Some(Kind::Totp(TotpParameters { algorithm, format, steps })) => {
            code(*algorithm, *format, out);
            out.u64(steps.period().get());
            out.u64(steps.t0());
        }
        Some(Kind::Ocra { suite, server }) => {
            out.counted(suite.as_str().as_bytes(), Suite::MAX_LEN);
            let server = server.as_ref().map_or("", Suite::as_str);
            out.counted(server.as_bytes(), Suite::MAX_LEN);
        }
    }
}

fn code(algorithm: Algorithm, format: Format, out: &mut Writer<'_>) {
    out.u8(algorithm.number());
    out.u8(format.number());
}

//! A server: takes a request, holds the core's step, writes, waits, tells.

use super::{OFFSETS, Race, Request, State};
use crate::call::Outcome;
use crate::fault::Fault;
use crate::setting::{Device, FIRST_STEP, time};
use crate::verifier::{Decided, Stored};
use mfa_core::Write;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Server {
    Idle,
    /// Has decided: holds a step.
    Holding(Held),
    /// Its write is in the store, and the store's answer on its way.
    Awaiting(Held),
}

/// A step, as what it was decided from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    pub(super) loaded: Stored,
    pub(super) request: Request,
    pub(super) by_thief: bool,
    /// By this server's clock, in steps.
    pub(super) now: u64,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Landed {
    Applied,
    Clashed,
    Lost,
}

/// The decisions of the core so far: the same step is met in many states.
pub type Decisions = Mutex<HashMap<Held, Option<Settled>>>;

/// What a decision gives by each end of its write.
pub type Settled = [Decided; 3];

impl Race {
    /// The decision that a server holds, settled as its write ended; `None` if the core
    /// refuses. Asked of the core once, and remembered.
    pub(super) fn settle(&self, held: &Held, write: Write) -> Option<Decided> {
        let known = || self.decisions.lock().unwrap_or_else(PoisonError::into_inner);
        let end = |settled: &Settled| settled[write as usize].clone();
        if let Some(settled) = known().get(held) {
            return settled.as_ref().map(end);
        }
        let revision = held.loaded.plain().revision;
        let call = self.call(held.request, held.by_thief, revision);
        let decide = |write| self.verifier.decide(&held.loaded, &call, time(held.now), write).ok();
        let settled = decide(Write::Stored)
            .zip(decide(Write::Conflict))
            .zip(decide(Write::Unknown))
            .map(|((stored, conflict), unknown)| [stored, conflict, unknown]);
        let decided = settled.as_ref().map(end);
        known().insert(held.clone(), settled);
        decided
    }

    /// One of the steps that write the same and tell the same: wrong is wrong.
    fn representative(&self, held: Held) -> Held {
        let request = match held.request {
            Request::Otp(..) => Request::WrongOtp,
            Request::RecoveryCode(_) => Request::WrongRecoveryCode,
            Request::Confirm(_) => Request::WrongConfirm,
            Request::Code(by, drawn) => Request::WrongCode(by, drawn),
            Request::Response(by, question, _) => Request::WrongResponse(by, question),
            other => other,
        };
        let simplest = Held { request, by_thief: false, ..held.clone() };
        let ends = |held| self.settle(held, Write::Stored).map(|it| (it.next, it.settled));
        if ends(&held) == ends(&simplest) { simplest } else { held }
    }

    /// What the step would tell, whatever becomes of it.
    pub(super) fn outcome(&self, held: &Held) -> Outcome {
        let decided = self.settle(held, Write::Stored).expect("what is held was decided");
        decided.settled.expect("a stored step settles")
    }

    pub(super) fn arrive(&self, state: &mut State, server: usize, request: Request) {
        let (loaded, now) = (state.stored.clone(), state.clock + OFFSETS[server]);
        // The user is prompt; what comes late is a thief's replay.
        let by_thief = match request {
            Request::Otp(Device::Phone | Device::Tablet, step) => step < FIRST_STEP + state.clock,
            _ => false,
        };
        let held = self.representative(Held { loaded, request, by_thief, now });
        if self.settle(&held, Write::Unknown).is_none() {
            return; // refused: answered, and nothing to be stored
        }
        let outcome = self.outcome(&held);
        if self.verifier.has(Fault::RollsFailuresBack) && outcome == Outcome::Rejected {
            self.reveal(state, &held, &outcome, Landed::Lost);
            return;
        }
        if self.verifier.has(Fault::RevealsBeforeStoring) {
            self.reveal(state, &held, &outcome, Landed::Lost);
        }
        state.servers[server] = Server::Holding(held);
    }

    /// Compare-and-swap.
    pub(super) fn store(&self, state: &mut State, held: &Held) -> Landed {
        let decided = self.settle(held, Write::Unknown).expect("what is held was decided");
        let record = self.verifier.load(state.stored.bytes()).expect("the store holds a record");
        if record.version() != decided.expected && !self.verifier.has(Fault::StoreIgnoresVersion) {
            return Landed::Clashed;
        }
        self.watch_store(state, held, &decided.next);
        state.stored = decided.next;
        Landed::Applied
    }

    /// Steps on a record that is stored no more can only clash, and leave nothing behind: when
    /// they do makes no difference, so they do at once.
    pub(super) fn clash(&self, state: &mut State) {
        for server in 0..state.servers.len() {
            if let Server::Holding(held) = &state.servers[server]
                && held.loaded != state.stored
                && !self.verifier.has(Fault::StoreIgnoresVersion)
                && !self.verifier.has(Fault::OldRecordComesBack)
            {
                let held = held.clone();
                let landed = self.store(state, &held);
                self.end_wait(state, &held, landed, true);
                state.servers[server] = Server::Idle;
            }
        }
    }

    /// The server's wait is over: it settles, and tells what it may.
    pub(super) fn end_wait(&self, state: &mut State, held: &Held, landed: Landed, heard: bool) {
        let write = match (heard, landed) {
            (true, Landed::Applied) => Write::Stored,
            (true, Landed::Clashed) => Write::Conflict,
            _ if self.verifier.has(Fault::TakesUnknownForStored) => Write::Stored,
            _ => Write::Unknown,
        };
        let decided = self.settle(held, write).expect("what is held was decided");
        if let Ok(outcome) = decided.settled {
            self.reveal(state, held, &outcome, landed);
        }
    }
}

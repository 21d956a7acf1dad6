//! A server's use of the core: load the bytes, decide, settle. Sound, or with one fault.

use crate::call::{self, Call, Outcome};
use crate::fault::{self, Fault};
use crate::layout::Plain;
use crate::setting::{ACCOUNT, Record, policy};
use mfa_core::{Policy, Refused, Unsettled, Version, Write};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The bytes of a record, and a digest of them, since they are hashed far more often than
/// made.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    digest: u64,
    bytes: Arc<[u8]>,
}

impl Hash for Stored {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl Stored {
    pub fn new(bytes: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        Self { digest: hasher.finish(), bytes: bytes.into() }
    }

    /// What [`Account::encode`](mfa_core::Account::encode) writes.
    pub fn encode(record: &Record) -> Self {
        let mut bytes = [0; Record::MAX_ENCODED_LEN];
        let len = record.encode(&mut bytes).expect("the buffer is large enough");
        Self::new(&bytes[..len])
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its fields, as the documented format has them.
    pub fn plain(&self) -> Plain {
        Plain::read(&self.bytes).expect("the store holds records")
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Plain::read(&self.bytes) {
            Some(plain) => plain.fmt(f),
            None => f.write_str("no record"),
        }
    }
}

/// A decision of the core: what the write must find, the bytes to be stored, and the settled
/// outcome.
#[derive(Clone, Debug)]
pub struct Decided {
    pub expected: Version,
    pub next: Stored,
    pub settled: Result<Outcome, Unsettled>,
}

#[derive(Clone, Debug)]
pub struct Verifier {
    pub policy: Policy,
    pub fault: Option<Fault>,
}

impl Verifier {
    pub fn new(fault: Option<Fault>) -> Self {
        Self { policy: policy(), fault }
    }

    pub fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Loads a record; `None` if the bytes are none.
    pub fn load(&self, bytes: &[u8]) -> Option<Record> {
        let loaded = Record::decode(ACCOUNT, bytes).ok();
        match bytes {
            [rest @ .., 0] if loaded.is_none() && self.has(Fault::LoadsPaddedRecords) => {
                self.load(rest)
            }
            _ => loaded,
        }
    }

    /// Decides on the call, and settles as the write ended.
    pub fn decide(
        &self,
        loaded: &Stored,
        call: &Call,
        now: u64,
        write: Write,
    ) -> Result<Decided, Refused> {
        match self.fault {
            None => self.decide_soundly(loaded, call, now, write),
            Some(fault) => self.decide_with(fault, loaded, call, now, write),
        }
    }

    fn decide_soundly(
        &self,
        loaded: &Stored,
        call: &Call,
        now: u64,
        write: Write,
    ) -> Result<Decided, Refused> {
        let record = self.load(loaded.bytes()).expect("what was stored loads");
        let decision = call::decide(&record, call, now, &self.policy, write)?;
        let next = Stored::encode(&decision.next);
        Ok(Decided { expected: decision.expected, next, settled: decision.settled })
    }

    fn decide_with(
        &self,
        fault: Fault,
        loaded: &Stored,
        call: &Call,
        now: u64,
        write: Write,
    ) -> Result<Decided, Refused> {
        let true_record = loaded.plain();
        let mut record = true_record.clone();
        let pass = fault.show(call.pass, &call.operation, &record);
        let call = &Call { pass, ..call.clone() };
        fault.before(&mut record, call, now);
        let edited = Stored::new(&record.write());
        let mut decided = self.decide_soundly(&edited, call, now, write);
        if matches!(decided, Err(Refused::Locked { .. })) && fault == Fault::EvaluatesWhileLocked {
            let open = Stored::new(&fault::unlocked(&record).write());
            let evaluated = self.decide_soundly(&open, call, now, write);
            if self.outcome(&open, call, now).is_some_and(|outcome| outcome.is_grant()) {
                decided = evaluated;
            }
        }
        let mut decided = decided?;
        let mut next = decided.next.plain();
        if let Some(outcome) = self.outcome(&edited, call, now) {
            fault.after(&true_record, &mut next, call, &outcome);
        }
        decided.next = Stored::new(&next.write());
        Ok(decided)
    }

    /// What the outcome would be, if it were stored: for the eyes of monitors and of broken
    /// servers.
    pub fn outcome(&self, loaded: &Stored, call: &Call, now: u64) -> Option<Outcome> {
        self.decide_soundly(loaded, call, now, Write::Stored).ok()?.settled.ok()
    }
}

/// I11: the bytes decode and encode to themselves, the documented format reads and writes
/// the same, and neither more nor less is a record.
pub fn is_identity(verifier: &Verifier, stored: &Stored) -> bool {
    let bytes = stored.bytes();
    let refused = |changed: &[u8]| verifier.load(changed).is_none();
    verifier.load(bytes).is_some_and(|record| Stored::encode(&record) == *stored)
        && stored.plain().write() == bytes
        && refused(&bytes[..bytes.len() - 1])
        && refused(&[bytes, &[0]].concat())
}

/// I11: with one bit changed, the bytes are refused, or are what their record encodes to.
pub fn is_canonical(verifier: &Verifier, stored: &Stored) -> bool {
    (0..stored.bytes().len()).all(|at| {
        let mut changed = stored.bytes().to_vec();
        changed[at] ^= 1 << (at % 8);
        let loaded = verifier.load(&changed);
        loaded.is_none_or(|record| Stored::encode(&record).bytes() == changed)
    })
}

//! A door lock: users who enroll an authenticator app, and open the door with its codes. All
//! that decides is in the core; here are the records' place, the policy, and the order: load,
//! decide, store, settle, and only then the door.

use crate::life::Record;
use crate::store::{Store, StoreError};
use embedded_storage::nor_flash::NorFlash;
use mfa_core::{
    AccountId, Associate, Associated, Bucket, Channels, Class, Confirm, Context, Entropy,
    EntropyError, Label, Limits, NewAuthenticator, Operation, Policy, PolicySettings, RecordId,
    Refused, Reset, Respond, Response, Scopes, Step, Ticket, TotpParameters, Unlock, Unsettled,
    Verdict,
};

/// How many users a lock has: numbers from 1 on.
pub const USERS: u8 = 8;

/// Five wrong codes, and one more every minute; a clock that may drift for years.
pub const POLICY: Policy = {
    let limits = Limits {
        fast: Bucket { capacity: 5, period: 60 },
        slow: Bucket { capacity: 100, period: 7 * 3_600 },
        reserve: Bucket { capacity: 1, period: 7 * 3_600 },
    };
    let settings = PolicySettings {
        otp: limits,
        recovery: limits,
        channels: Channels::NONE,
        max_drift: 10,
        ..*Policy::AUTH0.settings()
    };
    match Policy::new(settings) {
        Ok(policy) => policy,
        Err(_) => panic!("a field is out of range"),
    }
};

/// Random bytes, fresh for every call: `None` if there are none.
pub type Draw<'a> = &'a mut dyn FnMut() -> Option<[u8; 64]>;

/// A lock and its memory.
pub struct Lock<F: NorFlash> {
    store: Store<F>,
    record: Record,
    scratch: Record,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no such user.
    NoSuchUser,
    /// The core refuses.
    Refused(Refused),
    /// The flash does not keep the record, or has lost it.
    Flash,
    /// There are no random bytes.
    NoEntropy,
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Self {
        Self::Flash
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<EntropyError> for Fault {
    fn from(_: EntropyError) -> Self {
        Self::NoEntropy
    }
}

impl From<Unsettled> for Fault {
    fn from(_: Unsettled) -> Self {
        Self::Flash
    }
}

impl<F: NorFlash> Lock<F> {
    /// A lock whose users are kept in `flash`; `None` if that is too small.
    pub fn new(flash: F) -> Option<Self> {
        let (record, scratch) = (vacant(0), vacant(0));
        Some(Self { store: Store::new(flash)?, record, scratch })
    }

    /// Begins to enroll a user: gives a secret for their app, a recovery code, and the ticket to
    /// confirm with.
    ///
    /// # Errors
    /// [`Fault`]; somebody who is enrolled is refused.
    pub fn enroll(
        &mut self,
        user: u8,
        now: u64,
        draw: Draw<'_>,
    ) -> Result<(Associated, Ticket), Fault> {
        self.load_or_create(user, draw)?;
        let cx = Context { now, policy: &POLICY };
        let entropy = &mut draw().ok_or(Fault::NoEntropy)?;
        let ticket = self.record.first_factor_ticket(Scopes::ENROLL, Entropy::new(entropy), &cx)?;
        let entropy = &mut draw().ok_or(Fault::NoEntropy)?;
        let associate = Associate {
            ticket: &ticket,
            authenticator: NewAuthenticator::Totp(TotpParameters::default()),
            label: Label::default(),
            entropy: Entropy::new(entropy),
        };
        let associated = self.run(user, associate, &cx)?;
        Ok((associated, ticket))
    }

    /// Ends the enrollment by a first code of the app.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn confirm(
        &mut self,
        user: u8,
        ticket: &Ticket,
        code: &str,
        now: u64,
    ) -> Result<Verdict, Fault> {
        self.load(user)?;
        let confirm = Confirm { ticket, response: Response::Otp(code) };
        self.run(user, confirm, &Context { now, policy: &POLICY })
    }

    /// A user answers with a code, or with their recovery code (which has 24 characters).
    /// Once this says that it is accepted, the door may open: the code is used up.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn answer(
        &mut self,
        user: u8,
        code: &str,
        now: u64,
        draw: Draw<'_>,
    ) -> Result<Verdict, Fault> {
        self.load(user)?;
        let cx = Context { now, policy: &POLICY };
        // Who stands at the door is the first factor.
        let entropy = &mut draw().ok_or(Fault::NoEntropy)?;
        let ticket = self.record.first_factor_ticket(Scopes::NONE, Entropy::new(entropy), &cx)?;
        let entropy = &mut draw().ok_or(Fault::NoEntropy)?;
        let response = match code.len() >= 24 {
            true => Response::RecoveryCode(code, Entropy::new(entropy)),
            false => Response::Otp(code),
        };
        self.run(user, Respond { ticket: &ticket, response }, &cx)
    }

    /// Gives a user who is locked out their attempts back.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn unlock(&mut self, user: u8, now: u64, draw: Draw<'_>) -> Result<(), Fault> {
        let ticket = self.administrator(user, now, draw)?;
        let cx = Context { now, policy: &POLICY };
        self.run(user, Unlock { ticket: &ticket, class: Class::Otp }, &cx)
    }

    /// Takes a user's authenticator and recovery code away.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn remove(&mut self, user: u8, now: u64, draw: Draw<'_>) -> Result<(), Fault> {
        let ticket = self.administrator(user, now, draw)?;
        let cx = Context { now, policy: &POLICY };
        self.run(user, Reset { ticket: &ticket }, &cx)?;
        Ok(())
    }

    /// Whether a user is enrolled.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn is_enrolled(&mut self, user: u8) -> Result<bool, Fault> {
        match self.load(user) {
            Ok(()) => Ok(self.record.is_enrolled()),
            Err(Fault::NoSuchUser) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// A ticket for who has opened the lock's case.
    fn administrator(&mut self, user: u8, now: u64, draw: Draw<'_>) -> Result<Ticket, Fault> {
        self.load(user)?;
        let entropy = &mut draw().ok_or(Fault::NoEntropy)?;
        let cx = Context { now, policy: &POLICY };
        Ok(self.record.administrator_ticket(Scopes::NONE, Entropy::new(entropy), &cx)?)
    }

    /// Decide, store, settle.
    fn run<O: Operation>(
        &mut self,
        user: u8,
        operation: O,
        cx: &Context<'_>,
    ) -> Result<O::Outcome, Fault> {
        let step: Step<_, _> = self.record.decide_in(&mut self.scratch, operation, cx)?;
        let written = self.store.store(user, step.next());
        let (_, outcome) = step.settle(written)?;
        Ok(outcome)
    }

    fn load(&mut self, user: u8) -> Result<(), Fault> {
        if !(1..=USERS).contains(&user) {
            return Err(Fault::NoSuchUser);
        }
        self.record = vacant(user);
        if self.store.load(user, &mut self.record)? { Ok(()) } else { Err(Fault::NoSuchUser) }
    }

    fn load_or_create(&mut self, user: u8, draw: Draw<'_>) -> Result<(), Fault> {
        match self.load(user) {
            Err(Fault::NoSuchUser) if (1..=USERS).contains(&user) => {
                let entropy = &mut draw().ok_or(Fault::NoEntropy)?;
                let name = RecordId::draw(&mut Entropy::new(entropy))?;
                self.record = Record::new(account(user), name);
                match self.store.store(user, &self.record) {
                    mfa_core::Write::Stored => Ok(()),
                    _ => Err(Fault::Flash),
                }
            }
            loaded => loaded,
        }
    }
}

impl<F: NorFlash> core::fmt::Debug for Lock<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Lock")
    }
}

fn account(user: u8) -> AccountId {
    let mut name = *b"user of the lock";
    name[0] = user;
    AccountId::from_bytes(name)
}

/// A record to load into.
fn vacant(user: u8) -> Record {
    Record::new(account(user), RecordId::from_bytes([0; 16]))
}

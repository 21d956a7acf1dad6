//! The account: decide, store, settle, and only then answer.

use crate::show::{Event, Show};
use crate::store::{Record, Store};
use mfa_core::{
    AccountId, Associate, CodeError, Confirm, Context, Entropy, Grant, Label, Method,
    NewAuthenticator, Operation, Policy, RecordId, RecoveryCode, Refused, Respond, Response,
    Scopes, Ticket, TotpParameters, Unsettled, Verdict,
};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::path::Path;

/// How often a lost race is run again before the user is told.
const TRIES: usize = 5;

pub struct Account {
    store: Store,
    id: AccountId,
}

/// An association that waits for the first code.
pub struct Pending {
    ticket: Ticket,
    /// Shown to a person when they count, not before.
    recovery_codes: Vec<String>,
}

impl Account {
    /// Opens the store for `name`; whose it is matters only if the user said so.
    pub fn open(store: &Path, name: &str, must_match: bool) -> Result<Self, Box<dyn Error>> {
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(name)[..16]);
        let mut id = AccountId::from_bytes(id);
        let file = Store::new(store);
        if file.load()?.is_none() {
            let mut bytes = random::<16>()?;
            file.insert(&Record::new(id, RecordId::draw(&mut Entropy::new(&mut bytes))?))?;
        }
        let found = file.load()?.ok_or("the store has vanished")?.account();
        if must_match && found != id {
            let store = store.display();
            return Err(format!("the store {store} belongs to another account than {name}").into());
        }
        id = found;
        Ok(Self { store: file, id })
    }

    /// Associates an authenticator app, and shows what it needs. `None` if there is one.
    pub fn associate(&self, now: u64, show: &Show<'_>) -> Result<Option<Pending>, Box<dyn Error>> {
        for _ in 0..TRIES {
            let record = self.load()?;
            let ticket = first_factor(&record, now)?;
            let mut bytes = random::<64>()?;
            let associate = Associate {
                ticket: &ticket,
                authenticator: NewAuthenticator::Totp(TotpParameters::default()),
                label: Label::new("authenticator app")?,
                entropy: Entropy::new(&mut bytes),
            };
            match self.run(&record, associate, now)? {
                Ok(associated) => {
                    show.enrolled(&associated)?;
                    let recovery_codes = texts(&associated.recovery_codes);
                    return Ok(Some(Pending { ticket, recovery_codes }));
                }
                Err(Failed::Refused(Refused::AlreadyEnrolled)) => return Ok(None),
                Err(Failed::Refused(refused)) => return Err(refused.into()),
                Err(Failed::Conflict) => {}
            }
        }
        Err("another process keeps changing the store".into())
    }

    /// Confirms the association by a code of the app. `None` if it is gone: its time is over,
    /// or another process made another one.
    pub fn confirm(
        &self,
        pending: &Pending,
        code: &str,
        now: u64,
    ) -> Result<Option<Event>, Box<dyn Error>> {
        for _ in 0..TRIES {
            let record = self.load()?;
            match self.run(&record, Confirm { ticket: &pending.ticket, code }, now)? {
                Ok(Verdict::Accepted(_)) => {
                    let recovery_codes = pending.recovery_codes.clone();
                    return Ok(Some(Event::Confirmed { recovery_codes }));
                }
                Ok(_) => return Ok(Some(Event::Rejected)),
                Err(Failed::Conflict) => {}
                Err(Failed::Refused(
                    Refused::NothingPending | Refused::AlreadyEnrolled | Refused::Ticket(_),
                )) => return Ok(None),
                Err(Failed::Refused(refused)) => return refusal(refused).map(Some),
            }
        }
        Ok(Some(Event::Conflict))
    }

    /// Logs in by a code of the app, or by a recovery code.
    pub fn log_in(&self, code: &str, now: u64) -> Result<Event, Box<dyn Error>> {
        for _ in 0..TRIES {
            let record = self.load()?;
            // The first factor is taken for granted here: whoever can read the store.
            let ticket = first_factor(&record, now)?;
            let mut bytes = random::<16>()?;
            let response = match is_recovery_code(code) {
                true => Response::RecoveryCode(code, Entropy::new(&mut bytes)),
                false => Response::Otp(code),
            };
            match self.run(&record, Respond { ticket: &ticket, response }, now)? {
                Ok(Verdict::Accepted(grant)) => return Ok(accepted(&grant)),
                Ok(_) => return Ok(Event::Rejected),
                Err(Failed::Conflict) => {}
                Err(Failed::Refused(refused)) => return refusal(refused),
            }
        }
        Ok(Event::Conflict)
    }

    fn load(&self) -> Result<Record, Box<dyn Error>> {
        match self.store.load()? {
            Some(record) if record.account() == self.id => Ok(record),
            Some(_) => Err("the store now belongs to another account".into()),
            None => Err("the store has vanished".into()),
        }
    }

    /// Decide, store, settle.
    fn run<O: Operation>(
        &self,
        record: &Record,
        operation: O,
        now: u64,
    ) -> Result<Result<O::Outcome, Failed>, Box<dyn Error>> {
        let cx = Context { now, policy: &Policy::AUTH0 };
        let step = match record.decide(operation, &cx) {
            Ok(step) => step,
            Err(refused) => return Ok(Err(Failed::Refused(refused))),
        };
        let written = self.store.compare_and_swap(step.expected(), step.next())?;
        match step.settle(written) {
            Ok((_, outcome)) => Ok(Ok(outcome)),
            Err(Unsettled::Conflict) => Ok(Err(Failed::Conflict)),
            Err(unknown) => Err(unknown.into()),
        }
    }
}

fn accepted(grant: &Grant) -> Event {
    let method = match grant.method() {
        Method::RecoveryCode => "recovery-code",
        _ => "otp",
    };
    Event::Accepted { method, recovery_codes: texts(grant.recovery_code()) }
}

fn texts<'a>(codes: impl IntoIterator<Item = &'a RecoveryCode>) -> Vec<String> {
    codes.into_iter().map(|code| code.text().as_str().to_owned()).collect()
}

/// Why there is no outcome.
enum Failed {
    Refused(Refused),
    Conflict,
}

fn first_factor(record: &Record, now: u64) -> Result<Ticket, Box<dyn Error>> {
    let mut bytes = random::<16>()?;
    let cx = Context { now, policy: &Policy::AUTH0 };
    Ok(record.first_factor_ticket(Scopes::ENROLL, Entropy::new(&mut bytes), &cx)?)
}

/// What the user is told of a refusal; what they can't help ends the program.
fn refusal(refused: Refused) -> Result<Event, Box<dyn Error>> {
    match refused {
        Refused::Locked { until } => Ok(Event::Locked { until }),
        Refused::MalformedCode(CodeError::Length { expected, found }) => Ok(Event::Malformed {
            detail: format!(
                "a code has {expected} digits and a recovery code 24 characters, not {found}"
            ),
        }),
        Refused::MalformedCode(_) | Refused::MalformedRecoveryCode(_) | Refused::NoSuchFactor => {
            Ok(Event::Malformed { detail: refused.to_string() })
        }
        other => Err(other.into()),
    }
}

/// A recovery code has 24 letters and digits, a code of the app six digits.
fn is_recovery_code(text: &str) -> bool {
    text.chars().filter(|char| char.is_alphanumeric()).count() == 24
}

fn random<const K: usize>() -> Result<[u8; K], Box<dyn Error>> {
    let mut bytes = [0; K];
    getrandom::fill(&mut bytes).map_err(|error| format!("no random bytes: {error}"))?;
    Ok(bytes)
}

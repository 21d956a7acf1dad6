//! The account: decide, store, settle, and only then answer.

use crate::show::{Event, Show};
use crate::store::{Record, Store};
use mfa_core::{
    AccountId, Associate, CodeError, Confirm, Context, Entropy, Grant, Label, Method,
    NewAuthenticator, Policy, RecordId, RecoveryCode, Refused, Respond, Response, Scopes, Step,
    Ticket, TotpParameters, Unsettled, Verdict,
};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::path::Path;

/// How often a lost race is run again before the user is told.
const TRIES: usize = 5;

/// Enough for any operation.
pub type Random = [u8; 256];

pub struct Account {
    store: Store,
    id: AccountId,
    policy: Policy,
}

/// An association that waits for the first code.
pub struct Pending {
    pub ticket: Ticket,
    /// Shown to a person when they count, not before.
    pub recovery_codes: Vec<String>,
}

/// What came of a login: what the user is told, and the proof that it gave.
pub struct Login {
    pub event: Event,
    pub ticket: Option<Ticket>,
}

impl Account {
    /// Opens the store for `name`; whose it is matters only if the user said so.
    pub fn open(
        store: &Path,
        name: &str,
        must_match: bool,
        policy: Policy,
    ) -> Result<Self, Box<dyn Error>> {
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(name)[..16]);
        let mut id = AccountId::from_bytes(id);
        let file = Store::new(store);
        if file.load()?.is_none() {
            let mut bytes = random()?;
            file.insert(&Record::new(id, RecordId::draw(&mut Entropy::new(&mut bytes))?))?;
        }
        let found = file.load()?.ok_or("the store has vanished")?.account();
        if must_match && found != id {
            let store = store.display();
            return Err(format!("the store {store} belongs to another account than {name}").into());
        }
        id = found;
        Ok(Self { store: file, id, policy })
    }

    /// Associates a first authenticator app, and shows what it needs. `None` if the account
    /// has an authenticator.
    pub fn associate(&self, now: u64, show: &Show<'_>) -> Result<Option<Pending>, Box<dyn Error>> {
        let label = Label::new("authenticator app")?;
        let mut drawn = None;
        let associated = self.run(now, |record, bytes, cx| {
            let (ticket, bytes) = first_factor(record, bytes, cx)?;
            drawn = Some(ticket.clone());
            let associate = Associate {
                ticket: &ticket,
                authenticator: NewAuthenticator::Totp(TotpParameters::default()),
                label: label.clone(),
                entropy: Entropy::new(bytes),
            };
            record.decide(associate, cx)
        });
        match (associated?, drawn) {
            (Ok(associated), Some(ticket)) => {
                show.associated(&associated)?;
                let recovery_codes = texts(&associated.recovery_codes);
                Ok(Some(Pending { ticket, recovery_codes }))
            }
            (Err(Failed::Refused(Refused::AlreadyEnrolled)), _) => Ok(None),
            (Err(Failed::Refused(refused)), _) => Err(refused.into()),
            _ => Err("another process keeps changing the store".into()),
        }
    }

    /// Confirms the association by a code of the app. `None` if it is gone: its time is over,
    /// or another process made another one.
    pub fn confirm(
        &self,
        pending: &Pending,
        code: &str,
        now: u64,
    ) -> Result<Option<Login>, Box<dyn Error>> {
        let confirm = || Confirm { ticket: &pending.ticket, response: Response::Otp(code) };
        match self.run(now, |record, _, cx| record.decide(confirm(), cx))? {
            Ok(Verdict::Accepted(grant)) => {
                let recovery_codes = pending.recovery_codes.clone();
                self.logged_in(&grant, Event::Confirmed { recovery_codes }, now).map(Some)
            }
            Ok(_) => Ok(Some(Event::Rejected.into())),
            Err(Failed::Conflict) => Ok(Some(Event::Conflict.into())),
            Err(Failed::Refused(
                Refused::NothingPending | Refused::AlreadyEnrolled | Refused::Ticket(_),
            )) => Ok(None),
            Err(Failed::Refused(refused)) => Ok(Some(refusal(refused)?.into())),
        }
    }

    /// Logs in by a code of an authenticator, or by a recovery code.
    pub fn log_in(&self, code: &str, now: u64) -> Result<Login, Box<dyn Error>> {
        let verdict = self.run(now, |record, bytes, cx| {
            // The first factor is taken for granted here: whoever can read the store.
            let (ticket, bytes) = first_factor(record, bytes, cx)?;
            let response = match is_recovery_code(code) {
                true => Response::RecoveryCode(code, Entropy::new(bytes)),
                false => Response::Otp(code),
            };
            record.decide(Respond { ticket: &ticket, response }, cx)
        });
        match verdict? {
            Ok(Verdict::Accepted(grant)) => self.logged_in(&grant, accepted(&grant), now),
            Ok(_) => Ok(Event::Rejected.into()),
            Err(Failed::Conflict) => Ok(Event::Conflict.into()),
            Err(Failed::Refused(refused)) => Ok(refusal(refused)?.into()),
        }
    }

    fn logged_in(&self, grant: &Grant, event: Event, now: u64) -> Result<Login, Box<dyn Error>> {
        let cx = Context { now, policy: &self.policy };
        let ticket = grant.ticket(Scopes::ALL, Entropy::new(&mut random()?), &cx)?;
        Ok(Login { event, ticket: Some(ticket) })
    }

    pub fn load(&self) -> Result<Record, Box<dyn Error>> {
        match self.store.load()? {
            Some(record) if record.account() == self.id => Ok(record),
            Some(_) => Err("the store now belongs to another account".into()),
            None => Err("the store has vanished".into()),
        }
    }

    /// Decide, store, settle; and again, while another process is faster.
    pub fn run<T>(
        &self,
        now: u64,
        mut decide: impl FnMut(&Record, &mut Random, &Context<'_>) -> Result<Step<Record, T>, Refused>,
    ) -> Result<Result<T, Failed>, Box<dyn Error>> {
        let cx = Context { now, policy: &self.policy };
        for _ in 0..TRIES {
            let step = match decide(&self.load()?, &mut random()?, &cx) {
                Ok(step) => step,
                Err(refused) => return Ok(Err(Failed::Refused(refused))),
            };
            let written = self.store.compare_and_swap(step.expected(), step.next())?;
            match step.settle(written) {
                Ok((_, outcome)) => return Ok(Ok(outcome)),
                Err(Unsettled::Conflict) => {}
                Err(unknown) => return Err(unknown.into()),
            }
        }
        Ok(Err(Failed::Conflict))
    }
}

impl From<Event> for Login {
    fn from(event: Event) -> Self {
        Self { event, ticket: None }
    }
}

fn accepted(grant: &Grant) -> Event {
    let method = match grant.method() {
        Method::RecoveryCode => "recovery-code",
        _ => "otp",
    };
    Event::Accepted { method, recovery_codes: texts(grant.recovery_code()) }
}

pub fn texts<'a>(codes: impl IntoIterator<Item = &'a RecoveryCode>) -> Vec<String> {
    codes.into_iter().map(|code| code.text().as_str().to_owned()).collect()
}

/// Why there is no outcome.
pub enum Failed {
    Refused(Refused),
    /// Other processes were faster, time after time.
    Conflict,
}

/// The ticket of who has the first factor, and the random bytes that are left.
fn first_factor<'b>(
    record: &Record,
    bytes: &'b mut Random,
    cx: &Context<'_>,
) -> Result<(Ticket, &'b mut [u8]), Refused> {
    let (of_ticket, rest) = bytes.split_at_mut(16);
    Ok((record.first_factor_ticket(Scopes::ENROLL, Entropy::new(of_ticket), cx)?, rest))
}

/// What the user is told of a refusal; what they can't help ends the program.
pub fn refusal(refused: Refused) -> Result<Event, Box<dyn Error>> {
    match refused {
        Refused::Locked { until } => Ok(Event::Locked { until }),
        Refused::MalformedCode(CodeError::Length { expected, found }) => Ok(Event::Malformed {
            detail: format!(
                "a code has {expected} digits and a recovery code 24 characters, not {found}"
            ),
        }),
        Refused::MalformedCode(_)
        | Refused::MalformedRecoveryCode(_)
        | Refused::NoSuchFactor
        | Refused::SecretInUse
        | Refused::WeakSecret
        | Refused::Full => Ok(Event::Malformed { detail: refused.to_string() }),
        other => Err(other.into()),
    }
}

/// A recovery code has 24 letters and digits, a one-time password six digits.
fn is_recovery_code(text: &str) -> bool {
    text.chars().filter(|char| char.is_alphanumeric()).count() == 24
}

fn random() -> Result<Random, Box<dyn Error>> {
    let mut bytes = [0; _];
    getrandom::fill(&mut bytes).map_err(|error| format!("no random bytes: {error}"))?;
    Ok(bytes)
}

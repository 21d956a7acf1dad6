//! What an owner does with the account after a login: more authenticators, fewer, other codes.

use crate::account::{Account, Failed, Pending, refusal, texts};
use crate::show::{Event, Listed, Show};
use mfa_core::{
    Associate, Associated, Authenticator, AuthenticatorId, Entropy, HotpParameters, Import, Kind,
    Label, NewAuthenticator, Phase, Refused, RegenerateRecoveryCodes, Remove, Resynchronize,
    Resynchronized, Secret, Ticket, TotpParameters,
};
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

impl Account {
    /// The authenticators, and how many recovery codes are left.
    pub fn list(&self) -> Outcome<Event> {
        let record = self.load()?;
        let authenticators = record.authenticators().iter().map(listed).collect();
        Ok(Event::List { authenticators, recovery_codes_left: record.recovery_codes_left() })
    }

    /// Associates another app, and shows what it needs.
    pub fn add_app(
        &self,
        ticket: &Ticket,
        label: &str,
        now: u64,
        show: &Show<'_>,
    ) -> Outcome<Result<Pending, Event>> {
        let label = match Label::new(label) {
            Ok(label) => label,
            Err(error) => return Ok(Err(Event::Malformed { detail: error.to_string() })),
        };
        let associated = self.run(now, |record, bytes, cx| {
            let associate = Associate {
                ticket,
                authenticator: NewAuthenticator::Totp(TotpParameters::default()),
                label: label.clone(),
                entropy: Entropy::new(bytes),
            };
            record.decide(associate, cx)
        });
        match associated? {
            Ok(associated) => {
                show.associated(&associated)?;
                Ok(Ok(pending(ticket, &associated)))
            }
            Err(failed) => told(failed).map(Err),
        }
    }

    /// Associates an HOTP token by its seed, which it has already.
    pub fn add_token(
        &self,
        ticket: &Ticket,
        seed: &str,
        counter: u64,
        now: u64,
    ) -> Outcome<Result<Pending, Event>> {
        let secret = match Secret::from_base32(seed) {
            Ok(secret) => secret,
            Err(error) => return Ok(Err(Event::Malformed { detail: error.to_string() })),
        };
        let label = Label::new("token")?;
        let associated = self.run(now, |record, bytes, cx| {
            let import = Import {
                ticket,
                authenticator: NewAuthenticator::Hotp(HotpParameters::default(), counter),
                secret: secret.clone(),
                label: label.clone(),
                entropy: Entropy::new(bytes),
            };
            record.decide(import, cx)
        });
        match associated? {
            Ok(associated) => Ok(Ok(pending(ticket, &associated))),
            Err(failed) => told(failed).map(Err),
        }
    }

    /// Removes an authenticator, by its number in the list.
    pub fn remove(&self, ticket: &Ticket, number: usize, now: u64) -> Outcome<Event> {
        let Some(authenticator) = self.numbered(number)? else { return Ok(no_such(number)) };
        let remove = Remove { ticket, authenticator };
        match self.run(now, |record, _, cx| record.decide(remove, cx))? {
            Ok(removed) => Ok(Event::Removed { enrolled: removed.enrolled }),
            Err(failed) => told(failed),
        }
    }

    /// Finds a token or clock that went astray.
    pub fn resynchronize(
        &self,
        ticket: &Ticket,
        number: usize,
        codes: [&str; 2],
        now: u64,
    ) -> Outcome<Event> {
        let Some(authenticator) = self.numbered(number)? else { return Ok(no_such(number)) };
        let resynchronize = Resynchronize { ticket, authenticator, codes, third: None };
        match self.run(now, |record, _, cx| record.decide(resynchronize, cx))? {
            Ok(Resynchronized::Found) => Ok(Event::Resynchronized),
            Ok(_) => Ok(Event::Rejected),
            Err(failed) => told(failed),
        }
    }

    /// Fresh recovery codes, which end the old ones.
    pub fn regenerate(&self, ticket: &Ticket, now: u64) -> Outcome<Event> {
        let regenerated = self.run(now, |record, bytes, cx| {
            record.decide(RegenerateRecoveryCodes { ticket, entropy: Entropy::new(bytes) }, cx)
        });
        match regenerated? {
            Ok(fresh) => Ok(Event::Codes { recovery_codes: texts(&fresh.recovery_codes) }),
            Err(failed) => told(failed),
        }
    }

    fn numbered(&self, number: usize) -> Outcome<Option<AuthenticatorId>> {
        let record = self.load()?;
        let slot = number.checked_sub(1);
        Ok(slot.and_then(|slot| record.authenticators().get(slot)).map(Authenticator::id))
    }
}

fn pending(ticket: &Ticket, associated: &Associated) -> Pending {
    Pending { ticket: ticket.clone(), recovery_codes: texts(&associated.recovery_codes) }
}

/// What the user is told where there is no outcome.
fn told(failed: Failed) -> Outcome<Event> {
    match failed {
        Failed::Conflict => Ok(Event::Conflict),
        Failed::Refused(Refused::Ticket(_)) => Ok(Event::LogInFirst),
        Failed::Refused(refused) => refusal(refused),
    }
}

fn no_such(number: usize) -> Event {
    Event::Malformed { detail: format!("there is no authenticator {number}: see `list`") }
}

fn listed(one: &Authenticator) -> Listed {
    let kind = match one.kind() {
        Kind::Totp => "totp",
        Kind::Hotp => "hotp",
        _ => "other",
    };
    let phase = match one.phase() {
        Phase::Pending { .. } => "pending",
        Phase::Active if one.needs_resynchronization() => "to be resynchronized",
        Phase::Active => "active",
        _ => "disabled",
    };
    Listed { kind, label: one.label().to_owned(), phase }
}

//! What the operations work on: a record of any size, so that their code exists once.

use super::authenticator::{Authenticator, Phase};
use super::context::Context;
use super::refused::Refused;
use super::slots::remove;
use crate::id::{AccountId, AuthenticatorId, RecordId};
use crate::recovery::RecoveryHash;
use crate::throttle::{Level, Throttle};
use crate::ticket::{Authority, Scopes, Subject, Ticket, TicketError};
use crate::{Entropy, EntropyError};
use heapless::VecView;

/// The part of a record that has the same size in all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Head {
    pub(crate) subject: Subject,
    pub(crate) revision: u64,
    /// From the first confirmation on, whatever becomes of the authenticators by failures.
    pub(crate) enrolled: bool,
    /// While set, the recovery codes came with this pending authenticator, and are void
    /// until it is confirmed.
    pub(crate) recovery_awaits: Option<AuthenticatorId>,
    pub(crate) otp: Throttle,
    pub(crate) out_of_band: Throttle,
    pub(crate) recovery: Throttle,
    pub(crate) sent: Sent,
}

/// What was spent on sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) phone: Level,
    pub(crate) email: Level,
    pub(crate) push: Level,
}

/// A record, whatever its capacities.
#[derive(Debug)]
pub struct State<'a> {
    pub(crate) head: &'a mut Head,
    pub(crate) authenticators: &'a mut VecView<Authenticator, u8>,
    pub(crate) recovery: &'a mut VecView<RecoveryHash, u8>,
}

impl Head {
    pub(crate) const fn new(account: AccountId, record: RecordId) -> Self {
        Self {
            subject: Subject { account, record, generation: 0 },
            revision: 1,
            enrolled: false,
            recovery_awaits: None,
            otp: Throttle::NEW,
            out_of_band: Throttle::NEW,
            recovery: Throttle::NEW,
            sent: Sent { phone: Level::NEW, email: Level::NEW, push: Level::NEW },
        }
    }

    /// A ticket of the present generation.
    pub(crate) fn ticket(
        &self,
        authority: Authority,
        scopes: Scopes,
        entropy: &mut Entropy<'_>,
        cx: &Context<'_>,
    ) -> Result<Ticket, EntropyError> {
        let life = cx.policy.settings().ticket_life;
        self.subject.ticket(authority, scopes, entropy, cx.now, life)
    }

    /// Checks that the ticket may answer a challenge of this account.
    pub(crate) fn check_ticket(&self, ticket: &Ticket, cx: &Context<'_>) -> Result<(), Refused> {
        if self.subject.record == RecordId::VACANT {
            return Err(TicketError::Foreign.into());
        }
        Ok(ticket.check(self.subject, cx.now)?)
    }

    /// Checks that the ticket may associate or confirm; a first factor alone may only as long
    /// as the account is not enrolled.
    pub(crate) fn check_enrolling_ticket(
        &self,
        ticket: &Ticket,
        cx: &Context<'_>,
    ) -> Result<(), Refused> {
        self.check_ticket(ticket, cx)?;
        if self.enrolled && ticket.parts().authority == Authority::FirstFactor {
            return Err(Refused::AlreadyEnrolled);
        }
        Ok(ticket.check_acts(self.subject, Scopes::ENROLL)?)
    }

    /// Checks that the ticket may change this account, by at least the authority `needed`.
    pub(crate) fn check_acting_ticket(
        &self,
        ticket: &Ticket,
        needed: Authority,
        scope: Scopes,
        cx: &Context<'_>,
    ) -> Result<(), Refused> {
        self.check_ticket(ticket, cx)?;
        ticket.check_authority(needed)?;
        Ok(ticket.check_acts(self.subject, scope)?)
    }

    /// Whether the numbers that only rise have room, so that no operation finds out half-way.
    pub(crate) fn check_headroom(&self) -> Result<(), Refused> {
        // An operation raises the generation by two at most.
        let generation = self.subject.generation.checked_add(2);
        match (self.revision.checked_add(1), generation) {
            (Some(_), Some(_)) => Ok(()),
            _ => Err(Refused::Exhausted),
        }
    }
}

impl State<'_> {
    /// Where an authenticator is.
    pub(crate) fn slot(&self, id: AuthenticatorId) -> Result<usize, Refused> {
        let slot = self.authenticators.iter().position(|one| one.id == id);
        slot.ok_or(Refused::NoSuchFactor)
    }

    /// The name of a new authenticator: one that no other has, else the random bytes repeat.
    pub(crate) fn draw_name(&self, entropy: &mut Entropy<'_>) -> Result<AuthenticatorId, Refused> {
        let id = AuthenticatorId::draw(entropy)?;
        match self.slot(id) {
            Ok(_) => Err(EntropyError.into()),
            Err(_) => Ok(id),
        }
    }

    /// Removes an authenticator and its twin.
    pub(crate) fn remove_twins(&mut self, id: AuthenticatorId) {
        while let Ok(slot) = self.slot(id) {
            remove(self.authenticators, slot);
        }
    }

    /// An authenticator that was confirmed, whatever became of it.
    pub(crate) fn confirmed(&self, id: AuthenticatorId) -> Result<&Authenticator, Refused> {
        let one = self.authenticators.iter().find(|one| one.id == id);
        one.filter(|one| !one.is_pending()).ok_or(Refused::NoSuchFactor)
    }

    /// Makes older tickets unfit to act, and drops the associations that wait for them. That
    /// there is room to rise was checked before the operation.
    pub(crate) fn raise_generation(&mut self) {
        self.head.subject.generation = self.head.subject.generation.saturating_add(1);
        while let Some(slot) = self.authenticators.iter().position(Authenticator::is_pending) {
            remove(self.authenticators, slot);
        }
    }

    /// Checks what must hold between the parts of a record.
    ///
    /// # Errors
    /// The name of the field that contradicts the others.
    pub(crate) fn check_consistent(&self) -> Result<(), &'static str> {
        let mut others = self.authenticators.iter();
        while let Some(one) = others.next() {
            if others.clone().any(|other| (other.id, other.kind()) == (one.id, one.kind())) {
                return Err("id");
            }
        }
        let confirmed = self.authenticators.iter().any(|one| !one.is_pending());
        // Before the account is enrolled, one association waits, with its twin.
        let alike = |pair: &[Authenticator]| matches!(pair, [one, other] if one.id == other.id);
        if self.head.enrolled != confirmed
            || (!confirmed && !self.authenticators.windows(2).all(alike))
        {
            return Err("enrolled");
        }
        for one in self.authenticators.iter() {
            if let Phase::Pending { replaces: Some(old), .. } = one.phase
                && self.confirmed(old).is_err()
            {
                return Err("replaces");
            }
        }
        let mut hashes = self.recovery.iter();
        while let Some(hash) = hashes.next() {
            if hash.find_in(hashes.as_slice()).is_some() {
                return Err("recovery codes");
            }
        }
        if self.head.subject.record == RecordId::VACANT {
            return Err("record");
        }
        let codes_fit = match self.head.recovery_awaits {
            None => self.head.enrolled || self.recovery.is_empty(),
            Some(id) => {
                let awaited = |one: &Authenticator| one.id == id && one.is_pending();
                !self.head.enrolled
                    && !self.recovery.is_empty()
                    && self.authenticators.iter().any(awaited)
            }
        };
        if codes_fit { Ok(()) } else { Err("recovery_awaits") }
    }
}

//! Tickets: who asks, by what authority, for how long.

use crate::id::{AccountId, RecordId, TicketId};
use crate::{Entropy, EntropyError};
use core::fmt;

/// How the holder of a ticket has proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Authority {
    /// With a first factor only, such as a password.
    FirstFactor = 1,
    /// With a second factor too: comes out of a settled grant.
    Verified = 2,
    /// An administrator acts on the account.
    Administrator = 3,
}

impl Authority {
    /// A number for storing or signing: 1 first factor, 2 verified, 3 administrator.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The authority with this number; `None` if there is none.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::FirstFactor),
            2 => Some(Self::Verified),
            3 => Some(Self::Administrator),
            _ => None,
        }
    }
}

/// What a ticket may be used for, beyond answering a challenge.
///
/// ```
/// use mfa_core::Scopes;
///
/// let scopes = Scopes::ENROLL | Scopes::READ_AUTHENTICATORS;
/// assert!(scopes.contains(Scopes::ENROLL));
/// assert!(!scopes.contains(Scopes::REMOVE_AUTHENTICATORS));
/// assert_eq!(Scopes::from_bits(scopes.bits()), Some(scopes));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Scopes(u8);

impl Scopes {
    /// Nothing. Answering challenges needs no scope, and where an operation asks for an
    /// authority alone, none is needed either.
    pub const NONE: Self = Self(0);
    /// `enroll`: associate authenticators.
    pub const ENROLL: Self = Self(1);
    /// `read:authenticators`: list them.
    pub const READ_AUTHENTICATORS: Self = Self(2);
    /// `remove:authenticators`: remove them.
    pub const REMOVE_AUTHENTICATORS: Self = Self(4);
    /// All of them.
    pub const ALL: Self = Self(7);

    /// Whether all scopes of `other` are in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set as bits, for storing or signing: the sum of 1 for `enroll`, 2 for
    /// `read:authenticators`, 4 for `remove:authenticators`.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set with these bits; `None` if there are unknown ones.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits & !Self::ALL.0 == 0 { Some(Self(bits)) } else { None }
    }
}

impl core::ops::BitOr for Scopes {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A ticket, as plain values: what the caller signs or stores, and restores.
///
/// Tickets that come back from a client must have been authenticated by the caller (a
/// signature, or a look-up in a store): the core believes these values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketParts {
    /// Its name.
    pub id: TicketId,
    /// The account it speaks for.
    pub account: AccountId,
    /// The record of that account.
    pub record: RecordId,
    /// By what authority.
    pub authority: Authority,
    /// What else it may be used for.
    pub scopes: Scopes,
    /// When it was issued, in seconds since the Unix epoch.
    pub issued: u64,
    /// From when on it is void, in seconds since the Unix epoch.
    pub expires: u64,
    /// The account's generation when it was issued.
    pub generation: u64,
    /// Whether it comes from a device that the caller knows as the owner's, by a cookie set
    /// at an earlier login, say. When the budget is used up, it draws on a reserve.
    pub familiar: bool,
}

/// Whom a ticket speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) account: AccountId,
    pub(crate) record: RecordId,
    pub(crate) generation: u64,
}

impl Subject {
    /// A fresh ticket of the present generation, for `life` seconds.
    pub(crate) fn ticket(
        self,
        authority: Authority,
        scopes: Scopes,
        entropy: &mut Entropy<'_>,
        now: u64,
        life: u32,
    ) -> Result<Ticket, EntropyError> {
        Ok(Ticket::from_parts(TicketParts {
            id: TicketId::draw(entropy)?,
            account: self.account,
            record: self.record,
            authority,
            scopes,
            issued: now,
            expires: now.saturating_add(life.into()),
            generation: self.generation,
            familiar: false,
        }))
    }
}

/// Who asks: made by [`Account::first_factor_ticket`](crate::Account::first_factor_ticket)
/// after the caller checked the first factor, by [`Grant::ticket`](crate::Grant::ticket)
/// after a second one, by
/// [`Account::administrator_ticket`](crate::Account::administrator_ticket), or restored from
/// parts.
///
/// A ticket is valid while `issued − 60 ≤ now < expires`, for its own account and record. It
/// acts only while the account's generation is its own; an older one may still answer a
/// challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    parts: TicketParts,
}

impl Ticket {
    /// By how many seconds the issuer's clock may be ahead of the verifier's.
    pub const CLOCK_SKEW: u64 = 60;

    /// Restores a ticket that the caller has authenticated.
    #[must_use]
    pub const fn from_parts(parts: TicketParts) -> Self {
        Self { parts }
    }

    /// The values of the ticket.
    #[must_use]
    pub const fn parts(&self) -> &TicketParts {
        &self.parts
    }

    /// The same ticket, from a device that the caller knows as the owner's: when the budget is
    /// used up, it draws on a reserve, so that a stranger does not lock the owner out.
    #[must_use]
    pub const fn familiar(self) -> Self {
        Self { parts: TicketParts { familiar: true, ..self.parts } }
    }

    /// Checks that the ticket speaks for this subject now.
    pub(crate) fn check(&self, subject: Subject, now: u64) -> Result<(), TicketError> {
        let parts = &self.parts;
        if (parts.account, parts.record) != (subject.account, subject.record)
            || parts.generation > subject.generation
        {
            return Err(TicketError::Foreign);
        }
        if now.saturating_add(Self::CLOCK_SKEW) < parts.issued {
            return Err(TicketError::NotYetValid);
        }
        if now >= parts.expires {
            return Err(TicketError::Expired);
        }
        Ok(())
    }

    /// Checks that the ticket was issued for at least this authority.
    pub(crate) fn check_authority(&self, needed: Authority) -> Result<(), TicketError> {
        if self.parts.authority < needed {
            return Err(TicketError::Authority { needed });
        }
        Ok(())
    }

    /// Checks that the ticket may change the account, not only answer challenges.
    pub(crate) fn check_acts(&self, subject: Subject, scope: Scopes) -> Result<(), TicketError> {
        if self.parts.generation != subject.generation {
            return Err(TicketError::Outdated);
        }
        if !self.parts.scopes.contains(scope) {
            return Err(TicketError::Scope { missing: scope });
        }
        Ok(())
    }
}

/// Why a ticket is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum TicketError {
    /// It speaks for another account, or for another record of this one.
    Foreign,
    /// It was issued more than a minute in the future.
    NotYetValid,
    /// Its time is over.
    Expired,
    /// The account has changed since: it may only answer challenges.
    Outdated,
    /// Its authority is not enough.
    Authority {
        /// The least that is.
        needed: Authority,
    },
    /// It lacks a scope.
    Scope {
        /// The scope that is needed.
        missing: Scopes,
    },
}

impl fmt::Display for TicketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Foreign => "the ticket speaks for another account",
            Self::NotYetValid => "the ticket is not valid yet",
            Self::Expired => "the ticket has expired",
            Self::Outdated => "the account has changed since the ticket was issued",
            Self::Authority { needed: Authority::Administrator } => {
                "only an administrator may do this"
            }
            Self::Authority { .. } => "a second factor must be shown first",
            Self::Scope { .. } => "the ticket lacks the scope for this",
        })
    }
}

impl core::error::Error for TicketError {}

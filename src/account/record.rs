//! The record: all that decides about an account, as one value.

use super::authenticator::Authenticator;
use super::context::Context;
use super::operation::Operation;
use super::refused::Refused;
use super::slots::Slots;
use super::state::{Head, State};
use crate::id::{AccountId, RecordId};
use crate::recovery::{RecoveryCodes, RecoveryHash};
use crate::step::{Step, Version};
use crate::throttle::Class;
use crate::ticket::{Authority, Scopes, Ticket};
use crate::{Entropy, EntropyError};
use heapless::Vec;

/// All that decides about one account: up to `N` authenticators, up to `R` recovery codes,
/// the budgets for wrong answers. Secrets in it are wiped on drop.
///
/// Operations are decided on it and give a [`Step`], whose next record the caller stores
/// with a compare-and-swap; see the [crate's front page](crate).
///
/// # Size
///
/// In bytes, on any machine with 64-bit alignment (a value in memory, the longest encoding):
///
/// | type | for | in memory | encoded, at most |
/// |---|---|---|---|
/// | `Account<1, 0>` | a lock with one token | 464 | 429 |
/// | `Account<2, 1>` | a device | 760 | 707 |
/// | `Account<4, 10>` | a server | 1,576 | 1,487 |
/// | `Account<8, 10>` | a server with twins | 2,632 | 2,471 |
///
/// # States
///
#[doc = include_str!("states.md")]
#[derive(Clone)]
pub struct Account<const N: usize, const R: usize> {
    head: Head,
    authenticators: Vec<Authenticator, N, u8>,
    recovery: Vec<RecoveryHash, R, u8>,
}

impl<const N: usize, const R: usize> Account<N, R> {
    const FITS: () = assert!(
        1 <= N && N <= Slots::MAX && R <= RecoveryCodes::MAX,
        "an account has 1 to 32 authenticators and at most RecoveryCodes::MAX recovery codes"
    );

    /// A record without authenticators, at revision 1.
    ///
    /// Store it when the user is created, so that all tickets speak of the same record: the
    /// only insert in its life. Every [`Step`] after that replaces it.
    ///
    /// ```
    /// use mfa_core::{Account, AccountId, Entropy, RecordId};
    ///
    /// # let mut bytes = [7; 16];
    /// let record = RecordId::draw(&mut Entropy::new(&mut bytes))?; // fresh random bytes
    /// let account = Account::<4, 1>::new(AccountId::from_bytes(*b"user 0000000042."), record);
    /// assert!(!account.is_enrolled());
    /// # Ok::<(), mfa_core::EntropyError>(())
    /// ```
    #[must_use]
    pub const fn new(account: AccountId, record: RecordId) -> Self {
        let () = Self::FITS;
        Self { head: Head::new(account, record), authenticators: Vec::new(), recovery: Vec::new() }
    }

    /// What a failed load leaves: it belongs to the account, counts as enrolled, and has
    /// nothing to answer with.
    pub(crate) fn vacant(account: AccountId) -> Self {
        let mut vacant = Self::new(account, RecordId::VACANT);
        vacant.vacate();
        vacant
    }

    /// Makes the record vacant in place.
    pub(crate) fn vacate(&mut self) {
        self.authenticators.clear();
        self.recovery.clear();
        self.head = Head::new(self.account(), RecordId::VACANT);
        self.head.enrolled = true;
    }

    /// Decides an operation on a copy of the record.
    ///
    /// # Timing
    /// Depends on what is public: the kinds, parameters and states of the authenticators, the
    /// form of what was presented, and the verdict; not on secrets, codes or stored hashes.
    ///
    /// # Errors
    /// [`Refused`] if the operation is not carried out: nothing changes, nothing is to be
    /// stored. A wrong code is no error but a verdict inside the step, since it costs a unit
    /// of the budget and must be stored.
    pub fn decide<O: Operation>(
        &self,
        operation: O,
        cx: &Context<'_>,
    ) -> Result<Step<Self, O::Outcome>, Refused> {
        let mut next = self.clone();
        let outcome = next.advance(operation, cx)?;
        Ok(Step::new(self.version(), next, outcome))
    }

    /// As [`decide`](Self::decide), with the copy in memory that the caller lends: half the
    /// stack, for small devices. What `scratch` held before is wiped; after a refusal it
    /// holds nothing of use.
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    pub fn decide_in<'s, O: Operation>(
        &self,
        scratch: &'s mut Self,
        operation: O,
        cx: &Context<'_>,
    ) -> Result<Step<&'s mut Self, O::Outcome>, Refused> {
        scratch.copy_from(self);
        let outcome = scratch.advance(operation, cx)?;
        Ok(Step::new(self.version(), scratch, outcome))
    }

    fn advance<O: Operation>(
        &mut self,
        operation: O,
        cx: &Context<'_>,
    ) -> Result<O::Outcome, Refused> {
        self.head.check_headroom()?;
        let outcome = operation.run(&mut self.state(), cx)?;
        self.head.revision = self.head.revision.saturating_add(1);
        Ok(outcome)
    }

    /// Copies field by field: a whole record never lies on the stack.
    fn copy_from(&mut self, other: &Self) {
        self.head.clone_from(&other.head);
        self.authenticators.clear();
        self.recovery.clear();
        // Neither can fail: the capacities are the same.
        let _ = self.authenticators.extend_from_slice(&other.authenticators);
        let _ = self.recovery.extend_from_slice(&other.recovery);
    }

    pub(crate) fn state(&mut self) -> State<'_> {
        State {
            head: &mut self.head,
            authenticators: self.authenticators.as_mut_view(),
            recovery: self.recovery.as_mut_view(),
        }
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    pub(crate) fn recovery_hashes(&self) -> &[RecoveryHash] {
        &self.recovery
    }

    /// The account that the record belongs to.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.head.subject.account
    }

    /// The record's random id and its revision: what a compare-and-swap compares.
    #[must_use]
    pub fn version(&self) -> Version {
        Version { record: self.head.subject.record, revision: self.head.revision }
    }

    /// Rises with everything after which older tickets must not act any more.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.head.subject.generation
    }

    /// Whether an authenticator was confirmed. Wrong answers do not end this: an account
    /// whose authenticators are all disabled is enrolled.
    #[must_use]
    pub fn is_enrolled(&self) -> bool {
        self.head.enrolled
    }

    /// The authenticators, in the order of their association. Never a secret.
    #[must_use]
    pub fn authenticators(&self) -> &[Authenticator] {
        &self.authenticators
    }

    /// How many recovery codes can be used now.
    #[must_use]
    pub fn recovery_codes_left(&self) -> usize {
        match self.head.recovery_awaits {
            None => self.recovery.len(),
            Some(_) => 0,
        }
    }

    /// From when on answers of a class are evaluated again, in seconds since the Unix epoch;
    /// `None` if they are now.
    #[must_use]
    pub fn locked_until(&self, class: Class, familiar: bool, cx: &Context<'_>) -> Option<u64> {
        self.head.locked_until(class, familiar, cx)
    }

    /// Checks that a ticket speaks for this account now with at least this authority and
    /// these scopes: what a server asks before it lists the authenticators, say.
    ///
    /// # Errors
    /// [`Refused::Ticket`] with the reason.
    pub fn authorize(
        &self,
        ticket: &Ticket,
        needed: Authority,
        scopes: Scopes,
        cx: &Context<'_>,
    ) -> Result<(), Refused> {
        self.head.check_acting_ticket(ticket, needed, scopes, cx)
    }

    /// Checks that a ticket may answer for this account now: that it is of this record and
    /// within its time. It may be of an older generation.
    ///
    /// What a server asks before it tells how the account can be answered for.
    ///
    /// # Errors
    /// [`Refused::Ticket`] with the reason.
    pub fn may_answer(&self, ticket: &Ticket, cx: &Context<'_>) -> Result<(), Refused> {
        self.head.check_ticket(ticket, cx)
    }

    /// The authenticator that waits for its confirmation by this ticket; of twins, the first.
    #[must_use]
    pub fn pending(&self, ticket: &Ticket, cx: &Context<'_>) -> Option<&Authenticator> {
        self.authenticators.iter().find(|one| one.awaits(ticket.parts().id, cx.now))
    }

    /// A ticket for who has just shown the first factor, as the caller has checked.
    ///
    /// Draws 16 bytes.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn first_factor_ticket(
        &self,
        scopes: Scopes,
        mut entropy: Entropy<'_>,
        cx: &Context<'_>,
    ) -> Result<Ticket, EntropyError> {
        self.head.ticket(Authority::FirstFactor, scopes, &mut entropy, cx)
    }

    /// A ticket for an administrator who acts on this account, as the caller has checked.
    ///
    /// Draws 16 bytes.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn administrator_ticket(
        &self,
        scopes: Scopes,
        mut entropy: Entropy<'_>,
        cx: &Context<'_>,
    ) -> Result<Ticket, EntropyError> {
        self.head.ticket(Authority::Administrator, scopes, &mut entropy, cx)
    }
}

impl<const N: usize, const R: usize> core::fmt::Debug for Account<N, R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Account")
            .field("account", &self.account())
            .field("version", &self.version())
            .field("generation", &self.generation())
            .field("enrolled", &self.head.enrolled)
            .field("authenticators", &self.authenticators)
            .field("recovery_codes_left", &self.recovery_codes_left())
            .finish_non_exhaustive()
    }
}

const _: () = assert!(size_of::<Account<2, 1>>() <= 768);
const _: () = assert!(size_of::<Account<4, 10>>() <= 1664);

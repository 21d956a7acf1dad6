//! Associate: bind a new authenticator, which stays pending until it is confirmed.

use super::authenticator::{Authenticator, Label, Phase};
use super::context::Context;
use super::factor::{Factor, HotpFactor, HotpParameters, TotpFactor, TotpParameters};
use super::ocra::OcraFactor;
use super::operation::Operation;
use super::refused::Refused;
use super::state::State;
use crate::id::AuthenticatorId;
use crate::ocra::Suite;
use crate::otpauth::{self, Uri};
use crate::recovery::{RecoveryCode, RecoveryCodes, RecoveryHash};
use crate::ticket::Ticket;
use crate::{Algorithm, Digits, Entropy, EntropyError, Format, Secret};

/// Associates a new authenticator.
///
/// With a first-factor ticket only while the account is not enrolled; it then replaces an
/// association that waits for its confirmation, together with the recovery codes that came
/// with it, so that nothing made before becomes active by a later confirmation. The ticket
/// needs the scope `enroll`.
///
/// Draws 10 bytes, the length of the hash's output, and 15 for each recovery code of the
/// policy if the account is not enrolled: 45 with [`Policy::AUTH0`](crate::Policy::AUTH0)
/// and SHA-1.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Associate<'a> {
    /// Who asks.
    pub ticket: &'a Ticket,
    /// What to associate.
    pub authenticator: NewAuthenticator,
    /// What the user calls it.
    pub label: Label,
    /// Fresh random bytes.
    pub entropy: Entropy<'a>,
}

/// A kind of authenticator and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewAuthenticator {
    /// Time-based codes.
    Totp(TotpParameters),
    /// Counter-based codes, the next of which is that of the counter.
    Hotp(HotpParameters, u64),
    /// Responses to questions, by a suite whose responses are not truncated or have at least
    /// six digits; the next is that of the counter, if the suite has one. (One-way
    /// challenge–response, RFC 6287 §7.1.)
    Ocra(Suite, u64),
}

impl NewAuthenticator {
    /// Checks what the types allow and no record holds, or the policy does not allow.
    fn check(&self, cx: &Context<'_>) -> Result<(), Refused> {
        let longest = cx.policy.settings().max_period;
        let has_six_digits = |format| match format {
            Format::Decimal(digits) => Digits::new(digits.get()).is_ok(),
            Format::Steam => true,
        };
        let (fits, steps) = match self {
            Self::Totp(TotpParameters { format, steps, .. }) => {
                (has_six_digits(*format), Some(*steps))
            }
            Self::Hotp(HotpParameters { format, .. }, _) => {
                (has_six_digits(*format) && *format != Format::Steam, None)
            }
            Self::Ocra(suite, _) => {
                OcraFactor::check(suite)?;
                (true, suite.time_steps())
            }
        };
        if !fits {
            return Err(Refused::UnsupportedFormat);
        }
        match steps {
            Some(steps) if steps.period().get() > longest.into() => Err(Refused::PeriodTooLong),
            _ => Ok(()),
        }
    }

    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Totp(parameters) => parameters.algorithm,
            Self::Hotp(parameters, _) => parameters.algorithm,
            Self::Ocra(suite, _) => suite.algorithm(),
        }
    }

    fn factor(&self, secret: &Secret) -> Result<Factor, Refused> {
        Ok(match self {
            Self::Totp(parameters) => Factor::Totp(TotpFactor::new(secret.clone(), *parameters)),
            Self::Hotp(parameters, counter) => {
                Factor::Hotp(HotpFactor::new(secret.clone(), *parameters, *counter))
            }
            Self::Ocra(suite, counter) => Factor::Ocra(OcraFactor::new(secret, suite, *counter)?),
        })
    }
}

/// What comes out of an association, once: the core never shows it again.
#[derive(Debug)]
#[non_exhaustive]
pub struct Associated {
    /// The name of the new authenticator.
    pub authenticator: AuthenticatorId,
    /// Its secret.
    pub secret: Secret,
    /// What it is.
    pub kind: NewAuthenticator,
    /// Recovery codes, void until the association is confirmed. Empty if the account is
    /// enrolled already, or the policy has none.
    pub recovery_codes: RecoveryCodes,
}

impl Associated {
    /// What the user's app needs, for a QR code. An empty `issuer` is none. `None` of an OCRA
    /// token: no URI carries a suite.
    ///
    /// ```
    /// use mfa_core::{Associated, otpauth};
    ///
    /// fn show(associated: &Associated) -> Result<(), otpauth::WriteError> {
    ///     let mut buffer = [0; otpauth::max_len(32, 64)];
    ///     if let Some(uri) = associated.uri("Example", "ann@example.com") {
    ///         let text = uri.write(&mut buffer)?;
    ///         # let _ = text;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn uri<'a>(&'a self, issuer: &'a str, account: &'a str) -> Option<Uri<'a, &'a Secret>> {
        let (kind, algorithm, format) = match self.kind {
            NewAuthenticator::Totp(TotpParameters { algorithm, format, steps }) => {
                (otpauth::Kind::Totp(steps), algorithm, format)
            }
            NewAuthenticator::Hotp(HotpParameters { algorithm, format }, counter) => {
                (otpauth::Kind::Hotp { counter }, algorithm, format)
            }
            NewAuthenticator::Ocra(..) => return None,
        };
        Some(Uri { kind, algorithm, format, ..Uri::totp(issuer, account, &self.secret) })
    }
}

impl Operation for Associate<'_> {
    type Outcome = Associated;

    fn run(mut self, state: &mut State<'_>, cx: &Context<'_>) -> Result<Associated, Refused> {
        state.head.check_enrolling_ticket(self.ticket, cx)?;
        let (new, label) = (&self.authenticator, &self.label);
        let binding = Binding { new, label, known: None, replaces: None };
        state.bind(binding, self.ticket, &mut self.entropy, cx)
    }
}

/// A new authenticator with a secret, whatever operation it comes from.
pub(super) struct Binding<'a> {
    pub(super) new: &'a NewAuthenticator,
    pub(super) label: &'a Label,
    /// The secret, if it exists already.
    pub(super) known: Option<&'a Secret>,
    pub(super) replaces: Option<AuthenticatorId>,
}

/// What an authenticator and its twin have in common.
pub(super) struct Bound<'a> {
    pub(super) id: AuthenticatorId,
    pub(super) label: &'a Label,
    pub(super) phase: Phase,
}

impl State<'_> {
    /// Adds a pending authenticator for the ticket, with a fresh secret or a known one, and
    /// the recovery codes of a first association.
    #[inline(never)] // once, for all operations that bind
    pub(super) fn bind(
        &mut self,
        binding: Binding<'_>,
        ticket: &Ticket,
        entropy: &mut Entropy<'_>,
        cx: &Context<'_>,
    ) -> Result<Associated, Refused> {
        let new = binding.new;
        new.check(cx)?;
        self.drop_superseded(ticket, cx.now);
        let id = self.draw_name(entropy)?;
        let secret = match binding.known {
            Some(secret) => secret.clone(),
            None => Secret::generate(new.algorithm(), entropy)?,
        };
        // Two authenticators with one secret would accept each other's used codes.
        if self.authenticators.iter().any(|one| one.factor.has_secret(&secret)) {
            return Err(Refused::SecretInUse);
        }
        let phase = pending(ticket, binding.replaces, cx);
        let bound = Bound { id, label: binding.label, phase };
        self.add_new(&bound, new, &secret)?;
        let recovery_codes = self.first_recovery_codes(id, entropy, cx)?;
        Ok(Associated { authenticator: id, secret, kind: new.clone(), recovery_codes })
    }

    #[inline(never)] // a factor lies on the stack no longer than it must
    fn add_new(
        &mut self,
        bound: &Bound<'_>,
        new: &NewAuthenticator,
        secret: &Secret,
    ) -> Result<(), Refused> {
        self.add_bound(bound, new.factor(secret)?)
    }

    /// Adds an authenticator. If there is no place, the oldest association that waits for
    /// its confirmation makes room, with its twin.
    #[inline(never)] // an authenticator lies on the stack no longer than it must
    pub(super) fn add_bound(&mut self, bound: &Bound<'_>, factor: Factor) -> Result<(), Refused> {
        let Bound { id, label, phase } = *bound;
        let others = |one: &Authenticator| one.is_pending() && one.id != id;
        if self.authenticators.is_full()
            && let Some(oldest) = self.authenticators.iter().find(|one| others(one))
        {
            self.remove_twins(oldest.id);
        }
        let authenticator = Authenticator { id, label: label.clone(), phase, failures: 0, factor };
        self.authenticators.push(authenticator).map_err(|_| Refused::Full)
    }

    /// The recovery codes that come with an association before the account is enrolled, and
    /// are void until it is confirmed.
    #[inline(never)]
    pub(super) fn first_recovery_codes(
        &mut self,
        id: AuthenticatorId,
        entropy: &mut Entropy<'_>,
        cx: &Context<'_>,
    ) -> Result<RecoveryCodes, Refused> {
        let mut codes = RecoveryCodes::default();
        if !self.head.enrolled {
            self.draw_recovery_codes(&mut codes, entropy, cx)?;
            self.head.recovery_awaits = (!codes.is_empty()).then_some(id);
        }
        Ok(codes)
    }

    /// Drops the pending authenticators that a new association replaces, with their twins:
    /// those whose time is over, earlier ones of the same ticket, and, before the account is
    /// enrolled, all.
    pub(super) fn drop_superseded(&mut self, by: &Ticket, now: u64) {
        let enrolled = self.head.enrolled;
        let superseded = |one: &&Authenticator| match one.phase {
            Phase::Pending { ticket, expires, .. } => {
                !enrolled || expires <= now || ticket == by.parts().id
            }
            _ => false,
        };
        while let Some(one) = self.authenticators.iter().find(superseded) {
            self.remove_twins(one.id);
        }
    }

    /// A whole new set of recovery codes; the old one is void.
    pub(super) fn draw_recovery_codes(
        &mut self,
        codes: &mut RecoveryCodes,
        entropy: &mut Entropy<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Refused> {
        // None of the old set comes back, so that it is looked at until all are drawn.
        for _ in 0..cx.policy.settings().recovery_codes {
            let (code, _) = self.draw_recovery_code(entropy)?;
            codes.push(code).map_err(|_| Refused::TooFewRecoverySlots)?;
        }
        self.recovery.clear();
        for code in codes.iter() {
            let hash = self.new_recovery_hash(code)?;
            self.recovery.push(hash).map_err(|_| Refused::TooFewRecoverySlots)?;
        }
        Ok(())
    }

    /// A recovery code that is not there already, and its hash: a used one must not come back.
    pub(super) fn draw_recovery_code(
        &self,
        entropy: &mut Entropy<'_>,
    ) -> Result<(RecoveryCode, RecoveryHash), Refused> {
        let code = RecoveryCode::generate(entropy)?;
        let hash = self.new_recovery_hash(&code)?;
        Ok((code, hash))
    }

    fn new_recovery_hash(&self, code: &RecoveryCode) -> Result<RecoveryHash, Refused> {
        let hash = code.hash(self.head.subject.record)?;
        match hash.find_in(self.recovery) {
            Some(_) => Err(EntropyError.into()),
            None => Ok(hash),
        }
    }
}

/// Waiting for the confirmation of this ticket.
pub(super) fn pending(
    ticket: &Ticket,
    replaces: Option<AuthenticatorId>,
    cx: &Context<'_>,
) -> Phase {
    let expires = cx.now.saturating_add(cx.policy.settings().pending_life.into());
    Phase::Pending { ticket: ticket.parts().id, expires, replaces }
}

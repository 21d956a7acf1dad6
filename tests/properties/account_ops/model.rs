//! The rules of an account, once more: with lists of all that ever happened in place of
//! clever summaries, and no thought for memory or timing.

use super::budget::{Budget, History};
use super::enroll::draw;
use super::prover::{Factor, Prover};
use super::request::{Act, Request, Seen};
use mfa_core::*;
use std::collections::HashSet;

#[derive(Clone)]
pub struct Model {
    pub account: AccountId,
    pub record: RecordId,
    pub revision: u64,
    pub generation: u64,
    /// How many authenticators and recovery codes there is room for.
    pub room: (usize, usize),
    pub provers: Vec<Prover>,
    /// The recovery codes in plain text. They are void before the account is enrolled.
    pub recovery_codes: Vec<String>,
    pub otp: Budget,
    pub out_of_band: Budget,
    pub recovery: Budget,
    /// When messages were sent: by phone, by mail, to devices (and questions to tokens).
    pub calls: History,
    pub mails: History,
    pub pushes: History,
    /// Every (authenticator, step or counter) that was accepted.
    pub accepted: HashSet<(AuthenticatorId, u64)>,
    /// Every challenge that was answered rightly.
    pub used: HashSet<ChallengeId>,
}

impl Model {
    pub fn new(account: AccountId, record: RecordId, room: (usize, usize)) -> Self {
        Self {
            account,
            record,
            revision: 1,
            generation: 0,
            room,
            provers: Vec::new(),
            recovery_codes: Vec::new(),
            otp: Budget::default(),
            out_of_band: Budget::default(),
            recovery: Budget::default(),
            calls: History::default(),
            mails: History::default(),
            pushes: History::default(),
            accepted: HashSet::new(),
            used: HashSet::new(),
        }
    }

    /// Something was confirmed, whatever became of it by failures.
    pub fn is_enrolled(&self) -> bool {
        self.provers.iter().any(|prover| !prover.is_pending())
    }

    /// The next model and what is seen of the step, or the refusal.
    pub fn decide(&self, request: &Request, cx: &Context<'_>) -> Result<(Self, Seen), Refused> {
        let mut next = self.clone();
        let entropy = &mut request.entropy.clone();
        let ticket = request.ticket.parts();
        let (first, verified) = (Authority::FirstFactor, Authority::Verified);
        let seen = match &request.act {
            Act::Associate(new, label) => {
                next.may_enroll(ticket, cx)?;
                next.bind(ticket, new.clone(), label, None, None, entropy, cx)?
            }
            Act::Import(new, secret, label) => {
                next.may_enroll(ticket, cx)?;
                if secret.len() * 8 < cx.policy.settings().min_secret_bits.into() {
                    return Err(Refused::WeakSecret);
                }
                next.bind(ticket, new.clone(), label, Some(secret), None, entropy, cx)?
            }
            Act::AssociateOver(channel, label) => {
                next.may_enroll(ticket, cx)?;
                next.bind_over(ticket, *channel, label, entropy, cx)?
            }
            Act::Confirm(answer) => {
                next.may_enroll(ticket, cx)?;
                next.confirm(ticket, answer, cx)?
            }
            Act::AnswerPush(id, number) => next.answer_push(*id, number.as_deref(), cx)?,
            Act::Ask(id) => {
                next.may(ticket, first, None, cx)?;
                next.ask(ticket, *id, entropy, cx)?
            }
            Act::Respond(_) | Act::Challenge(..) => {
                next.may(ticket, first, None, cx)?;
                if !next.is_enrolled() {
                    return Err(Refused::NotEnrolled);
                }
                match &request.act {
                    Act::Respond(answer) => next.log_in(ticket, answer, entropy, cx)?,
                    Act::Challenge(id, over) => next.challenge(ticket, *id, *over, entropy, cx)?,
                    _ => unreachable!(),
                }
            }
            Act::Remove(id) => {
                next.may(ticket, verified, Some(Scopes::REMOVE_AUTHENTICATORS), cx)?;
                next.remove(*id)?
            }
            Act::Rebind(id) => {
                next.may(ticket, verified, Some(Scopes::ENROLL), cx)?;
                let old = next.provers.iter().find(|one| one.id == *id && !one.is_pending());
                let old = old.ok_or(Refused::NoSuchFactor)?.clone();
                let new = match old.factor {
                    Factor::Totp(parameters) => NewAuthenticator::Totp(parameters),
                    Factor::Hotp(parameters, _) => NewAuthenticator::Hotp(parameters, 0),
                    Factor::Ocra(suite, _) => NewAuthenticator::Ocra(suite, 0),
                    Factor::Channel(..) => return Err(Refused::NoSuchFactor),
                };
                next.bind(ticket, new, &old.label, None, Some(old.id), entropy, cx)?
            }
            Act::Regenerate => {
                next.may(ticket, verified, Some(Scopes::NONE), cx)?;
                if !next.is_enrolled() {
                    return Err(Refused::NotEnrolled);
                }
                let codes = next.draw_recovery_codes(entropy, cx)?;
                next.raise_generation();
                Seen::Codes(codes, Notices::RECOVERY_CODE_REPLACED)
            }
            Act::Resynchronize(id, [one, two], third) => {
                next.may(ticket, verified, Some(Scopes::NONE), cx)?;
                let codes: Vec<&str> = [one, two].into_iter().chain(third).map(|s| &**s).collect();
                next.resynchronize(ticket, *id, &codes, cx)?
            }
            Act::Unlock(class) => {
                next.may(ticket, verified, Some(Scopes::NONE), cx)?;
                let budget = match class {
                    Class::Otp => &mut next.otp,
                    Class::OutOfBand => &mut next.out_of_band,
                    _ => &mut next.recovery,
                };
                match ticket.authority {
                    Authority::Administrator => *budget = Budget::default(),
                    _ => budget.forgive_fast(),
                }
                Seen::Done
            }
            Act::Reset => {
                next.may(ticket, Authority::Administrator, Some(Scopes::NONE), cx)?;
                next.provers.clear();
                next.recovery_codes.clear();
                next.raise_generation();
                Seen::Reset(Notices::AUTHENTICATOR_REMOVED)
            }
            Act::Restored => {
                next.may(ticket, Authority::Administrator, Some(Scopes::NONE), cx)?;
                next.record = RecordId::from_bytes(draw(entropy, 16)?.try_into().unwrap());
                next.recovery_codes.clear();
                next.raise_generation();
                next.provers.iter_mut().for_each(|prover| prover.distrust(cx));
                Seen::Done
            }
        };
        next.revision += 1;
        Ok((next, seen))
    }

    /// Older tickets may not act any more, so what waits for them goes.
    pub fn raise_generation(&mut self) {
        self.generation += 1;
        self.provers.retain(|prover| !prover.is_pending());
    }

    /// Whether the ticket may answer (no scope), or act within a scope.
    fn may(
        &self,
        ticket: &TicketParts,
        needed: Authority,
        scope: Option<Scopes>,
        cx: &Context<'_>,
    ) -> Result<(), Refused> {
        let is_own = ticket.account == self.account && ticket.record == self.record;
        let refuse = |reason| Err(Refused::Ticket(reason));
        if !is_own || ticket.generation > self.generation {
            return refuse(TicketError::Foreign);
        }
        if u128::from(cx.now) + 60 < ticket.issued.into() {
            return refuse(TicketError::NotYetValid);
        }
        if ticket.expires <= cx.now {
            return refuse(TicketError::Expired);
        }
        if ticket.authority < needed {
            return refuse(TicketError::Authority { needed });
        }
        let Some(missing) = scope else { return Ok(()) };
        if ticket.generation < self.generation {
            return refuse(TicketError::Outdated);
        }
        if !ticket.scopes.contains(missing) {
            return refuse(TicketError::Scope { missing });
        }
        Ok(())
    }

    fn may_enroll(&self, ticket: &TicketParts, cx: &Context<'_>) -> Result<(), Refused> {
        self.may(ticket, Authority::FirstFactor, None, cx)?;
        if self.is_enrolled() && ticket.authority == Authority::FirstFactor {
            return Err(Refused::AlreadyEnrolled);
        }
        self.may(ticket, Authority::FirstFactor, Some(Scopes::ENROLL), cx)
    }
}

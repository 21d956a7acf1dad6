//! An account in a given phase, and somebody who tries an operation on it.

mod app;
mod card;
mod device;
mod phone;

pub use self::app::App;
pub use self::card::Card;
pub use self::device::Device;
pub use self::phone::Phone;

use crate::support::*;
use crate::table::Case;
use mfa_core::*;

/// An account with one kind of authenticator.
pub trait Scene: Clone {
    /// An account in this phase, which was enrolled and reset before.
    fn set(phase: &str) -> Self;

    /// The name of the phase, from all that can be seen.
    fn phase(&self) -> String;

    fn world(&self) -> &World;
    fn world_mut(&mut self) -> &mut World;

    /// A wrong answer, with whatever must precede it.
    fn answer_wrongly(&mut self, ticket: &Ticket) -> Result<&'static str, Refused>;

    /// Tries the operation: gives the outcome's name, or the refusal.
    fn operate(&mut self, operation: &str, ticket: &Ticket) -> Result<&'static str, Refused>;

    /// The same for a case of a table, with the refusal's name.
    fn play(&mut self, case: Case<'_>) -> Result<&'static str, String> {
        let ticket = ticket_of(self.world(), case);
        self.operate(case.operation, &ticket).map_err(name)
    }

    /// Wrong answers, as fast as they are evaluated, until the budget or the cap is reached.
    fn answer_wrongly_until(&mut self, end: &str, by: &Ticket) -> Result<&'static str, Refused> {
        loop {
            let outcome = self.answer_wrongly(&renewed(by, self.world().now))?;
            if self.phase().starts_with(end) {
                return Ok(outcome);
            }
            if self.phase().starts_with("locked") {
                self.world_mut().now += 360;
            }
        }
    }

    /// The phase that wrong answers lead to, once the lock is over if there is another.
    fn fail_until(&mut self, end: &str) {
        let ticket = ticket(self.world(), OWN);
        assert_eq!(self.answer_wrongly_until(end, &ticket), Ok("rejected"));
        if end == "disabled" {
            self.world_mut().now += 86_400;
        }
    }
}

/// The ticket that associates and is challenged.
const OWN: TicketId = TicketId::from_bytes([0xAB; 16]);
const OTHER: TicketId = TicketId::from_bytes([0xCD; 16]);

/// Names that nothing has.
const NOBODY: AuthenticatorId = AuthenticatorId::from_bytes([0xEE; 10]);
const NOTHING: ChallengeId = ChallengeId::from_bytes([0xEE; 10]);

/// An account that was enrolled and reset.
fn reset() -> World {
    let (mut world, _) = World::enrolled();
    world.policy = Policy::new(PolicySettings {
        failure_cap: 12,
        channels: Channels::of(&[Channel::Sms, Channel::Voice, Channel::Push]),
        ..*Policy::AUTH0.settings()
    })
    .unwrap();
    let administrator = world.administrator();
    world.run(Reset { ticket: &administrator }).unwrap();
    world
}

/// A ticket that may do everything now.
fn ticket(world: &World, id: TicketId) -> Ticket {
    Ticket::from_parts(TicketParts {
        id,
        account: ANN,
        record: world.stored.version().record,
        authority: Authority::Administrator,
        scopes: Scopes::ALL,
        issued: world.now,
        expires: world.now + 600,
        generation: world.stored.generation(),
        familiar: false,
    })
}

fn ticket_of(world: &World, case: Case<'_>) -> Ticket {
    let id = if case.operation.ends_with("by another ticket") { OTHER } else { OWN };
    let mut parts = *ticket(world, id).parts();
    parts.authority = match case.authority {
        "first factor" => Authority::FirstFactor,
        "verified" => Authority::Verified,
        _ => Authority::Administrator,
    };
    if case.generation == "outdated" {
        parts.generation -= 1;
    }
    if case.scopes == "none" {
        parts.scopes = Scopes::NONE;
    }
    Ticket::from_parts(parts)
}

/// Of what is sent, once more may be sent.
fn sent<T>(
    world: &mut World,
    send: impl Fn(&mut World) -> Result<T, Refused>,
) -> Result<T, Refused> {
    match send(world) {
        Err(Refused::SentTooOften { until }) => {
            world.now = until;
            send(world)
        }
        other => other,
    }
}

/// The same ticket, issued now.
fn renewed(ticket: &Ticket, now: u64) -> Ticket {
    Ticket::from_parts(TicketParts { issued: now, expires: now + 600, ..*ticket.parts() })
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        _ => "rejected",
    }
}

fn restore(world: &mut World, ticket: &Ticket) -> Result<&'static str, Refused> {
    let mut bytes = world.dice.roll();
    let entropy = Entropy::new(&mut bytes);
    world.run(Restored { ticket, entropy }).map(|()| "done")
}

/// The record without the lock of a class: what it would answer then.
fn unlocked(world: &World, class: Class) -> World {
    let mut open = world.clone();
    open.run(Unlock { ticket: &ticket(world, OTHER), class }).unwrap();
    open
}

/// A refusal's name, without the numbers in it.
fn name(refused: Refused) -> String {
    match refused {
        Refused::Ticket(TicketError::Authority { needed }) => {
            format!("Ticket::Authority({needed:?})")
        }
        Refused::Ticket(TicketError::Scope { .. }) => "Ticket::Scope".to_owned(),
        Refused::Ticket(reason) => format!("Ticket::{reason:?}"),
        Refused::Locked { .. } => "Locked".to_owned(),
        Refused::ChannelNotAllowed { .. } => "ChannelNotAllowed".to_owned(),
        other => format!("{other:?}"),
    }
}

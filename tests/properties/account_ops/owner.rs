//! What the owner does: enroll, and log in again and again. Else few lives would get far.

use super::choices::{kind, shown};
use super::input::Input;
use super::prover::Prover;
use super::request::{Act, Request};
use super::world::World;
use mfa_core::*;

/// The next thing to do, some time later. A code may be a little early or late.
pub fn request(input: &mut Input<'_>, world: &mut World) -> Request {
    world.now = world.now.saturating_add(input.pick(&[30, 30, 0, 60]));
    let provers = &world.model.provers;
    let active: Vec<Prover> =
        provers.iter().filter(|prover| prover.phase == Phase::Active).cloned().collect();
    let act = match provers.iter().find(|prover| prover.is_pending()) {
        Some(pending) if active.is_empty() => Act::Confirm(shown(pending, world, 0)),
        _ if active.is_empty() => Act::Associate(kind(input), "phone"),
        _ => {
            let offset = input.pick(&[0, 0, 1, -1, 2, -2]);
            Act::Otp(shown(&input.pick(&active), world, offset))
        }
    };
    let authority = match world.model.is_enrolled() {
        true => Authority::Verified,
        false => Authority::FirstFactor,
    };
    let ticket = the_one_that_associated(ticket(world, authority), world);
    Request { ticket, act, entropy: world.roll() }
}

/// One that is valid now.
pub fn ticket(world: &World, authority: Authority) -> TicketParts {
    TicketParts {
        id: TicketId::from_bytes([7; 16]),
        account: world.model.account,
        record: world.model.record,
        authority,
        scopes: Scopes::ALL,
        issued: world.now,
        expires: world.now.saturating_add(600),
        generation: world.model.generation,
        familiar: false,
    }
}

pub fn the_one_that_associated(mut parts: TicketParts, world: &World) -> Ticket {
    for prover in &world.model.provers {
        if let Phase::Pending { ticket, .. } = prover.phase {
            parts.id = ticket;
        }
    }
    Ticket::from_parts(parts)
}

//! What the owner does: enroll, and log in again and again. Else few lives would get far.

use super::choices::{kind, meant};
use super::input::Input;
use super::prover::{Factor, Prover};
use super::request::{Act, Answer, OcraText, Request};
use super::typed::{response, shown, wrong};
use super::world::World;
use mfa_core::*;

/// The next thing to do, some time later. A code may be a little early or late.
pub fn request(input: &mut Input<'_>, world: &mut World) -> Request {
    world.now = world.now.saturating_add(input.pick(&[30, 30, 0, 60]));
    let provers = &world.model.provers;
    let active: Vec<Prover> =
        provers.iter().filter(|prover| prover.phase == Phase::Active).cloned().collect();
    let act = match provers.iter().find(|prover| prover.is_pending()) {
        Some(pending) if active.is_empty() => {
            let twin = provers.iter().find(|one| one.is_pending() && one.has_codes());
            let one = twin.filter(|_| input.u8() < 64).unwrap_or(pending);
            confirm(input, one, world)
        }
        _ if active.is_empty() => associate(input),
        _ => {
            let prover = input.pick(&active);
            let offset = input.pick(&[0, 0, 1, -1, 2, -2]);
            log_in(&prover, offset, world)
        }
    };
    let authority = match world.model.is_enrolled() {
        true => Authority::Verified,
        false => Authority::FirstFactor,
    };
    let ticket = match &act {
        Act::Challenge(..) => {
            // From one of several devices.
            let id = TicketId::from_bytes([input.u8() % 5; 16]);
            Ticket::from_parts(TicketParts { id, ..ticket(world, authority) })
        }
        Act::Respond(Answer::OutOfBand(..) | Answer::Push(_) | Answer::Ocra(_)) => {
            meant(ticket(world, authority), &act, world)
        }
        _ => the_one_that_associated(ticket(world, authority), world),
    };
    Request { ticket, act, entropy: world.roll() }
}

/// An authenticator of any kind.
fn associate(input: &mut Input<'_>) -> Act {
    match input.u8() % 3 {
        0 => {
            let channels = [Channel::Sms, Channel::Push, Channel::Voice, Channel::Email];
            Act::AssociateOver(input.pick(&channels), "phone")
        }
        _ => Act::Associate(kind(input), "phone"),
    }
}

/// With a code that is mistyped now and then, or before the device was asked.
fn confirm(input: &mut Input<'_>, pending: &Prover, world: &World) -> Act {
    let is_mistyped = input.pick(&[false, false, false, false, false, true]);
    let is_hasty = input.pick(&[false, false, false, true]);
    let typed = |code: &String| if is_mistyped { wrong(code) } else { code.clone() };
    match (pending.channel(), pending.messages.last()) {
        (Some(Channel::Push), Some(sent)) if sent.answer.is_none() && !is_hasty => {
            Act::AnswerPush(sent.id, Some(typed(&sent.code)))
        }
        (Some(Channel::Push), Some(sent)) if !is_mistyped => Act::Confirm(Answer::Push(sent.id)),
        (Some(_), Some(sent)) => Act::Confirm(Answer::OutOfBand(sent.id, typed(&sent.code))),
        _ => match &pending.factor {
            Factor::Ocra(..) => match asked(pending, 0, world) {
                Some(answer) => {
                    let text = typed(&answer.text);
                    Act::Confirm(Answer::Ocra(OcraText { text, ..answer }))
                }
                None => Act::Ask(pending.id),
            },
            _ => {
                let code = typed(&shown(pending, world, 0));
                Act::Confirm(match is_hasty {
                    true => Answer::OtpOf(pending.id, code),
                    false => Answer::Otp(code),
                })
            }
        },
    }
}

/// With a code that is a little early or late, or mistyped where it has no time.
fn log_in(prover: &Prover, offset: i64, world: &World) -> Act {
    if let Some(channel) = prover.channel() {
        let waiting = prover.messages.iter().rfind(|one| one.waits(world.now));
        let asks_again = offset == 1 || (offset == -1 && channel != Channel::Push);
        let Some(sent) = waiting.filter(|_| !asks_again) else {
            return Act::Challenge(prover.id, channel);
        };
        let code = if offset > 0 { wrong(&sent.code) } else { sent.code.clone() };
        return match (channel, sent.answer, offset) {
            (Channel::Push, Some(_), _) => Act::Respond(Answer::Push(sent.id)),
            (Channel::Push, None, -1) => Act::Respond(Answer::Push(sent.id)),
            (Channel::Push, None, -2) => Act::AnswerPush(sent.id, None),
            (Channel::Push, None, _) => Act::AnswerPush(sent.id, Some(code)),
            _ => Act::Respond(Answer::OutOfBand(sent.id, code)),
        };
    }
    match (&prover.factor, asked(prover, offset, world)) {
        (Factor::Ocra(..), None) => Act::Ask(prover.id),
        (Factor::Ocra(..), Some(answer)) if offset == -2 => {
            let pin = if answer.pin.is_some() { None } else { Some("4321") };
            Act::Respond(Answer::Ocra(OcraText { pin, ..answer }))
        }
        (Factor::Ocra(..), Some(answer)) => Act::Respond(Answer::Ocra(answer)),
        _ => Act::Respond(Answer::Otp(shown(prover, world, offset))),
    }
}

/// The response to the last question.
fn asked(token: &Prover, offset: i64, world: &World) -> Option<OcraText> {
    let (_, challenge, question) = token.open_questions(world.now)?.asked.last()?;
    Some(response(token, *challenge, question, world, offset))
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

//! An account in a given phase, and somebody who tries an operation on it.

use super::Case;
use super::support::*;
use mfa_core::*;
use std::rc::Rc;

#[derive(Clone)]
pub struct Scene {
    world: World,
    /// The confirmed authenticator.
    confirmed: Option<(AuthenticatorId, Rc<App>)>,
    /// The pending one, and the ticket that associated it.
    pending: Option<(AuthenticatorId, Rc<App>, TicketId)>,
    recovery_codes: Vec<String>,
}

/// Of an authenticator that does not exist.
const NOBODY: AuthenticatorId = AuthenticatorId::from_bytes([0xEE; 10]);

impl Scene {
    /// An account in this phase, which was enrolled and reset before.
    pub fn set(phase: &str) -> Self {
        let (mut world, _) = World::enrolled();
        world.policy =
            Policy::new(PolicySettings { failure_cap: 12, ..*Policy::AUTH0.settings() }).unwrap();
        let administrator = world.administrator();
        world.run(Reset { ticket: &administrator }).unwrap();

        let mut scene = Self { world, confirmed: None, pending: None, recovery_codes: Vec::new() };
        let (first, has_pending) = match phase.strip_suffix(", pending") {
            Some(first) => (first, true),
            None => (phase, phase == "pending"),
        };
        if !["new", "pending"].contains(&first) {
            scene.enroll();
        }
        if has_pending {
            scene.associate();
        }
        match first {
            "locked" => scene.fail_until("locked"),
            "disabled" => {
                scene.fail_until("disabled");
                scene.world.now += 86_400;
                scene.renew_pending();
            }
            _ => {}
        }
        scene
    }

    /// The name of the phase, from all that can be seen.
    pub fn phase(&self) -> String {
        let record = &self.world.stored;
        let of = record.authenticators();
        let is_pending = of.iter().any(|one| matches!(one.phase(), Phase::Pending { .. }));
        let suffix = if is_pending { ", pending" } else { "" };
        let probe = Respond { ticket: &self.ticket(), response: Response::Otp("000000") };
        match record.decide(probe, &self.world.cx()).err() {
            _ if !record.is_enrolled() => if is_pending { "pending" } else { "new" }.to_owned(),
            _ if !of.iter().any(Authenticator::is_active) => format!("disabled{suffix}"),
            Some(Refused::Locked { .. }) => format!("locked{suffix}"),
            _ => format!("active{suffix}"),
        }
    }

    /// Tries the operation: gives the outcome's name, or the refusal's.
    pub fn play(&mut self, case: Case<'_>) -> Result<&'static str, String> {
        let ticket = self.ticket_of(case);
        self.operate(case.operation, &ticket).map_err(name)
    }

    fn operate(&mut self, operation: &str, ticket: &Ticket) -> Result<&'static str, Refused> {
        let (now, world) = (self.world.now, &mut self.world);
        let confirmed = self.confirmed.clone();
        let (id, app) = match &confirmed {
            Some((id, app)) => (*id, Some(app)),
            None => (NOBODY, None),
        };
        let pending = self.pending.clone();
        let waiting = pending.as_ref().map_or(NOBODY, |(id, ..)| *id);
        let code = |app: Option<&Rc<App>>, time| app.map_or("000000".into(), |app| app.code(time));
        let wrong = |app: Option<&Rc<App>>| app.map_or("000000".into(), |app| app.wrong(now));
        match operation {
            "associate" => world.associate(ticket).map(|_| "associated"),
            "import" => import(world, ticket).map(|_| "associated"),
            "confirm" | "confirm by another ticket" => {
                let code = code(pending.as_ref().map(|(_, app, _)| app), now);
                world.confirm(ticket, &code).map(verdict)
            }
            "confirm wrongly" => {
                let wrong = wrong(pending.as_ref().map(|(_, app, _)| app));
                world.confirm(ticket, &wrong).map(verdict)
            }
            "answer" => world.otp(ticket, &code(app, now)).map(verdict),
            "answer wrongly" => world.otp(ticket, &wrong(app)).map(verdict),
            "answer wrongly until locked" => self.answer_wrongly_until(ticket, "locked"),
            "answer wrongly until disabled" => self.answer_wrongly_until(ticket, "disabled"),
            "recover" => {
                let code = self.recovery_codes.last().cloned().unwrap_or("0".repeat(24));
                world.recovery(ticket, &code).map(verdict)
            }
            "recover wrongly" => world.recovery(ticket, &"1".repeat(24)).map(verdict),
            "remove" => world.run(Remove { ticket, authenticator: id }).map(|_| "removed"),
            "remove the pending one" => {
                world.run(Remove { ticket, authenticator: waiting }).map(|_| "removed")
            }
            "rebind" => world.rebind(ticket, id).map(|_| "associated"),
            "regenerate" => world.regenerate(ticket).map(|_| "codes"),
            "resynchronize" => {
                resynchronize(world, ticket, id, &[code(app, now + 60), code(app, now + 90)])
            }
            "resynchronize wrongly" => resynchronize(world, ticket, id, &[wrong(app), wrong(app)]),
            "unlock" => world.run(Unlock { ticket, class: Class::Otp }).map(|()| "done"),
            "reset" => world.run(Reset { ticket }).map(|_| "done"),
            "restored" => {
                let mut bytes = world.dice.roll();
                let entropy = Entropy::new(&mut bytes);
                world.run(Restored { ticket, entropy }).map(|()| "done")
            }
            other => panic!("{other} is no operation"),
        }
    }

    /// A ticket that may do everything.
    fn ticket(&self) -> Ticket {
        let (record, now) = (&self.world.stored, self.world.now);
        Ticket::from_parts(TicketParts {
            id: TicketId::from_bytes([0xAB; 16]),
            account: ANN,
            record: record.version().record,
            authority: Authority::Administrator,
            scopes: Scopes::ALL,
            issued: now,
            expires: now + 600,
            generation: record.generation(),
            familiar: false,
        })
    }

    fn ticket_of(&self, case: Case<'_>) -> Ticket {
        let mut parts = *self.ticket().parts();
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
        match &self.pending {
            Some((_, _, ticket)) if case.operation != "confirm by another ticket" => {
                parts.id = *ticket;
            }
            _ => parts.id = TicketId::from_bytes([0xCD; 16]),
        }
        Ticket::from_parts(parts)
    }

    fn associate(&mut self) {
        let ticket = self.ticket();
        let associated = self.world.associate(&ticket).unwrap();
        let app = App::of(&associated);
        self.recovery_codes.extend(app.recovery_codes.clone());
        self.pending = Some((associated.authenticator, Rc::new(app), ticket.parts().id));
    }

    fn enroll(&mut self) {
        self.associate();
        let (id, app, _) = self.pending.take().unwrap();
        let code = app.code(self.world.now);
        accepted(self.world.confirm(&self.ticket(), &code));
        self.world.now += 30;
        self.confirmed = Some((id, app));
    }

    fn fail_until(&mut self, end: &str) {
        assert_eq!(self.answer_wrongly_until(&self.ticket(), end), Ok("rejected"));
    }

    /// The pending one's time was over.
    fn renew_pending(&mut self) {
        if self.pending.is_some() {
            self.associate();
        }
    }

    /// Wrong answers, as fast as they are evaluated, until the budget or the cap is reached.
    fn answer_wrongly_until(
        &mut self,
        ticket: &Ticket,
        end: &str,
    ) -> Result<&'static str, Refused> {
        let mut parts = *ticket.parts();
        loop {
            let now = self.world.now;
            (parts.issued, parts.expires) = (now, now + 600);
            let wrong = self.confirmed.as_ref().map_or("000000".into(), |(_, app)| app.wrong(now));
            let outcome = verdict(self.world.otp(&Ticket::from_parts(parts), &wrong)?);
            if self.phase().starts_with(end) {
                return Ok(outcome);
            }
            if self.phase().starts_with("locked") {
                self.world.now += 360;
            }
        }
    }
}

fn import(world: &mut World, ticket: &Ticket) -> Result<Associated, Refused> {
    let mut bytes = world.dice.roll();
    world.run(Import {
        ticket,
        authenticator: NewAuthenticator::Hotp(HotpParameters::default(), 0),
        secret: Secret::from_bytes(b"12345678901234567890").unwrap(),
        label: Label::default(),
        entropy: Entropy::new(&mut bytes),
    })
}

fn resynchronize(
    world: &mut World,
    ticket: &Ticket,
    authenticator: AuthenticatorId,
    [first, second]: &[String; 2],
) -> Result<&'static str, Refused> {
    let codes = [&**first, &**second];
    let outcome = world.run(Resynchronize { ticket, authenticator, codes, third: None })?;
    Ok(if outcome == Resynchronized::Found { "found" } else { "not found" })
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        _ => "rejected",
    }
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
        other => format!("{other:?}"),
    }
}

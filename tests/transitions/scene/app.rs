//! An account whose user has an app.

use super::{NOBODY, NOTHING, OWN, Scene, reset, restore, ticket, verdict};
use crate::support::{self, World, accepted};
use mfa_core::*;
use std::rc::Rc;

#[derive(Clone)]
pub struct App {
    world: World,
    /// The confirmed authenticator.
    confirmed: Option<(AuthenticatorId, Rc<support::App>)>,
    pending: Option<(AuthenticatorId, Rc<support::App>)>,
    recovery_codes: Vec<String>,
}

impl Scene for App {
    fn set(phase: &str) -> Self {
        let world = reset();
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
                scene.renew_pending();
            }
            _ => {}
        }
        scene
    }

    fn phase(&self) -> String {
        let record = &self.world.stored;
        let of = record.authenticators();
        let is_pending = of.iter().any(|one| matches!(one.phase(), Phase::Pending { .. }));
        let suffix = if is_pending { ", pending" } else { "" };
        let probe =
            Respond { ticket: &ticket(&self.world, OWN), response: Response::Otp("000000") };
        match record.decide(probe, &self.world.cx()).err() {
            _ if !record.is_enrolled() => if is_pending { "pending" } else { "new" }.to_owned(),
            _ if !of.iter().any(Authenticator::is_active) => format!("disabled{suffix}"),
            Some(Refused::Locked { .. }) => format!("locked{suffix}"),
            _ => format!("active{suffix}"),
        }
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer_wrongly(&mut self, ticket: &Ticket) -> Result<&'static str, Refused> {
        let wrong = match &self.confirmed {
            Some((_, app)) => app.wrong(self.world.now),
            None => "000000".to_owned(),
        };
        self.world.otp(ticket, &wrong).map(verdict)
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
        let code = |app: Option<&Rc<support::App>>, time| {
            app.map_or("000000".into(), |app| app.code(time))
        };
        let wrong =
            |app: Option<&Rc<support::App>>| app.map_or("000000".into(), |app| app.wrong(now));
        match operation {
            "associate" => world.associate(ticket).map(|_| "associated"),
            "import" => import(world, ticket).map(|_| "associated"),
            "confirm" | "confirm by another ticket" => {
                let code = code(pending.as_ref().map(|(_, app)| app), now);
                world.confirm(ticket, &code).map(verdict)
            }
            "confirm wrongly" => {
                let wrong = wrong(pending.as_ref().map(|(_, app)| app));
                world.confirm(ticket, &wrong).map(verdict)
            }
            "confirm for a challenge" => {
                let code = code(pending.as_ref().map(|(_, app)| app), now);
                world.confirm_by(ticket, Response::OutOfBand(NOTHING, &code)).map(verdict)
            }
            "confirm with a recovery code" => {
                let code = self.recovery_codes.last().cloned().unwrap_or("0".repeat(24));
                let mut bytes = world.dice.roll();
                let response = Response::RecoveryCode(&code, Entropy::new(&mut bytes));
                world.confirm_by(ticket, response).map(verdict)
            }
            "answer" => world.otp(ticket, &code(app, now)).map(verdict),
            "answer wrongly" => self.answer_wrongly(ticket),
            "answer wrongly until locked" => self.answer_wrongly_until("locked", ticket),
            "answer wrongly until disabled" => self.answer_wrongly_until("disabled", ticket),
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
            "restored" => restore(world, ticket),
            other => panic!("{other} is no operation"),
        }
    }
}

impl App {
    fn associate(&mut self) {
        let associated = self.world.associate(&ticket(&self.world, OWN)).unwrap();
        let app = support::App::of(&associated);
        self.recovery_codes.extend(app.recovery_codes.clone());
        self.pending = Some((associated.authenticator, Rc::new(app)));
    }

    fn enroll(&mut self) {
        self.associate();
        let (id, app) = self.pending.take().unwrap();
        let code = app.code(self.world.now);
        accepted(self.world.confirm(&ticket(&self.world, OWN), &code));
        self.world.now += 30;
        self.confirmed = Some((id, app));
    }

    /// The pending one's time was over.
    fn renew_pending(&mut self) {
        if self.pending.is_some() {
            self.associate();
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

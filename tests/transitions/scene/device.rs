//! An account whose user has a device that is asked by push, and shows one-time passwords.

use super::{NOBODY, NOTHING, OTHER, OWN, Scene, reset, restore, sent, ticket, unlocked, verdict};
use crate::support::{World, right_and_wrong};
use mfa_core::*;

#[derive(Clone)]
pub struct Device {
    world: World,
    device: Option<(AuthenticatorId, Secret)>,
    /// The last question of the own ticket.
    asked: Option<Delivery>,
}

impl Scene for Device {
    fn set(phase: &str) -> Self {
        let mut scene = Self { world: reset(), device: None, asked: None };
        if phase == "new" {
            return scene;
        }
        let own = ticket(&scene.world, OWN);
        scene.associate(&own).unwrap();
        match phase.strip_prefix("pending") {
            Some(answer) => {
                scene.answer(answer);
                return scene;
            }
            None => {
                scene.answer(", approved");
                assert_eq!(scene.operate("confirm", &own), Ok("accepted"));
                scene.asked = None;
                scene.world.now += 30;
            }
        }
        let Some((first, answer)) = phase.split_once(", ") else {
            if phase != "active" {
                scene.fail_until(phase);
            }
            return scene;
        };
        scene.challenge(&ticket(&scene.world, OWN)).unwrap();
        scene.answer(&format!(", {answer}"));
        if first == "locked" {
            let other = ticket(&scene.world, OTHER);
            scene.answer_wrongly_until("locked", &other).unwrap();
        }
        scene
    }

    fn phase(&self) -> String {
        let record = &self.world.stored;
        let Some(one) = record.authenticators().first() else { return "new".to_owned() };
        match one.phase() {
            Phase::Pending { .. } => match self.answered() {
                Err(Refused::AuthorizationPending) => "pending".to_owned(),
                Err(Refused::Denied) => "pending, denied".to_owned(),
                Err(Refused::NoSuchChallenge) => "pending, not asked".to_owned(),
                Ok(_) => "pending, approved".to_owned(),
                other => panic!("{other:?}"),
            },
            Phase::Disabled => "disabled".to_owned(),
            _ => {
                let locked = record.locked_until(Class::OutOfBand, false, &self.world.cx());
                let first = if locked.is_some() { "locked" } else { "active" };
                first.to_owned()
                    + match self.answered() {
                        Err(Refused::AuthorizationPending) => ", asked",
                        Err(Refused::Denied) => ", denied",
                        Err(Refused::NoSuchChallenge) => "",
                        Ok(_) => ", approved",
                        other => panic!("{other:?}"),
                    }
            }
        }
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer_wrongly(&mut self, ticket: &Ticket) -> Result<&'static str, Refused> {
        let delivery = self.challenge(ticket)?;
        self.number(delivery.challenge, Some(&right_and_wrong(&delivery).1))
    }

    fn operate(&mut self, operation: &str, ticket: &Ticket) -> Result<&'static str, Refused> {
        let id = self.device.as_ref().map_or(NOBODY, |(id, _)| *id);
        let asked = self.asked.as_ref().map_or(NOTHING, |asked| asked.challenge);
        let (right, wrong) = match &self.asked {
            Some(asked) => right_and_wrong(asked),
            None => ("0000".to_owned(), "0001".to_owned()),
        };
        let world = &mut self.world;
        match operation {
            "associate" => self.associate(ticket),
            "confirm" | "confirm by another ticket" => {
                world.confirm_by(ticket, Response::Push(asked)).map(verdict)
            }
            "confirm with the twin" => {
                let code = self.code();
                self.world.confirm(ticket, &code).map(verdict)
            }
            "confirm for another challenge" => {
                world.confirm_by(ticket, Response::Push(NOTHING)).map(verdict)
            }
            "confirm with a code" => {
                world.confirm_by(ticket, Response::OutOfBand(asked, &right)).map(verdict)
            }
            "challenge" => self.challenge(ticket).map(|_| "asked"),
            "approve" => self.number(asked, Some(&right)),
            "approve with a wrong number" => self.number(asked, Some(&wrong)),
            "approve with a wrong number until locked" => {
                self.answer_wrongly_until("locked", ticket)
            }
            "approve with a wrong number until disabled" => {
                self.answer_wrongly_until("disabled", ticket)
            }
            "deny" => self.number(asked, None),
            "collect" | "collect by another ticket" => world.push(ticket, asked).map(verdict),
            "answer with the twin" => {
                let code = self.code();
                self.world.otp(ticket, &code).map(verdict)
            }
            "remove" => world.run(Remove { ticket, authenticator: id }).map(|_| "removed"),
            "rebind" => world.rebind(ticket, id).map(|_| "associated"),
            "unlock" => world.run(Unlock { ticket, class: Class::OutOfBand }).map(|()| "done"),
            "unlock another class" => {
                world.run(Unlock { ticket, class: Class::Otp }).map(|()| "done")
            }
            "reset" => world.run(Reset { ticket }).map(|_| "done"),
            "restored" => restore(world, ticket),
            other => panic!("{other} is no operation"),
        }
    }
}

impl Device {
    /// What the own ticket would be told, were there no lock.
    fn answered(&self) -> Result<Verdict, Refused> {
        let mut open = unlocked(&self.world, Class::OutOfBand);
        let own = ticket(&open, OWN);
        let asked = self.asked.as_ref().map_or(NOTHING, |asked| asked.challenge);
        match open.stored.is_enrolled() {
            true => open.push(&own, asked),
            false => open.confirm_by(&own, Response::Push(asked)),
        }
    }

    /// The device's answer to the last question, as a phase names it.
    fn answer(&mut self, phase: &str) {
        let own = ticket(&self.world, OWN);
        match phase {
            ", approved" => assert_eq!(self.operate("approve", &own), Ok("approved")),
            ", denied" => assert_eq!(self.operate("deny", &own), Ok("denied")),
            ", not asked" => self.world.now += 300,
            _ => {}
        }
    }

    fn number(
        &mut self,
        challenge: ChallengeId,
        number: Option<&str>,
    ) -> Result<&'static str, Refused> {
        Ok(match self.world.run(AnswerPush { challenge, number })? {
            Answered::Approved => "approved",
            Answered::Denied => "denied",
            Answered::WrongNumber => "rejected",
            other => panic!("{other:?}"),
        })
    }

    fn associate(&mut self, ticket: &Ticket) -> Result<&'static str, Refused> {
        let is_enrolled = self.world.stored.is_enrolled();
        let bind = |world: &mut World| world.associate_channel(ticket, Channel::Push);
        let associated = sent(&mut self.world, bind)?;
        if !is_enrolled {
            self.device = Some((associated.authenticator, associated.twin.unwrap()));
            self.asked = Some(associated.delivery);
        }
        Ok("associated")
    }

    fn challenge(&mut self, ticket: &Ticket) -> Result<Delivery, Refused> {
        let id = self.device.as_ref().map_or(NOBODY, |(id, _)| *id);
        let ask = |world: &mut World| world.challenge(ticket, id, Channel::Push);
        let delivery = sent(&mut self.world, ask)?;
        if ticket.parts().id == OWN {
            self.asked = Some(delivery.clone());
        }
        Ok(delivery)
    }

    /// What the device shows now.
    fn code(&self) -> String {
        let Some((_, secret)) = &self.device else { return "000000".to_owned() };
        let TotpParameters { algorithm, format, steps } = TotpParameters::default();
        let totp = Totp::new(secret, algorithm, format, steps).unwrap();
        totp.code(self.world.now).text().as_str().to_owned()
    }
}

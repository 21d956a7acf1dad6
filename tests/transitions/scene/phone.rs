//! An account whose user has a phone number, for text messages and calls.

use super::{NOBODY, NOTHING, OWN, Scene, reset, restore, sent, ticket, unlocked, verdict};
use crate::support::{World, right_and_wrong};
use mfa_core::*;

#[derive(Clone)]
pub struct Phone {
    world: World,
    number: Option<AuthenticatorId>,
    /// The last code that was sent.
    sent: Option<Delivery>,
}

impl Scene for Phone {
    fn set(phase: &str) -> Self {
        let mut scene = Self { world: reset(), number: None, sent: None };
        if phase == "new" {
            return scene;
        }
        let own = ticket(&scene.world, OWN);
        scene.associate(&own).unwrap();
        match phase {
            "pending" => return scene,
            "pending, no code" => scene.world.now += 300,
            _ => {
                assert_eq!(scene.operate("confirm", &own), Ok("accepted"));
                scene.sent = None;
            }
        }
        match phase {
            "active, sent" => {
                scene.challenge(&ticket(&scene.world, OWN), Channel::Sms).unwrap();
            }
            "locked" => {
                scene.fail_until("locked");
                scene.world.now += 300;
            }
            "locked, sent" => scene.fail_until("locked"),
            "disabled" => scene.fail_until("disabled"),
            _ => {}
        }
        scene
    }

    fn phase(&self) -> String {
        let record = &self.world.stored;
        let Some(one) = record.authenticators().first() else { return "new".to_owned() };
        let waits = if self.waits() { ", sent" } else { "" };
        match one.phase() {
            Phase::Pending { .. } if self.waits() => "pending".to_owned(),
            Phase::Pending { .. } => "pending, no code".to_owned(),
            Phase::Disabled => "disabled".to_owned(),
            Phase::Active => match record.locked_until(Class::OutOfBand, false, &self.world.cx()) {
                Some(_) => format!("locked{waits}"),
                None => format!("active{waits}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer_wrongly(&mut self, ticket: &Ticket) -> Result<&'static str, Refused> {
        if !self.waits() {
            self.challenge(ticket, Channel::Sms)?;
        }
        self.operate("answer wrongly", ticket)
    }

    fn operate(&mut self, operation: &str, ticket: &Ticket) -> Result<&'static str, Refused> {
        let number = self.number.unwrap_or(NOBODY);
        let (right, wrong) = self.codes();
        let asked = self.sent.as_ref().map_or(NOTHING, |sent| sent.challenge);
        let world = &mut self.world;
        match operation {
            "associate" => self.associate(ticket),
            "associate an address" => {
                world.associate_channel(ticket, Channel::Email).map(|_| "associated")
            }
            "confirm" | "confirm by another ticket" => {
                world.confirm_by(ticket, Response::OutOfBand(asked, &right)).map(verdict)
            }
            "confirm wrongly" => {
                world.confirm_by(ticket, Response::OutOfBand(asked, &wrong)).map(verdict)
            }
            "confirm for another challenge" => {
                world.confirm_by(ticket, Response::OutOfBand(NOTHING, &right)).map(verdict)
            }
            "confirm as a device" => world.confirm_by(ticket, Response::Push(asked)).map(verdict),
            "confirm with a one-time password" => world.confirm(ticket, &right).map(verdict),
            "challenge" => self.challenge(ticket, Channel::Sms),
            "challenge by a call" => self.challenge(ticket, Channel::Voice),
            "answer" | "answer by another ticket" => {
                world.out_of_band(ticket, asked, &right).map(verdict)
            }
            "answer wrongly" => world.out_of_band(ticket, asked, &wrong).map(verdict),
            "answer wrongly until the code is over" => loop {
                let outcome = self.operate("answer wrongly", ticket)?;
                if !self.waits() {
                    return Ok(outcome);
                }
            },
            "answer wrongly until locked" => self.answer_wrongly_until("locked", ticket),
            "answer wrongly until disabled" => self.answer_wrongly_until("disabled", ticket),
            "remove" => world.run(Remove { ticket, authenticator: number }).map(|_| "removed"),
            "rebind" => world.rebind(ticket, number).map(|_| "associated"),
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

impl Phone {
    /// The last code, and a wrong one.
    fn codes(&self) -> (String, String) {
        let anything = || ("0000000".to_owned(), "0000001".to_owned());
        self.sent.as_ref().map_or_else(anything, right_and_wrong)
    }

    /// Whether the last code is awaited: nothing but its form would be wrong with no code.
    fn waits(&self) -> bool {
        let Some(sent) = &self.sent else { return false };
        let mut open = unlocked(&self.world, Class::OutOfBand);
        let own = ticket(&open, OWN);
        let refused = match open.stored.is_enrolled() {
            true => open.out_of_band(&own, sent.challenge, ""),
            false => open.confirm_by(&own, Response::OutOfBand(sent.challenge, "")),
        };
        matches!(refused, Err(Refused::MalformedCode(_)))
    }

    fn associate(&mut self, ticket: &Ticket) -> Result<&'static str, Refused> {
        let is_enrolled = self.world.stored.is_enrolled();
        let associated = self.world.associate_channel(ticket, Channel::Sms)?;
        if !is_enrolled {
            self.number = Some(associated.authenticator);
            self.sent = Some(associated.delivery);
        }
        Ok("associated")
    }

    fn challenge(&mut self, ticket: &Ticket, by: Channel) -> Result<&'static str, Refused> {
        let number = self.number.unwrap_or(NOBODY);
        let delivery = sent(&mut self.world, |world| world.challenge(ticket, number, by))?;
        self.sent = Some(delivery);
        Ok("sent")
    }
}

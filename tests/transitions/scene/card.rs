//! An account whose user has an OCRA token.

use super::{NOBODY, NOTHING, OWN, Scene, reset, restore, sent, ticket, unlocked, verdict};
use crate::support::{OcraToken, World};
use mfa_core::*;

/// A token whose questions are short: a counter tells them apart.
#[derive(Clone)]
pub struct Card {
    world: World,
    token: Option<OcraToken>,
    counter: u64,
    /// The last question of the own ticket.
    asked: Option<OcraChallenge>,
}

const SUITE: &str = "OCRA-1:HOTP-SHA1-6:C-QN08";

impl Scene for Card {
    fn set(phase: &str) -> Self {
        let mut scene = Self { world: reset(), token: None, counter: 0, asked: None };
        if phase == "new" {
            return scene;
        }
        let own = ticket(&scene.world, OWN);
        scene.associate(&own).unwrap();
        if phase == "pending" {
            return scene;
        }
        scene.challenge(&own).unwrap();
        if phase == "pending, asked" {
            return scene;
        }
        assert_eq!(scene.operate("confirm", &own), Ok("accepted"));
        match phase {
            "active, asked" => {
                scene.challenge(&ticket(&scene.world, OWN)).unwrap();
            }
            "locked" | "disabled" => scene.fail_until(phase),
            _ => {}
        }
        scene
    }

    fn phase(&self) -> String {
        let record = &self.world.stored;
        let Some(one) = record.authenticators().first() else { return "new".to_owned() };
        let asked = if self.waits() { ", asked" } else { "" };
        match one.phase() {
            Phase::Pending { .. } => format!("pending{asked}"),
            Phase::Disabled => "disabled".to_owned(),
            _ => match record.locked_until(Class::Otp, false, &self.world.cx()) {
                Some(_) => format!("locked{asked}"),
                None => format!("active{asked}"),
            },
        }
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer_wrongly(&mut self, ticket: &Ticket) -> Result<&'static str, Refused> {
        if !self.waits() && self.world.stored.is_enrolled() {
            self.challenge(ticket)?;
        }
        self.operate("answer wrongly", ticket)
    }

    fn operate(&mut self, operation: &str, ticket: &Ticket) -> Result<&'static str, Refused> {
        let id = self.token.as_ref().map_or(NOBODY, |token| token.id);
        let (right, wrong) = self.responses();
        let challenge = self.asked.as_ref().map_or(NOTHING, |asked| asked.challenge);
        let answer = |text| OcraAnswer { challenge, text, pin: None, session: None };
        let world = &mut self.world;
        let given = match operation {
            "associate" => return self.associate(ticket),
            "challenge" => return self.challenge(ticket),
            "challenge by another ticket" => {
                return world.challenge_ocra(ticket, id).map(|_| "asked");
            }
            "confirm" | "confirm by another ticket" => {
                world.confirm_by(ticket, Response::Ocra(answer(&right))).map(verdict)
            }
            "confirm wrongly" => {
                world.confirm_by(ticket, Response::Ocra(answer(&wrong))).map(verdict)
            }
            "confirm for another challenge" => {
                let other = OcraAnswer { challenge: NOTHING, ..answer(&right) };
                world.confirm_by(ticket, Response::Ocra(other)).map(verdict)
            }
            "confirm with a one-time password" => world.confirm(ticket, &right).map(verdict),
            "answer" | "answer by another ticket" => {
                world.ocra(ticket, answer(&right)).map(verdict)
            }
            "answer wrongly" => world.ocra(ticket, answer(&wrong)).map(verdict),
            "answer wrongly until locked" => self.answer_wrongly_until("locked", ticket),
            "answer wrongly until disabled" => self.answer_wrongly_until("disabled", ticket),
            "remove" => world.run(Remove { ticket, authenticator: id }).map(|_| "removed"),
            "rebind" => world.rebind(ticket, id).map(|_| "associated"),
            "unlock" => world.run(Unlock { ticket, class: Class::Otp }).map(|()| "done"),
            "reset" => world.run(Reset { ticket }).map(|_| "done"),
            "restored" => restore(world, ticket),
            other => panic!("{other} is no operation"),
        };
        if given == Ok("accepted") {
            self.counter += 1;
        }
        given
    }
}

impl Card {
    /// The response to the last question, and a wrong one.
    fn responses(&self) -> (String, String) {
        let (Some(token), Some(asked)) = (&self.token, &self.asked) else {
            return ("000000".to_owned(), "000001".to_owned());
        };
        let right = token.response(asked.question.as_str(), self.counter, self.world.now);
        let near: Vec<_> = (0..20)
            .map(|ahead| token.response(asked.question.as_str(), self.counter + ahead, 0))
            .collect();
        let wrong = (0..).map(|n| format!("{n:06}")).find(|text| !near.contains(text));
        (right, wrong.unwrap())
    }

    /// Whether the last question waits: nothing but its form would be wrong with no response.
    fn waits(&self) -> bool {
        let Some(asked) = &self.asked else { return false };
        let mut open = unlocked(&self.world, Class::Otp);
        let own = &ticket(&open, OWN);
        let answer = OcraAnswer { challenge: asked.challenge, text: "", pin: None, session: None };
        let refused = match open.stored.is_enrolled() {
            true => open.ocra(own, answer),
            false => open.confirm_by(own, Response::Ocra(answer)),
        };
        matches!(refused, Err(Refused::MalformedCode(_)))
    }

    fn associate(&mut self, ticket: &Ticket) -> Result<&'static str, Refused> {
        let is_enrolled = self.world.stored.is_enrolled();
        match is_enrolled {
            // Its secret is the first one's only once.
            true => self.world.associate(ticket).map(|_| ())?,
            false => {
                self.token = Some(self.world.associate_ocra(ticket, SUITE, 0)?);
                self.asked = None;
            }
        }
        Ok("associated")
    }

    fn challenge(&mut self, ticket: &Ticket) -> Result<&'static str, Refused> {
        let id = self.token.as_ref().map_or(NOBODY, |token| token.id);
        let asked = sent(&mut self.world, |world| world.challenge_ocra(ticket, id))?;
        self.asked = Some(asked);
        Ok("asked")
    }
}

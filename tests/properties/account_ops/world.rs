//! One row in a store, a clock, two servers, and all that people were shown.

use super::input::Input;
use super::model::Model;
use super::request::{Act, Answer, Outcome, Request, Seen};
use super::server::{Decision, decide, encoded};
use mfa_core::*;

pub type Record = Account<3, 2>;

const ANN: AccountId = AccountId::from_bytes(*b"ann.............");

pub struct World {
    pub now: u64,
    pub policy: Policy,
    pub stored: Record,
    pub model: Model,
    /// Decisions that servers hold back.
    pub servers: [Option<Decision>; 2],
    /// Tickets that somebody holds.
    pub tickets: Vec<Ticket>,
    /// Grants, and the record and generation for which they were given.
    pub grants: Vec<(Grant, RecordId, u64)>,
    pub ids: Vec<AuthenticatorId>,
    pub recovery_codes: Vec<String>,
    /// One-time passwords that were presented.
    pub presented: Vec<String>,
    /// What was asked and what came of it.
    pub log: Vec<String>,
    rolls: u64,
}

impl World {
    pub fn new() -> Self {
        let record = RecordId::from_bytes([0x5A; 16]);
        Self {
            now: 1_700_000_000,
            policy: super::choices::policies()[0],
            stored: Record::new(ANN, record),
            model: Model::new(ANN, record, (3, 2)),
            servers: [None, None],
            tickets: Vec::new(),
            grants: Vec::new(),
            ids: vec![AuthenticatorId::from_bytes([1; 10])],
            recovery_codes: Vec::new(),
            presented: Vec::new(),
            log: Vec::new(),
            rolls: 0,
        }
    }

    pub fn cx(&self) -> Context<'_> {
        Context { now: self.now, policy: &self.policy }
    }

    /// Random bytes that never repeat.
    pub fn roll(&mut self) -> Vec<u8> {
        self.rolls += 1;
        let mut state = self.rolls.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut byte = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        };
        (0..128).map(|_| byte()).collect()
    }

    pub fn turn(&mut self, input: &mut Input<'_>) {
        match input.u8() % 32 {
            0..4 => self.now = super::choices::time(input, self.now),
            4 | 5 => self.mint(Authority::FirstFactor, input),
            6 => self.mint(Authority::Administrator, input),
            7..10 => self.mint(Authority::Verified, input),
            10 => self.policy = input.pick(&super::choices::policies()),
            11 => self.round_trip_through_json(),
            12 => {
                let server = usize::from(input.u8() % 2);
                self.store_late(server);
            }
            13..22 => {
                let request = super::choices::request(input, self);
                self.request(request, input);
            }
            _ => {
                let request = super::owner::request(input, self);
                self.request(request, input);
            }
        }
        super::compare::compare(&self.stored, &self.model, &self.cx());
    }

    fn request(&mut self, request: Request, input: &mut Input<'_>) {
        let mut asked = first_word(&request.act);
        if let Act::Confirm(answer) | Act::Respond(answer) = &request.act {
            asked = format!("{asked} {}", first_word(answer));
            if let Answer::Otp(code) | Answer::OtpOf(_, code) = answer {
                self.presented.push(code.clone());
            }
        }
        let cx = self.cx();
        let decision = match decide(&self.stored, &self.model, request, &cx) {
            Ok(decision) => decision,
            Err(Refused::Ticket(reason)) => {
                return self.log.push(format!("{asked}: Ticket({})", first_word(&reason)));
            }
            Err(refused) => return self.log.push(format!("{asked}: {}", first_word(&refused))),
        };
        self.log.push(match &decision.seen {
            Seen::Answered(said) => format!("{asked}: Answered({})", first_word(said)),
            seen => format!("{asked}: {}", first_word(seen)),
        });
        match input.u8() {
            0..200 => self.store(decision),
            200..230 => {
                let server = usize::from(input.u8() % 2);
                self.store_late(server);
                self.servers[server] = Some(decision);
            }
            // I7: what is not known to be stored grants nothing, whether it was or not.
            230..240 => {
                self.write(&decision);
                assert_eq!(decision.step.settle(Write::Unknown).err(), Some(Unsettled::Unknown));
            }
            240..248 => {
                assert_eq!(decision.step.settle(Write::Unknown).err(), Some(Unsettled::Unknown));
            }
            _ => assert_eq!(decision.step.settle(Write::Conflict).err(), Some(Unsettled::Conflict)),
        }
    }

    fn store_late(&mut self, server: usize) {
        if let Some(decision) = self.servers[server].take() {
            self.store(decision);
        }
    }

    /// The compare-and-swap: through bytes, as a real store would.
    fn write(&mut self, decision: &Decision) -> Write {
        if decision.step.expected() != self.stored.version() {
            return Write::Conflict;
        }
        let bytes = encoded(decision.step.next());
        self.stored = Record::decode(ANN, &bytes).unwrap();
        assert_eq!(encoded(&self.stored), bytes);
        self.model = decision.model.clone();
        Write::Stored
    }

    fn store(&mut self, decision: Decision) {
        let was_current = decision.step.expected() == self.stored.version();
        let write = self.write(&decision);
        assert_eq!(write == Write::Stored, was_current);
        let outcome = match decision.step.settle(write) {
            Ok(outcome) => outcome,
            Err(unsettled) => return assert_eq!(unsettled, Unsettled::Conflict),
        };
        assert_eq!(outcome.seen(), decision.seen, "{:?}", decision.request);
        match decision.seen {
            Seen::Associated { id, codes, .. } => {
                self.ids.push(id);
                self.recovery_codes.extend(codes);
            }
            Seen::AssociatedOver { id, codes, .. } => {
                self.ids.push(id);
                self.recovery_codes.extend(codes);
            }
            Seen::Accepted { code, .. } => self.recovery_codes.extend(code),
            Seen::Codes(codes, _) => self.recovery_codes.extend(codes),
            _ => {}
        }
        match (outcome, &decision.request.act) {
            (Outcome::Verdict(Verdict::Accepted(grant)), act) => {
                let twins = self.model.provers.iter().filter(|one| match grant.method() {
                    Method::Otp(id) => one.id == id,
                    _ => false,
                });
                if matches!(act, Act::Confirm(_)) && twins.count() == 2 {
                    self.log.push("Confirm Otp: Twins".to_owned());
                }
                self.grants.push((grant, self.model.record, self.model.generation));
            }
            (Outcome::Asked(asked), Act::Ask(id)) => {
                self.model.learn(*id, decision.request.ticket.parts().id, &asked);
            }
            _ => {}
        }
    }

    /// A ticket, as the core makes it.
    fn mint(&mut self, authority: Authority, input: &mut Input<'_>) {
        let scopes = match input.u8() {
            0..200 => Scopes::ALL,
            other => Scopes::from_bits(other % 8).unwrap(),
        };
        let mut bytes = self.roll();
        let id = TicketId::from_bytes(bytes[..16].try_into().unwrap());
        let cx = Context { now: self.now, policy: &self.policy };
        let entropy = Entropy::new(&mut bytes);
        let (mut record, mut generation) = (self.model.record, self.model.generation);
        let ticket = match authority {
            Authority::FirstFactor => self.stored.first_factor_ticket(scopes, entropy, &cx),
            Authority::Administrator => self.stored.administrator_ticket(scopes, entropy, &cx),
            _ => {
                let index = input.u8() % 4;
                let from_the_end = self.grants.iter().rev().nth((index / 3).into());
                let Some((grant, of, given)) = from_the_end else { return };
                (record, generation) = (*of, *given);
                grant.ticket(scopes, entropy, &cx)
            }
        };
        let ticket = ticket.unwrap();
        let life = self.policy.settings().ticket_life;
        let expected = TicketParts {
            id,
            account: ANN,
            record,
            authority,
            scopes,
            issued: self.now,
            expires: self.now.saturating_add(life.into()),
            generation,
            familiar: false,
        };
        assert_eq!(*ticket.parts(), expected);
        self.tickets.push(ticket);
    }

    fn round_trip_through_json(&mut self) {
        let text = serde_json::to_string(&self.stored).unwrap();
        let read: Record = serde_json::from_str(&text).unwrap();
        assert_eq!(encoded(&read), encoded(&self.stored), "{text}");
        self.stored = read;
    }
}

/// The name of a variant.
fn first_word(value: &impl core::fmt::Debug) -> String {
    format!("{value:?}").chars().take_while(char::is_ascii_alphabetic).collect()
}

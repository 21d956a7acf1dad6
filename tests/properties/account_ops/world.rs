//! One row in a store, a clock, two servers, and all that people were shown.

use super::input::Input;
use super::model::Model;
use super::prover::{Factor, Prover};
use super::request::{Act, Outcome, Request, Seen};
use super::server::{Decision, decide, encoded};
use super::waiting::Message;
use mfa_core::*;
use serde_json::Value;

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
        self.compare();
    }

    fn request(&mut self, request: Request, input: &mut Input<'_>) {
        match &request.act {
            Act::Confirm(code) | Act::Otp(code) | Act::OtpOf(_, code) => {
                self.presented.push(code.clone());
            }
            _ => {}
        }
        let cx = self.cx();
        let asked = first_word(&request.act);
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
            (Outcome::Verdict(Verdict::Accepted(grant)), _) => {
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

    /// All that can be seen of the record is as in the model; and some that cannot.
    fn compare(&self) {
        let (record, model) = (&self.stored, &self.model);
        let version = Version { record: model.record, revision: model.revision };
        assert_eq!(record.version(), version);
        assert_eq!(record.generation(), model.generation);
        assert_eq!(record.is_enrolled(), model.is_enrolled());
        let usable = if model.is_enrolled() { model.recovery_codes.len() } else { 0 };
        assert_eq!(record.recovery_codes_left(), usable);
        assert_eq!(record.authenticators().len(), model.provers.len());
        let json = serde_json::to_value(record).unwrap();
        assert_eq!(json["recovery_codes"].as_array().unwrap().len(), model.recovery_codes.len());
        for (slot, (one, prover)) in record.authenticators().iter().zip(&model.provers).enumerate()
        {
            assert_eq!((one.id(), one.label()), (prover.id, &*prover.label));
            assert_eq!(one.phase(), prover.phase);
            assert_eq!(one.kind(), kind(prover));
            compare_memory(&json["authenticators"][slot], prover, &self.cx());
        }
    }
}

fn kind(prover: &Prover) -> Kind {
    match prover.factor {
        Factor::Totp(_) => Kind::Totp,
        Factor::Hotp(..) => Kind::Hotp,
        Factor::Ocra(..) => Kind::Ocra,
        Factor::Channel(channel, _) => Kind::OutOfBand(channel),
    }
}

/// What the authenticator remembers is what follows from all that happened to it.
fn compare_memory(json: &Value, prover: &Prover, cx: &Context<'_>) {
    assert_eq!(json["failures"], prover.failures);
    let compare_clock = |json: &Value| {
        assert_eq!(json["burnt"].as_u64(), prover.burnt.iter().max().copied());
        let drift = (&json["drift_measured"], &json["drift_followed"]);
        assert_eq!(drift, (&prover.drift.0.into(), &prover.drift.1.into()));
    };
    match &prover.factor {
        Factor::Totp(_) => compare_clock(&json["totp"]["clock"]),
        Factor::Hotp(..) => {
            let json = &json["hotp"];
            assert_eq!(json["next"].as_u64(), prover.present(cx));
            assert_eq!(json["counter"] == "lost", prover.lost);
        }
        Factor::Ocra(suite, _) => {
            let json = &json["ocra"];
            if suite.time_steps().is_some() {
                compare_clock(&json["clock"]);
            }
            if suite.has_counter() {
                assert_eq!(json["next"].as_u64(), prover.present(cx));
            }
            let asked = prover.questions.last().filter(|last| !last.is_over);
            assert_eq!(json["asked"]["expires"].as_u64(), asked.map(|asked| asked.expires));
        }
        Factor::Channel(channel, reference) => {
            let json = &json["out_of_band"];
            assert_eq!(json["channel"], channel.name());
            assert_eq!(json["reference"], hex(reference.as_bytes()));
            let messages = prover.messages.iter().filter(|one| !one.is_over);
            let expected: Vec<Value> = messages.map(|one| message(one, *channel)).collect();
            assert_eq!(json["challenges"], Value::from(expected));
        }
    }
}

/// A message as the record has it.
fn message(one: &Message, channel: Channel) -> Value {
    let answer = match (channel, one.answer) {
        (Channel::Push, None) => "waiting",
        (Channel::Push, Some(true)) => "approved",
        (Channel::Push, Some(false)) => "denied",
        _ => "guesses",
    };
    let mut json = serde_json::json!({
        "id": hex(one.id.as_bytes()),
        "ticket": hex(one.by.as_bytes()),
        "expires": one.expires,
        "digits": one.code.len(),
        "code": one.code.parse::<u32>().unwrap(),
        "answer": answer,
    });
    if channel != Channel::Push {
        json["guesses"] = (one.guesses - one.wrong).into();
    }
    json
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name of a variant.
fn first_word(value: &impl core::fmt::Debug) -> String {
    format!("{value:?}").chars().take_while(char::is_ascii_alphabetic).collect()
}

//! A device with a token: flash, a real-time clock, and a battery that can be pulled.

use super::input::Input;
use super::model::{CLIENT, Model, Outcome, SERVER, response};
use super::request::{MUTUAL, Request, Respond, provision};
use mfa_core::token::*;
use mfa_core::{RecordId, Write};
use std::collections::BTreeSet;

pub struct World {
    flash: [u8; Token::ENCODED_LEN],
    token: Token,
    model: Model,
    rtc: u64,
    now: u64,
    /// The counters whose codes were seen since the token was provisioned, and the last step.
    seen: BTreeSet<u64>,
    last_step: Option<u64>,
    /// PINs that were seen to be wrong since attempts were given back.
    wrong: u8,
    pub log: Vec<String>,
}

/// Where the power goes.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    Nowhere,
    BeforeTheWrite,
    AfterTheWrite,
}

impl World {
    pub fn new() -> Self {
        let token = Token::blank(RecordId::from_bytes([0x5A; 16]));
        let mut flash = [0; Token::ENCODED_LEN];
        token.encode(&mut flash);
        Self {
            flash,
            token,
            model: Model::default(),
            rtc: 3,
            now: 1_700_000_000,
            seen: BTreeSet::new(),
            last_step: None,
            wrong: 0,
            log: Vec::new(),
        }
    }

    pub fn turn(&mut self, input: &mut Input<'_>) {
        match input.u8() {
            0..200 => {
                let passed = input.pick(&[0, 1, 17, 30, 3_600, 90_000, 10_000_000]);
                self.rtc += passed;
                self.now += passed + passed / 50_000;
            }
            200..220 => self.rtc = input.pick(&[0, 5, u64::MAX >> 1]),
            220..240 => self.now = input.pick(&[0, 1_700_000_000, 1_900_000_000, u64::MAX >> 1]),
            _ => {}
        }
        let request = Request::choose(input);
        let cut = match input.u8() {
            0..180 => Cut::Nowhere,
            180..220 => Cut::BeforeTheWrite,
            _ => Cut::AfterTheWrite,
        };
        let outcome = self.run(&request, cut);
        self.log.push(match &outcome {
            Ok(Some(Outcome::Shown(_))) => format!("{}: Shown", request.name()),
            Ok(Some(outcome)) => format!("{}: {outcome:?}", request.name()),
            Ok(None) if cut == Cut::BeforeTheWrite => "cut before the write".into(),
            Ok(None) => "cut after the write".into(),
            Err(refused) => format!("{}: {refused:?}", request.name()),
        });
        self.compare();
    }

    fn run(&mut self, request: &Request, cut: Cut) -> Result<Option<Outcome>, Refused> {
        let expected = self.model.run(request, self.rtc, self.now);
        let (rtc, now) = (self.rtc, self.now);
        let seen = match request {
            Request::Press { pin } => self.answer(Press { pin: *pin }, cut, text),
            Request::Show { pin } => self.answer(Show { rtc, pin: *pin }, cut, text),
            Request::Respond(asked) => {
                let server = server_response(asked);
                let operation = mfa_core::token::Respond {
                    challenge: match asked.mutual {
                        true => {
                            Challenge::Mutual { client: CLIENT, server: SERVER, response: &server }
                        }
                        false => Challenge::OneWay(SERVER),
                    },
                    session: asked.session,
                    rtc: asked.with_rtc.then_some(rtc),
                    pin: asked.pin,
                };
                self.answer(operation, cut, |it| Outcome::Shown(it.text().as_str().to_owned()))
            }
            Request::SetPin { current, new, attempts } => {
                let operation = SetPin { current: *current, new, attempts: *attempts };
                self.answer(operation, cut, |()| Outcome::Done)
            }
            Request::Unblock => self.done(Unblock, cut),
            Request::SetClock { trim } => self.done(SetClock { rtc, now, trim: *trim }, cut),
            Request::LoseClock => self.done(LoseClock, cut),
            Request::Wipe => self.done(Wipe, cut),
            _ => self.done(provision(request).unwrap(), cut),
        };
        match (&seen, expected) {
            (Err(refused), Err(expected)) => assert_eq!(*refused, expected, "{request:?}"),
            (Ok(seen), Ok((next, expected))) => {
                if let Some(seen) = seen {
                    assert_eq!(*seen, expected, "{request:?}");
                    self.witness(seen);
                }
                if cut != Cut::BeforeTheWrite {
                    self.model = next;
                }
            }
            (seen, expected) => panic!("{request:?}: {seen:?}, the model: {expected:?}"),
        }
        seen
    }

    fn answer<T, O: Operation<Outcome = Answer<T>> + Clone>(
        &mut self,
        operation: O,
        cut: Cut,
        seen: impl Fn(T) -> Outcome,
    ) -> Result<Option<Outcome>, Refused> {
        let answer = self.step(operation, cut)?;
        Ok(answer.map(|answer| match answer.reveal() {
            Ok(value) => seen(value),
            Err(WrongPin { attempts_left, .. }) => Outcome::WrongPin { attempts_left },
        }))
    }

    fn done<O: Operation<Outcome = ()> + Clone>(
        &mut self,
        operation: O,
        cut: Cut,
    ) -> Result<Option<Outcome>, Refused> {
        Ok(self.step(operation, cut)?.map(|()| Outcome::Done))
    }

    /// Decides by both doors, which must agree, stores, settles; or loses power.
    fn step<O: Operation + Clone>(
        &mut self,
        operation: O,
        cut: Cut,
    ) -> Result<Option<O::Outcome>, Refused> {
        let mut scratch = Token::blank(RecordId::from_bytes([9; 16]));
        let in_place = self.token.decide_in(&mut scratch, operation.clone());
        let in_place = in_place.map(|step| (step.expected(), encoded(step.next())));
        let step = match self.token.decide(operation) {
            Ok(step) => step,
            Err(refused) => {
                assert_eq!(in_place.unwrap_err(), refused);
                assert_eq!(encoded(&self.token), self.flash, "a refusal changed the token");
                return Err(refused);
            }
        };
        let next = encoded(step.next());
        assert_eq!(in_place, Ok((step.expected(), next)));
        assert_eq!(step.expected(), self.token.version());
        assert_eq!(step.next().version().revision, self.token.version().revision + 1);
        if cut != Cut::BeforeTheWrite {
            self.flash = next;
        }
        let outcome = match cut {
            Cut::Nowhere => Some(step.settle(Write::Stored).unwrap().1),
            _ => step.settle(Write::Unknown).map(|_| unreachable!()).err().and(None),
        };
        self.token = Token::decode(&self.flash).unwrap();
        assert_eq!(encoded(&self.token), self.flash);
        Ok(outcome)
    }

    /// What must never be seen, whatever the model says.
    fn witness(&mut self, seen: &Outcome) {
        match seen {
            Outcome::WrongPin { .. } => self.wrong += 1,
            Outcome::Shown(_) => {
                if let Some(next) = self.token.next_counter() {
                    // The counter that was used is the one before.
                    assert!(self.seen.insert(next), "a counter was shown twice");
                }
                let step = self.token.shown_step();
                assert!(step >= self.last_step, "an earlier step was shown");
                self.last_step = step;
            }
            Outcome::Done => {}
        }
    }

    fn compare(&mut self) {
        assert_eq!(self.token.version().revision, self.model.steps_taken + 1);
        assert_eq!(self.token.next_counter(), self.model.counter);
        assert_eq!(self.token.shown_step(), self.model.shown);
        assert_eq!(self.token.time(self.rtc), self.model.time(self.rtc));
        let left = self.model.pin.as_ref().map(|pin| pin.allowed - pin.failed);
        assert_eq!(self.token.attempts_left(), left);
        match &self.model.pin {
            Some(pin) if pin.failed > 0 => assert!(self.wrong <= pin.allowed, "too many guesses"),
            _ => self.wrong = 0,
        }
        if self.token.kind().is_none() {
            self.seen.clear();
            self.last_step = None;
        }
    }
}

fn text(code: mfa_core::Code) -> Outcome {
    Outcome::Shown(code.text().as_str().to_owned())
}

fn encoded(token: &Token) -> [u8; Token::ENCODED_LEN] {
    let mut bytes = [0xEE; Token::ENCODED_LEN];
    token.encode(&mut bytes);
    bytes
}

/// What the server of the mutual suite answers, or something else.
fn server_response(asked: &Respond) -> String {
    let questions = format!("{CLIENT}{SERVER}");
    let question = questions.bytes().chain(std::iter::repeat(0)).take(128);
    let message: Vec<u8> = MUTUAL.1.bytes().chain([0]).chain(question).collect();
    let right = response(MUTUAL.1, &message);
    match asked.right_server {
        true => right,
        false => format!("{:08}", (right.parse::<u32>().unwrap() + 1) % 100_000_000),
    }
}

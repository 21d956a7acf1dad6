//! Where a race begins.

use super::request::Party;
use crate::call::{self, Call, NewDevice, Operate, Outcome, Pass, Response, Sent};
use crate::setting::{ACCOUNT, Device, FIRST_STEP, RECORD, Record, policy, random, response, time};
use crate::verifier::Stored;
use mfa_core::{Channel, Context, Entropy, Scopes, Write};

/// What the account has when the race begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Two apps with colliding codes.
    TwoApps,
    /// An app, and recovery codes in use.
    AppAndRecoveryCode,
    /// An app and a counter-based token, which may be resynchronized.
    AppAndToken,
    /// An association that waits for its confirmation.
    Enrolling,
    /// An app; the user's device is familiar, and the thief's ticket ends within the race.
    Familiar,
    /// A phone number for text messages and calls. Three codes wait: the user's is the oldest.
    Number,
    /// A device that is asked by push, with an app as its twin. It has said yes to the user's
    /// question, and has not answered the thief's.
    Pushed,
    /// A token that is asked questions. One waits for the user's response.
    Card,
}

/// The account at the start, and who holds what.
pub struct Scene {
    pub record: Stored,
    pub revision: u64,
    pub devices: Vec<(Device, [u8; 10])>,
    pub first_code: String,
    pub user: Pass,
    pub thief: Pass,
    /// A second factor was proved for it.
    pub verified: Pass,
    /// Other tickets of the thief.
    pub strangers: [Pass; 2],
    /// The number, device or card.
    pub bound: [u8; 10],
    /// What was sent or asked and waits at the start: when it was drawn, and for whom.
    pub waiting: Vec<(u64, Party)>,
    /// How many messages were sent.
    pub messages: usize,
}

/// All of it happens this long before the clock stands at 0, in steps.
const BEFORE: u64 = 2;

pub const NOW: u64 = (FIRST_STEP - BEFORE) * crate::setting::STEP;

impl Start {
    pub fn scene(self) -> Scene {
        let mut record = Record::new(ACCOUNT, RECORD);
        let user = first_factor(&record, 1);
        let mut scene = Scene {
            record: Stored::encode(&record),
            revision: 0,
            devices: Vec::new(),
            first_code: String::new(),
            user,
            thief: user,
            verified: user,
            strangers: [user; 2],
            bound: [0; 10],
            waiting: Vec::new(),
            messages: 0,
        };
        match self {
            Self::TwoApps => {
                scene.bind(&mut record, Device::Phone);
                scene.confirm(&mut record, Device::Phone);
                scene.bind(&mut record, Device::Tablet);
                scene.confirm(&mut record, Device::Tablet);
            }
            Self::AppAndRecoveryCode | Self::Familiar => {
                scene.bind(&mut record, Device::Phone);
                scene.confirm(&mut record, Device::Phone);
            }
            Self::AppAndToken => {
                scene.bind(&mut record, Device::Phone);
                scene.confirm(&mut record, Device::Phone);
                scene.bind(&mut record, Device::Token);
                scene.confirm(&mut record, Device::Token);
            }
            Self::Enrolling => scene.bind(&mut record, Device::Phone),
            Self::Number => {
                let Sent { challenge, text, .. } = scene.bind_over(&mut record, Channel::Sms);
                scene.run(&mut record, Operate::Confirm(Response::OutOfBand(challenge, text)));
            }
            Self::Pushed => {
                let Sent { challenge, text, .. } = scene.bind_over(&mut record, Channel::Push);
                scene.run(&mut record, Operate::AnswerPush(challenge, Some(text)));
                scene.run(&mut record, Operate::Confirm(Response::Push(challenge)));
            }
            Self::Card => {
                scene.bind(&mut record, Device::Card);
                scene.bound = scene.id(Device::Card);
                let asked = scene.run(&mut record, Operate::ChallengeOcra(scene.bound));
                let Outcome::Sent(Sent { challenge, text, .. }) = asked else {
                    panic!("not asked: {asked:?}")
                };
                scene.messages += 1;
                let response = response(&text, 0);
                scene.run(&mut record, Operate::Confirm(Response::Ocra(challenge, response)));
            }
        }
        if self != Self::Enrolling {
            scene.user = first_factor(&record, 2);
        }
        scene.thief = first_factor(&record, 3);
        scene.strangers = [4, 5].map(|seed| first_factor(&record, seed));
        match self {
            Self::Familiar => {
                scene.user.familiar = true;
                scene.thief.expires = time(3);
            }
            Self::Number => {
                for by in [Party::User, Party::First, Party::Second] {
                    scene.challenge(&mut record, by, Operate::Challenge(scene.bound, Channel::Sms));
                }
            }
            Self::Pushed => {
                let ask = Operate::Challenge(scene.bound, Channel::Push);
                let Sent { challenge, text, .. } =
                    scene.challenge(&mut record, Party::User, ask.clone());
                scene.challenge(&mut record, Party::Thief, ask);
                scene.run(&mut record, Operate::AnswerPush(challenge, Some(text)));
            }
            Self::Card => {
                let ask = Operate::ChallengeOcra(scene.bound);
                scene.challenge(&mut record, Party::User, ask);
            }
            _ => {}
        }
        scene.record = Stored::encode(&record);
        scene.revision = record.version().revision;
        scene
    }
}

fn first_factor(record: &Record, seed: u64) -> Pass {
    let cx = Context { now: NOW, policy: &policy() };
    let ticket = record.first_factor_ticket(Scopes::ALL, Entropy::new(&mut random(!seed)), &cx);
    Pass::of(&ticket.expect("the bytes are enough"))
}

impl Scene {
    /// The name of a device's authenticator.
    pub fn id(&self, device: Device) -> [u8; 10] {
        let known = self.devices.iter().find(|(one, _)| *one == device);
        known.expect("the device is in the scene").1
    }

    fn bind(&mut self, record: &mut Record, device: Device) {
        let secret = device.secret().expose().to_vec();
        let new = NewDevice { secret, device };
        match self.run(record, Operate::Import(new)) {
            Outcome::Associated { authenticator, recovery_codes, .. } => {
                self.devices.push((device, authenticator));
                self.first_code.extend(recovery_codes);
            }
            other => panic!("not associated: {other:?}"),
        }
    }

    fn confirm(&mut self, record: &mut Record, device: Device) {
        let factor = if device == Device::Token { 0 } else { FIRST_STEP - BEFORE };
        match self.run(record, Operate::Confirm(Response::Otp(device.code(factor)))) {
            Outcome::Accepted { verified, .. } => self.verified = verified,
            other => panic!("not accepted: {other:?}"),
        }
    }

    /// The ticket of somebody.
    pub fn pass(&self, party: Party) -> Pass {
        match party {
            Party::User => self.user,
            Party::Thief => self.thief,
            Party::First => self.strangers[0],
            Party::Second => self.strangers[1],
        }
    }

    /// Sends or asks something that waits when the race begins.
    fn challenge(&mut self, record: &mut Record, by: Party, operation: Operate) -> Sent {
        self.waiting.push((record.version().revision, by));
        self.messages += 1;
        match run(record, self.pass(by), operation) {
            Outcome::Sent(sent) => sent,
            other => panic!("not sent: {other:?}"),
        }
    }

    /// Binds a number or device, and gives what is sent to it.
    fn bind_over(&mut self, record: &mut Record, channel: Channel) -> Sent {
        match self.run(record, Operate::AssociateOver(channel)) {
            Outcome::AssociatedOver { authenticator, sent, recovery_codes } => {
                self.bound = authenticator;
                self.first_code.extend(recovery_codes);
                self.messages += 1;
                sent
            }
            other => panic!("not associated: {other:?}"),
        }
    }

    fn run(&self, record: &mut Record, operation: Operate) -> Outcome {
        run(record, self.verified, operation)
    }
}

fn run(record: &mut Record, pass: Pass, operation: Operate) -> Outcome {
    let call = Call { pass, operation, seed: record.version().revision };
    let decision = call::decide(record, &call, NOW, &policy(), Write::Stored);
    let decision = decision.expect("nothing refuses the start");
    *record = decision.next;
    decision.settled.expect("a stored step settles")
}

//! What arrives at the servers.

use super::{END, Race, Start, State};
use crate::call::{Call, Operate, Outcome, Response, Sent};
use crate::setting::{
    Device, FIRST_STEP, FOREIGN_RECOVERY_CODE, WRONG_CODE, WRONG_NUMBER, WRONG_SENT, challenge,
    recovery_code, response, time,
};
use mfa_core::Channel;

/// What arrives, in symbols. Codes are right ones of some time or counter, unless they are
/// said to be wrong.
///
/// There is no network in the state: it doubles, delays and reorders at will, so that any
/// code that was shown so far can arrive at any time, any number of times, and a thief who
/// sees all of them can send no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    Otp(Device, u64),
    WrongOtp,
    /// A wrong one-time password of the thief.
    Guess,
    /// The recovery code that was drawn at this revision, or the first one (0).
    RecoveryCode(u64),
    WrongRecoveryCode,
    Confirm(u64),
    WrongConfirm,
    /// With two codes in a row, from this one on.
    Resynchronize(Device, u64),
    /// A code is to be sent, or the device to be asked.
    Challenge(Party, Channel),
    /// The code of the challenge that was drawn at this revision, or a wrong one, whoever's
    /// challenge it is.
    Code(Party, u64),
    WrongCode(Party, u64),
    /// What the device says to the question that was drawn at this revision.
    Device(u64, Reply),
    /// Has the device answered?
    Poll(Party, u64),
    /// A question for the card.
    Ask(Party),
    /// The card's response at a counter, or a wrong one, to a question, whoever's it is.
    Response(Party, Question, u64),
    WrongResponse(Party, Question),
}

/// Who has a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    User,
    Thief,
    /// Other tickets of the thief, whose challenges wait when the race begins.
    First,
    Second,
}

impl Party {
    pub const ALL: [Self; 4] = [Self::User, Self::Thief, Self::First, Self::Second];
    /// Those who act.
    const ACTIVE: [Self; 2] = [Self::User, Self::Thief];
}

/// What a user says on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    Number,
    WrongNumber,
    No,
}

/// A question to the card: by the revision that its seed was drawn at, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    pub drawn: u64,
    pub by: Party,
}

/// How many steps ago a code may have been shown that still arrives. Older ones are as good
/// as wrong.
const OLDEST: u64 = 2;

impl Race {
    /// What may arrive now: codes that devices have shown, recovery codes that were seen, and
    /// wrong ones.
    pub(super) fn requests(&self, state: &State) -> Vec<Request> {
        let shown = state.clock.saturating_sub(OLDEST)..=state.furthest;
        let steps = || shown.clone().map(|clock| FIRST_STEP + clock);
        let codes = |device| steps().map(move |step| Request::Otp(device, step));
        let mut requests = Vec::new();
        match self.start {
            Start::TwoApps => {
                requests.extend(codes(Device::Phone).chain(codes(Device::Tablet)));
                requests.push(Request::WrongOtp);
            }
            Start::AppAndRecoveryCode => {
                requests.extend(codes(Device::Phone));
                let seen = state.history.seen_codes(&self.scene);
                requests.extend(seen.map(Request::RecoveryCode));
                requests.extend([Request::WrongOtp, Request::WrongRecoveryCode]);
            }
            Start::AppAndToken => {
                requests.extend(codes(Device::Phone));
                requests.extend(steps().map(|step| Request::Resynchronize(Device::Phone, step)));
                requests.extend([1, 2].map(|counter| Request::Otp(Device::Token, counter)));
                requests.push(Request::Resynchronize(Device::Token, 1));
                requests.push(Request::WrongOtp);
            }
            Start::Enrolling => {
                requests.extend(steps().map(Request::Confirm));
                requests.extend(codes(Device::Phone));
                requests.extend([Request::WrongConfirm, Request::RecoveryCode(0)]);
            }
            Start::Familiar => {
                requests.extend(codes(Device::Phone));
                requests.extend([Request::WrongOtp, Request::Guess]);
            }
            Start::Number => {
                let channels = [Channel::Sms, Channel::Voice];
                requests.extend(channels.map(|over| Request::Challenge(Party::User, over)));
                requests.push(Request::Challenge(Party::Thief, Channel::Sms));
                requests.extend(state.history.ledger.drawn().flat_map(|drawn| {
                    let by = move |party| {
                        [Request::Code(party, drawn), Request::WrongCode(party, drawn)]
                    };
                    Party::ACTIVE.into_iter().flat_map(by)
                }));
            }
            Start::Pushed => {
                let ask = |party| Request::Challenge(party, Channel::Push);
                requests.extend(Party::ACTIVE.map(ask));
                requests.push(Request::WrongOtp);
                requests.extend(state.history.ledger.drawn().flat_map(|drawn| {
                    let replies = [Reply::Number, Reply::WrongNumber, Reply::No];
                    let polls = Party::ACTIVE.map(|party| Request::Poll(party, drawn));
                    replies.map(|reply| Request::Device(drawn, reply)).into_iter().chain(polls)
                }));
            }
            Start::Card => {
                requests.extend(Party::ACTIVE.map(Request::Ask));
                requests.extend(state.history.ledger.asked().flat_map(|asked| {
                    Party::ACTIVE.into_iter().flat_map(move |party| {
                        let right = [1, 2].map(|counter| Request::Response(party, asked, counter));
                        right.into_iter().chain([Request::WrongResponse(party, asked)])
                    })
                }));
            }
        }
        requests
    }

    /// The call that a request is for the core. Random bytes are fresh for each revision: of
    /// two decisions on the same one, one is dropped.
    pub(super) fn call(&self, request: Request, by_thief: bool, revision: u64) -> Call {
        let scene = &self.scene;
        let operation = match request {
            Request::Otp(device, factor) => Operate::Respond(Response::Otp(device.code(factor))),
            Request::WrongOtp => Operate::Respond(Response::Otp(WRONG_CODE.to_owned())),
            Request::RecoveryCode(0) => {
                Operate::Respond(Response::RecoveryCode(scene.first_code.clone()))
            }
            Request::RecoveryCode(drawn) => {
                Operate::Respond(Response::RecoveryCode(recovery_code(drawn)))
            }
            Request::WrongRecoveryCode => {
                Operate::Respond(Response::RecoveryCode(FOREIGN_RECOVERY_CODE.to_owned()))
            }
            Request::Confirm(step) => Operate::Confirm(Response::Otp(Device::Phone.code(step))),
            Request::WrongConfirm => Operate::Confirm(Response::Otp(WRONG_CODE.to_owned())),
            Request::Resynchronize(device, factor) => {
                let codes = [device.code(factor), device.code(factor + 1)];
                Operate::Resynchronize(scene.id(device), codes)
            }
            Request::Guess => Operate::Respond(Response::Otp(WRONG_CODE.to_owned())),
            Request::Challenge(_, over) => Operate::Challenge(scene.bound, over),
            Request::Code(_, drawn) => {
                let (id, code) = challenge(drawn, 7);
                Operate::Respond(Response::OutOfBand(id, code))
            }
            Request::WrongCode(_, drawn) => {
                Operate::Respond(Response::OutOfBand(challenge(drawn, 7).0, WRONG_SENT.to_owned()))
            }
            Request::Device(drawn, reply) => {
                let (id, number) = challenge(drawn, 4);
                Operate::AnswerPush(
                    id,
                    match reply {
                        Reply::Number => Some(number),
                        Reply::WrongNumber => Some(WRONG_NUMBER.to_owned()),
                        Reply::No => None,
                    },
                )
            }
            Request::Poll(_, drawn) => Operate::Respond(Response::Push(challenge(drawn, 4).0)),
            Request::Ask(_) => Operate::ChallengeOcra(scene.bound),
            Request::Response(_, question, counter) => {
                let Sent { challenge, text, .. } = self.question(question);
                Operate::Respond(Response::Ocra(challenge, response(&text, counter)))
            }
            Request::WrongResponse(_, question) => Operate::Respond(Response::Ocra(
                self.question(question).challenge,
                WRONG_CODE.to_owned(),
            )),
        };
        let pass = match request {
            Request::Challenge(party, _)
            | Request::Code(party, _)
            | Request::WrongCode(party, _)
            | Request::Poll(party, _)
            | Request::Ask(party)
            | Request::Response(party, ..)
            | Request::WrongResponse(party, _) => scene.pass(party),
            Request::Guess => scene.thief,
            Request::Resynchronize(..) => scene.verified,
            Request::Confirm(_) | Request::WrongConfirm => scene.user,
            _ if by_thief => scene.thief,
            _ => scene.user,
        };
        Call { pass, operation, seed: revision }
    }

    /// The name and the text of a question: what the core says when it is asked with the same
    /// random bytes, since a question depends on those and its ticket only. At a time when
    /// nothing waits any more of what waits at the start.
    pub(super) fn question(&self, Question { drawn, by }: Question) -> Sent {
        let operation = Operate::ChallengeOcra(self.scene.bound);
        let call = Call { pass: self.scene.pass(by), operation, seed: drawn };
        match self.verifier.outcome(&self.scene.record, &call, time(END)) {
            Some(Outcome::Sent(sent)) => sent,
            other => panic!("not asked: {other:?}"),
        }
    }
}

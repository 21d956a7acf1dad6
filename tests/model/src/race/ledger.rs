//! What waits for an answer by the rules: followed from the requests alone, to be compared
//! with what the record says.

use super::request::{Party, Question, Reply, Request};
use super::server::Held;
use super::start::NOW;
use super::{Race, Start};
use crate::call::Outcome;
use crate::invariant::{Broken, Invariant::*};
use crate::layout::{Asked, Memory, Plain, PlainAnswer};
use crate::setting::{CHALLENGE_LIFE, GUESSES, challenge, random, time};
use mfa_core::Channel;
use std::collections::BTreeSet;

/// The most that waits over one channel.
const OUTSTANDING: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ledger {
    /// All that was ever sent, oldest first.
    sent: Vec<Sent>,
    /// The revision at which the seed of the questions that wait was drawn, and when they end.
    open: Option<(u64, u64)>,
    /// The questions that were ever asked.
    asked: BTreeSet<Question>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sent {
    drawn: u64,
    by: Party,
    over: Channel,
    expires: u64,
    answer: PlainAnswer,
    is_over: bool,
}

impl Ledger {
    /// The challenges that were ever sent, by the revisions they were drawn at.
    pub fn drawn(&self) -> impl Iterator<Item = u64> {
        self.sent.iter().map(|sent| sent.drawn)
    }

    pub fn asked(&self) -> impl Iterator<Item = Question> {
        self.asked.iter().copied()
    }

    /// Over which channel it was sent.
    pub fn over(&self, drawn: u64) -> Option<Channel> {
        self.sent.iter().find(|sent| sent.drawn == drawn).map(|sent| sent.over)
    }

    /// What was sent or asked before a race begins.
    pub fn begin(&mut self, start: Start, drawn: u64, by: Party) {
        match (start, by) {
            (Start::Card, _) => {
                self.ask(drawn, by, NOW);
            }
            (Start::Pushed, Party::User) => {
                self.send(drawn, by, Channel::Push, NOW);
                self.reply(drawn, Reply::Number, NOW);
            }
            (Start::Pushed, _) => self.send(drawn, by, Channel::Push, NOW),
            _ => self.send(drawn, by, Channel::Sms, NOW),
        }
    }

    /// A message is sent: it ends the ticket's earlier one over the channel, those whose time
    /// is over, and the oldest if there are too many.
    fn send(&mut self, drawn: u64, by: Party, over: Channel, now: u64) {
        let mut live: Vec<_> =
            self.sent.iter_mut().filter(|one| one.over == over && !one.is_over).collect();
        live.iter_mut().for_each(|one| one.is_over = one.by == by || one.expires <= now);
        live.retain(|one| !one.is_over);
        if live.len() == OUTSTANDING {
            live[0].is_over = true;
        }
        let answer = match over {
            Channel::Push => PlainAnswer::Waiting,
            _ => PlainAnswer::Guesses(GUESSES),
        };
        let expires = now + u64::from(CHALLENGE_LIFE);
        self.sent.push(Sent { drawn, by, over, expires, answer, is_over: false });
    }

    /// What can be answered now of what was drawn then.
    fn live(&mut self, drawn: u64, now: u64) -> Option<&mut Sent> {
        let mut sent = self.sent.iter_mut();
        sent.find(|one| one.drawn == drawn && !one.is_over && now < one.expires)
    }

    /// Whether the ticket may have let itself in by this.
    fn accept(&mut self, drawn: u64, by: Party, is_poll: bool, now: u64) -> bool {
        self.live(drawn, now).is_some_and(|one| {
            one.is_over = true;
            one.by == by
                && match one.answer {
                    PlainAnswer::Guesses(_) => !is_poll,
                    PlainAnswer::Approved => is_poll,
                    _ => false,
                }
        })
    }

    /// Whether a wrong code may have been evaluated.
    fn reject(&mut self, drawn: u64, by: Party, now: u64) -> bool {
        self.live(drawn, now).is_some_and(|one| {
            let PlainAnswer::Guesses(left) = one.answer else { return false };
            one.answer = PlainAnswer::Guesses(left - 1);
            one.is_over = left == 1;
            one.by == by
        })
    }

    /// Whether the device may have answered.
    fn reply(&mut self, drawn: u64, reply: Reply, now: u64) -> bool {
        self.live(drawn, now).is_some_and(|one| {
            let was_waiting = one.answer == PlainAnswer::Waiting;
            match reply {
                Reply::Number => one.answer = PlainAnswer::Approved,
                Reply::No => one.answer = PlainAnswer::Denied,
                Reply::WrongNumber => one.is_over = true,
            }
            was_waiting
        })
    }

    /// A question is asked: an earlier one stays if half of its time is left.
    fn ask(&mut self, revision: u64, by: Party, now: u64) -> Question {
        let life = u64::from(CHALLENGE_LIFE);
        let lasts = |(_, expires): &(u64, u64)| (now + life / 2..=now + life).contains(expires);
        let open = self.open.filter(lasts).unwrap_or((revision, now + life));
        self.open = Some(open);
        let question = Question { drawn: open.0, by };
        self.asked.insert(question);
        question
    }

    /// Whether a response may have been evaluated, which ends all questions.
    fn respond(&mut self, question: Question, by: Party, now: u64) -> bool {
        let open = self.open.take();
        let is_open = |(drawn, expires)| drawn == question.drawn && now < expires;
        open.is_some_and(is_open) && question.by == by
    }
}

impl Race {
    /// I12: what a write does to what waits is what the rules say.
    pub(super) fn follow(
        &self,
        ledger: &mut Ledger,
        broken: &mut Broken,
        held: &Held,
        outcome: &Outcome,
        after: &Plain,
    ) {
        let (revision, now) = (after.revision - 1, time(held.now));
        let expected = match (held.request, outcome) {
            (Request::Challenge(by, over), Outcome::Sent(sent)) => {
                ledger.send(revision, by, over, now);
                let (id, text) = challenge(revision, if over == Channel::Push { 4 } else { 7 });
                (&sent.challenge, &sent.text) == (&id, &text)
            }
            (Request::Device(drawn, reply), _) => ledger.reply(drawn, reply, now),
            (Request::Code(by, drawn) | Request::WrongCode(by, drawn), Outcome::Rejected) => {
                ledger.reject(drawn, by, now)
            }
            (Request::Code(by, drawn), _) => ledger.accept(drawn, by, false, now),
            (Request::Poll(by, drawn), outcome) => {
                outcome.is_grant() && ledger.accept(drawn, by, true, now)
            }
            (Request::Ask(by), Outcome::Sent(sent)) => {
                let question = ledger.ask(revision, by, now);
                let known = self.question(question);
                (sent.challenge, &sent.text) == (known.challenge, &known.text)
            }
            (Request::Response(by, question, _), _) => ledger.respond(question, by, now),
            (Request::WrongResponse(by, question), outcome) => {
                !outcome.is_grant() && ledger.respond(question, by, now)
            }
            _ => true,
        };
        broken.unless(expected && self.agrees(ledger, after), I12);
    }

    /// Whether the record holds what the ledger says that waits, and nothing else.
    fn agrees(&self, ledger: &Ledger, record: &Plain) -> bool {
        record.authenticators.iter().all(|one| match &one.memory {
            Memory::OutOfBand { challenges, .. } => {
                let is_live = |sent: &&Sent| !sent.is_over && Some(sent.over) == one.channel();
                let live = ledger.sent.iter().filter(is_live);
                let waits = challenges.iter().map(|one| (one.ticket, one.expires, one.answer));
                live.map(|sent| (self.scene.pass(sent.by).id, sent.expires, sent.answer)).eq(waits)
            }
            Memory::Ocra { asked, .. } => {
                let seed = |drawn| *random(drawn).first_chunk().expect("there are 96 bytes");
                let open = ledger.open.map(|(drawn, expires)| Asked { seed: seed(drawn), expires });
                *asked == open
            }
            _ => true,
        })
    }
}

//! The race: two servers, one row, and everything that can go wrong between them.

mod ledger;
mod monitor;
mod probe;
mod request;
mod server;
mod start;

pub use self::monitor::History;
pub use self::request::{Party, Reply, Request};
pub use self::start::Start;

use self::server::{Decisions, Landed, Server};
use crate::fault::Fault;
use crate::invariant::Invariant::{self, *};
use crate::verifier::{Stored, Verifier};
use mfa_core::{Policy, PolicySettings};
use stateright::{Model, Property};

/// The last time of the clock, in steps.
const END: u64 = 4;

/// How far the clock of each server is ahead, in steps.
const OFFSETS: [u64; 2] = [0, 1];

/// What two servers and their clients do with an account.
pub struct Race {
    pub start: Start,
    /// How many steps the store applies. Any number of requests may arrive for that: those
    /// that are refused, clash or are lost leave no trace.
    writes: u64,
    verifier: Verifier,
    scene: start::Scene,
    probes: probe::Probes,
    decisions: Decisions,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub stored: Stored,
    /// In steps; servers add their offset.
    pub clock: u64,
    /// The furthest it was.
    furthest: u64,
    stepped_back: bool,
    restored: bool,
    servers: [Server; 2],
    pub history: History,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Tick,
    StepBack,
    /// At this server.
    Arrive(usize, Request),
    /// The server's write reaches the store.
    Write(usize),
    /// The server's write is lost, and the server stops waiting for an answer.
    Lose(usize),
    /// The write was applied, and the store's answer reaches the server.
    Answer(usize),
    /// The write was applied, but no answer comes, and the server stops waiting.
    TimeOut(usize),
    Crash(usize),
    /// The store goes back to what it held at the start (a fault).
    OldRecordComesBack,
}

impl Race {
    pub fn new(start: Start, writes: u64, fault: Option<Fault>) -> Self {
        let mut verifier = Verifier::new(fault);
        if start == Start::Familiar {
            // All buckets are empty before an authenticator is disabled.
            let settings = PolicySettings { failure_cap: 9, ..*verifier.policy.settings() };
            verifier.policy = Policy::new(settings).expect("the policy is valid");
        }
        Self {
            start,
            writes,
            verifier,
            scene: start.scene(),
            probes: probe::Probes::default(),
            decisions: Decisions::default(),
        }
    }
}

impl Model for Race {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            stored: self.scene.record.clone(),
            clock: 0,
            furthest: 0,
            stepped_back: false,
            restored: false,
            servers: [Server::Idle, Server::Idle],
            history: self.history(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let requests = match state.stored.plain().revision < self.scene.revision + self.writes {
            true => self.requests(state),
            false => Vec::new(),
        };
        if state.clock < END {
            actions.push(Action::Tick);
        }
        if state.clock > 0 && !state.stepped_back {
            actions.push(Action::StepBack);
        }
        if self.verifier.has(Fault::OldRecordComesBack) && !state.restored {
            actions.push(Action::OldRecordComesBack);
        }
        for (server, doing) in state.servers.iter().enumerate() {
            match doing {
                Server::Idle => {
                    let requests = requests.iter().copied();
                    actions.extend(requests.map(|request| Action::Arrive(server, request)));
                }
                Server::Holding(_) => {
                    actions.extend([Action::Write(server), Action::Lose(server)]);
                    actions.push(Action::Crash(server));
                }
                Server::Awaiting(_) => {
                    actions.extend([Action::Answer(server), Action::TimeOut(server)]);
                    actions.push(Action::Crash(server));
                }
            }
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut next = state.clone();
        match action {
            Action::Tick => {
                next.clock += 1;
                next.furthest = next.furthest.max(next.clock);
            }
            Action::StepBack => {
                next.clock -= 1;
                next.stepped_back = true;
            }
            Action::OldRecordComesBack => {
                next.stored = self.scene.record.clone();
                next.restored = true;
            }
            Action::Arrive(server, request) => self.arrive(&mut next, server, request),
            Action::Crash(server) => next.servers[server] = Server::Idle,
            Action::Write(server) | Action::Lose(server) => {
                let Server::Holding(held) = &state.servers[server] else { return None };
                let landed = match action {
                    Action::Write(_) => self.store(&mut next, held),
                    _ => Landed::Lost,
                };
                if landed == Landed::Applied {
                    next.servers[server] = Server::Awaiting(held.clone());
                    self.clash(&mut next);
                } else {
                    // Nothing was written: a server that waits on is one that is busy, and
                    // need not be told apart from one whose next request is late.
                    next.servers[server] = Server::Idle;
                    self.end_wait(&mut next, held, landed, landed == Landed::Clashed);
                }
            }
            Action::Answer(server) | Action::TimeOut(server) => {
                let Server::Awaiting(held) = &state.servers[server] else { return None };
                next.servers[server] = Server::Idle;
                let heard = matches!(action, Action::Answer(_));
                self.end_wait(&mut next, held, Landed::Applied, heard);
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        fn holds(invariant: Invariant, race: &Race, state: &State) -> bool {
            !state.history.broken.contains(invariant)
                && !race.probe(&state.stored).contains(invariant)
        }
        vec![
            Property::always(I1.name(), |race, state| holds(I1, race, state)),
            Property::always(I2.name(), |race, state| holds(I2, race, state)),
            Property::always(I5.name(), |race, state| holds(I5, race, state)),
            Property::always(I6.name(), |race, state| holds(I6, race, state)),
            Property::always(I7.name(), |race, state| holds(I7, race, state)),
            Property::always(I8.name(), |race, state| holds(I8, race, state)),
            Property::always(I10.name(), |race, state| holds(I10, race, state)),
            Property::always(I11.name(), |race, state| holds(I11, race, state)),
            Property::always(I12.name(), |race, state| holds(I12, race, state)),
            Property::always(I13.name(), |race, state| holds(I13, race, state)),
            Property::always(I14.name(), |race, state| holds(I14, race, state)),
            Property::sometimes("two answers are accepted", |_: &Self, state: &State| {
                state.history.grants() == 2
            }),
            Property::sometimes("two servers hold steps on one record", |_, state: &State| {
                let [Server::Holding(one), Server::Holding(other)] = &state.servers else {
                    return false;
                };
                one.loaded == other.loaded
            }),
            Property::sometimes("a class is locked", |race: &Self, state: &State| {
                race.is_locked(&state.stored, state.clock)
            }),
        ]
    }
}

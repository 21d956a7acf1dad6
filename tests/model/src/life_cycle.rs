//! The life of an account: its owner, a thief who has the password, one act of an
//! administrator.

mod deed;
mod monitor;
mod person;

pub use self::deed::Deed;
pub use self::monitor::History;
pub use self::person::Person;

use crate::call::{Call, NewDevice, Operate, Outcome, Pass, Response};
use crate::fault::Fault;
use crate::invariant::Invariant::{self, *};
use crate::layout::PlainPhase;
use crate::setting::{ACCOUNT, Device, FIRST_STEP, RECORD, Record, STEP};
use crate::verifier::{Stored, Verifier, is_identity};
use mfa_core::{Authority, Channel, Context, Entropy, Policy, PolicySettings, Scopes, Write};
use stateright::{Model, Property};
use std::collections::BTreeSet;

/// How often the clock moves on, and by how many steps.
const TICKS: u64 = 2;
const TICK: u64 = 2;

/// The life of one account.
pub struct LifeCycle {
    start: Start,
    /// How many steps the store applies.
    writes: u64,
    verifier: Verifier,
}

/// How far the account is when the world begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Nothing was done yet.
    Fresh,
    /// The owner has an app and a recovery code.
    Enrolled,
    /// The same, with a phone number in the place of the app.
    Number,
    /// Nothing was done yet, and devices that are asked by push take the place of apps.
    Device,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub stored: Stored,
    /// In ticks.
    clock: u64,
    people: [Person; 2],
    administrator_acted: bool,
    pub history: History,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    Owner,
    Thief,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Tick,
    /// Shows the password, for a fresh ticket.
    Password(Who),
    /// Does something with a ticket.
    Act(Who, Pass, Deed),
    Administer(Deed),
}

impl LifeCycle {
    pub fn new(start: Start, writes: u64, fault: Option<Fault>) -> Self {
        let mut verifier = Verifier::new(fault);
        // Short enough to see associations and tickets expire.
        let settings =
            PolicySettings { pending_life: 90, ticket_life: 90, ..*verifier.policy.settings() };
        verifier.policy = Policy::new(settings).expect("the policy is valid");
        Self { start, writes, verifier }
    }

    fn now(&self, state: &State) -> u64 {
        (FIRST_STEP + state.clock * TICK) * STEP
    }

    fn load(&self, state: &State) -> Record {
        self.verifier.load(state.stored.bytes()).expect("the store holds a record")
    }

    /// A ticket for the password. Its name is that of nobody else's at this revision.
    fn password(&self, state: &State, who: Who) -> Pass {
        let cx = Context { now: self.now(state), policy: &self.verifier.policy };
        let record = self.load(state);
        let mut bytes =
            crate::setting::random((1 << 32) * (1 + who as u64) + record.version().revision);
        let ticket = record.first_factor_ticket(Scopes::ALL, Entropy::new(&mut bytes), &cx);
        Pass::of(&ticket.expect("the bytes are enough"))
    }

    fn administrator(&self, state: &State) -> Pass {
        let cx = Context { now: self.now(state), policy: &self.verifier.policy };
        let record = self.load(state);
        let mut bytes = crate::setting::random((1 << 40) + record.version().revision);
        let ticket = record.administrator_ticket(Scopes::ALL, Entropy::new(&mut bytes), &cx);
        Pass::of(&ticket.expect("the bytes are enough"))
    }

    /// Does it: load, decide, store, settle, tell. `None` if the core refuses.
    fn act(
        &self,
        state: &State,
        who: Option<Who>,
        pass: Pass,
        operation: Operate,
    ) -> Option<(State, Outcome)> {
        let (before, now) = (state.stored.plain(), self.now(state));
        let call = Call { pass, operation, seed: before.revision };
        let decided = self.verifier.decide(&state.stored, &call, now, Write::Stored).ok()?;
        let outcome = decided.settled.expect("a stored step settles");
        let mut next = state.clone();
        next.history.watch(who, &call, now, &before, &decided.next.plain(), &outcome);
        next.stored = decided.next;
        if let Some(who) = who {
            next.people[who as usize].learn(&outcome);
        }
        Some((next, outcome))
    }

    fn fresh(&self) -> State {
        State {
            stored: Stored::encode(&Record::new(ACCOUNT, RECORD)),
            clock: 0,
            people: Default::default(),
            administrator_acted: false,
            history: History::default(),
        }
    }

    /// The owner binds an app or a number and confirms it.
    fn enrolled(&self) -> State {
        let fresh = self.fresh();
        let (owner, pass) = (Some(Who::Owner), self.password(&fresh, Who::Owner));
        let bind = match self.start {
            Start::Number => Operate::AssociateOver(Channel::Sms),
            _ => {
                let secret = Device::Phone.secret().expose().to_vec();
                Operate::Import(NewDevice { secret, device: Device::Phone })
            }
        };
        let (pending, outcome) =
            self.act(&fresh, owner, pass, bind).expect("the first one is welcome");
        let response = match outcome {
            Outcome::AssociatedOver { sent, .. } => Response::OutOfBand(sent.challenge, sent.text),
            _ => Response::Otp(Device::Phone.code(FIRST_STEP - 1)),
        };
        let confirmed = self.act(&pending, owner, pass, Operate::Confirm(response));
        let (mut enrolled, _) = confirmed.expect("its code is right");
        enrolled.people[Who::Owner as usize].verified = None;
        enrolled
    }
}

impl Model for LifeCycle {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        match self.start {
            Start::Fresh | Start::Device => vec![self.fresh()],
            Start::Enrolled | Start::Number => vec![self.enrolled()],
        }
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let plain = state.stored.plain();
        let started = match self.start {
            Start::Fresh | Start::Device => 0,
            Start::Enrolled | Start::Number => 2,
        };
        if plain.revision >= started + self.writes {
            return;
        }
        if state.clock < TICKS {
            actions.push(Action::Tick);
        }
        for who in [Who::Owner, Who::Thief] {
            let person = &state.people[who as usize];
            let now = self.now(state);
            let is_old = |pass: Pass| pass.generation < plain.generation || pass.expires <= now;
            if person.password.is_none_or(is_old) {
                actions.push(Action::Password(who));
            }
            for pass in [person.password, person.verified].into_iter().flatten() {
                let deeds = deed::possible(self.start, &plain, person, pass);
                actions.extend(deeds.into_iter().map(|deed| Action::Act(who, pass, deed)));
            }
        }
        if !state.administrator_acted {
            let deeds = [Deed::Reset, Deed::Restored, Deed::Unlock];
            actions.extend(deeds.map(Action::Administer));
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let operation = |deed: &Deed| deed.operation(&state.stored.plain(), self.now(state));
        match action {
            Action::Tick => Some(State { clock: state.clock + 1, ..state.clone() }),
            Action::Password(who) => {
                let mut next = state.clone();
                next.people[who as usize].password = Some(self.password(state, who));
                Some(next)
            }
            Action::Act(who, pass, deed) => {
                self.act(state, Some(who), pass, operation(&deed)?).map(|(next, _)| next)
            }
            Action::Administer(deed) => {
                let pass = self.administrator(state);
                let (next, _) = self.act(state, None, pass, operation(&deed)?)?;
                Some(State { administrator_acted: true, ..next })
            }
        }
    }

    fn properties(&self) -> Vec<Property<Self>> {
        fn holds(invariant: Invariant, state: &State) -> bool {
            !state.history.broken.contains(invariant)
        }
        let mut properties = vec![
            Property::always(I3.name(), |_, state| holds(I3, state)),
            Property::always(I4.name(), |_, state| holds(I4, state)),
            Property::always(I5.name(), |_, state| holds(I5, state)),
            Property::always(I9.name(), |_, state| holds(I9, state)),
            Property::always(I11.name(), |world: &Self, state: &State| {
                is_identity(&world.verifier, &state.stored)
            }),
            Property::always(I12.name(), |_, state| holds(I12, state)),
            Property::always(I13.name(), |_, state| holds(I13, state)),
            Property::sometimes("two authenticators are active", |_, state: &State| {
                let authenticators = state.stored.plain().authenticators;
                let active = authenticators.iter().filter(|one| one.phase == PlainPhase::Active);
                active.map(|one| one.id).collect::<BTreeSet<_>>().len() == 2
            }),
            Property::sometimes("an enrolled account is so no more", |_, state: &State| {
                state.history.has_ended_enrollment()
            }),
        ];
        match self.start {
            Start::Fresh => properties.push(Property::sometimes(
                "the thief enrolls a fresh account",
                |_, state: &State| state.people[Who::Thief as usize].verified.is_some(),
            )),
            Start::Device => properties.extend([
                Property::sometimes("a device says yes to be confirmed", |_, state: &State| {
                    state.history.has_confirmed_device(false)
                }),
                Property::sometimes("a device is confirmed by its twin", |_, state: &State| {
                    state.history.has_confirmed_device(true)
                }),
            ]),
            Start::Number => properties.extend([
                Property::sometimes("two codes wait", |_, state: &State| {
                    let authenticators = state.stored.plain().authenticators;
                    authenticators.iter().map(|one| one.challenges().len()).sum::<usize>() == 2
                }),
                Property::sometimes("somebody holds an expired ticket", |world: &Self, state| {
                    let mut held = state.people.iter().filter_map(|person| person.password);
                    held.any(|pass| pass.expires <= world.now(state))
                }),
            ]),
            Start::Enrolled => properties.extend([
                Property::sometimes("an authenticator is disabled", |_, state: &State| {
                    let authenticators = state.stored.plain().authenticators;
                    authenticators.iter().any(|one| one.phase == PlainPhase::Disabled)
                }),
                Property::sometimes("an authenticator is bound anew", |_, state: &State| {
                    state.history.has_rebound()
                }),
                Property::sometimes("the owner holds an outdated ticket", |_, state: &State| {
                    let verified = state.people[Who::Owner as usize].verified;
                    let generation = state.stored.plain().generation;
                    verified.is_some_and(|pass| {
                        pass.authority == Authority::Verified && pass.generation < generation
                    })
                }),
            ]),
        }
        properties
    }
}

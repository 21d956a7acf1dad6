//! An authenticator of the model: it remembers all that it ever accepted.

use super::request::OcraText;
use super::waiting::{Message, Questions, check_inputs};
use super::{naive, reference, text};
use mfa_core::ocra::Suite;
use mfa_core::*;

/// What an authenticator proves by.
#[derive(Clone, Debug)]
pub enum Factor {
    Totp(TotpParameters),
    Hotp(HotpParameters, u64),
    Ocra(Suite, u64),
    Channel(Channel, Reference),
}

impl From<&NewAuthenticator> for Factor {
    fn from(new: &NewAuthenticator) -> Self {
        match new {
            NewAuthenticator::Totp(parameters) => Self::Totp(*parameters),
            NewAuthenticator::Hotp(parameters, first) => Self::Hotp(*parameters, *first),
            NewAuthenticator::Ocra(suite, first) => Self::Ocra(suite.clone(), *first),
            _ => unimplemented!("{new:?}"),
        }
    }
}

#[derive(Clone)]
pub struct Prover {
    pub id: AuthenticatorId,
    pub label: String,
    pub phase: Phase,
    /// Wrong answers since the last right one.
    pub failures: u8,
    /// Empty, if it has none.
    pub key: Vec<u8>,
    pub factor: Factor,
    /// Every step or counter that was ever accepted or voided.
    pub burnt: Vec<u64>,
    /// How far its clock was measured to be off, and what logins added to that.
    pub drift: (i64, i64),
    /// Its counter is that of a restored backup.
    pub lost: bool,
    /// Everything that was ever sent to it.
    pub messages: Vec<Message>,
    /// Everything that it was ever asked.
    pub questions: Vec<Questions>,
}

impl Prover {
    pub fn new(id: AuthenticatorId, label: &str, phase: Phase, key: &[u8], factor: Factor) -> Self {
        let (label, key) = (label.to_owned(), key.to_vec());
        let (burnt, drift, lost) = (Vec::new(), (0, 0), false);
        let (messages, questions) = (Vec::new(), Vec::new());
        let failures = 0;
        Self { id, label, phase, failures, key, factor, burnt, drift, lost, messages, questions }
    }

    /// Whether it waits for its confirmation by this ticket.
    pub fn awaits(&self, by: TicketId, now: u64) -> bool {
        matches!(self.phase, Phase::Pending { ticket, expires, .. } if ticket == by && now < expires)
    }

    pub fn channel(&self) -> Option<Channel> {
        match self.factor {
            Factor::Channel(channel, _) => Some(channel),
            _ => None,
        }
    }

    pub fn method(&self) -> Method {
        match self.factor {
            Factor::Totp(_) | Factor::Hotp(..) => Method::Otp(self.id),
            Factor::Ocra(..) => Method::Ocra(self.id),
            Factor::Channel(channel, _) => Method::OutOfBand(self.id, channel),
        }
    }

    /// Whether it shows one-time passwords.
    pub fn has_codes(&self) -> bool {
        matches!(self.factor, Factor::Totp(_) | Factor::Hotp(..))
    }

    /// How its clock is cut into steps, if it has one.
    fn steps(&self) -> Option<TimeSteps> {
        match &self.factor {
            Factor::Totp(totp) => Some(totp.steps),
            Factor::Ocra(suite, _) => suite.time_steps(),
            _ => None,
        }
    }

    /// The first counter, if it has one.
    fn first_counter(&self) -> Option<u64> {
        match &self.factor {
            Factor::Hotp(_, first) => Some(*first),
            Factor::Ocra(suite, first) => suite.has_counter().then_some(*first),
            _ => None,
        }
    }

    pub fn has_moving_factor(&self) -> bool {
        self.steps().is_some() || self.first_counter().is_some()
    }

    pub fn is_pending(&self) -> bool {
        matches!(self.phase, Phase::Pending { .. })
    }

    fn parameters(&self) -> (Algorithm, Format) {
        match &self.factor {
            Factor::Totp(totp) => (totp.algorithm, totp.format),
            Factor::Hotp(hotp, _) => (hotp.algorithm, hotp.format),
            other => unimplemented!("{other:?}"),
        }
    }

    fn format(&self) -> Format {
        self.parameters().1
    }

    /// The code of a step or counter.
    pub fn code(&self, moving_factor: u64) -> String {
        let (algorithm, format) = self.parameters();
        naive::code(algorithm, &self.key, format, moving_factor)
    }

    /// The response to a question, at a step or counter.
    pub fn response(&self, question: &str, answer: &OcraText, moving_factor: u64) -> String {
        let Factor::Ocra(suite, _) = &self.factor else { unimplemented!("{:?}", self.factor) };
        let inputs = reference::Inputs {
            counter: suite.has_counter().then_some(moving_factor),
            question: question.to_owned(),
            pin: answer.pin.map(str::to_owned),
            session: answer.session.map(<[u8]>::to_vec),
            time_steps: suite.time_steps().map(|_| moving_factor),
        };
        reference::ocra(suite.as_str(), &self.key, &inputs)
    }

    /// The step that its clock should show, or the lowest counter that it can use; `None` if
    /// there is none left.
    pub fn present(&self, cx: &Context<'_>) -> Option<u64> {
        if self.steps().is_some() {
            let max = i64::from(cx.policy.settings().max_drift);
            let steps = i128::from(self.drift.0) + i128::from(self.drift.1.clamp(-max, max));
            return Some(clip(i128::from(self.verifiers_step(cx.now)) + steps));
        }
        match self.burnt.iter().max() {
            None => self.first_counter(),
            Some(last) => last.checked_add(1),
        }
    }

    fn verifiers_step(&self, now: u64) -> u64 {
        let Some(steps) = self.steps() else { return 0 };
        now.saturating_sub(steps.t0()) / steps.period()
    }

    /// All moving factors that are acceptable, so many before the present one and so many
    /// after it.
    fn acceptable(&self, past: u32, future: u32, cx: &Context<'_>) -> Vec<u64> {
        let Some(present) = self.present(cx) else { return Vec::new() };
        let present = i128::from(present);
        // What logins followed may have been delays: the window reaches back over it.
        let max = i64::from(cx.policy.settings().max_drift);
        let followed = i128::from(self.drift.1.clamp(-max, max));
        let (past, future) = match self.steps() {
            Some(_) => (i128::from(past).max(followed), i128::from(future).max(-followed)),
            None => (i128::from(past), i128::from(future)),
        };
        let window = clip(present - past)..=clip(present + future);
        window.filter(|factor| self.burnt.iter().all(|burnt| burnt < factor)).collect()
    }

    /// The moving factor whose code this is, the newest of several.
    pub fn find(&self, typed: &str, cx: &Context<'_>) -> Result<Option<u64>, Refused> {
        if !self.has_codes() {
            return Err(Refused::NoSuchFactor);
        }
        let typed = text::code(typed, self.format()).map_err(Refused::MalformedCode)?;
        let (past, future) = self.reach(cx);
        if self.lost || self.present(cx).is_none() {
            return Err(Refused::NoSuchFactor);
        }
        Ok(self.last_run(&self.acceptable(past, future, cx), &[typed]))
    }

    /// How far logins may be off.
    fn reach(&self, cx: &Context<'_>) -> (u32, u32) {
        let policy = cx.policy.settings();
        match self.steps() {
            Some(_) => (policy.past, policy.future),
            None => (0, policy.look_ahead),
        }
    }

    /// The moving factor at which this is the response, the newest of several.
    pub fn find_response(
        &self,
        question: &str,
        answer: &OcraText,
        cx: &Context<'_>,
    ) -> Result<Option<u64>, Refused> {
        let Factor::Ocra(suite, _) = &self.factor else { unimplemented!("{:?}", self.factor) };
        let digits = suite.digits().map_or(0, usize::from);
        let typed = text::digits(&answer.text, digits).map_err(Refused::MalformedCode)?;
        if self.has_moving_factor() && self.present(cx).is_none() {
            return Err(Refused::NoSuchFactor);
        }
        check_inputs(suite, answer)?;
        let (past, future) = self.reach(cx);
        let acceptable = match self.has_moving_factor() {
            true => self.acceptable(past, future, cx),
            false => vec![0],
        };
        let is_right = |factor: &&u64| self.response(question, answer, **factor) == typed;
        Ok(acceptable.iter().rev().find(is_right).copied())
    }

    /// The last of the consecutive moving factors whose codes these are.
    pub fn find_run(&self, typed: &[&str], cx: &Context<'_>) -> Result<Option<u64>, Refused> {
        let policy = cx.policy.settings();
        let parse = |one: &&str| text::code(one, self.format()).map_err(Refused::MalformedCode);
        let typed: Vec<String> = typed.iter().map(parse).collect::<Result<_, _>>()?;
        let range = policy.resync_range;
        let (past, future) = match self.steps() {
            Some(_) => (range, range),
            None => (0, range + typed.len() as u32 - 1),
        };
        if self.present(cx).is_none() {
            return Err(Refused::NoSuchFactor);
        }
        Ok(self.last_run(&self.acceptable(past, future, cx), &typed))
    }

    fn last_run(&self, factors: &[u64], codes: &[String]) -> Option<u64> {
        let carried: Vec<String> = factors.iter().map(|factor| self.code(*factor)).collect();
        let start = carried.windows(codes.len()).rposition(|run| run == codes)?;
        Some(factors[start + codes.len() - 1])
    }

    /// A login by the code of this step or counter.
    pub fn accept(&mut self, moving_factor: u64, cx: &Context<'_>) {
        let offset = i128::from(moving_factor) - i128::from(self.verifiers_step(cx.now));
        let (measured, followed) = self.drift;
        let bound = i64::from(cx.policy.settings().max_drift);
        let nearer = followed + (offset - i128::from(measured + followed)).signum() as i64;
        self.drift = (measured, nearer.clamp(-bound, bound));
        self.burnt.push(moving_factor);
    }

    /// A resynchronization that ended with the code of this step or counter.
    pub fn measure(&mut self, moving_factor: u64, cx: &Context<'_>) {
        let offset = i128::from(moving_factor) - i128::from(self.verifiers_step(cx.now));
        let measured = offset.clamp(-i128::from(i64::MAX), i64::MAX.into());
        self.drift = (measured as i64, 0);
        self.lost = false;
        self.burnt.push(moving_factor);
    }

    /// Whether logins have moved its drift as far as the policy follows.
    pub fn drifts_far(&self, cx: &Context<'_>) -> bool {
        let max = i64::from(cx.policy.settings().max_drift);
        self.steps().is_some() && max > 0 && self.drift.1.abs() >= max
    }

    /// A backup was restored: what was sent or asked is void, and logins since may have
    /// followed its clock as far as is allowed.
    pub fn distrust(&mut self, cx: &Context<'_>) {
        let policy = cx.policy.settings();
        self.messages.iter_mut().for_each(|one| one.is_over = true);
        self.questions.iter_mut().for_each(|one| one.is_over = true);
        if self.steps().is_some() {
            let now = clip(i128::from(self.verifiers_step(cx.now)) + i128::from(self.drift.0));
            let reach = i128::from(policy.max_drift) + i128::from(policy.future);
            self.burnt.push(clip(i128::from(now) + reach));
            return;
        }
        match &self.factor {
            Factor::Ocra(suite, _) if suite.question_bits() < 64 => self.phase = Phase::Disabled,
            Factor::Hotp(..) => self.lost = self.present(cx).is_some(),
            _ => {}
        }
    }

    /// A wrong answer. Whether it was one too many.
    pub fn fail(&mut self, cap: u8) -> bool {
        self.failures += 1;
        let too_many = self.failures >= cap;
        if too_many {
            self.phase = match self.phase {
                Phase::Pending { ticket, replaces, .. } => {
                    Phase::Pending { ticket, expires: 0, replaces }
                }
                _ => Phase::Disabled,
            };
        }
        too_many
    }
}

fn clip(factor: i128) -> u64 {
    factor.clamp(0, u64::MAX.into()) as u64
}

//! An authenticator of the model: it remembers all that it ever accepted.

use super::{naive, text};
use mfa_core::*;

#[derive(Clone)]
pub struct Prover {
    pub id: AuthenticatorId,
    pub label: String,
    pub phase: Phase,
    /// Wrong answers since the last right one.
    pub failures: u8,
    pub key: Vec<u8>,
    pub kind: NewAuthenticator,
    /// Every step or counter that was ever accepted or voided.
    pub burnt: Vec<u64>,
    /// How far its clock was measured to be off, and what logins added to that.
    pub drift: (i64, i64),
    /// Its counter is that of a restored backup.
    pub lost: bool,
}

impl Prover {
    pub fn new(
        id: AuthenticatorId,
        label: &str,
        phase: Phase,
        key: &[u8],
        kind: NewAuthenticator,
    ) -> Self {
        let (label, key) = (label.to_owned(), key.to_vec());
        let (burnt, drift, lost) = (Vec::new(), (0, 0), false);
        Self { id, label, phase, failures: 0, key, kind, burnt, drift, lost }
    }

    pub fn is_pending(&self) -> bool {
        matches!(self.phase, Phase::Pending { .. })
    }

    pub fn format(&self) -> Format {
        match self.kind {
            NewAuthenticator::Totp(parameters) => parameters.format,
            NewAuthenticator::Hotp(parameters, _) => parameters.format,
            _ => unimplemented!("{:?}", self.kind),
        }
    }

    /// The code of a step or counter.
    pub fn code(&self, moving_factor: u64) -> String {
        let algorithm = match self.kind {
            NewAuthenticator::Totp(parameters) => parameters.algorithm,
            NewAuthenticator::Hotp(parameters, _) => parameters.algorithm,
            _ => unimplemented!("{:?}", self.kind),
        };
        naive::code(algorithm, &self.key, self.format(), moving_factor)
    }

    /// The step that its clock should show, or the lowest counter that it can use; `None` if
    /// there is none left.
    pub fn present(&self, cx: &Context<'_>) -> Option<u64> {
        match self.kind {
            NewAuthenticator::Totp(_) => {
                let max = i64::from(cx.policy.settings().max_drift);
                let steps = i128::from(self.drift.0) + i128::from(self.drift.1.clamp(-max, max));
                Some(clip(i128::from(self.verifiers_step(cx.now)) + steps))
            }
            NewAuthenticator::Hotp(_, first) => match self.burnt.iter().max() {
                None => Some(first),
                Some(last) => last.checked_add(1),
            },
            _ => unimplemented!("{:?}", self.kind),
        }
    }

    fn verifiers_step(&self, now: u64) -> u64 {
        let NewAuthenticator::Totp(TotpParameters { steps, .. }) = self.kind else { return 0 };
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
        let (past, future) = match self.kind {
            NewAuthenticator::Totp(_) => {
                (i128::from(past).max(followed), i128::from(future).max(-followed))
            }
            _ => (i128::from(past), i128::from(future)),
        };
        let window = clip(present - past)..=clip(present + future);
        window.filter(|factor| self.burnt.iter().all(|burnt| burnt < factor)).collect()
    }

    /// The moving factor whose code this is, the newest of several.
    pub fn find(&self, typed: &str, cx: &Context<'_>) -> Result<Option<u64>, Refused> {
        let policy = cx.policy.settings();
        let typed = text::code(typed, self.format()).map_err(Refused::MalformedCode)?;
        let (past, future) = match self.kind {
            NewAuthenticator::Totp(_) => (policy.past, policy.future),
            _ => (0, policy.look_ahead),
        };
        if self.lost || self.present(cx).is_none() {
            return Err(Refused::NoSuchFactor);
        }
        Ok(self.last_run(&self.acceptable(past, future, cx), &[typed]))
    }

    /// The last of the consecutive moving factors whose codes these are.
    pub fn find_run(&self, typed: &[&str], cx: &Context<'_>) -> Result<Option<u64>, Refused> {
        let policy = cx.policy.settings();
        let parse = |one: &&str| text::code(one, self.format()).map_err(Refused::MalformedCode);
        let typed: Vec<String> = typed.iter().map(parse).collect::<Result<_, _>>()?;
        let range = policy.resync_range;
        let (past, future) = match self.kind {
            NewAuthenticator::Totp(_) => (range, range),
            _ => (0, range + typed.len() as u32 - 1),
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
        matches!(self.kind, NewAuthenticator::Totp(_)) && max > 0 && self.drift.1.abs() >= max
    }

    /// A backup was restored: logins since may have followed its clock as far as is allowed.
    pub fn distrust(&mut self, cx: &Context<'_>) {
        let policy = cx.policy.settings();
        match self.kind {
            NewAuthenticator::Totp(_) => {
                let now = clip(i128::from(self.verifiers_step(cx.now)) + i128::from(self.drift.0));
                let reach = i128::from(policy.max_drift) + i128::from(policy.future);
                self.burnt.push(clip(i128::from(now) + reach));
            }
            _ => self.lost = self.present(cx).is_some(),
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

//! What is remembered of a prover's clock: the steps that were used, and how far it is off.

use super::context::Context;
use super::packed::Packed;
use crate::resync::Drift;
use crate::totp::{Matched, TimeSteps, Window};

/// The past of a time-based factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    /// The last step that was accepted: no step up to it is ever accepted again.
    pub(crate) burnt: Option<Packed>,
    pub(crate) drift: Drift,
}

impl Clock {
    /// Nothing used, nothing known.
    pub(crate) const NEW: Self = Self { burnt: None, drift: Drift::NONE };

    /// The steps that are acceptable from a login.
    pub(crate) fn window(&self, cx: &Context<'_>) -> Window {
        let policy = cx.policy.settings();
        self.reaching(policy.past, policy.future, cx)
    }

    /// The steps in which a resynchronization looks for codes.
    pub(crate) fn wide_window(&self, cx: &Context<'_>) -> Window {
        let range = cx.policy.settings().resync_range;
        self.reaching(range, range, cx)
    }

    /// The steps acceptable now, `past` before and `future` after the prover's present one.
    ///
    /// What logins followed may have been delays on the way: the window always reaches back
    /// to where the clock was measured, or two late codes would make a fresh one wrong.
    fn reaching(&self, past: u32, future: u32, cx: &Context<'_>) -> Window {
        let drift = self.drift.within(cx.policy.settings().max_drift);
        let (_, followed) = drift.parts();
        let past = past.max(followed.max(0).unsigned_abs().into());
        let future = future.max(followed.min(0).unsigned_abs().into());
        Window::new(past, future).drifted(drift.steps()).after(self.burnt.map(Packed::get))
    }

    /// Burns the step of a login, if it was found, and follows the prover's clock.
    pub(crate) fn follow(&mut self, matched: Option<Matched>, cx: &Context<'_>) -> bool {
        if let Some(Matched { step, offset }) = matched {
            self.burnt = Some(Packed::new(step));
            self.drift = self.drift.follow(offset, cx.policy.settings().max_drift);
        }
        matched.is_some()
    }

    /// Burns the last step of a resynchronization, if it was found, and believes it.
    pub(crate) fn measure(&mut self, matched: Option<Matched>) -> bool {
        if let Some(Matched { step, offset }) = matched {
            *self = Self { burnt: Some(Packed::new(step)), drift: Drift::measured(offset) };
        }
        matched.is_some()
    }

    /// Burns all steps that can have been accepted up to now.
    pub(crate) fn burn_window(&mut self, steps: TimeSteps, cx: &Context<'_>) {
        let policy = cx.policy.settings();
        // As far as logins since the backup can have followed the clock.
        let (measured, _) = self.drift.parts();
        let now = steps.at(cx.now).saturating_add_signed(measured);
        let furthest = now.saturating_add(policy.max_drift.into());
        let furthest = furthest.saturating_add(policy.future.into());
        let burnt = self.burnt.map_or(furthest, |burnt| burnt.get().max(furthest));
        self.burnt = Some(Packed::new(burnt));
    }
}

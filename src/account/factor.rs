//! What an authenticator proves by, and what it must remember of the past.

use super::context::Context;
use super::out_of_band::OutOfBandFactor;
use super::packed::Packed;
use super::refused::Refused;
use crate::hotp::Hotp;
use crate::resync::{Consecutive, Drift};
use crate::totp::{Matched, TimeSteps, Totp, Window};
use crate::{Algorithm, Code, Format, Secret};

/// What is fixed of a time-based authenticator when it is associated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct TotpParameters {
    /// The hash.
    pub algorithm: Algorithm,
    /// How codes look.
    pub format: Format,
    /// How time is cut into steps.
    pub steps: TimeSteps,
}

/// What is fixed of a counter-based authenticator when it is associated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct HotpParameters {
    /// The hash.
    pub algorithm: Algorithm,
    /// How codes look.
    pub format: Format,
}

#[derive(Clone)]
pub(crate) enum Factor {
    Totp(TotpFactor),
    Hotp(HotpFactor),
    OutOfBand(OutOfBandFactor),
}

#[derive(Clone)]
pub(crate) struct TotpFactor {
    pub(crate) secret: Secret,
    pub(crate) parameters: TotpParameters,
    /// The last step that was accepted: no step up to it is ever accepted again.
    pub(crate) burnt: Option<Packed>,
    /// What is remembered of the prover's clock.
    pub(crate) drift: Drift,
}

#[derive(Clone)]
pub(crate) struct HotpFactor {
    pub(crate) secret: Secret,
    pub(crate) parameters: HotpParameters,
    pub(crate) counter: Counter,
}

/// What is known of a token's counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counter {
    /// The lowest that is acceptable.
    Next(u64),
    /// The same, after a backup was restored: codes of before may have been used since, so
    /// that one alone proves nothing until two or three in a row were shown.
    Lost(u64),
    /// 2^64−1 was used: there is none left.
    Exhausted,
}

impl Factor {
    /// Whether `text` is an acceptable one-time password of this factor now; if so, it is
    /// burnt.
    ///
    /// What is revealed is the verdict, after all of the window was computed.
    ///
    /// # Errors
    /// `MalformedCode` if the text has another form, `Unsupported` if this build cannot
    /// compute the factor's codes, `NoSuchFactor` if it has no codes left.
    pub(crate) fn evaluate_otp(&mut self, text: &str, cx: &Context<'_>) -> Result<bool, Refused> {
        match self {
            Self::Totp(totp) => totp.evaluate(text, cx),
            Self::Hotp(hotp) => hotp.evaluate(text, cx),
            Self::OutOfBand(_) => Err(Refused::NoSuchFactor),
        }
    }

    /// Finds two or three codes in a row, near or far, and burns them all. Gives whether they
    /// were found.
    ///
    /// # Errors
    /// As [`evaluate_otp`](Self::evaluate_otp).
    pub(crate) fn resynchronize(
        &mut self,
        texts: [&str; 2],
        third: Option<&str>,
        cx: &Context<'_>,
    ) -> Result<bool, Refused> {
        let format = match self {
            Self::Totp(totp) => totp.parameters.format,
            Self::Hotp(hotp) => hotp.parameters.format,
            Self::OutOfBand(_) => return Err(Refused::NoSuchFactor),
        };
        let parse = |text| Code::parse(text, format).map_err(Refused::MalformedCode);
        let [first, second] = texts;
        let (first, second) = (parse(first)?, parse(second)?);
        match third {
            None => self.find((&[first, second]).into(), cx),
            Some(third) => self.find((&[first, second, parse(third)?]).into(), cx),
        }
    }

    fn find(&mut self, codes: Consecutive<'_>, cx: &Context<'_>) -> Result<bool, Refused> {
        match self {
            Self::Totp(totp) => totp.resynchronize(codes, cx),
            Self::Hotp(hotp) => hotp.resynchronize(codes, cx),
            Self::OutOfBand(_) => Err(Refused::NoSuchFactor),
        }
    }

    /// The shared secret, if the factor has one.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Totp(totp) => Some(&totp.secret),
            Self::Hotp(hotp) => Some(&hotp.secret),
            Self::OutOfBand(_) => None,
        }
    }

    /// After a backup was restored: what may have been used since is burnt.
    pub(crate) fn distrust_past(&mut self, cx: &Context<'_>) {
        match self {
            Self::Totp(totp) => totp.burn_window(cx),
            Self::Hotp(hotp) => hotp.lose_counter(),
            Self::OutOfBand(factor) => factor.challenges.clear(),
        }
    }
}

impl TotpFactor {
    pub(crate) fn new(secret: Secret, parameters: TotpParameters) -> Self {
        Self { secret, parameters, burnt: None, drift: Drift::NONE }
    }

    fn keyed(&self) -> Result<Totp, Refused> {
        let TotpParameters { algorithm, format, steps } = self.parameters;
        Ok(Totp::new(&self.secret, algorithm, format, steps)?)
    }

    /// The steps acceptable now, `past` before and `future` after the prover's present one.
    ///
    /// What logins followed may have been delays on the way: the window always reaches back
    /// to where the clock was measured, or two late codes would make a fresh one wrong.
    fn window(&self, past: u32, future: u32, cx: &Context<'_>) -> Window {
        let drift = self.drift.within(cx.policy.settings().max_drift);
        let (_, followed) = drift.parts();
        let past = past.max(followed.max(0).unsigned_abs().into());
        let future = future.max(followed.min(0).unsigned_abs().into());
        Window::new(past, future).drifted(drift.steps()).after(self.burnt.map(Packed::get))
    }

    fn evaluate(&mut self, text: &str, cx: &Context<'_>) -> Result<bool, Refused> {
        let code = Code::parse(text, self.parameters.format).map_err(Refused::MalformedCode)?;
        let policy = cx.policy.settings();
        let window = self.window(policy.past, policy.future, cx);
        let matched = self.keyed()?.verify(&code, cx.now, window);
        if let Some(Matched { step, offset }) = matched {
            self.burnt = Some(Packed::new(step));
            self.drift = self.drift.follow(offset, policy.max_drift);
        }
        Ok(matched.is_some())
    }

    fn resynchronize(&mut self, codes: Consecutive<'_>, cx: &Context<'_>) -> Result<bool, Refused> {
        let range = cx.policy.settings().resync_range;
        let matched = self.keyed()?.resynchronize(codes, cx.now, self.window(range, range, cx));
        if let Some(Matched { step, offset }) = matched {
            self.burnt = Some(Packed::new(step));
            self.drift = Drift::measured(offset);
        }
        Ok(matched.is_some())
    }

    fn burn_window(&mut self, cx: &Context<'_>) {
        let policy = cx.policy.settings();
        // As far as logins since the backup can have followed the clock.
        let (measured, _) = self.drift.parts();
        let now = self.parameters.steps.at(cx.now).saturating_add_signed(measured);
        let furthest = now.saturating_add(policy.max_drift.into());
        let furthest = furthest.saturating_add(policy.future.into());
        let burnt = self.burnt.map_or(furthest, |burnt| burnt.get().max(furthest));
        self.burnt = Some(Packed::new(burnt));
    }
}

impl HotpFactor {
    /// A token whose next code is that of `counter`.
    pub(crate) fn new(secret: Secret, parameters: HotpParameters, counter: u64) -> Self {
        Self { secret, parameters, counter: Counter::Next(counter) }
    }

    fn keyed(&self) -> Result<Hotp, Refused> {
        let HotpParameters { algorithm, format } = self.parameters;
        Ok(Hotp::new(&self.secret, algorithm, format)?)
    }

    fn evaluate(&mut self, text: &str, cx: &Context<'_>) -> Result<bool, Refused> {
        let code = Code::parse(text, self.parameters.format).map_err(Refused::MalformedCode)?;
        let Counter::Next(next) = self.counter else { return Err(Refused::NoSuchFactor) };
        let look_ahead = cx.policy.settings().look_ahead;
        let used = self.keyed()?.verify(&code, next, look_ahead);
        Ok(self.move_on(used))
    }

    fn resynchronize(&mut self, codes: Consecutive<'_>, cx: &Context<'_>) -> Result<bool, Refused> {
        let (Counter::Next(next) | Counter::Lost(next)) = self.counter else {
            return Err(Refused::NoSuchFactor);
        };
        let range = cx.policy.settings().resync_range;
        let used = self.keyed()?.resynchronize(codes, next, range);
        Ok(self.move_on(used))
    }

    /// Burns the counter that was used and all before it.
    fn move_on(&mut self, used: Option<u64>) -> bool {
        if let Some(counter) = used {
            self.counter = counter.checked_add(1).map_or(Counter::Exhausted, Counter::Next);
        }
        used.is_some()
    }

    fn lose_counter(&mut self) {
        if let Counter::Next(next) = self.counter {
            self.counter = Counter::Lost(next);
        }
    }
}

//! What an authenticator proves by, and what it must remember of the past.

use super::clock::Clock;
use super::context::Context;
use super::ocra::OcraFactor;
use super::out_of_band::OutOfBandFactor;
use super::refused::Refused;
use crate::hotp::Hotp;
use crate::mac::Hasher;
use crate::resync::Consecutive;
use crate::totp::{TimeSteps, Totp};
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
    Ocra(OcraFactor),
    OutOfBand(OutOfBandFactor),
}

#[derive(Clone)]
pub(crate) struct TotpFactor {
    pub(crate) secret: Secret,
    pub(crate) parameters: TotpParameters,
    pub(crate) clock: Clock,
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

impl Counter {
    /// After this one was used.
    pub(crate) fn after(used: u64) -> Self {
        used.checked_add(1).map_or(Self::Exhausted, Self::Next)
    }
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
            Self::Ocra(_) | Self::OutOfBand(_) => Err(Refused::NoSuchFactor),
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
            Self::Ocra(_) | Self::OutOfBand(_) => return Err(Refused::NoSuchFactor),
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
            Self::Ocra(_) | Self::OutOfBand(_) => Err(Refused::NoSuchFactor),
        }
    }

    /// Whether the factor's shared secret is this one. Constant time but for the lengths.
    pub(crate) fn has_secret(&self, secret: &Secret) -> bool {
        match self {
            Self::Totp(totp) => totp.secret == *secret,
            Self::Hotp(hotp) => hotp.secret == *secret,
            Self::Ocra(ocra) => ocra.key.secret() == *secret,
            Self::OutOfBand(_) => false,
        }
    }

    /// After a backup was restored: what may have been used since is burnt. Gives whether the
    /// factor can be trusted then.
    #[must_use]
    pub(crate) fn distrust_past(&mut self, cx: &Context<'_>) -> bool {
        match self {
            Self::Totp(totp) => totp.clock.burn_window(totp.parameters.steps, cx),
            Self::Hotp(hotp) => hotp.lose_counter(),
            Self::Ocra(ocra) => return ocra.distrust_past(cx),
            Self::OutOfBand(factor) => factor.challenges.clear(),
        }
        true
    }
}

impl TotpFactor {
    pub(crate) fn new(secret: Secret, parameters: TotpParameters) -> Self {
        Self { secret, parameters, clock: Clock::NEW }
    }

    fn keyed(&self, hasher: Hasher) -> Totp {
        let TotpParameters { format, steps, .. } = self.parameters;
        Totp::keyed(hasher, &self.secret, format, steps)
    }

    fn evaluate(&mut self, text: &str, cx: &Context<'_>) -> Result<bool, Refused> {
        let code = Code::parse(text, self.parameters.format).map_err(Refused::MalformedCode)?;
        let totp = self.keyed(Hasher::new(self.parameters.algorithm)?);
        let matched = totp.verify(&code, cx.now, self.clock.window(cx));
        Ok(self.clock.follow(matched, cx))
    }

    fn resynchronize(&mut self, codes: Consecutive<'_>, cx: &Context<'_>) -> Result<bool, Refused> {
        let totp = self.keyed(Hasher::new(self.parameters.algorithm)?);
        let matched = totp.resynchronize(codes, cx.now, self.clock.wide_window(cx));
        Ok(self.clock.measure(matched))
    }
}

impl HotpFactor {
    /// A token whose next code is that of `counter`.
    pub(crate) fn new(secret: Secret, parameters: HotpParameters, counter: u64) -> Self {
        Self { secret, parameters, counter: Counter::Next(counter) }
    }

    fn keyed(&self, hasher: Hasher) -> Hotp {
        Hotp::keyed(hasher, &self.secret, self.parameters.format)
    }

    fn evaluate(&mut self, text: &str, cx: &Context<'_>) -> Result<bool, Refused> {
        let code = Code::parse(text, self.parameters.format).map_err(Refused::MalformedCode)?;
        let Counter::Next(next) = self.counter else { return Err(Refused::NoSuchFactor) };
        let look_ahead = cx.policy.settings().look_ahead;
        let hotp = self.keyed(Hasher::new(self.parameters.algorithm)?);
        let used = hotp.verify(&code, next, look_ahead);
        Ok(self.move_on(used))
    }

    fn resynchronize(&mut self, codes: Consecutive<'_>, cx: &Context<'_>) -> Result<bool, Refused> {
        let (Counter::Next(next) | Counter::Lost(next)) = self.counter else {
            return Err(Refused::NoSuchFactor);
        };
        let range = cx.policy.settings().resync_range;
        let hotp = self.keyed(Hasher::new(self.parameters.algorithm)?);
        let used = hotp.resynchronize(codes, next, range);
        Ok(self.move_on(used))
    }

    /// Burns the counter that was used and all before it.
    fn move_on(&mut self, used: Option<u64>) -> bool {
        if let Some(counter) = used {
            self.counter = Counter::after(counter);
        }
        used.is_some()
    }

    fn lose_counter(&mut self) {
        if let Counter::Next(next) = self.counter {
            self.counter = Counter::Lost(next);
        }
    }
}

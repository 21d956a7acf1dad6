//! TOTP: time-based one-time passwords, and the time steps they count (RFC 6238).

use crate::hotp::Hotp;
use crate::mac::Hasher;
use crate::{Algorithm, Code, Consecutive, Format, Secret, Unsupported, ct};
use core::num::NonZeroU64;
use core::ops::RangeInclusive;

/// How time is cut into steps (RFC 6238 §4.1): step T = ⌊(time − T0) / X⌋.
///
/// Times are seconds since the Unix epoch. Before T0 the step is 0.
///
/// ```
/// use mfa_core::TimeSteps;
///
/// let steps = TimeSteps::default();
/// assert_eq!(steps.at(59), 1);
/// assert_eq!(steps.at(u64::MAX), u64::MAX / 30);
/// assert_eq!(steps.start_of(2), 60);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(Rust, packed(2))] // records hold it, and devices count bytes
pub struct TimeSteps {
    period: NonZeroU64,
    t0: u64,
}

impl TimeSteps {
    /// Steps of `period` seconds (X) from `t0` seconds after the Unix epoch (T0) on.
    #[must_use]
    pub const fn new(period: NonZeroU64, t0: u64) -> Self {
        Self { period, t0 }
    }

    /// X in seconds.
    #[must_use]
    pub const fn period(self) -> NonZeroU64 {
        self.period
    }

    /// T0 in seconds since the Unix epoch.
    #[must_use]
    pub const fn t0(self) -> u64 {
        self.t0
    }

    /// The step at a time.
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "the period is not zero")]
    pub const fn at(self, time: u64) -> u64 {
        time.saturating_sub(self.t0) / self.period.get()
    }

    /// The time at which a step begins; `u64::MAX` if it is later than that.
    #[must_use]
    pub const fn start_of(self, step: u64) -> u64 {
        step.saturating_mul(self.period.get()).saturating_add(self.t0)
    }
}

/// Steps of 30 seconds from the Unix epoch on, as RFC 6238 §5.2 recommends.
impl Default for TimeSteps {
    fn default() -> Self {
        const THIRTY: NonZeroU64 = NonZeroU64::MIN.saturating_add(29);
        Self::new(THIRTY, 0)
    }
}

/// Which steps around the present one are acceptable (RFC 6238 §5.2, §6).
///
/// ```
/// use mfa_core::Window;
///
/// // One step of transmission delay, no step that was used before.
/// let window = Window::new(1, 0).after(Some(41));
/// assert_eq!(window.steps(42), Some(42..=42));
/// assert_eq!(window.steps(41), None);
/// // Windows end at 0 and at u64::MAX.
/// assert_eq!(Window::new(2, 2).steps(1), Some(0..=3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    past: u32,
    future: u32,
    drift: i64,
    burnt: Option<u64>,
}

impl Window {
    /// The present step alone.
    pub const EXACT: Self = Self::new(0, 0);

    /// `past` steps back and `future` steps on. Verification computes all of them, so its
    /// cost grows with their number.
    #[must_use]
    pub const fn new(past: u32, future: u32) -> Self {
        Self { past, future, drift: 0, burnt: None }
    }

    /// Moves the window by the drift that is known of the prover's clock, in steps; positive
    /// when it is fast (RFC 6238 §6).
    #[must_use]
    pub const fn drifted(self, steps: i64) -> Self {
        Self { drift: steps, ..self }
    }

    /// Leaves only steps after `burnt`, the last one that was accepted (RFC 6238 §5.2: a
    /// code is accepted once).
    #[must_use]
    pub const fn after(self, burnt: Option<u64>) -> Self {
        Self { burnt, ..self }
    }

    /// The acceptable steps when the present one is `now`; `None` if there are none.
    #[must_use]
    pub fn steps(&self, now: u64) -> Option<RangeInclusive<u64>> {
        let centre = now.saturating_add_signed(self.drift);
        let fresh = match self.burnt {
            Some(burnt) => burnt.checked_add(1)?,
            None => 0,
        };
        let first = centre.saturating_sub(self.past.into()).max(fresh);
        let last = centre.saturating_add(self.future.into());
        (first <= last).then_some(first..=last)
    }
}

/// One step either side of the present one.
impl Default for Window {
    fn default() -> Self {
        Self::new(1, 1)
    }
}

/// The step whose code was presented, or the last of them when several were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Matched {
    /// The step. Store it, and accept only later ones from then on (RFC 6238 §5.2).
    pub step: u64,
    /// How far it lies from the verifier's present step; negative for the past. Saturates at
    /// ±`i64::MAX`.
    pub offset: i64,
}

impl Matched {
    pub(crate) fn new(step: u64, now: u64) -> Self {
        // Both moved down by 2^63, which leaves their distance as it is, and branches on none.
        let [step_down, now_down] = [step, now].map(|value| (value ^ (1 << 63)).cast_signed());
        Self { step, offset: step_down.saturating_sub(now_down).max(-i64::MAX) }
    }
}

/// A keyed generator and verifier of time-based codes (RFC 6238).
///
/// # Timing
/// As [`Hotp`]: the secret and the codes steer nothing. Time, parameters and the size of the
/// window are public, and so is the verdict.
///
/// ```
/// use mfa_core::{Algorithm, Code, Format, Secret, TimeSteps, Totp, Window};
///
/// let secret = Secret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
/// let totp = Totp::new(&secret, Algorithm::Sha1, Format::default(), TimeSteps::default())?;
/// assert_eq!(totp.code(59).text().as_str(), "287082");
///
/// // Typed half a minute later, one step old:
/// let typed = Code::parse("287 082", Format::default())?;
/// let matched = totp.verify(&typed, 89, Window::default()).ok_or("wrong code")?;
/// assert_eq!((matched.step, matched.offset), (1, -1));
/// // and never again:
/// assert_eq!(totp.verify(&typed, 89, Window::default().after(Some(matched.step))), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Totp {
    hotp: Hotp,
    steps: TimeSteps,
}

impl Totp {
    /// Keys the HMAC, as [`Hotp::new`].
    ///
    /// # Errors
    /// [`Unsupported`] if this build has no code for the algorithm (feature `sha2`).
    #[cfg_attr(target_pointer_width = "64", inline)] // it would be moved out; devices count bytes
    pub fn new(
        secret: &Secret,
        algorithm: Algorithm,
        format: Format,
        steps: TimeSteps,
    ) -> Result<Self, Unsupported> {
        Ok(Self::keyed(Hasher::new(algorithm)?, secret, format, steps))
    }

    #[inline]
    pub(crate) fn keyed(hasher: Hasher, secret: &Secret, format: Format, steps: TimeSteps) -> Self {
        Self { hotp: Hotp::keyed(hasher, secret, format), steps }
    }

    /// How its codes look.
    #[must_use]
    pub fn format(&self) -> Format {
        self.hotp.format()
    }

    /// The code at a time, in seconds since the Unix epoch.
    #[must_use]
    pub fn code(&self, time: u64) -> Code {
        self.hotp.code(self.steps.at(time))
    }

    /// Verifies a code at a time, and returns the step that matched.
    ///
    /// The window is always scanned to its end. Where several of its steps carry the same
    /// code, the newest is returned: with that one burnt, the others are too.
    #[must_use = "a verdict that is not looked at protects nothing"]
    pub fn verify(&self, code: &Code, time: u64, window: Window) -> Option<Matched> {
        let now = self.steps.at(time);
        let (is_found, step) = self.hotp.scan(code, window.steps(now)?).open();
        let matched = Matched::new(step, now);
        ct::some_if(is_found, matched)
    }

    /// Finds a prover whose clock is far off by two or three codes of consecutive steps, all
    /// of them within `window`, which may be wide: a clock that is two hours slow is 240
    /// steps away.
    ///
    /// Returns the step of the *last* code, to be burnt like that of a login, and its offset:
    /// the drift to remember ([`Drift::measured`](crate::Drift::measured)). The last code is
    /// the one that the prover's clock showed a moment ago; the others are older by as many
    /// steps as the user waited for it. Typing takes time, so the prover may be one step
    /// further by now: the window of the next login allows for that, and
    /// [`Drift::follow`](crate::Drift::follow) corrects it.
    ///
    /// Codes of burnt steps resynchronize nothing, so a clock that fell behind the last login
    /// cannot be found this way (its authenticator has to be bound anew). The window is always
    /// scanned to its end, each step's code computed once; where it holds the codes more than
    /// once, the newest place is returned. There is no partial match.
    ///
    /// ```
    /// use mfa_core::{Algorithm, Drift, Format, Secret, TimeSteps, Totp, Window};
    ///
    /// let secret = Secret::from_bytes(b"12345678901234567890")?;
    /// let totp = Totp::new(&secret, Algorithm::Sha1, Format::default(), TimeSteps::default())?;
    /// let now = 1_000_000_000;
    /// let slow = now - 3_600;
    /// let codes = [totp.code(slow - 30), totp.code(slow)];
    ///
    /// let wide = Window::new(300, 300).after(Some(33_333_000));
    /// let matched = totp.resynchronize(&codes, now, wide).ok_or("not these codes")?;
    /// assert_eq!((matched.step, matched.offset), (33_333_213, -120));
    /// let drift = Drift::measured(matched.offset);
    ///
    /// // From now on a login looks there, and burnt is burnt.
    /// let window = Window::default().drifted(drift.steps()).after(Some(matched.step));
    /// assert_eq!(totp.verify(&codes[1], now, window), None);
    /// assert!(totp.verify(&totp.code(slow + 30), now + 30, window).is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "a verdict that is not looked at protects nothing"]
    pub fn resynchronize<'a>(
        &self,
        codes: impl Into<Consecutive<'a>>,
        time: u64,
        window: Window,
    ) -> Option<Matched> {
        let now = self.steps.at(time);
        let step = self.hotp.scan_run(codes.into().codes(), window.steps(now)?).reveal()?;
        Some(Matched::new(step, now))
    }
}

/// What every authenticator app understands: SHA-1, six digits, 30 seconds.
///
/// ```
/// use mfa_core::{Secret, Totp};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// assert_eq!(Totp::from(&secret).code(59).text().as_str(), "287082");
/// # Ok::<(), mfa_core::SecretLengthError>(())
/// ```
impl From<&Secret> for Totp {
    #[inline]
    fn from(secret: &Secret) -> Self {
        Self::keyed(Hasher::Sha1, secret, Format::default(), TimeSteps::default())
    }
}

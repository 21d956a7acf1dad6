//! Policies: the numbers that decide, validated once.

use crate::channel::{Channel, Channels, Sending};
use crate::throttle::{Bucket, Class, Limits};
use core::fmt;

/// The numbers of a policy, to be validated by [`Policy::new`].
///
/// Start from a preset and change what must differ:
///
/// ```
/// use mfa_core::{Policy, PolicySettings};
///
/// let policy = Policy::new(PolicySettings { past: 2, ..*Policy::AUTH0.settings() })?;
/// assert_eq!(policy.settings().future, 1);
/// # Ok::<(), mfa_core::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicySettings {
    /// How long a ticket is valid, in seconds: 1 to 86,400. Auth0's `mfa_token`: 600.
    pub ticket_life: u32,
    /// How long an association waits for its confirmation, in seconds: 1 to 86,400.
    pub pending_life: u32,
    /// Time steps before the present one that are accepted: 0 to 10. RFC 6238 §5.2
    /// recommends at most one step for network delay.
    pub past: u32,
    /// Time steps after the present one that are accepted, for clocks that are fast: 0 to 10.
    pub future: u32,
    /// How many steps of a clock's drift are remembered: 0 to 100 (RFC 6238 §6).
    pub max_drift: u8,
    /// Counters beyond the expected one that are accepted from an HOTP token: 0 to 100
    /// (RFC 4226 §7.4: bounded and small).
    pub look_ahead: u32,
    /// How far two or three codes in a row are looked for, in time steps either way or in
    /// counters ahead: 0 to 3,000.
    pub resync_range: u32,
    /// The longest time step, in seconds, that may be associated: at least 30 (NIST SP
    /// 800-63B-4 §3.1.4: two minutes; ASVS 6.5.5: 30 seconds).
    pub max_period: u32,
    /// The least bits of a secret that is brought along, 8 to 160: fresh ones have at least
    /// 160 (RFC 4226 §4 R6: 128; NIST SP 800-63B-4 §3.1.4: 112).
    pub min_secret_bits: u16,
    /// Wrong one-time passwords.
    pub otp: Limits,
    /// Wrong out-of-band codes and answers.
    pub out_of_band: Limits,
    /// Wrong recovery codes.
    pub recovery: Limits,
    /// The channels over which codes may be sent.
    pub channels: Channels,
    /// How often messages may be sent for one account.
    pub sending: Sending,
    /// How long a challenge can be answered, in seconds: 30 to 600 (NIST SP 800-63B-4
    /// §3.1.3: at most ten minutes).
    pub challenge_life: u32,
    /// The digits of a code that is sent: 7 to 9, at least 20 bits (NIST SP 800-63B-4
    /// §3.1.3, ASVS 6.5.4).
    pub out_of_band_digits: u8,
    /// How many wrong codes end a challenge: 1 to 10.
    pub guesses: u8,
    /// Whether a number for SMS can be called too, and a push device has a TOTP twin.
    pub twins: bool,
    /// After how many consecutive wrong answers an authenticator is disabled until it is
    /// bound anew: 1 to 100 (NIST SP 800-63B-4 §3.2.2).
    pub failure_cap: u8,
    /// How many recovery codes come with the first association: 0 to
    /// [`RecoveryCodes::MAX`](crate::RecoveryCodes::MAX).
    pub recovery_codes: u8,
    /// Whether a used recovery code is replaced by a fresh one in the same step.
    pub replace_used_recovery_code: bool,
}

impl PolicySettings {
    /// The budgets of a class.
    pub(crate) const fn limits(&self, class: Class) -> Limits {
        match class {
            Class::Otp => self.otp,
            Class::OutOfBand => self.out_of_band,
            Class::Recovery => self.recovery,
        }
    }
}

/// A validated policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    settings: PolicySettings,
}

impl Policy {
    /// As Auth0's MFA API does: 10 attempts and one back every six minutes, one recovery
    /// code that is replaced when used.
    ///
    /// Departs from Auth0 by the slow bucket (100 attempts, one back every seven hours): at
    /// Auth0's rate alone, who has the password guesses into 23 % of accounts in a year.
    pub const AUTH0: Self = Self::preset(PolicySettings {
        ticket_life: 600,
        pending_life: 600,
        past: 1,
        future: 1,
        max_drift: 2,
        look_ahead: 10,
        resync_range: 1_000,
        max_period: 3_600,
        min_secret_bits: 80,
        otp: Self::TEN_THEN_EVERY_SIX_MINUTES,
        out_of_band: Self::TEN_THEN_EVERY_SIX_MINUTES,
        recovery: Self::TEN_THEN_EVERY_SIX_MINUTES,
        channels: Channels::ALL,
        sending: Sending {
            phone: Bucket { capacity: 10, period: 3_600 },
            email: Bucket { capacity: 20, period: 60 },
            push: Bucket { capacity: 5, period: 12 },
        },
        challenge_life: 300,
        out_of_band_digits: 7,
        guesses: 3,
        twins: true,
        failure_cap: 100,
        recovery_codes: 1,
        replace_used_recovery_code: true,
    });

    /// NIST SP 800-63B-4: secrets of at least 112 bits and steps of two minutes (§3.1.4), at most 100 consecutive
    /// failures (§3.2.2), a sheet of ten recovery codes of 120 bits (§3.1.2, §4.2), no e-mail
    /// (§3.1.3.1).
    pub const NIST: Self = Self::preset(PolicySettings {
        max_period: 120,
        min_secret_bits: 112,
        channels: Channels::of(&[Channel::Sms, Channel::Voice, Channel::Push]),
        recovery_codes: 10,
        replace_used_recovery_code: false,
        ..Self::AUTH0.settings
    });

    /// OWASP ASVS 5, level 2: as [`NIST`](Self::NIST), and a code is valid for its own
    /// 30-second step alone, give or take what is known of the clock's drift (6.5.5).
    pub const ASVS: Self =
        Self::preset(PolicySettings { past: 0, future: 0, max_period: 30, ..Self::NIST.settings });

    const TEN_THEN_EVERY_SIX_MINUTES: Limits = Limits {
        fast: Bucket { capacity: 10, period: 360 },
        slow: Bucket { capacity: 100, period: 7 * 3600 },
        reserve: Bucket { capacity: 5, period: 7 * 3600 },
    };

    #[expect(clippy::panic, reason = "evaluated at compile time")]
    const fn preset(settings: PolicySettings) -> Self {
        match Self::new(settings) {
            Ok(policy) => policy,
            Err(_) => panic!("the preset is valid"),
        }
    }

    /// Validates the numbers.
    ///
    /// # Errors
    /// [`PolicyError`] names the first field that is out of the range in its documentation.
    pub const fn new(settings: PolicySettings) -> Result<Self, PolicyError> {
        const fn within(value: u32, low: u32, high: u32) -> bool {
            low <= value && value <= high
        }
        const fn bucket(bucket: Bucket) -> bool {
            within(bucket.capacity as u32, 1, 1_000) && within(bucket.period, 1, 31_536_000)
        }
        const fn limits(limits: Limits) -> bool {
            bucket(limits.fast) && bucket(limits.slow) && bucket(limits.reserve)
        }
        let s = &settings;
        let checks = [
            ("ticket_life", within(s.ticket_life, 1, 86_400)),
            ("pending_life", within(s.pending_life, 1, 86_400)),
            ("past", within(s.past, 0, 10)),
            ("future", within(s.future, 0, 10)),
            ("max_drift", within(s.max_drift as u32, 0, 100)),
            ("look_ahead", within(s.look_ahead, 0, 100)),
            ("resync_range", within(s.resync_range, 0, 3_000)),
            ("max_period", within(s.max_period, 30, u32::MAX)),
            ("min_secret_bits", within(s.min_secret_bits as u32, 8, 160)),
            ("otp", limits(s.otp)),
            ("out_of_band", limits(s.out_of_band)),
            ("recovery", limits(s.recovery)),
            (
                "sending",
                bucket(s.sending.phone) && bucket(s.sending.email) && bucket(s.sending.push),
            ),
            ("challenge_life", within(s.challenge_life, 30, 600)),
            ("out_of_band_digits", within(s.out_of_band_digits as u32, 7, 9)),
            ("guesses", within(s.guesses as u32, 1, 10)),
            ("failure_cap", within(s.failure_cap as u32, 1, 100)),
            (
                "recovery_codes",
                within(s.recovery_codes as u32, 0, crate::recovery::RecoveryCodes::MAX as u32),
            ),
        ];
        let mut rest: &[(&'static str, bool)] = &checks;
        while let [(field, holds), others @ ..] = rest {
            if !*holds {
                return Err(PolicyError { field });
            }
            rest = others;
        }
        Ok(Self { settings })
    }

    /// The numbers.
    #[must_use]
    pub const fn settings(&self) -> &PolicySettings {
        &self.settings
    }
}

/// A number of a policy is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PolicyError {
    /// The field of [`PolicySettings`].
    pub field: &'static str,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy's {} is out of range", self.field)
    }
}

impl core::error::Error for PolicyError {}

//! Channels over which a code or a question reaches the user (NIST SP 800-63B-4 §3.1.3).

use crate::throttle::Bucket;

/// How an out-of-band authenticator is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Channel {
    /// A text message. Restricted by NIST: the number can be taken over.
    Sms,
    /// A call that reads the code out. Restricted as SMS is.
    Voice,
    /// A mail. Not an out-of-band authenticator by NIST.
    Email,
    /// A question to a device that the user answers there.
    Push,
}

impl Channel {
    /// The name that Auth0's API uses, but for push (`auth0` there): `sms`, `voice`, `email`
    /// or `push`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Email => "email",
            Self::Push => "push",
        }
    }
}

impl core::fmt::Display for Channel {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of channels.
///
/// ```
/// use mfa_core::{Channel, Channels};
///
/// let channels = Channels::of(&[Channel::Sms, Channel::Push]);
/// assert!(channels.contains(Channel::Push) && !channels.contains(Channel::Email));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Channels(u8);

impl Channels {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self::of(&[Channel::Sms, Channel::Voice, Channel::Email, Channel::Push]);

    /// These channels.
    #[must_use]
    pub const fn of(channels: &[Channel]) -> Self {
        let mut bits = 0;
        let mut rest = channels;
        while let [channel, others @ ..] = rest {
            bits |= 1 << *channel as u8;
            rest = others;
        }
        Self(bits)
    }

    /// Whether the channel is one of them.
    #[must_use]
    pub const fn contains(self, channel: Channel) -> bool {
        self.0 & (1 << channel as u8) != 0
    }
}

/// How often messages may be sent for one account: each one costs a unit of its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    /// Text messages and calls together.
    pub phone: Bucket,
    /// Mails.
    pub email: Bucket,
    /// Questions to devices, by push, and to OCRA tokens.
    pub push: Bucket,
}

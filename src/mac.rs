//! HMAC over a counter with the key's two midstates computed once: two compressions a code.
//! The only seam onto the hash crates.

mod block;
mod hasher;
#[cfg(any(test, feature = "std", target_feature = "avx2"))]
mod lanes;
mod midstates;
mod sha1;
#[cfg(feature = "sha2")]
pub(crate) mod sha2;
pub(crate) mod stream;

pub(crate) use self::hasher::Hasher;
use self::midstates::Midstates;
use self::sha1::Sha1;
#[cfg(feature = "sha2")]
use self::sha2::{Sha256, Sha512};
use crate::ct;
use crate::secret::Secret;
use crate::wiped::Wiped;

/// The hash under the HMAC (RFC 6238 §1.2; RFC 6287 §6.1).
///
/// SHA-256 and SHA-512 need the feature `sha2` (on by default) when codes are computed;
/// without it they can still be read, stored and written.
///
/// ```
/// use mfa_core::Algorithm;
///
/// assert_eq!(Algorithm::default(), Algorithm::Sha1);
/// assert_eq!(Algorithm::Sha256.output_len(), 32);
/// assert_eq!(Algorithm::Sha512.name(), "SHA512");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA-1, the default of RFC 4226 and of every authenticator app.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// The length of the hash in bytes, which is also the length of a key for it
    /// (RFC 6238 §5.1).
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// The number by which records name it.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Sha1 => 1,
            Self::Sha256 => 2,
            Self::Sha512 => 3,
        }
    }

    /// The algorithm that records name so.
    pub(crate) const fn of_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Sha1),
            2 => Some(Self::Sha256),
            3 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The name that `otpauth` URIs use: `SHA1`, `SHA256` or `SHA512`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

/// This build cannot compute codes for the algorithm: the feature `sha2` is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Unsupported {
    /// What was asked for.
    pub algorithm: Algorithm,
}

impl core::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.algorithm.name())?;
        f.write_str(" is not in this build: the feature `sha2` is off")
    }
}

impl core::error::Error for Unsupported {}

/// What dynamic truncation reads of an HMAC: its first 20 bytes and its last four.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, Default, PartialEq))]
pub(crate) struct Tag {
    pub(crate) words: [u32; 5],
    pub(crate) last: u32,
}

impl Tag {
    /// RFC 4226 §5.3, dynamic truncation: 31 bits.
    pub(crate) fn truncate(self) -> u32 {
        ct::truncate(self.words, self.last)
    }
}

/// A keyed HMAC, for messages of one 64-bit counter. Wiped on drop.
#[derive(Clone)]
pub(crate) struct Mac {
    midstates: Midstates,
    hasher: Hasher,
}

impl Mac {
    /// Several counters at once make use of a processor that does several things at once.
    /// Elsewhere they would only take memory.
    pub(crate) const AT_ONCE: usize = match () {
        () if cfg!(target_feature = "avx2") => 8,
        () if cfg!(any(target_pointer_width = "64", target_arch = "x86")) => 4,
        () => 1,
    };

    /// Two compressions, two or three more for a key that is longer than a block.
    #[inline]
    pub(crate) fn new(hasher: Hasher, secret: &Secret) -> Self {
        let midstates = match hasher {
            Hasher::Sha1 => Sha1::key(secret),
            #[cfg(feature = "sha2")]
            Hasher::Sha256 => Sha256::key(secret),
            #[cfg(feature = "sha2")]
            Hasher::Sha512 => Sha512::key(secret),
        };
        Self { midstates, hasher }
    }

    /// HMAC(key, counter as eight bytes, big-endian), truncated: RFC 4226 §5.3, steps 1 and 2.
    pub(crate) fn of_counter(&self, counter: u64) -> u32 {
        let mut value = 0;
        self.staged::<1, _>(counter, core::slice::from_mut(&mut value), Tag::truncate);
        value
    }

    /// As [`of_counter`](Self::of_counter), of the `wanted` counters from `first` on, or of
    /// fewer of them. At least one; counters wrap round.
    pub(crate) fn of_counters<'v>(
        &self,
        first: u64,
        wanted: u64,
        values: &'v mut [u32; Self::AT_ONCE],
    ) -> &'v [u32] {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).clamp(1, Self::AT_ONCE);
        let values = values.get_mut(..wanted).unwrap_or_default();
        #[cfg(any(feature = "std", target_feature = "avx2"))]
        if wanted >= lanes::worth() && self.in_lanes(first, values) {
            return values;
        }
        self.staged::<{ Self::AT_ONCE }, _>(first, values, Tag::truncate);
        values
    }

    /// Whether the hash can be computed in lanes, and has been.
    #[cfg(any(test, feature = "std", target_feature = "avx2"))]
    fn in_lanes(&self, first: u64, values: &mut [u32]) -> bool {
        let is_sha1 = matches!(self.hasher, Hasher::Sha1);
        if is_sha1 {
            lanes::staged::<{ Self::AT_ONCE }, _>(&self.midstates, first, values, Tag::truncate);
        }
        is_sha1
    }

    fn staged<const N: usize, T>(&self, first: u64, out: &mut [T], read: impl Fn(Tag) -> T) {
        match self.hasher {
            Hasher::Sha1 => Sha1::staged::<N, _>(&self.midstates, first, out, read),
            #[cfg(feature = "sha2")]
            Hasher::Sha256 => Sha256::staged::<N, _>(&self.midstates, first, out, read),
            #[cfg(feature = "sha2")]
            Hasher::Sha512 => Sha512::staged::<N, _>(&self.midstates, first, out, read),
        }
    }

    /// As [`of_counter`](Self::of_counter), before it is truncated.
    #[cfg(test)]
    pub(crate) fn tag(&self, counter: u64) -> Tag {
        let mut tag = Tag::default();
        self.staged::<1, _>(counter, core::slice::from_mut(&mut tag), |tag| tag);
        tag
    }
}

impl Drop for Mac {
    fn drop(&mut self) {
        self.midstates = midstates::ZERO;
        zeroize::optimization_barrier(&self.midstates);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Keys, and the first of some counters: any, and those where the words of one wrap round.
    pub(super) fn keys_and_counters() -> impl Strategy<Value = (Secret, u64)> {
        let keys = vec(any::<u8>(), 1..129).prop_map(|key| Secret::from_bytes(&key).unwrap());
        let low_wraps = 0xFFFF_FFF0..0x1_0000_0009u64;
        (keys, prop_oneof![any::<u64>(), u64::MAX - 9..=u64::MAX, 0..9u64, low_wraps])
    }

    proptest! {
        #[test]
        fn however_many_at_once_they_are_those_of_each_counter(
            (secret, first) in keys_and_counters(),
            wanted in 0..=3 * Mac::AT_ONCE as u64,
        ) {
            for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
                let Ok(hasher) = Hasher::new(algorithm) else { continue };
                let mac = Mac::new(hasher, &secret);
                let each = |len| (0..).map(|n| mac.of_counter(first.wrapping_add(n))).take(len);
                let mut values = [0; Mac::AT_ONCE];
                let len = mac.of_counters(first, wanted, &mut values).len();
                prop_assert_eq!(len as u64, wanted.clamp(1, Mac::AT_ONCE as u64));
                prop_assert!(each(len).eq(values[..len].iter().copied()));
                let mut in_lanes = [0; Mac::AT_ONCE];
                let is_sha1 = mac.in_lanes(first, &mut in_lanes[..len]);
                prop_assert_eq!(is_sha1, algorithm == Algorithm::Sha1);
                prop_assert!(!is_sha1 || in_lanes == values);
            }
        }
    }
}

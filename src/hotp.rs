//! HOTP: counter-based one-time passwords (RFC 4226).

use crate::mac::{Algorithm, Hasher, Mac, Unsupported};
use crate::{Code, Consecutive, Format, Secret, ct};
use core::ops::RangeInclusive;
use subtle::Choice;

/// A keyed generator and verifier of counter-based codes (RFC 4226).
///
/// Holds the HMAC's two midstates, so that a code costs two compressions of the hash, and
/// wipes them on drop.
///
/// # Timing
/// The secret and the codes change neither branches nor addresses. The algorithm, the
/// format, the counter and the size of the window are public.
///
/// ```
/// use mfa_core::{Algorithm, Code, Format, Hotp, Secret};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let hotp = Hotp::new(&secret, Algorithm::Sha1, Format::default())?;
/// assert_eq!(hotp.code(7).text().as_str(), "162583");
///
/// // The token was pressed twice without us: the next counter to expect is 8.
/// let typed = Code::parse("162583", Format::default())?;
/// assert_eq!(hotp.verify(&typed, 5, 10), Some(7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Hotp {
    mac: Mac,
    format: Format,
}

impl Hotp {
    /// Keys the HMAC: two compressions, four more when the secret is longer than the hash's
    /// block.
    ///
    /// # Errors
    /// [`Unsupported`] if this build has no code for the algorithm (feature `sha2`).
    #[cfg_attr(target_pointer_width = "64", inline)] // it would be moved out; devices count bytes
    pub fn new(secret: &Secret, algorithm: Algorithm, format: Format) -> Result<Self, Unsupported> {
        Ok(Self::keyed(Hasher::new(algorithm)?, secret, format))
    }

    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn keyed(hasher: Hasher, secret: &Secret, format: Format) -> Self {
        Self { mac: Mac::new(hasher, secret), format }
    }

    /// How its codes look.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The code of a counter, any `u64` (RFC 4226 §5.3).
    #[must_use]
    pub fn code(&self, counter: u64) -> Code {
        self.format.reduce(self.mac.of_counter(counter))
    }

    /// Verifies a code against `counter` and the `look_ahead` counters after it (RFC 4226
    /// §7.4), and returns the one that matched: the caller stores that plus one as the next
    /// counter to expect, or the code can be used again.
    ///
    /// The window ends at 2^64−1. It is always scanned to its end; where several counters in
    /// it carry the code, the last is returned. `None` too for a code of another format.
    #[must_use = "a verdict that is not looked at protects nothing"]
    pub fn verify(&self, code: &Code, counter: u64, look_ahead: u32) -> Option<u64> {
        self.scan(code, counter..=counter.saturating_add(look_ahead.into())).reveal()
    }

    /// Finds a token that ran far ahead by two or three codes in a row (RFC 4226 §7.4): the
    /// first of them at `counter` or one of the `look_ahead` counters after it, the others at
    /// the counters that follow. Returns the counter of the *last* code: the caller stores
    /// that plus one, and burns them all.
    ///
    /// Codes before `counter` are used up, and resynchronize nothing. The window ends at
    /// 2^64−1. It is always scanned to its end, each counter's code computed once; where it
    /// holds the codes more than once, the last place is returned. There is no partial match.
    ///
    /// ```
    /// use mfa_core::{Algorithm, Format, Hotp, Secret};
    ///
    /// let secret = Secret::from_bytes(b"12345678901234567890")?;
    /// let hotp = Hotp::new(&secret, Algorithm::Sha1, Format::default())?;
    /// let pressed_far_too_often = [hotp.code(70), hotp.code(71)];
    /// assert_eq!(hotp.resynchronize(&pressed_far_too_often, 3, 100), Some(71));
    /// // With 72 stored as the next counter, the codes are burnt.
    /// assert_eq!(hotp.resynchronize(&pressed_far_too_often, 72, 100), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "a verdict that is not looked at protects nothing"]
    pub fn resynchronize<'a>(
        &self,
        codes: impl Into<Consecutive<'a>>,
        counter: u64,
        look_ahead: u32,
    ) -> Option<u64> {
        let codes = codes.into();
        let last = counter.saturating_add(look_ahead.into()).saturating_add(codes.followers());
        self.scan_run(codes.codes(), counter..=last).reveal()
    }

    /// Compares `code` with those of all `counters`.
    pub(crate) fn scan(&self, code: &Code, counters: RangeInclusive<u64>) -> Found {
        self.scan_run(core::slice::from_ref(code), counters)
    }

    /// Looks for up to three `codes` in a row among those of all `counters`; finds the last
    /// counter of the last such run.
    pub(crate) fn scan_run(&self, codes: &[Code], counters: RangeInclusive<u64>) -> Found {
        let mut next = *counters.start();
        // One less than there are: all of u64 has more than a u64 counts.
        let mut left = counters.end().checked_sub(next);
        let (mut any, mut newest) = (0, 0);
        // Whether the first code, the first two and all three end at the counter before.
        let mut runs = [0; 3];
        let mut values = [0; Mac::AT_ONCE];
        while let Some(further) = left {
            let taken = self.mac.of_counters(next, further.saturating_add(1), &mut values);
            for value in taken {
                let here = self.format.value(*value);
                let (mut before, mut complete) = (u64::MAX, 0);
                for (code, run) in codes.iter().zip(&mut runs) {
                    complete = ct::opaque(before & code.has(here, self.format));
                    before = core::mem::replace(run, complete);
                }
                newest ^= (newest ^ next) & complete;
                any |= complete;
                next = next.wrapping_add(1);
            }
            left = further.checked_sub(taken.len() as u64);
        }
        Found { any: Choice::from((any & 1) as u8), counter: newest, counters }
    }
}

/// What every token understands: SHA-1, six digits.
///
/// ```
/// use mfa_core::{Hotp, Secret};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// assert_eq!(Hotp::from(&secret).code(0).text().as_str(), "755224");
/// # Ok::<(), mfa_core::SecretLengthError>(())
/// ```
impl From<&Secret> for Hotp {
    #[inline]
    fn from(secret: &Secret) -> Self {
        Self::keyed(Hasher::Sha1, secret, Format::default())
    }
}

impl core::fmt::Debug for Hotp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Hotp").field("format", &self.format).finish_non_exhaustive()
    }
}

/// What a scan of these counters found, still hidden.
pub(crate) struct Found {
    any: Choice,
    counter: u64,
    counters: RangeInclusive<u64>,
}

impl Found {
    /// Makes the verdict public.
    pub(crate) fn reveal(self) -> Option<u64> {
        let (is_found, counter) = self.open();
        ct::some_if(is_found, counter)
    }

    /// Makes the verdict public: whether there is one, and the counter, which means nothing
    /// if there is none. The same work for each.
    pub(crate) fn open(self) -> (bool, u64) {
        (ct::declassify(self.any), ct::declassify_within(self.counter, self.counters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{string::String, vec::Vec};

    #[derive(serde::Deserialize)]
    struct Vectors {
        key_hex: String,
        tests: Vec<Vector>,
    }

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Vector {
        tc_id: u32,
        counter: u64,
        #[serde(rename = "hmac_hex")]
        hmac: String,
        truncated: u32,
    }

    fn hex(text: &str) -> Vec<u8> {
        let byte = |pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap();
        text.as_bytes().chunks(2).map(byte).collect()
    }

    #[test]
    fn h5_appendix_d_intermediate_values() {
        let vectors = include_str!("../vectors/hotp-rfc4226.json");
        let vectors: Vectors = serde_json::from_str(vectors).unwrap();
        let secret = Secret::from_bytes(&hex(&vectors.key_hex)).unwrap();
        let mac = Mac::new(Hasher::Sha1, &secret);
        assert_eq!(vectors.tests.len(), 10);
        for test in vectors.tests {
            let tag = mac.tag(test.counter);
            let bytes: Vec<u8> = tag.words.into_iter().flat_map(u32::to_be_bytes).collect();
            assert_eq!(bytes, hex(&test.hmac), "tcId {}", test.tc_id);
            assert_eq!(mac.of_counter(test.counter), test.truncated, "tcId {}", test.tc_id);
        }
    }
}

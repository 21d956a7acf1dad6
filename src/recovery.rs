//! Recovery codes: look-up secrets to be used once, when no authenticator is at hand
//! (NIST SP 800-63B-4 §3.1.2).

use crate::id::RecordId;
use crate::mac::Unsupported;
use crate::{Entropy, EntropyError, ct};
use core::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

/// Crockford's base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The characters of a recovery code.
const CHARS: usize = 24;

/// A recovery code: 120 random bits, written as 24 characters. Wiped on drop; `Debug` hides
/// it, [`text`](Self::text) shows it.
///
/// ```
/// use mfa_core::RecoveryCode;
///
/// let code = RecoveryCode::parse("91jq 0000 zzzz-AAAA BBBB cccc")?;
/// assert_eq!(code.text().as_str(), "91JQ0000ZZZZAAAABBBBCCCC");
/// // What people misread is read as what was meant: O as 0, I and L as 1.
/// assert_eq!(code, RecoveryCode::parse("9IJQoOOOzzzzAAAABBBBCCCC")?);
/// # Ok::<(), mfa_core::RecoveryCodeError>(())
/// ```
#[derive(Clone)]
pub struct RecoveryCode {
    bytes: [u8; Self::LEN],
}

impl RecoveryCode {
    /// The random bytes of a code: 120 bits, above the 112 from which a plain hash is enough
    /// (NIST SP 800-63B-4 §3.1.2.2).
    pub const LEN: usize = 15;

    /// A fresh code.
    ///
    /// # Errors
    /// [`EntropyError`] if `entropy` holds fewer than [`LEN`](Self::LEN) bytes, or only zeros.
    pub fn generate(entropy: &mut Entropy<'_>) -> Result<Self, EntropyError> {
        entropy.draw().map(|bytes| Self { bytes })
    }

    /// Reads a code as a person types it: either case, spaces and hyphens dropped, O read as
    /// 0, I and L as 1.
    ///
    /// # Timing
    /// Which positions hold separators, and whether the text is a code at all, is public;
    /// which characters it has is not.
    ///
    /// # Errors
    /// [`RecoveryCodeError`]: a character that is not in Crockford's alphabet, or not 24 of
    /// them.
    pub fn parse(text: &str) -> Result<Self, RecoveryCodeError> {
        let mut code = Self { bytes: [0; Self::LEN] };
        let (mut found, mut all_known, mut first_foreign) = (0usize, Choice::from(1), 0u64);
        let mut bytes = code.bytes.iter_mut();
        let (mut buffer, mut bits) = (0u16, 0u32);
        for (index, byte) in text.bytes().enumerate().filter(|(_, byte)| !b" -".contains(byte)) {
            let (value, known) = crockford(byte);
            first_foreign.conditional_assign(&(index as u64), all_known & !known);
            all_known &= known;
            found = found.saturating_add(1);
            buffer = (buffer << 5) | u16::from(value);
            bits = bits.saturating_add(5);
            if let Some(rest) = bits.checked_sub(8) {
                if let Some(place) = bytes.next() {
                    *place = (buffer >> rest) as u8;
                }
                bits = rest;
            }
        }
        // From here on it is public whether, and where first, a character does not belong.
        if !ct::declassify(all_known) {
            let index = ct::declassify_within(first_foreign, 0..=text.len() as u64) as usize;
            return Err(RecoveryCodeError::Foreign { index });
        }
        if found != CHARS {
            return Err(RecoveryCodeError::Length { found });
        }
        Ok(code)
    }

    /// The code as 24 characters. Constant time in its value.
    #[must_use]
    pub fn text(&self) -> RecoveryCodeText {
        let mut text = RecoveryCodeText { chars: heapless::String::new() };
        let (mut buffer, mut bits) = (0u16, 0u32);
        for byte in self.bytes {
            buffer = (buffer << 8) | u16::from(byte);
            bits = bits.saturating_add(8);
            while let Some(rest) = bits.checked_sub(5) {
                let digit = (buffer >> rest) as u8 & 31;
                // `push` cannot fail: 15 bytes make 24 characters.
                let _ = text.chars.push(ct::ascii(ct::lookup(ALPHABET, digit)));
                bits = rest;
            }
        }
        text
    }

    /// What the record keeps: SHA-256 over a label, the record's random id as salt, and the
    /// code.
    pub(crate) fn hash(&self, salt: RecordId) -> Result<RecoveryHash, Unsupported> {
        #[cfg(feature = "sha2")]
        return Ok(RecoveryHash(crate::mac::sha2::digest_256(&[
            b"mfa-core recovery",
            salt.as_bytes(),
            &self.bytes,
        ])));
        #[cfg(not(feature = "sha2"))]
        {
            let _ = salt;
            Err(Unsupported { algorithm: crate::Algorithm::Sha256 })
        }
    }
}

/// The value of a character of Crockford's alphabet, and whether it is one.
fn crockford(byte: u8) -> (u8, Choice) {
    let mut upper = ct::upper(byte);
    for (misread, meant) in [(b'O', b'0'), (b'I', b'1'), (b'L', b'1')] {
        upper.conditional_assign(&meant, upper.ct_eq(&misread));
    }
    ct::position(ALPHABET, upper)
}

impl PartialEq for RecoveryCode {
    fn eq(&self, other: &Self) -> bool {
        ct::declassify(self.bytes.ct_eq(&other.bytes))
    }
}

impl Eq for RecoveryCode {}

impl Drop for RecoveryCode {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(120 bits)")
    }
}

/// The text of a recovery code, wiped on drop. `Debug` hides it.
#[derive(Clone)]
pub struct RecoveryCodeText {
    chars: heapless::String<CHARS>,
}

impl RecoveryCodeText {
    /// The 24 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.chars
    }
}

impl Drop for RecoveryCodeText {
    fn drop(&mut self) {
        self.chars.zeroize();
    }
}

impl fmt::Debug for RecoveryCodeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodeText(24 characters)")
    }
}

/// The recovery codes of one set, shown once.
#[derive(Clone, Debug, Default)]
pub struct RecoveryCodes {
    codes: heapless::Vec<RecoveryCode, { Self::MAX }>,
}

impl RecoveryCodes {
    /// The most codes in a set.
    pub const MAX: usize = 10;

    /// The codes.
    pub fn iter(&self) -> core::slice::Iter<'_, RecoveryCode> {
        self.codes.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Adds a code; gives it back if the set is full.
    pub(crate) fn push(&mut self, code: RecoveryCode) -> Result<(), RecoveryCode> {
        self.codes.push(code)
    }
}

impl<'a> IntoIterator for &'a RecoveryCodes {
    type Item = &'a RecoveryCode;
    type IntoIter = core::slice::Iter<'a, RecoveryCode>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// What the record keeps of a recovery code. Wiped on drop.
#[derive(Clone)]
pub(crate) struct RecoveryHash(pub(crate) [u8; Self::LEN]);

impl RecoveryHash {
    pub(crate) const LEN: usize = 32;

    /// The slot of `self` among `known`, all of which are compared.
    pub(crate) fn find_in(&self, known: &[Self]) -> Option<usize> {
        let (mut slot, mut any) = (0u64, Choice::from(0));
        for (index, candidate) in (0u64..).zip(known) {
            let here = candidate.0.ct_eq(&self.0);
            slot.conditional_assign(&index, here);
            any |= here;
        }
        ct::declassify(any).then(|| ct::declassify_within(slot, 0..=known.len() as u64) as usize)
    }
}

impl fmt::Debug for RecoveryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryHash")
    }
}

impl Drop for RecoveryHash {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Why text is not a recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecoveryCodeError {
    /// A character that is not in the alphabet.
    Foreign {
        /// Its position in the text, in bytes from 0.
        index: usize,
    },
    /// Not 24 characters.
    Length {
        /// The number that was found, separators aside.
        found: usize,
    },
}

impl fmt::Display for RecoveryCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { index } => {
                write!(
                    f,
                    "character {} does not belong in a recovery code",
                    index.saturating_add(1)
                )
            }
            Self::Length { found } => {
                write!(f, "a recovery code has {CHARS} characters, not {found}")
            }
        }
    }
}

impl core::error::Error for RecoveryCodeError {}

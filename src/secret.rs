//! The shared secret of an authenticator.

use crate::base32::{self, Base32Error, Base32Text};
use crate::bytes::copy;
use crate::wiped::Wiped;
use crate::{Algorithm, Entropy, EntropyError, ct};
use subtle::{Choice, ConstantTimeEq};

/// A shared secret of 1 to 128 bytes, held inline and wiped on drop.
///
/// Moving a secret can leave a copy of its bytes where it was; what is wiped is the place
/// where it is dropped. `Debug` shows the length only, and there is no `Display`:
///
/// ```compile_fail
/// # use mfa_core::Secret;
/// let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
/// println!("{secret}"); // a secret does not print
/// ```
///
/// Comparison takes the same time for all contents; the length is public.
///
/// ```
/// use mfa_core::Secret;
///
/// let secret = Secret::from_base32("JBSW Y3DP EHPK 3PXP")?;
/// assert_eq!(secret.expose(), b"Hello!\xDE\xAD\xBE\xEF");
/// assert_eq!(format!("{secret:?}"), "Secret(80 bits)");
/// assert!(secret.is_weak());
/// # Ok::<(), mfa_core::Base32Error>(())
/// ```
#[derive(Clone)]
pub struct Secret {
    bytes: Wiped<{ Self::MAX_LEN }>,
    len: u8,
}

impl Secret {
    /// The most bytes that a secret can have: one block of SHA-512.
    pub const MAX_LEN: usize = 128;

    /// Below this many bits a secret is weak (RFC 4226 §4, R6).
    pub const STRONG_BITS: u16 = 128;

    /// A fresh secret of the length of the hash's output: 20, 32 or 64 bytes (RFC 6238 §5.1).
    ///
    /// # Errors
    /// [`EntropyError`] if `entropy` holds fewer bytes than that, or only zeros.
    pub fn generate(algorithm: Algorithm, entropy: &mut Entropy<'_>) -> Result<Self, EntropyError> {
        let (mut secret, len) = (Self::EMPTY, algorithm.output_len());
        entropy.fill(secret.bytes_mut(len).get_mut(..len).unwrap_or_default())?;
        Ok(secret)
    }

    /// None yet, of no bytes: to be filled in where it stays, since moving costs more than that.
    pub(crate) const EMPTY: Self = Self { bytes: Wiped::ZERO, len: 0 };

    /// A secret from bytes, of any strength.
    ///
    /// # Errors
    /// [`SecretLengthError`] if there are none, or more than [`MAX_LEN`](Self::MAX_LEN).
    ///
    /// ```
    /// use mfa_core::Secret;
    ///
    /// assert!(Secret::from_bytes(b"12345678901234567890").is_ok());
    /// assert!(Secret::from_bytes(b"").is_err());
    /// assert!(Secret::from_bytes(&[1; 129]).is_err());
    /// ```
    #[cfg_attr(target_pointer_width = "64", inline)] // it would be moved out; devices count bytes
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretLengthError> {
        if !(1..=Self::MAX_LEN).contains(&bytes.len()) {
            return Err(SecretLengthError { found: bytes.len() });
        }
        let mut secret = Self::EMPTY;
        copy(bytes, secret.bytes_mut(bytes.len()));
        Ok(secret)
    }

    /// All the bytes, of which the secret is to have the first `len`, at most
    /// [`MAX_LEN`](Self::MAX_LEN). The others shall be zero.
    pub(crate) fn bytes_mut(&mut self, len: usize) -> &mut [u8; Self::MAX_LEN] {
        self.len = len.min(Self::MAX_LEN) as u8;
        &mut self.bytes
    }

    /// A secret from base32 text as people and programs write it: any letter case, with
    /// spaces, hyphens and trailing `=` dropped (see [`base32::decode`]).
    ///
    /// # Errors
    /// [`Base32Error`] if the text is empty, too long, or holds a character that is not
    /// base32; the error names its position, never its value.
    pub fn from_base32(text: &str) -> Result<Self, Base32Error> {
        let mut secret = Self::EMPTY;
        base32::read(text, true, &mut secret)?;
        Ok(secret)
    }

    /// The bytes of the secret. Handle with care: the core cannot wipe what is copied out.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The bytes of the secret and zeros after them; `None` if it is longer than that.
    #[inline]
    pub(crate) fn padded<const N: usize>(&self) -> Option<&[u8; N]> {
        // The unused bytes are zero.
        self.bytes.first_chunk().filter(|_| usize::from(self.len) <= N)
    }

    /// The secret in upper-case base32 without padding (RFC 4648 §6), as authenticator apps
    /// expect it. Constant time in the secret; the length is public.
    #[must_use]
    #[cfg_attr(target_pointer_width = "64", inline)] // it would be moved out; devices count bytes
    pub fn to_base32(&self) -> Base32Text {
        Base32Text::of(self)
    }

    /// The length in bits, a multiple of 8 from 8 to 1024.
    #[must_use]
    pub fn bit_len(&self) -> u16 {
        u16::from(self.len).saturating_mul(8)
    }

    /// Whether the secret has fewer than 128 bits. Import reads such secrets, since other
    /// systems issued them; new ones should not be made.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.bit_len() < Self::STRONG_BITS
    }
}

impl ConstantTimeEq for Secret {
    fn ct_eq(&self, other: &Self) -> Choice {
        // The unused bytes are zero on both sides.
        self.bytes.ct_eq(&*other.bytes) & self.len.ct_eq(&other.len)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        ct::declassify(self.ct_eq(other))
    }
}

impl Eq for Secret {}

impl core::fmt::Debug for Secret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Secret({} bits)", self.bit_len())
    }
}

/// A secret has 1 to 128 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SecretLengthError {
    /// The number of bytes that were given.
    pub found: usize,
}

impl core::fmt::Display for SecretLengthError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "a secret has 1 to {} bytes, not {}", Secret::MAX_LEN, self.found)
    }
}

impl core::error::Error for SecretLengthError {}

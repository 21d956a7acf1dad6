//! Random bytes, drawn by the caller and used once.

use crate::ct;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Random bytes that the caller drew from its cryptographically secure generator.
///
/// The core never draws randomness itself. An operation that needs some takes an
/// `Entropy` by value and states how many bytes it draws; what it draws is wiped from the
/// caller's buffer at once, and the rest when the operation ends, so that no byte serves
/// twice. A draw of nothing but zeros (a buffer used a second time, or a generator that
/// does not work) is refused.
///
/// ```
/// use mfa_core::{Algorithm, Entropy, Secret};
///
/// let mut bytes = [0u8; 20];
/// # let fill_from_the_operating_system = |b: &mut [u8]| b.fill(0xA5);
/// fill_from_the_operating_system(&mut bytes);
/// let secret = Secret::generate(Algorithm::Sha1, &mut Entropy::new(&mut bytes))?;
/// assert_eq!(secret.bit_len(), 160);
/// assert_eq!(bytes, [0; 20]);
/// # Ok::<(), mfa_core::EntropyError>(())
/// ```
pub struct Entropy<'a> {
    unused: &'a mut [u8],
}

impl<'a> Entropy<'a> {
    /// Lends `bytes`, which must be fresh from a cryptographically secure generator.
    ///
    /// More than an operation needs may be lent; all of it is wiped.
    #[must_use]
    pub fn new(bytes: &'a mut [u8]) -> Self {
        Self { unused: bytes }
    }

    /// Moves the next `out.len()` bytes into `out`.
    pub(crate) fn fill(&mut self, out: &mut [u8]) -> Result<(), EntropyError> {
        if self.unused.len() < out.len() {
            return Err(EntropyError);
        }
        let (drawn, rest) = core::mem::take(&mut self.unused).split_at_mut(out.len());
        out.copy_from_slice(drawn);
        drawn.zeroize();
        self.unused = rest;
        // "All zero", which no working generator ever shows, is made public.
        match ct::declassify(out.iter().fold(0, |any, byte| any | byte).ct_eq(&0)) {
            true => Err(EntropyError),
            false => Ok(()),
        }
    }

    /// Moves the next `K` bytes out.
    pub(crate) fn draw<const K: usize>(&mut self) -> Result<[u8; K], EntropyError> {
        let mut out = [0; K];
        self.fill(&mut out)?;
        Ok(out)
    }
}

impl Drop for Entropy<'_> {
    fn drop(&mut self) {
        self.unused.zeroize();
    }
}

impl core::fmt::Debug for Entropy<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Entropy({} bytes)", self.unused.len())
    }
}

/// Too few random bytes were lent, or they were all zero.
///
/// Draw fresh bytes for every call: a buffer that has been lent once is wiped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EntropyError;

impl core::fmt::Display for EntropyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("too few random bytes, or nothing but zeros: draw fresh ones for every call")
    }
}

impl core::error::Error for EntropyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_serves_once_and_the_rest_is_wiped() {
        let mut bytes = [1, 2, 3, 4, 5, 6];
        let mut entropy = Entropy::new(&mut bytes);
        assert_eq!(entropy.draw::<2>(), Ok([1, 2]));
        assert_eq!(entropy.draw::<3>(), Ok([3, 4, 5]));
        drop(entropy);
        assert_eq!(bytes, [0; 6]);
    }

    #[test]
    fn too_short_and_already_used_buffers_are_refused() {
        let mut bytes = [7; 4];
        assert_eq!(Entropy::new(&mut bytes).draw::<5>(), Err(EntropyError));
        assert_eq!(bytes, [0; 4]);
        assert_eq!(Entropy::new(&mut bytes).draw::<4>(), Err(EntropyError));
    }
}

//! Bytes that are wiped on drop, as a whole: byte by byte costs more than a hash.

use core::ops::{Deref, DerefMut};
use zeroize::{DefaultIsZeroes, Zeroize};

/// An array of bytes, wiped on drop.
#[derive(Clone)]
pub(crate) struct Wiped<const N: usize>(Bytes<N>);

/// What `zeroize` writes in one piece.
#[derive(Clone, Copy)]
struct Bytes<const N: usize>([u8; N]);

impl<const N: usize> Wiped<N> {
    pub(crate) const ZERO: Self = Self(Bytes([0; N]));
}

impl<const N: usize> Default for Bytes<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> DefaultIsZeroes for Bytes<N> {}

impl<const N: usize> Deref for Wiped<N> {
    type Target = [u8; N];

    fn deref(&self) -> &[u8; N] {
        &self.0.0
    }
}

impl<const N: usize> DerefMut for Wiped<N> {
    fn deref_mut(&mut self) -> &mut [u8; N] {
        &mut self.0.0
    }
}

impl<const N: usize> Zeroize for Wiped<N> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> Drop for Wiped<N> {
    fn drop(&mut self) {
        self.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_are_wiped() {
        let mut bytes = Wiped::<131>::ZERO;
        bytes.fill(0xFF);
        bytes.zeroize();
        assert_eq!(*bytes, [0; 131]);
    }
}

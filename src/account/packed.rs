//! Numbers that lie in a record without padding.

/// A `u64` with the alignment of a `u16`: records hold several, and devices count bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(Rust, packed(2))]
pub(crate) struct Packed(u64);

impl Packed {
    pub(crate) const fn new(value: u64) -> Self {
        Self(value)
    }

    pub(crate) const fn get(self) -> u64 {
        self.0
    }
}

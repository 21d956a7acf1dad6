//! Copying bytes, without a way to panic.

/// Copies as much as both have of bytes. (`copy_from_slice` panics where lengths differ, and the
/// code for that takes space.)
pub(crate) fn copy(from: &[u8], to: &mut [u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

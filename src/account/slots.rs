//! Places of a record's elements: removing one, and naming several.

use heapless::VecView;

/// Removes one element and wipes its place. (heapless' own removals leave a copy of the last
/// element behind.)
pub(crate) fn remove<T>(elements: &mut VecView<T, u8>, index: usize) {
    if let Some(tail) = elements.get_mut(index..).filter(|tail| !tail.is_empty()) {
        tail.rotate_left(1);
        elements.truncate(elements.len().saturating_sub(1));
    }
}

/// A set of slots.
#[derive(Clone, Copy, Default)]
pub(crate) struct Slots(u32);

impl Slots {
    pub(crate) const MAX: usize = 32;

    pub(crate) fn insert(&mut self, slot: usize) {
        self.0 |= Self::bit(slot);
    }

    pub(crate) fn contains(self, slot: usize) -> bool {
        self.0 & Self::bit(slot) != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The lowest slot.
    pub(crate) fn first(self) -> Option<usize> {
        (!self.is_empty()).then_some(self.0.trailing_zeros() as usize)
    }

    fn bit(slot: usize) -> u32 {
        u32::try_from(slot).ok().and_then(|slot| 1u32.checked_shl(slot)).unwrap_or(0)
    }
}

//! The host counts neither instructions nor stack.

/// `None`: not counted here.
pub fn instructions(work: impl FnOnce()) -> Option<u32> {
    work();
    None
}

/// 0: not measured here.
pub fn stack(work: impl FnOnce()) -> usize {
    work();
    0
}

//! The stack's high-water mark, by painting.

/// No word of this value is likely on a stack.
const PAINT: u32 = 0xC5A3_5C3A;

/// How much of the stack, which ends at `end` and is used down to `pointer`, `work` takes.
#[inline(never)]
pub(super) fn used(end: usize, pointer: usize, work: impl FnOnce()) -> usize {
    // This function's own frame is above what it paints.
    let top = (pointer - 256) & !3;
    let words = || (end..top).step_by(4).map(|address| address as *mut u32);
    for word in words() {
        // SAFETY: between the stack's end and what is used of it, nothing lives.
        unsafe { word.write_volatile(PAINT) }
    }
    work();
    // SAFETY: as above.
    let untouched = words().take_while(|word| unsafe { word.read_volatile() } == PAINT).count();
    pointer - (end + 4 * untouched)
}

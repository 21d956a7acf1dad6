//! The stack's high-water mark, by painting.

/// No word of this value is likely on a stack.
const PAINT: u32 = 0xC5A3_5C3A;

/// How much of the stack, which ends at `end`, `work` takes. `pointer` tells where it stands.
#[inline(never)]
pub(super) fn used(end: usize, pointer: fn() -> usize, work: impl FnOnce()) -> usize {
    let start = pointer();
    start - lowest(end, pointer, work)
}

/// The lowest address that `work` writes to. Out of line, so that its frame, which holds what
/// is inlined of `work`, is below what is taken for the start.
#[inline(never)]
fn lowest(end: usize, pointer: fn() -> usize, work: impl FnOnce()) -> usize {
    paint(end, pointer);
    work();
    // SAFETY: between the stack's end and what is used of it, nothing lives.
    let untouched =
        words(end, usize::MAX).take_while(|word| unsafe { word.read_volatile() } == PAINT);
    end + 4 * untouched.count()
}

#[inline(never)]
fn paint(end: usize, pointer: fn() -> usize) {
    // Its own frame is above its stack pointer, and the call of `pointer` is over.
    for word in words(end, pointer() - 64) {
        // SAFETY: as above.
        unsafe { word.write_volatile(PAINT) }
    }
}

fn words(end: usize, top: usize) -> impl Iterator<Item = *mut u32> {
    (end..top).step_by(4).map(|address| address as *mut u32)
}

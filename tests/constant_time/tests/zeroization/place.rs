//! Memory that can be looked at, whatever lies there.

use std::mem::MaybeUninit;

/// A place for a value, whose bytes can be read during and after its life.
pub struct Place<T> {
    memory: Box<MaybeUninit<T>>,
    is_alive: bool,
}

impl<T> Place<T> {
    pub fn new(value: T) -> Self {
        let mut memory = Box::new(MaybeUninit::zeroed());
        memory.write(value);
        Self { memory, is_alive: true }
    }

    /// A copy of a constant that owns nothing, in whose unused parts nothing lies either.
    pub fn copy_of(value: &'static T) -> Self {
        let mut memory = Box::new(MaybeUninit::zeroed());
        // SAFETY: what owns nothing can be copied as bytes.
        unsafe { core::ptr::copy_nonoverlapping(value, memory.as_mut_ptr(), 1) };
        Self { memory, is_alive: true }
    }

    pub fn value(&mut self) -> &mut T {
        assert!(self.is_alive);
        // SAFETY: it was written at first and not dropped since.
        unsafe { self.memory.assume_init_mut() }
    }

    /// Drops the value where it is.
    pub fn drop(&mut self) {
        assert!(std::mem::take(&mut self.is_alive));
        // SAFETY: it was written at first and is dropped once.
        unsafe { self.memory.assume_init_drop() };
    }

    /// Whether all of `trace` lies somewhere in the place.
    pub fn holds(&self, trace: &[u8]) -> bool {
        self.image().windows(trace.len()).any(|bytes| bytes == trace)
    }

    /// Whether as little as eight bytes in a row of `trace` do.
    pub fn holds_part_of(&self, trace: &[u8]) -> bool {
        trace.windows(trace.len().min(8)).any(|part| self.holds(part))
    }

    /// All bytes, those between and behind the fields included.
    #[inline(never)]
    fn image(&self) -> Vec<u8> {
        let start = (&raw const *self.memory).cast::<u8>();
        // SAFETY: within the allocation, which was filled with zeros. What has become of bytes
        // that no field covers is read behind the compiler's back.
        (0..size_of::<T>()).map(|at| unsafe { start.add(at).read_volatile() }).collect()
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        if self.is_alive {
            self.drop();
        }
    }
}

/// Calls `run` where earlier calls left nothing: that else lies in the unused parts of what is
/// made next.
pub fn on_a_clean_stack<T>(run: impl FnOnce() -> T) -> T {
    #[inline(never)]
    fn below<T>(run: impl FnOnce() -> T) -> T {
        run()
    }
    scrub();
    below(run)
}

#[inline(never)]
fn scrub() {
    std::hint::black_box(&mut [0u8; 1 << 17]);
}

/// Moves a thing out of the stack.
pub fn elsewhere<T>(value: T) -> Box<T> {
    let value = Box::new(value);
    scrub();
    value
}

//! A device's register.

/// A 32-bit register at a fixed address.
pub(crate) struct Register(*mut u32);

impl Register {
    /// # Safety
    /// A device has a register at this address, and reading and writing it as the board's
    /// manual says changes nothing of Rust's memory.
    pub(crate) const unsafe fn at(address: usize) -> Self {
        Self(address as *mut u32)
    }

    pub(crate) fn read(&self) -> u32 {
        // SAFETY: as `at` demands.
        unsafe { self.0.read_volatile() }
    }

    pub(crate) fn write(&self, value: u32) {
        // SAFETY: as `at` demands.
        unsafe { self.0.write_volatile(value) }
    }
}

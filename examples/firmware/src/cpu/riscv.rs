//! RISC-V: where a program begins, how many instructions it executes, how much stack it
//! takes.

pub use riscv_rt::entry;

#[path = "stack.rs"]
mod stack;

unsafe extern "C" {
    static __estack: u32;
}

/// The number of instructions that `work` executes, and those around it, which are the same
/// for the same call. Exact under `-icount shift=8`. `None` if there were too many.
#[inline(never)]
pub fn instructions(work: impl FnOnce()) -> Option<u32> {
    let start = riscv::register::minstret::read64();
    work();
    let end = riscv::register::minstret::read64();
    // The counter runs in the board's nanoseconds, of which an instruction takes 256.
    u32::try_from(end.wrapping_sub(start) / 256).ok()
}

/// The most stack that `work` takes, in bytes.
pub fn stack(work: impl FnOnce()) -> usize {
    let end = &raw const __estack as usize;
    stack::used(end, pointer, work)
}

fn pointer() -> usize {
    let pointer: usize;
    // SAFETY: copies a register.
    unsafe { core::arch::asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack)) };
    pointer
}

/// Waits by counting instructions: at least as long as it is told.
#[derive(Debug)]
pub struct Delay;

impl embedded_hal::delay::DelayNs for Delay {
    fn delay_ns(&mut self, ns: u32) {
        for _ in 0..ns / 40 + 1 {
            riscv::asm::nop();
        }
    }
}

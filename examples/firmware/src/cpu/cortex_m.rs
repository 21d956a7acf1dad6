//! Cortex-M: where a program begins, how many instructions it executes, how much stack it
//! takes.

pub use cortex_m_rt::entry;

#[path = "stack.rs"]
mod stack;

use cortex_m::peripheral::{SYST, syst::SystClkSource};

unsafe extern "C" {
    static _stack_end: u32;
}

/// How many ticks of SysTick an instruction takes, in thousandths, when the emulator counts
/// them with `-icount shift=8` (256 ns an instruction).
const TICKS_1000: u32 = match cfg!(board = "microbit") {
    true => 4_096, // 16 MHz
    false => match cfg!(board = "lm3s6965evb") {
        true => 3_200,  // 12.5 MHz
        false => 6_400, // 25 MHz
    },
};

/// What SysTick counts to.
const RELOAD: u32 = 0x00FF_FFFF;

/// The number of instructions that `work` executes, and those around it, which are the same
/// for the same call. Exact under `-icount shift=8`, where every instruction takes the same
/// number of ticks (at least three, so that the rounding to whole ones is told apart). `None`
/// if there were too many.
#[inline(never)]
pub fn instructions(work: impl FnOnce()) -> Option<u32> {
    // SAFETY: nothing else uses SysTick.
    let mut timer = unsafe { cortex_m::Peripherals::steal() }.SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(RELOAD);
    timer.clear_current();
    timer.enable_counter();
    // It starts from zero, and wraps once at the beginning.
    while SYST::get_current() == 0 {}
    timer.has_wrapped();
    let start = SYST::get_current();
    work();
    let end = SYST::get_current();
    let wrapped = timer.has_wrapped();
    timer.disable_counter();
    let ticks = u64::from(start.checked_sub(end).filter(|_| !wrapped)?);
    Some(((ticks * 1_000 + u64::from(TICKS_1000 / 2)) / u64::from(TICKS_1000)) as u32)
}

/// The most stack that `work` takes, in bytes.
pub fn stack(work: impl FnOnce()) -> usize {
    let end = &raw const _stack_end as usize;
    stack::used(end, || cortex_m::register::msp::read() as usize, work)
}

/// Waits by counting cycles: at least as long as it is told.
#[derive(Debug)]
pub struct Delay;

impl embedded_hal::delay::DelayNs for Delay {
    fn delay_ns(&mut self, ns: u32) {
        // No board here is faster than 25 MHz.
        cortex_m::asm::delay(ns / 40 + 1);
    }
}

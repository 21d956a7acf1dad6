//! What a panic or a fault does: it says so, without `core::fmt`, and ends the emulator with an
//! error.

use crate::{Console, Serial};
use core::panic::PanicInfo;

#[panic_handler]
fn panicked(info: &PanicInfo<'_>) -> ! {
    if let Some(place) = info.location() {
        let mut console = Console::new(Serial::new());
        console.text("PANIC: ").text(place.file()).text(" line ").number(place.line().into());
        console.end_line();
    }
    crate::surroundings::exit(false)
}

/// An address without memory, a stack that ran over: whatever the processor does not do.
#[cfg(target_arch = "arm")]
#[cortex_m_rt::exception]
unsafe fn HardFault(_: &cortex_m_rt::ExceptionFrame) -> ! {
    faulted()
}

/// As on Arm.
#[cfg(target_arch = "riscv32")]
#[unsafe(no_mangle)]
extern "C" fn ExceptionHandler(_: &riscv_rt::TrapFrame) -> ! {
    faulted()
}

fn faulted() -> ! {
    Console::new(Serial::new()).text("FAULT").end_line();
    crate::surroundings::exit(false)
}

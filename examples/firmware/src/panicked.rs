//! What a panic does: it says where, without `core::fmt`, and ends the emulator with an error.

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

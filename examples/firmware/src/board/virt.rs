//! QEMU's generic RISC-V machine: its UART, a 16550.

use crate::serial::Uart;

const DATA: *mut u8 = 0x1000_0000 as *mut u8;
const LINE_STATUS: *mut u8 = 0x1000_0005 as *mut u8;

const RECEIVED: u8 = 1 << 0;
const TX_EMPTY: u8 = 1 << 5;

fn line_status() -> u8 {
    // SAFETY: a register of the UART, in which reading changes nothing of Rust's memory.
    unsafe { LINE_STATUS.read_volatile() }
}

pub(crate) enum Here {}

impl Uart for Here {
    fn start() {}

    fn can_send() -> bool {
        line_status() & TX_EMPTY != 0
    }

    fn send(byte: u8) {
        // SAFETY: a register of the UART.
        unsafe { DATA.write_volatile(byte) }
    }

    fn has_received() -> bool {
        line_status() & RECEIVED != 0
    }

    fn receive() -> u8 {
        // SAFETY: a register of the UART.
        unsafe { DATA.read_volatile() }
    }
}

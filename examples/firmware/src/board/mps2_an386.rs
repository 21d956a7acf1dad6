//! ARM MPS2 with the FPGA image AN386: its first UART, of the Cortex-M System Design Kit.

use crate::register::Register;
use crate::serial::Uart;

const fn register(offset: usize) -> Register {
    // SAFETY: the UART's registers begin here.
    unsafe { Register::at(0x4000_4000 + offset) }
}

const DATA: Register = register(0x000);
const STATE: Register = register(0x004);
const CONTROL: Register = register(0x008);
const BAUD_DIVISOR: Register = register(0x010);

const TX_FULL: u32 = 1 << 0;
const RX_FULL: u32 = 1 << 1;

pub(crate) enum Here {}

impl Uart for Here {
    fn start() {
        BAUD_DIVISOR.write(25_000_000 / 115_200);
        CONTROL.write(0b11); // both directions
    }

    fn can_send() -> bool {
        STATE.read() & TX_FULL == 0
    }

    fn send(byte: u8) {
        DATA.write(byte.into());
    }

    fn has_received() -> bool {
        STATE.read() & RX_FULL != 0
    }

    fn receive() -> u8 {
        DATA.read() as u8
    }
}

//! Stellaris LM3S6965 evaluation board: its first UART, a PrimeCell PL011.

use crate::register::Register;
use crate::serial::Uart;

const fn register(offset: usize) -> Register {
    // SAFETY: the UART's registers begin here.
    unsafe { Register::at(0x4000_C000 + offset) }
}

const DATA: Register = register(0x000);
const FLAGS: Register = register(0x018);
const CONTROL: Register = register(0x030);

const RX_EMPTY: u32 = 1 << 4;
const TX_FULL: u32 = 1 << 5;

pub(crate) enum Here {}

impl Uart for Here {
    fn start() {
        CONTROL.write(0x301); // both directions, on
    }

    fn can_send() -> bool {
        FLAGS.read() & TX_FULL == 0
    }

    fn send(byte: u8) {
        DATA.write(byte.into());
    }

    fn has_received() -> bool {
        FLAGS.read() & RX_EMPTY == 0
    }

    fn receive() -> u8 {
        DATA.read() as u8
    }
}

//! BBC micro:bit: the UART of its nRF51822 (nRF51 Series Reference Manual, chapter 29).

use crate::register::Register;
use crate::serial::Uart;

const fn register(offset: usize) -> Register {
    // SAFETY: the UART's registers begin here.
    unsafe { Register::at(0x4000_2000 + offset) }
}

const START_RX: Register = register(0x000);
const START_TX: Register = register(0x008);
const RX_READY: Register = register(0x108);
const TX_READY: Register = register(0x11C);
const ENABLE: Register = register(0x500);
const TX_PIN: Register = register(0x50C);
const RX_PIN: Register = register(0x514);
const RX: Register = register(0x518);
const TX: Register = register(0x51C);
const BAUD_RATE: Register = register(0x524);

pub(crate) enum Here {}

impl Uart for Here {
    /// Pins 24 and 25 lead to the interface chip behind the USB socket.
    fn start() {
        TX_PIN.write(24);
        RX_PIN.write(25);
        BAUD_RATE.write(0x01D7_E000); // 115,200
        ENABLE.write(4);
        START_TX.write(1);
        START_RX.write(1);
    }

    fn can_send() -> bool {
        true
    }

    fn send(byte: u8) {
        TX_READY.write(0);
        TX.write(byte.into());
        while TX_READY.read() == 0 {}
    }

    fn has_received() -> bool {
        RX_READY.read() != 0
    }

    fn receive() -> u8 {
        RX_READY.write(0);
        RX.read() as u8
    }
}

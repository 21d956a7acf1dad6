//! The serial line, over what differs between the boards' UARTs.

use core::convert::Infallible;
use embedded_io::{ErrorType, Read, ReadReady, Write};

/// A board's UART.
pub(crate) trait Uart {
    fn start();
    fn can_send() -> bool;
    fn send(byte: u8);
    fn has_received() -> bool;
    fn receive() -> u8;
}

/// The serial line.
#[derive(Debug)]
pub struct Serial(());

type Here = crate::board::Here;

impl Serial {
    pub(crate) fn new() -> Self {
        Here::start();
        Self(())
    }
}

impl ErrorType for Serial {
    type Error = Infallible;
}

impl Write for Serial {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let Some(first) = bytes.first() else { return Ok(0) };
        while !Here::can_send() {}
        Here::send(*first);
        Ok(1)
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl ReadReady for Serial {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(Here::has_received())
    }
}

impl Read for Serial {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Infallible> {
        let Some(first) = bytes.first_mut() else { return Ok(0) };
        while !Here::has_received() {}
        *first = Here::receive();
        Ok(1)
    }
}

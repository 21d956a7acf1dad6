//! The host as a board: standard input and output are its serial line.

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use std::io;

/// The serial line.
#[derive(Debug)]
pub struct Serial(());

impl Serial {
    pub(crate) fn new() -> Self {
        Self(())
    }
}

impl ErrorType for Serial {
    type Error = ErrorKind;
}

impl Write for Serial {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        io::Write::write(&mut io::stdout(), bytes).map_err(|_| ErrorKind::Other)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        io::Write::flush(&mut io::stdout()).map_err(|_| ErrorKind::Other)
    }
}

impl ReadReady for Serial {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        Ok(true)
    }
}

impl Read for Serial {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, ErrorKind> {
        io::Read::read(&mut io::stdin(), bytes).map_err(|_| ErrorKind::Other)
    }
}

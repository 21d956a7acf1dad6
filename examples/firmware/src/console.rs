//! Text over a serial line, without `core::fmt`, which takes kilobytes.

use embedded_io::{Read, Write};

/// Lines of text over a serial line. What cannot be sent is lost: nobody could be told.
#[derive(Debug)]
pub struct Console<S> {
    serial: S,
}

impl<S: Read + Write> Console<S> {
    /// The end of what is typed (Ctrl-D).
    pub const END: u8 = 0x04;

    /// Over this line.
    pub fn new(serial: S) -> Self {
        Self { serial }
    }

    /// Sends text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let _ = self.serial.write_all(text.as_bytes());
        self
    }

    /// Sends a number in decimal digits.
    pub fn number(&mut self, mut number: u64) -> &mut Self {
        let mut digits = [0; 20];
        let mut unused = digits.len();
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
            unused -= 1;
            if number == 0 {
                break;
            }
        }
        let _ = self.serial.write_all(digits.get(unused..).unwrap_or_default());
        self
    }

    /// Sends bytes in hexadecimal digits.
    pub fn hex(&mut self, bytes: &[u8]) -> &mut Self {
        let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' - 10 + value };
        for byte in bytes {
            let _ = self.serial.write_all(&[digit(byte >> 4), digit(byte & 0xF)]);
        }
        self
    }

    /// Sends all that was given.
    pub fn flush(&mut self) {
        let _ = self.serial.flush();
    }

    /// Ends a line.
    pub fn end_line(&mut self) {
        self.text("\n").flush();
    }

    /// Sends a prompt, and reads a line into `buffer`, echoing what is typed: at most as much
    /// as there is room for, the rest of the line is dropped. `None` when the input has ended
    /// (or is no text).
    pub fn line<'b>(&mut self, prompt: &str, buffer: &'b mut [u8]) -> Option<&'b str> {
        self.text(prompt);
        let _ = self.serial.flush();
        let mut length = 0;
        loop {
            let mut byte = [0];
            if self.serial.read(&mut byte).ok()? == 0 {
                return None;
            }
            match byte[0] {
                Self::END => return None,
                b'\n' | b'\r' => break,
                0x08 | 0x7F if length > 0 => {
                    length -= 1;
                    self.text("\x08 \x08");
                }
                typed if typed >= b' ' && length < buffer.len() => {
                    let _ = self.serial.write_all(&[typed]);
                    buffer[length] = typed;
                    length += 1;
                }
                _ => {}
            }
            let _ = self.serial.flush();
        }
        self.end_line();
        core::str::from_utf8(&buffer[..length]).ok()
    }
}

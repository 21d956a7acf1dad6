//! QR codes for a terminal, two modules to a character.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::{IsTerminal as _, stdout};

/// The QR code of a text, as lines of blocks for standard output.
///
/// # Errors
/// The text is longer than a QR code can be.
pub fn render(text: &str) -> qrcode::QrResult<String> {
    let qr = QrCode::new(text)?.render::<Dense1x2>().build();
    Ok(if stdout().is_terminal() { black_on_white(&qr) } else { qr })
}

/// Cameras want dark modules on a light ground, whatever the terminal's colours.
fn black_on_white(qr: &str) -> String {
    let lines: Vec<_> = qr.lines().map(|line| format!("\x1b[30;107m{line}\x1b[0m")).collect();
    lines.join("\n")
}

//! As `uri`, by totp-rs.

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    std::process::exit(code(&argument).map_or(1, i32::from));
}

fn code(uri: &str) -> Option<u8> {
    let totp = totp_rs::Totp::from_url(uri).ok()?;
    let written = totp.to_url().ok()?.bytes().last()?;
    let code = totp.generate(std::hint::black_box(2_000_000_000)).to_string().bytes().last()?;
    Some(code ^ written)
}

//! As `code`, by totp-rs.

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    std::process::exit(code(argument.as_bytes()).map_or(1, i32::from));
}

fn code(key: &[u8]) -> Option<u8> {
    let totp = totp_rs::Builder::new().with_secret(key).build().ok()?;
    totp.generate(std::hint::black_box(2_000_000_000)).to_string().bytes().last()
}

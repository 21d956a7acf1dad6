//! The same operations, by this library and by its peers.

mod floor;
mod ours;
#[cfg(feature = "peers")]
mod theirs;

/// What all work on: a secret of 20 bytes, its base32, a time and its step.
pub const SECRET: &[u8; 20] = b"12345678901234567890";
pub const BASE32: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
pub const TIME: u64 = 2_000_000_000;
pub const STEP: u64 = TIME / 30;
pub const URI: &str = "otpauth://totp/Big%20Corp:alice%40example.com?secret=\
    GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Big%20Corp&algorithm=SHA1&digits=6&period=30";

/// The widths of the windows in the plot: so many steps either side of the present one.
pub const SIDES: [u64; 9] = [0, 1, 2, 5, 15, 50, 150, 500, 1500];

/// An operation of one contestant.
pub struct Entry {
    pub operation: String,
    pub who: &'static str,
    pub run: Box<dyn FnMut()>,
}

/// Collects entries. Results go through a `black_box`, so that nothing is left out.
#[derive(Default)]
pub struct Entries(Vec<Entry>);

impl Entries {
    pub fn add<T>(
        &mut self,
        operation: &str,
        who: &'static str,
        mut run: impl FnMut() -> T + 'static,
    ) {
        let run = Box::new(move || {
            std::hint::black_box(run());
        });
        self.0.push(Entry { operation: operation.to_owned(), who, run });
    }
}

/// All operations of all contestants.
pub fn entries() -> Vec<Entry> {
    let mut entries = Entries::default();
    floor::add(&mut entries);
    ours::add(&mut entries);
    #[cfg(feature = "peers")]
    theirs::add(&mut entries);
    entries.0
}

/// The name of the operation that verifies a code against a window.
pub fn window(side: u64) -> String {
    format!("verify, {} steps", 2 * side + 1)
}

/// The code of the window's last step: who stops at the first match computes all of it, too.
pub fn newest(side: u64) -> String {
    let secret = mfa_core::Secret::from_bytes(SECRET).unwrap();
    let hotp = mfa_core::Hotp::new(&secret, mfa_core::Algorithm::Sha1, Default::default()).unwrap();
    hotp.code(STEP + side).text().as_str().to_owned()
}

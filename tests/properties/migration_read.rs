//! Entries of any migration can be looked at; those that are writable read back the same.

use mfa_core::otpauth::{read, read_migration};

/// The bytes are the text of a URI, or else a message, which is put into one.
pub fn check(data: &[u8]) {
    match std::str::from_utf8(data) {
        Ok(text) if text.starts_with("otpauth-migration:") => check_uri(text),
        _ => check_uri(&format!("otpauth-migration://offline?data={}", base64(data))),
    }
}

fn check_uri(uri: &str) {
    let migration = match read_migration(uri) {
        Ok(migration) => migration,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for entry in migration.entries().flatten() {
        let uri = &entry.uri;
        assert_eq!(uri.account.chars().map(char::len_utf8).sum::<usize>(), uri.account.len());
        let mut written = String::new();
        if uri.write_to(&mut written).is_ok() {
            let again = read(&written).unwrap();
            assert_eq!(&again.uri, uri);
            assert!(again.findings.is_empty());
        }
    }
}

/// URL-safe and without padding.
fn base64(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        let sextets = (0..=group.len()).map(|place| bits >> (18 - 6 * place) & 63);
        text.extend(sextets.map(|sextet| char::from(alphabet[sextet as usize])));
    }
    text
}

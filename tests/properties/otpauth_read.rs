//! Whatever is read can be looked at; what is writable reads back the same, without findings.

use mfa_core::otpauth::read;

/// The bytes are the text.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let reading = match read(&text) {
        Ok(reading) => reading,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let uri = &reading.uri;
    assert_eq!(uri.account.chars().map(char::len_utf8).sum::<usize>(), uri.account.len());
    assert!(uri.issuer.is_none_or(|issuer| !issuer.is_empty()));

    let mut written = String::new();
    if uri.write_to(&mut written).is_ok() {
        let again = read(&written).unwrap();
        assert_eq!(&again.uri, uri);
        assert_eq!(again.label_issuer, None);
        assert!(again.findings.is_empty());
        let mut buffer = vec![0; written.len()];
        assert_eq!(again.uri.write(&mut buffer), Ok(&*written));
    }
}

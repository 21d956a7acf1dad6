//! Secrets in URIs.

use super::{Operation, sink};
use crate::leaky;
use crate::memcheck::make_public;
use crate::sample::{key, public_key, published, secret_base32, secret_key};
use mfa_core::otpauth::{Uri, read, read_migration};

pub fn operations() -> Vec<Operation> {
    vec![reading(), migration(), writing()]
}

fn secret_parameter() -> String {
    secret_base32(public_key(20).to_base32().as_str())
}

fn reading() -> Operation {
    Operation::telling("reading a URI", || {
        let secret = secret_parameter();
        for uri in [
            format!("otpauth://totp/Example:ann@example.com?secret={secret}&issuer=Example"),
            format!("otpauth://hotp/ann?digits=8&counter=7&secret={secret}%3d%3D#fragment"),
        ] {
            let bytes = read(&uri).unwrap().uri.secret.expose().to_vec();
            make_public(&bytes[..]);
            assert_eq!(bytes, key(20));
        }
    })
    .but("values from a table", || sink(leaky::values_from_table(&secret_parameter())))
    .but("values by branches", || sink(leaky::values_by_branches(&secret_parameter())))
}

const EXPORT: &str = "CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC";

/// In base64, the characters that hold nothing but bits of the secret.
const SECRET_CHARS: std::ops::Range<usize> = 6..18;

fn secret_export() -> String {
    let (start, rest) = EXPORT.split_at(SECRET_CHARS.start);
    let (secret, rest) = rest.split_at(SECRET_CHARS.len());
    [start, &crate::sample::secret_text(secret), rest].concat()
}

fn migration() -> Operation {
    Operation::telling("reading an export", || {
        let uri = format!("otpauth-migration://offline?data={}", secret_export());
        for entry in read_migration(&uri).unwrap().entries() {
            let bytes = entry.unwrap().uri.secret.expose().to_vec();
            make_public(&bytes[..]);
            assert_eq!(bytes, b"Hello!\xDE\xAD\xBE\xEF");
        }
    })
    .but("values from a table", || sink(leaky::values_from_table(&secret_export())))
    .but("values by branches", || sink(leaky::values_by_branches(&secret_export())))
}

fn writing() -> Operation {
    Operation::silent("writing a URI", || {
        let mut buffer = [0; 200];
        let known = public_key(20).to_base32();
        let uri = Uri::totp("Example", "ann@example.com", secret_key(20));
        let text = published(uri.write(&mut buffer).unwrap());
        assert!(text.contains(known.as_str()));
        let mut text = String::new();
        uri.write_to(&mut text).unwrap();
        assert!(published(&text).contains(known.as_str()));
    })
    .but("characters escaped one by one", || {
        let text = secret_key(20).to_base32();
        for byte in text.as_str().bytes() {
            if byte.is_ascii_digit() {
                sink(byte);
            }
        }
    })
}

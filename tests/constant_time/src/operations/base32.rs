//! Secrets as base32 text.

use super::{Operation, sink};
use crate::leaky;
use crate::memcheck::make_public;
use crate::sample::{key, published, secret_base32, secret_key};
use mfa_core::base32::{self, Base32Error};
use mfa_core::{Base32Text, Secret};

/// 1 to 128 bytes, whole groups and broken ones.
const LENGTHS: [usize; 7] = [1, 10, 16, 20, 32, 64, 128];

pub fn operations() -> Vec<Operation> {
    vec![lenient(), strict(), foreign(), encode()]
}

fn plain(len: usize) -> String {
    Secret::from_bytes(&key(len)).unwrap().to_base32().as_str().to_owned()
}

fn grouped(len: usize) -> String {
    let text = Secret::from_bytes(&key(len)).unwrap().to_base32();
    text.groups().collect::<Vec<_>>().join(" ").to_lowercase() + "-=="
}

fn assert_is_key(secret: &Secret, len: usize) {
    let bytes = secret.expose().to_vec();
    make_public(&bytes[..]);
    assert_eq!(bytes, key(len));
}

fn with_leaks(operation: Operation) -> Operation {
    operation
        .but("values from a table", || {
            LENGTHS
                .iter()
                .for_each(|len| sink(leaky::values_from_table(&secret_base32(&plain(*len)))));
        })
        .but("values by branches", || {
            LENGTHS
                .iter()
                .for_each(|len| sink(leaky::values_by_branches(&secret_base32(&plain(*len)))));
        })
}

fn lenient() -> Operation {
    with_leaks(Operation::telling("reading base32 of people", || {
        for len in LENGTHS {
            let decoded = base32::decode(&secret_base32(&grouped(len))).unwrap();
            assert_is_key(&decoded.secret, len);
        }
        let decoded = base32::decode(&secret_base32("GEZD G2")).unwrap();
        assert!(decoded.odd_length && decoded.trailing_bits);
    }))
}

fn strict() -> Operation {
    with_leaks(Operation::telling("reading base32 of machines", || {
        for len in LENGTHS {
            let secret = base32::decode_strict(&secret_base32(&plain(len))).unwrap();
            assert_is_key(&secret, len);
        }
        let stray = base32::decode_strict(&secret_base32("GEZDGNB7"));
        assert!(stray.is_ok());
        let stray = base32::decode_strict(&secret_base32("GEZDGNB"));
        assert_eq!(stray.unwrap_err(), Base32Error::NotCanonical);
    }))
}

fn foreign() -> Operation {
    with_leaks(Operation::telling("reading what is no base32", || {
        let error = |text| base32::decode(&secret_base32(text)).unwrap_err();
        assert_eq!(error("GEZD GN!B"), Base32Error::Foreign { index: 7 });
        assert_eq!(error("GEZD1GNB"), Base32Error::Foreign { index: 4 });
        assert_eq!(error("GE==ZD"), Base32Error::Foreign { index: 2 });
        assert_eq!(error(&"A".repeat(207)), Base32Error::TooLong);
    }))
}

fn encode() -> Operation {
    Operation::silent("writing base32", || {
        for len in LENGTHS {
            let text: Base32Text = secret_key(len).to_base32();
            assert_eq!(published(text.as_str()), plain(len));
            sink(text.groups().collect::<Vec<_>>());
        }
    })
    .but("characters from a table", || {
        for len in LENGTHS {
            let table = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
            let secret = secret_key(len);
            let chars =
                secret.expose().iter().map(|byte| leaky::from_table(table, (byte & 31).into()));
            chars.for_each(sink);
        }
    })
    .but("UTF-8 checked character by character", || {
        let text = secret_key(20).to_base32();
        let mut bytes = text.as_str().as_bytes().to_vec();
        // Now nothing shows any more that the characters are ASCII.
        crate::memcheck::set_secret(&mut bytes, &[0xFF; 32]);
        sink(std::str::from_utf8(&bytes).is_ok());
    })
}

//! Recovery codes: made, written, read, compared. Matching is among the account's operations.

use super::{Operation, sink};
use crate::leaky;
use crate::sample::{key, published, secret_bytes, secret_text};
use mfa_core::{Entropy, RecoveryCode, RecoveryCodeError};

const TYPED: &str = "91jq 0oOO zzzz-AAAA BBBB iLcc";
const MEANT: &str = "91JQ0000ZZZZAAAABBBB11CC";

pub fn operations() -> Vec<Operation> {
    vec![generation(), writing(), reading(), foreign(), equality()]
}

fn generated() -> RecoveryCode {
    RecoveryCode::generate(&mut Entropy::new(&mut secret_bytes(&key(15)))).unwrap()
}

fn generation() -> Operation {
    Operation::telling("making a recovery code", || sink(generated()))
        .but("zeros looked for byte by byte", || {
            sink(leaky::equal_until_different(&secret_bytes(&key(15)), &[0; 15]))
        })
}

fn writing() -> Operation {
    // Making one tells that not all is zero.
    Operation::telling("writing a recovery code", || {
        let mut public = key(15);
        let known = RecoveryCode::generate(&mut Entropy::new(&mut public)).unwrap();
        assert_eq!(published(generated().text().as_str()), known.text().as_str());
    })
    .but("characters from a table", || {
        let table = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bytes = secret_bytes(&key(15));
        bytes.iter().for_each(|byte| sink(leaky::from_table(table, (byte & 31).into())));
    })
}

fn reading() -> Operation {
    Operation::telling("reading a recovery code", || {
        let code = RecoveryCode::parse(&secret_text(TYPED)).unwrap();
        assert_eq!(published(code.text().as_str()), MEANT);
    })
    .but("values from a table", || sink(leaky::values_from_table(&secret_text(TYPED))))
    .but("values by branches", || sink(leaky::values_by_branches(&secret_text(TYPED))))
}

fn foreign() -> Operation {
    Operation::telling("reading what is no recovery code", || {
        let error = |text: &str| RecoveryCode::parse(&secret_text(text)).unwrap_err();
        assert_eq!(error("91jq 0oUO"), RecoveryCodeError::Foreign { index: 7 });
        assert_eq!(error("91jq-00"), RecoveryCodeError::Length { found: 6 });
    })
    .but("stops at the first foreign character", || {
        let text = secret_text("91jq 0oUO");
        sink(text.bytes().position(|byte| byte | 0x20 == b'u').map(std::hint::black_box));
    })
}

fn equality() -> Operation {
    Operation::telling("comparing recovery codes", || {
        let code = |text: &str| RecoveryCode::parse(&secret_text(text)).unwrap();
        assert!(code(TYPED) == code(MEANT));
        assert!(code(TYPED) != code(&MEANT.replace('Q', "R")));
    })
    .but("ends at the first difference", || {
        let (one, other) = (secret_text(MEANT), secret_text(&MEANT.replace('Q', "R")));
        sink(leaky::equal_until_different(one.as_bytes(), other.as_bytes()));
    })
}

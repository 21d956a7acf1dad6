//! Codes: computed, written, read, compared.

use super::{Operation, sink};
use crate::leaky::{self, Leak};
use crate::memcheck::is_secret;
use crate::sample::{ALGORITHMS, FORMATS, public_key, published, secret_key, secret_text};
use mfa_core::{Algorithm, Code, CodeError, Format, Hotp, TimeSteps, Totp};

/// Counters and times around whose codes the offsets of truncation differ.
const COUNTERS: std::ops::Range<u64> = 50_000_000..50_000_008;

pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for algorithm in ALGORITHMS {
        for format in FORMATS {
            all.push(hotp(algorithm, format));
        }
        all.push(totp(algorithm));
        all.push(leakless(algorithm));
        all.push(long_key(algorithm));
    }
    for format in FORMATS {
        all.push(parse(format));
        all.push(equality(format));
    }
    all.push(foreign());
    all
}

fn with_leaks(mut operation: Operation, algorithm: Algorithm, format: Format) -> Operation {
    for (name, leak) in Leak::ALL {
        operation = operation.but(name, move || {
            COUNTERS.for_each(|n| sink(leaky::code(algorithm, format, &n.to_be_bytes(), leak)));
        });
    }
    operation
}

fn hotp(algorithm: Algorithm, format: Format) -> Operation {
    let len = algorithm.output_len();
    let name = format!("HOTP code, {}, {format:?}", algorithm.name());
    let operation = Operation::silent(name, move || {
        let known = Hotp::new(&public_key(len), algorithm, format).unwrap();
        let hotp = Hotp::new(&secret_key(len), algorithm, format).unwrap();
        for counter in COUNTERS {
            let text = hotp.code(counter).text();
            assert_eq!(published(text.as_str()), known.code(counter).text().as_str());
        }
    });
    with_leaks(operation, algorithm, format)
}

fn totp(algorithm: Algorithm) -> Operation {
    let format = Format::default();
    let operation = Operation::silent(format!("TOTP code, {}", algorithm.name()), move || {
        let totp = Totp::new(&secret_key(20), algorithm, format, TimeSteps::default()).unwrap();
        COUNTERS.for_each(|n| sink(published(totp.code(n * 30).text().as_str())));
    });
    with_leaks(operation, algorithm, format)
}

/// What the twins have in common is in order: it is their leaks that are caught.
fn leakless(algorithm: Algorithm) -> Operation {
    let name = format!("a code's twin without a leak, {}", algorithm.name());
    let operation = Operation::silent(name, move || {
        for (format, n) in FORMATS.into_iter().zip(COUNTERS) {
            let text = leaky::code(algorithm, format, &n.to_be_bytes(), Leak::None);
            assert!(is_secret(&text));
        }
    });
    with_leaks(operation, algorithm, Format::default())
}

/// A key that is longer than a block is hashed first.
fn long_key(algorithm: Algorithm) -> Operation {
    let format = Format::default();
    let name = format!("HOTP code of a key of 128 bytes, {}", algorithm.name());
    let operation = Operation::silent(name, move || {
        let hotp = Hotp::new(&secret_key(128), algorithm, format).unwrap();
        sink(published(hotp.code(7).text().as_str()));
    });
    with_leaks(operation, algorithm, format)
}

fn spellings(format: Format) -> Vec<String> {
    let plain = match format {
        Format::Steam => "R9tK2".to_owned(),
        _ => "492039187"[..format.len()].to_owned(),
    };
    let (left, right) = plain.split_at(3);
    vec![format!(" {left}-{right}\n"), format!("{left} {right}"), plain.clone()]
}

fn parse(format: Format) -> Operation {
    Operation::telling(format!("reading a code, {format:?}"), move || {
        for spelling in spellings(format) {
            let code = Code::parse(&secret_text(&spelling), format).unwrap();
            let plain: String = spelling.chars().filter(char::is_ascii_alphanumeric).collect();
            assert_eq!(published(code.text().as_str()), plain.to_uppercase());
        }
    })
    .but("values from a table", move || {
        sink(leaky::values_from_table(&secret_text(&spellings(format)[2])));
    })
    .but("values by branches", move || {
        sink(leaky::values_by_branches(&secret_text(&spellings(format)[2])));
    })
}

/// Where the first foreign character is, is public; which it is, and what is before it, not.
fn foreign() -> Operation {
    Operation::telling("reading what is no code", || {
        let parse = |text| Code::parse(&secret_text(text), Format::default());
        assert_eq!(parse(" 49a0b9 ").unwrap_err(), CodeError::Foreign { index: 3 });
        assert_eq!(parse("49203").unwrap_err(), CodeError::Length { expected: 6, found: 5 });
    })
    .but("stops at the first foreign character", || {
        let text = secret_text("49a0b9");
        sink(text.bytes().position(|byte| byte > b'9').map(std::hint::black_box));
    })
}

fn equality(format: Format) -> Operation {
    let [typed, ..] = <[String; 3]>::try_from(spellings(format)).unwrap();
    let other = typed.replace('9', "8");
    let (typed_too, other_too) = (typed.clone(), other.clone());
    Operation::telling(format!("comparing codes, {format:?}"), move || {
        let code = |text: &str| Code::parse(&secret_text(text), format).unwrap();
        assert!(code(&typed) == code(&typed));
        assert!(code(&typed) != code(&other));
    })
    .but("ends at the first difference", move || {
        let (one, other) = (secret_text(&typed_too), secret_text(&other_too));
        sink(leaky::equal_until_different(one.as_bytes(), other.as_bytes()));
    })
}

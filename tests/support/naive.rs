//! One-time passwords as the standards put them, without a thought for timing: what the
//! library is compared with.

use hmac::{Hmac, KeyInit, Mac};
use mfa_core::{Algorithm, Format};

pub fn hmac(algorithm: Algorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    fn finish<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
        <M as KeyInit>::new_from_slice(key)
            .unwrap()
            .chain_update(message)
            .finalize()
            .into_bytes()
            .to_vec()
    }
    match algorithm {
        Algorithm::Sha1 => finish::<Hmac<sha1::Sha1>>(key, message),
        Algorithm::Sha256 => finish::<Hmac<sha2::Sha256>>(key, message),
        Algorithm::Sha512 => finish::<Hmac<sha2::Sha512>>(key, message),
        _ => unimplemented!("{algorithm:?}"),
    }
}

/// RFC 4226 §5.3.
pub fn truncate(hmac: &[u8]) -> u32 {
    let offset = usize::from(hmac[hmac.len() - 1] & 0xF);
    u32::from_be_bytes(hmac[offset..offset + 4].try_into().unwrap()) & 0x7FFF_FFFF
}

/// A truncated HMAC as text; Steam's the way Steam's own clients compute it.
pub fn text(truncated: u32, format: Format) -> String {
    match format {
        Format::Decimal(digits) => {
            let width = usize::from(digits.get());
            format!("{:0width$}", truncated % 10u32.pow(digits.get().into()))
        }
        Format::Steam => {
            let mut rest = truncated as usize;
            let mut text = String::new();
            for _ in 0..5 {
                text.push(char::from(b"23456789BCDFGHJKMNPQRTVWXY"[rest % 26]));
                rest /= 26;
            }
            text
        }
        _ => unimplemented!("{format:?}"),
    }
}

/// The code of a counter or step.
pub fn code(algorithm: Algorithm, key: &[u8], format: Format, counter: u64) -> String {
    text(truncate(&hmac(algorithm, key, &counter.to_be_bytes())), format)
}

/// The first two counters from `start` on that carry the same code, the smaller one first.
#[allow(dead_code, reason = "not every test binary needs it")]
pub fn collision(algorithm: Algorithm, key: &[u8], format: Format, start: u64) -> (u64, u64) {
    let mut seen = std::collections::HashMap::new();
    (start..)
        .find_map(|counter| {
            let before = seen.insert(code(algorithm, key, format, counter), counter)?;
            Some((before, counter))
        })
        .unwrap()
}

/// The bytes that hexadecimal digits write.
#[allow(dead_code, reason = "not every test binary needs it")]
pub fn hex(text: &str) -> Vec<u8> {
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    text.as_bytes().chunks(2).map(byte).collect()
}

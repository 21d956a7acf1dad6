//! What each operation does, done wrong in one respect: the leaks that must be caught.
//!
//! All else in a twin is right, so that it is this leak that is caught. `black_box` keeps the
//! compiler from repairing it.

use crate::sample::{key, secret_bytes};
use hmac::{Hmac, KeyInit, Mac};
use mfa_core::{Algorithm, Format};
use std::hint::black_box;

/// Where the leak is.
#[derive(Clone, Copy, PartialEq)]
pub enum Leak {
    /// Nowhere: what the twins have in common is in order.
    None,
    /// RFC 4226 §5.3 as it is written: an index taken from the HMAC.
    Truncation,
    /// Reduction by comparisons and subtractions.
    Reduction,
    /// Characters out of a table.
    Table,
}

impl Leak {
    pub const ALL: [(&str, Self); 3] = [
        ("truncation by index", Self::Truncation),
        ("reduction by branches", Self::Reduction),
        ("characters from a table", Self::Table),
    ];
}

/// A code of a secret key, as text, with one leak.
pub fn code(algorithm: Algorithm, format: Format, message: &[u8], leak: Leak) -> Vec<u8> {
    code_of(&hmac(algorithm, message), format, leak)
}

/// An HMAC with the secret key.
pub fn hmac(algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
    fn of<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes().to_vec()
    }
    let key = secret_bytes(&key(algorithm.output_len()));
    match algorithm {
        Algorithm::Sha256 => of::<Hmac<sha2::Sha256>>(&key, message),
        Algorithm::Sha512 => of::<Hmac<sha2::Sha512>>(&key, message),
        _ => of::<Hmac<sha1::Sha1>>(&key, message),
    }
}

pub fn code_of(hmac: &[u8], format: Format, leak: Leak) -> Vec<u8> {
    let value = match leak {
        Leak::Truncation => truncate_by_index(hmac),
        _ => truncate(hmac),
    };
    let (modulus, base) = match format {
        Format::Steam => (26u32.pow(5), 26),
        _ => (10u32.pow(format.len() as u32), 10),
    };
    let value = match leak {
        Leak::Reduction => reduce_by_branches(value, modulus),
        // A division by a secret number would leak on other machines; memcheck does not mind.
        _ => remainder(value, modulus),
    };
    characters(value, base, format.len(), leak)
}

fn truncate(hmac: &[u8]) -> u32 {
    let last = hmac[hmac.len() - 1] & 0xF;
    let mut value = 0;
    for offset in 0..16u8 {
        let at = usize::from(offset);
        let here = u32::from_be_bytes(hmac[at..at + 4].try_into().unwrap());
        let differs = u32::from(black_box(offset ^ last)).wrapping_neg() >> 31;
        value |= here & black_box(differs).wrapping_sub(1);
    }
    value & 0x7FFF_FFFF
}

fn truncate_by_index(hmac: &[u8]) -> u32 {
    let offset = usize::from(hmac[hmac.len() - 1] & 0xF);
    // SAFETY: 15 + 4 < 20. (A bounds check would be another leak.)
    let bytes = unsafe { hmac.as_ptr().add(offset).cast::<[u8; 4]>().read() };
    u32::from_be_bytes(bytes) & 0x7FFF_FFFF
}

/// The search for divisions must find this one.
#[inline(never)]
pub fn remainder(value: u32, modulus: u32) -> u32 {
    value % black_box(modulus).max(1)
}

fn reduce_by_branches(value: u32, modulus: u32) -> u32 {
    let mut value = u64::from(value);
    for shift in (0..16).rev() {
        let multiple = u64::from(modulus) << shift;
        if value >= multiple {
            value = black_box(value - multiple);
        }
    }
    value as u32
}

fn characters(mut value: u32, base: u32, len: usize, leak: Leak) -> Vec<u8> {
    const STEAM: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";
    let table = if base == 10 { b"0123456789" } else { &STEAM[..] };
    let mut text = vec![0; len];
    for char in text.iter_mut().rev() {
        let digit = value % base;
        value /= base;
        *char = match leak {
            Leak::Table => from_table(table, digit as usize),
            _ => digit as u8,
        };
    }
    text
}

/// An element at a secret index.
#[inline(never)]
pub fn from_table(table: &[u8], index: usize) -> u8 {
    // SAFETY: the callers' indices are within. (A bounds check would be another leak.)
    unsafe { *black_box(table).as_ptr().add(index) }
}

/// Compares as `==` does on slices, the obvious way.
#[inline(never)]
pub fn equal_until_different(one: &[u8], other: &[u8]) -> bool {
    for (one, other) in one.iter().zip(other) {
        if one != other {
            return black_box(false);
        }
    }
    black_box(true)
}

/// 0 if the two are equal: looks at all bytes.
pub fn difference(one: &[u8], other: &[u8]) -> u8 {
    one.iter().zip(other).fold(0, |any, (one, other)| black_box(any | (one ^ other)))
}

/// A search that ends where it finds something.
pub fn first_equal<'a>(
    codes: impl IntoIterator<Item = &'a Vec<u8>>,
    presented: &[u8],
) -> Option<usize> {
    for (index, code) in codes.into_iter().enumerate() {
        if difference(code, presented) == 0 {
            return Some(black_box(index));
        }
    }
    None
}

/// Characters read with a table of their values.
pub fn values_from_table(text: &str) -> Vec<u8> {
    let table: Vec<u8> = (0..=u8::MAX).map(|byte| byte & 0x1F).collect();
    text.bytes().map(|byte| from_table(&table, byte.into())).collect()
}

/// Characters read with a branch on each.
pub fn values_by_branches(text: &str) -> Vec<u8> {
    let value = |byte| match byte {
        b'0'..=b'4' => black_box(byte - b'0'),
        b'5'..=b'9' => black_box(byte - b'2'),
        _ => black_box(byte & 0x1F),
    };
    text.bytes().map(value).collect()
}

//! The standards' vectors, as `build.rs` finds them in the repository's `vectors/`.
#![allow(missing_docs, reason = "the fields are named as in the standards")]

use mfa_core::Algorithm;

/// RFC 4226 Appendix D.
#[derive(Debug)]
pub struct Hotp {
    pub counter: u64,
    pub code: &'static str,
}

/// RFC 6238 Appendix B.
#[derive(Debug)]
pub struct Totp {
    pub algorithm: Algorithm,
    pub key: &'static [u8],
    pub time: u64,
    pub code: &'static str,
}

/// RFC 6287 Appendix C.
#[derive(Debug)]
pub struct Ocra {
    pub section: &'static str,
    pub suite: &'static str,
    pub key: &'static [u8],
    pub challenge: &'static str,
    pub counter: Option<u64>,
    pub pin: Option<&'static str>,
    pub step: Option<u64>,
    pub response: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

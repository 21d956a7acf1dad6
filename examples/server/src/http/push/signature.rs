//! Signatures of devices: Ed25519 (RFC 8032) or ECDSA on P-256 with SHA-256, as JOSE writes
//! them (RFC 7518 §3.4, RFC 8037).
//!
//! What is signed is the path, a line end, and the body, byte by byte: nothing that was signed
//! for one call serves for the other.

use crate::http::ApiError;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};
use axum::http::StatusCode;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

/// The header that holds the signature, in base64url without padding.
pub(super) const HEADER: &str = "signature";

pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text).ok()
}

pub(super) fn wrong() -> ApiError {
    let description = "The signature is missing, or not of the device";
    ApiError::new(StatusCode::UNAUTHORIZED, "invalid_signature", description)
}

/// A device's public key.
pub(super) enum DeviceKey {
    Ed25519([u8; 32]),
    P256 { x: [u8; 32], y: [u8; 32] },
}

impl DeviceKey {
    /// Reads a JWK (RFC 7517).
    pub(super) fn parse(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| -> Option<[u8; 32]> {
            BASE64URL_NOPAD.decode(text(name)?.as_bytes()).ok()?.try_into().ok()
        };
        match (text("kty")?, text("crv")?) {
            ("OKP", "Ed25519") => Some(Self::Ed25519(bytes("x")?)),
            ("EC", "P-256") => Some(Self::P256 { x: bytes("x")?, y: bytes("y")? }),
            _ => None,
        }
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        Self::parse(serde_json::from_str::<Value>(text).ok()?.as_object()?)
    }

    pub(super) fn to_jwk(&self) -> Value {
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        match self {
            Self::Ed25519(x) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(x) }),
            Self::P256 { x, y } => {
                json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
            }
        }
    }

    /// Whether this key signed `body` for `path`.
    pub(super) fn verifies(&self, path: &str, body: &[u8], signature: &[u8]) -> bool {
        let message = [path.as_bytes(), b"\n", body].concat();
        match self {
            Self::Ed25519(x) => {
                UnparsedPublicKey::new(&ED25519, x).verify(&message, signature).is_ok()
            }
            Self::P256 { x, y } => {
                let point = [&[4], x.as_slice(), y].concat();
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                key.verify(&message, signature).is_ok()
            }
        }
    }
}

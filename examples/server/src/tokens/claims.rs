//! What the JWTs say.

use serde::{Deserialize, Serialize};

/// An access token (RFC 9068's claims).
#[derive(Debug, Serialize, Deserialize)]
pub struct AccessClaims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub iat: u64,
    pub exp: u64,
    pub jti: String,
    pub azp: String,
    pub scope: String,
    /// How the grant was made, where it matters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gty: Option<String>,
    /// The core's ticket, sealed: in tokens for the MFA audience alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ticket: Option<String>,
}

impl AccessClaims {
    pub fn has_scope(&self, wanted: &str) -> bool {
        self.scope.split(' ').any(|one| one == wanted)
    }
}

/// An id token (OpenID Connect Core §2).
#[derive(Debug, Serialize, Deserialize)]
pub struct IdClaims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub iat: u64,
    pub exp: u64,
    pub auth_time: u64,
    /// RFC 8176.
    pub amr: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
}

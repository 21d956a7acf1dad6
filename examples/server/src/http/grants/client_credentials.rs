//! `client_credentials`: management tokens, for clients that have that right.

use super::Request;
use crate::http::ApiError;
use crate::tokens::{AccessClaims, token_id};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// How long a management token is valid, in seconds.
const LIFE: u64 = 86_400;

/// What management tokens are for.
pub(in crate::http) const SCOPE: &str = "update:users";

pub(super) fn grant(request: &Request<'_>) -> Result<Value, ApiError> {
    let Request { app, client, fields, .. } = request;
    let audience = app.settings.management_audience();
    let unauthorized = |description: &'static str| {
        Err(ApiError::new(StatusCode::FORBIDDEN, "unauthorized_client", description))
    };
    if !client.management || client.secret_hash.is_none() {
        return unauthorized("This client may not manage users");
    }
    if fields.text("audience")? != audience {
        return Err(ApiError::access_denied("The audience is not known here"));
    }
    let asked = fields.optional_text("scope")?;
    let granted = asked.is_none_or(|asked| asked.split(' ').any(|one| one == SCOPE));
    let scope = if granted { SCOPE } else { "" };
    let now = app.clock.now();
    let claims = AccessClaims {
        iss: app.settings.issuer.clone(),
        sub: format!("{}@clients", client.id),
        aud: audience,
        iat: now,
        exp: now.saturating_add(LIFE),
        jti: token_id(),
        azp: client.id.clone(),
        scope: scope.to_owned(),
        gty: Some("client-credentials".into()),
        ticket: None,
    };
    Ok(json!({
        "access_token": app.tokens.signer.sign(&claims),
        "expires_in": LIFE,
        "scope": scope,
        "token_type": "Bearer",
    }))
}

//! Who asks, by what they present: an `mfa_token`, or an access token (RFC 6750).

use super::ApiError;
use crate::app::App;
use crate::tokens::{AccessClaims, MfaToken};
use axum::http::{HeaderMap, header};

/// What was presented as an `mfa_token`, or as the bearer of one of the MFA API's calls.
pub(super) struct Presented {
    pub(super) token: MfaToken,
    /// An access token for the MFA audience, not an `mfa_token`.
    pub(super) is_access_token: bool,
}

/// The text of a bearer token.
pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let value = headers.get(header::AUTHORIZATION).ok_or_else(ApiError::no_token)?;
    let value = value.to_str().map_err(|_| ApiError::no_token())?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(ApiError::no_token()),
    }
}

/// Reads an `mfa_token`, or an access token for the MFA audience in its place.
pub(super) fn presented(app: &App, text: &str) -> Result<Presented, ApiError> {
    let now = app.clock.now();
    if let Ok(token) = app.tokens.open_mfa_token(text) {
        return match now < token.ticket.parts().expires {
            true => Ok(Presented { token, is_access_token: false }),
            false => Err(ApiError::expired_mfa_token()),
        };
    }
    let audience = app.settings.mfa_audience();
    let claims = claims(app, text, &audience).ok_or_else(ApiError::malformed_mfa_token)?;
    let ticket = claims.ticket.and_then(|ticket| app.tokens.open_ticket(&ticket).ok());
    let ticket = ticket.ok_or_else(ApiError::malformed_mfa_token)?;
    if now >= claims.exp {
        return Err(ApiError::invalid_token("The access token expired"));
    }
    let token = MfaToken { ticket, client: claims.azp, audience, scope: claims.scope };
    Ok(Presented { token, is_access_token: true })
}

/// An access token of this server for an audience, with a scope.
pub(super) fn access(
    app: &App,
    headers: &HeaderMap,
    audience: &str,
    scope: Option<&str>,
) -> Result<AccessClaims, ApiError> {
    let invalid = || ApiError::invalid_token("The access token is not valid here");
    let claims = claims(app, bearer(headers)?, audience).ok_or_else(invalid)?;
    if app.clock.now() >= claims.exp {
        return Err(ApiError::invalid_token("The access token expired"));
    }
    match scope {
        Some(scope) if !claims.has_scope(scope) => Err(ApiError::insufficient_scope(scope)),
        _ => Ok(claims),
    }
}

fn claims(app: &App, text: &str, audience: &str) -> Option<AccessClaims> {
    app.tokens.signer.verify(text, &app.settings.issuer, audience)
}

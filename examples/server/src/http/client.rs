//! Which application asks (RFC 6749 §2.3).

use super::ApiError;
use super::body::Fields;
use crate::app::App;
use crate::storage::ClientRow;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, header};
use data_encoding::BASE64;

/// What a client's secret is kept as: it is random, so that a plain hash is enough.
pub fn hash_secret(secret: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
    hash
}

/// The client, which has shown its secret if it has one.
pub(super) async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<ClientRow, ApiError> {
    let (client, shown) = identify(app, headers, fields).await?;
    match (client.secret_hash, shown) {
        (Some(_), false) => Err(ApiError::invalid_client()),
        _ => Ok(client),
    }
}

/// The client, and whether it has shown its secret. A wrong one is refused.
pub(super) async fn identify(
    app: &App,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<(ClientRow, bool), ApiError> {
    let (id, secret) = match (fields.optional_text("client_id")?, basic(headers)) {
        (None, Some((id, secret))) => (id, Some(secret)),
        (_, basic) => {
            let id = fields.text("client_id")?.to_owned();
            let secret = fields.optional_text("client_secret")?.map(str::to_owned);
            // The header counts if it speaks of the same client.
            let same = basic.filter(|(named, _)| *named == id).map(|(_, secret)| secret);
            (id, secret.or(same))
        }
    };
    let client = app.database.client(&id).await?.ok_or_else(ApiError::invalid_client)?;
    match (client.secret_hash, secret) {
        (Some(hash), Some(secret)) => {
            verify_slices_are_equal(&hash, &hash_secret(&secret))
                .map_err(|_| ApiError::invalid_client())?;
            Ok((client, true))
        }
        _ => Ok((client, false)),
    }
}

/// Id and secret of a `Basic` header, both form-encoded inside of it.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(credentials.trim().as_bytes()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| {
        let (name, _) = form_urlencoded::parse(text.as_bytes()).next()?;
        Some(name.into_owned())
    };
    Some((plain(id)?, plain(secret).unwrap_or_default()))
}

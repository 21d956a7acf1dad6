//! `POST /qr`: a text as a QR code, for pages that cannot draw one. Ours; Auth0 has no such call.

use super::ApiError;
use super::bearer::{bearer, presented};
use super::body::JsonBody;
use crate::app::App;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use qrcode::QrCode;
use qrcode::render::svg::Color;
use std::sync::Arc;

/// The most characters of a text: a barcode_uri has fewer.
const LIMIT: usize = 500;

/// Who may enroll may have what they enroll drawn. The text is not kept.
pub(super) async fn qr(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    JsonBody(fields): JsonBody,
) -> Result<impl IntoResponse, ApiError> {
    presented(&app, bearer(&headers)?)?;
    let too_long = || ApiError::invalid_request("Invalid parameter: text is too long");
    let text = fields.text("text")?;
    if text.chars().count() > LIMIT {
        return Err(too_long());
    }
    let code = QrCode::new(text).map_err(|_| too_long())?;
    let svg = code.render::<Color<'_>>().build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg))
}

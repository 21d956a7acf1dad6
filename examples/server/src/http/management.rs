//! What administrators do with users: fresh recovery codes.

use super::ApiError;
use super::bearer::access;
use super::grants::MANAGEMENT_SCOPE;
use super::refused::Refusal;
use crate::app::App;
use crate::random::random;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use mfa_core::{Entropy, Refused, RegenerateRecoveryCodes, Scopes};
use serde_json::{Value, json};
use std::sync::Arc;

/// `POST /api/v2/users/{id}/recovery-code-regeneration`
pub(super) async fn regenerate(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, ApiError> {
    let audience = app.settings.management_audience();
    access(&app, &headers, &audience, Some(MANAGEMENT_SCOPE))?;
    let unknown = || ApiError::new(StatusCode::NOT_FOUND, "not_found", "There is no such user");
    let account = id.ok().and_then(|Path(id)| crate::ids::account(&id)).ok_or_else(unknown)?;
    app.database.user_of(account).await?.ok_or_else(unknown)?;
    let (_, regenerated) = app
        .settle(account, |record, cx| {
            let (mut bytes, mut more) = (random::<16>(), random::<256>());
            let ticket = record
                .administrator_ticket(Scopes::NONE, Entropy::new(&mut bytes), cx)
                .map_err(|error| ApiError::internal(&Refused::from(error)))?;
            let entropy = Entropy::new(&mut more);
            let step = record.decide(RegenerateRecoveryCodes { ticket: &ticket, entropy }, cx);
            step.map_err(|refused| ApiError::from(Refusal(refused, cx.now)))
        })
        .await?;
    app.tell(account, regenerated.notices).await;
    let code = regenerated.recovery_codes.iter().next().map(|code| code.text().as_str().to_owned());
    Ok(Json(json!({ "recovery_code": code })))
}

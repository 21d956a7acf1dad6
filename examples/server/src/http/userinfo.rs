//! `GET /userinfo` (OpenID Connect Core §5.3).

use super::ApiError;
use super::bearer::access;
use crate::app::App;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn userinfo(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let audience = app.settings.userinfo_audience();
    let claims = access(&app, &headers, &audience, Some("openid"))?;
    let invalid = || ApiError::invalid_token("The access token is not valid here");
    let account = crate::ids::account(&claims.sub).ok_or_else(invalid)?;
    let user = app.database.user_of(account).await?.ok_or_else(invalid)?;
    let mut answer = json!({ "sub": claims.sub });
    if claims.has_scope("email") && user.name.contains('@') {
        answer["email"] = json!(user.name);
    }
    if claims.has_scope("profile") {
        answer["name"] = json!(user.name);
    }
    Ok(Json(answer))
}

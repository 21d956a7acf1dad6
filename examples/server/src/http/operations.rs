//! What operators look at: health and numbers.

use super::ApiError;
use crate::app::App;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /healthz`: whether requests can be answered now.
pub(super) async fn health(State(app): State<Arc<App>>) -> Result<Json<Value>, ApiError> {
    match app.database.ping().await {
        Ok(()) => Ok(Json(json!({ "status": "ok" }))),
        Err(error) => {
            tracing::error!(%error, "the database cannot be reached");
            Err(ApiError::unavailable("The database cannot be reached: try again"))
        }
    }
}

/// `GET /metrics`
pub(super) async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, media_type)], app.metrics.text())
}

//! `GET /openapi.json`: the whole surface, for machines.

use crate::app::App;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("openapi.json")).expect("the document is JSON")
});

pub(super) async fn openapi(State(app): State<Arc<App>>) -> Json<Value> {
    let mut document = DOCUMENT.clone();
    let url = app.settings.issuer.trim_end_matches('/');
    document["servers"] = json!([{ "url": url }]);
    Json(document)
}

//! What clients need to find out about the server by themselves (OpenID Connect Discovery).

use super::grants::GRANT_TYPES;
use crate::app::App;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /.well-known/openid-configuration`
pub(super) async fn configuration(State(app): State<Arc<App>>) -> Json<Value> {
    let issuer = &app.settings.issuer;
    Json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}oauth/token"),
        "userinfo_endpoint": format!("{issuer}userinfo"),
        "mfa_challenge_endpoint": format!("{issuer}mfa/challenge"),
        "jwks_uri": format!("{issuer}.well-known/jwks.json"),
        "grant_types_supported": GRANT_TYPES,
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [app.tokens.signer.algorithm().name()],
        "scopes_supported": ["openid", "profile", "email"],
        "claims_supported": ["iss", "sub", "aud", "iat", "exp", "auth_time", "amr", "name", "email"],
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "client_secret_basic", "none"],
    }))
}

/// `GET /.well-known/jwks.json`
pub(super) async fn keys(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!({ "keys": [app.tokens.signer.jwk()] }))
}

//! HTTP: the routes, and what holds for all of them.

mod associate;
mod authenticators;
mod bearer;
mod body;
mod challenge;
mod client;
mod discovery;
mod error;
mod grants;
mod limits;
mod listen;
mod management;
mod openapi;
mod operations;
pub mod polls;
mod push;
mod qr;
mod refused;
mod tokens;
mod userinfo;

pub use self::client::hash_secret;
pub use self::error::ApiError;
pub use self::listen::{Patience, listen};

use crate::app::App;
use crate::page;
use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, Method};
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use std::sync::Arc;
use tower_http::cors::CorsLayer;

/// All that the server answers to.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::configuration))
        .route("/.well-known/jwks.json", get(discovery::keys))
        .route("/oauth/token", post(grants::token))
        .route("/userinfo", get(userinfo::userinfo))
        .route("/mfa/associate", post(associate::associate))
        .route("/mfa/challenge", post(challenge::challenge))
        .route("/mfa/authenticators", get(authenticators::list))
        .route("/mfa/authenticators/{id}", delete(authenticators::remove))
        .route("/api/v2/users/{id}/recovery-code-regeneration", post(management::regenerate))
        .route("/push/enroll", post(push::enroll))
        .route("/push/answer", post(push::answer))
        .route("/qr", post(qr::qr))
        .route("/openapi.json", get(openapi::openapi))
        .route("/healthz", get(operations::health))
        .route("/metrics", get(operations::metrics))
        .merge(page::routes())
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), limits::around))
        .layer(origins(&app))
        .with_state(app)
}

/// Pages from elsewhere that browsers let talk to this server: those the operator named.
fn origins(app: &App) -> CorsLayer {
    let origins = app.settings.origins.iter().filter_map(|origin| origin.parse().ok());
    CorsLayer::new()
        .allow_origin(origins.collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        // Auth0's SDKs say there who they are.
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static("auth0-client")])
        .expose_headers([RETRY_AFTER])
}

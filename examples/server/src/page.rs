//! The page for people at `/`: static files, and a policy that lets them load nothing else.

use crate::app::App;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// Scripts, styles and requests come from and go to this server alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn routes() -> Router<Arc<App>> {
    let html = |text: &'static str| get(async move || file("text/html; charset=utf-8", text));
    let script =
        |text: &'static str| get(async move || file("text/javascript; charset=utf-8", text));
    let style = |text: &'static str| get(async move || file("text/css; charset=utf-8", text));
    Router::new()
        .route("/", html(include_str!("page/index.html")))
        .route("/app.js", script(include_str!("page/app.js")))
        .route("/style.css", style(include_str!("page/style.css")))
}

fn file(media_type: &'static str, text: &'static str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

//! What surrounds every request: a time limit, a count, a line in the log, headers.

use super::ApiError;
use crate::app::App;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long an answer may take. The client that waits longer is told to ask again.
const TIME_LIMIT: Duration = Duration::from_secs(20);

pub(super) async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("unmatched", MatchedPath::as_str).to_owned();
    // In a task of its own: a client that goes away does not stop a decision half-way.
    let answered = tokio::time::timeout(TIME_LIMIT, tokio::spawn(next.run(request))).await;
    let mut response = match answered {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => ApiError::internal(&error).into_response(),
        Err(_) => ApiError::unavailable("The answer took too long").into_response(),
    };
    let headers = response.headers_mut();
    let default = |headers: &mut HeaderMap, name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(headers, header::CACHE_CONTROL, "no-store");
    default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let (took, status) = (started.elapsed(), response.status().as_u16());
    app.metrics.request(method.as_str(), &route, status, took);
    // The route and not the path, and no query: they could hold what must not be kept.
    tracing::info!(%method, route, status, took_ms = took.as_millis() as u64, "answered");
    response
}

/// Where a request comes from. Behind proxies it is what the outermost of them saw, which is
/// that many places from the end of `X-Forwarded-For`; else the peer.
pub(super) struct ClientAddress(pub(super) String);

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_string());
        let forwarded = forwarded(&parts.headers, app.settings.proxies);
        Ok(Self(forwarded.or(peer).unwrap_or_default()))
    }
}

fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<String> {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let all: Vec<_> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let index = all.len().checked_sub(proxies).filter(|_| proxies > 0)?;
    all.get(index).map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_trusted_proxies_add_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 1.1.1.1"));
        headers.append("x-forwarded-for", HeaderValue::from_static("10.0.0.1"));
        assert_eq!(forwarded(&headers, 0), None);
        assert_eq!(forwarded(&headers, 1).as_deref(), Some("10.0.0.1"));
        assert_eq!(forwarded(&headers, 2).as_deref(), Some("1.1.1.1"));
        assert_eq!(forwarded(&headers, 4), None);
    }
}

//! Errors as clients see them: `{"error": …, "error_description": …}` (RFC 6749 §5.2).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// An error to be answered. Never holds a secret, nor says whether a user exists.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    error: &'static str,
    description: String,
    /// Further members of the object.
    more: Map<String, Value>,
    /// After how many seconds it is worth trying again.
    retry_after: Option<u64>,
    /// What `WWW-Authenticate` says.
    authenticate: Option<&'static str>,
}

impl ApiError {
    pub fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        let (more, retry_after, authenticate) = (Map::new(), None, None);
        Self { status, error, description: description.into(), more, retry_after, authenticate }
    }

    /// 400: a field is missing or ill-typed, or does not belong.
    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// 403: what was presented proves nothing.
    pub fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "invalid_grant", description)
    }

    /// 401: the client is not who it says.
    pub fn invalid_client() -> Self {
        let description = "Client authentication failed";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
            .authenticate("Basic realm=\"oauth\"")
    }

    /// 401: an access token that is none (RFC 6750 §3.1).
    pub fn invalid_token(description: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_token", description)
            .authenticate("Bearer error=\"invalid_token\"")
    }

    /// 401: no access token at all.
    pub fn no_token() -> Self {
        let description = "Missing bearer token";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_token", description).authenticate("Bearer")
    }

    /// 403: an access token without the scope (RFC 6750 §3.1).
    pub fn insufficient_scope(scope: &str) -> Self {
        let description = format!("Insufficient scope, expected any of: {scope}");
        Self::new(StatusCode::FORBIDDEN, "insufficient_scope", description)
            .authenticate("Bearer error=\"insufficient_scope\"")
    }

    pub fn malformed_mfa_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_grant", "Malformed mfa_token")
            .authenticate("Bearer error=\"invalid_token\"")
    }

    pub fn expired_mfa_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "expired_token", "mfa_token is expired")
            .authenticate("Bearer error=\"invalid_token\"")
    }

    pub fn access_denied(description: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "access_denied", description)
    }

    /// 429: locked for so many seconds.
    pub fn too_many_attempts(seconds: u64) -> Self {
        let description = "Too many attempts: try again later";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", description)
            .retry_after(seconds.max(1))
    }

    /// 503: nothing was granted; the same or, if that was used up, the next code may work.
    pub fn unavailable(description: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", description)
            .retry_after(1)
    }

    /// 500: what should not happen. The reason is for the log.
    pub fn internal(reason: &dyn std::fmt::Display) -> Self {
        tracing::error!(%reason, "a request failed");
        let description = "Something went wrong on the server";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", description)
    }

    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    fn authenticate(self, challenge: &'static str) -> Self {
        Self { authenticate: Some(challenge), ..self }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("error".into(), json!(self.error));
        body.insert("error_description".into(), json!(self.description));
        body.extend(self.more);
        let mut response = (self.status, Json(Value::Object(body))).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.authenticate {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

pub(super) async fn not_found() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here")
}

pub(super) async fn method_not_allowed() -> ApiError {
    let description = "This method is not for this path";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", description)
}

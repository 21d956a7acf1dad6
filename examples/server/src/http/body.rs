//! Bodies: JSON everywhere, forms at the token endpoint; fields by name and type.

use super::ApiError;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The most bytes of a body.
const LIMIT: usize = 32 * 1024;

/// The most characters of a field.
const FIELD_LIMIT: usize = 8 * 1024;

/// The fields of a JSON object. Unknown ones are ignored.
pub(super) struct JsonBody(pub(super) Fields);

/// The fields of a JSON object or of a form.
pub(super) struct FormOrJson(pub(super) Fields);

/// Named values, each asked for by its type.
#[derive(Debug)]
pub(super) struct Fields {
    values: Map<String, Value>,
    /// In a form (RFC 6749 §3.2: parameters must not be included more than once).
    repeated: HashSet<String>,
}

impl Fields {
    /// A text that must be there.
    pub(super) fn text(&self, name: &str) -> Result<&str, ApiError> {
        let missing = || ApiError::invalid_request(format!("Missing required parameter: {name}"));
        self.optional_text(name)?.ok_or_else(missing)
    }

    /// A text that may be missing or null.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&str>, ApiError> {
        match self.values.get(name) {
            _ if self.repeated.contains(name) => {
                Err(ApiError::invalid_request(format!("Repeated parameter: {name}")))
            }
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => check(name, text).map(Some),
            Some(_) => Err(ill_typed(name, "a string")),
        }
    }

    pub(super) fn boolean(&self, name: &str) -> Result<bool, ApiError> {
        match self.values.get(name) {
            None | Some(Value::Null) => {
                Err(ApiError::invalid_request(format!("Missing required parameter: {name}")))
            }
            Some(Value::Bool(value)) => Ok(*value),
            Some(_) => Err(ill_typed(name, "true or false")),
        }
    }

    /// A list of texts that may be missing or null.
    pub(super) fn optional_texts(&self, name: &str) -> Result<Option<Vec<&str>>, ApiError> {
        let wrong = || ill_typed(name, "an array of strings");
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => {
                let texts = items.iter().map(|item| match item {
                    Value::String(text) => check(name, text),
                    _ => Err(wrong()),
                });
                texts.collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(wrong()),
        }
    }

    /// An object that must be there.
    pub(super) fn object(&self, name: &str) -> Result<&Map<String, Value>, ApiError> {
        match self.values.get(name) {
            None | Some(Value::Null) => {
                Err(ApiError::invalid_request(format!("Missing required parameter: {name}")))
            }
            Some(Value::Object(object)) => Ok(object),
            Some(_) => Err(ill_typed(name, "an object")),
        }
    }

    fn from_json(bytes: &[u8]) -> Result<Self, ApiError> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(values)) => Ok(Self { values, repeated: HashSet::new() }),
            Ok(_) => Err(ApiError::invalid_request("The body is not a JSON object")),
            Err(_) => Err(ApiError::invalid_request("The body is not JSON")),
        }
    }

    fn from_form(bytes: &[u8]) -> Result<Self, ApiError> {
        let (mut values, mut repeated) = (Map::new(), HashSet::new());
        for (name, value) in form_urlencoded::parse(bytes) {
            let name = name.into_owned();
            if values.insert(name.clone(), Value::String(value.into())).is_some() {
                repeated.insert(name);
            }
        }
        Ok(Self { values, repeated })
    }
}

fn ill_typed(name: &str, wanted: &str) -> ApiError {
    ApiError::invalid_request(format!("Invalid parameter: {name} must be {wanted}"))
}

/// No text is longer than anything needs.
fn check<'a>(name: &str, text: &'a str) -> Result<&'a str, ApiError> {
    if text.len() > FIELD_LIMIT {
        return Err(ApiError::invalid_request(format!("Invalid parameter: {name} is too long")));
    }
    Ok(text)
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        match media_type(&request).as_deref() {
            Some("application/json") => {}
            _ => return Err(unsupported("application/json")),
        }
        Fields::from_json(&read(request.into_body()).await?).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for FormOrJson {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let read_as = match media_type(&request).as_deref() {
            Some("application/json") => Fields::from_json,
            Some("application/x-www-form-urlencoded") => Fields::from_form,
            _ => return Err(unsupported("application/x-www-form-urlencoded, application/json")),
        };
        read_as(&read(request.into_body()).await?).map(Self)
    }
}

/// The whole body, as bytes.
pub(super) async fn read(body: Body) -> Result<Vec<u8>, ApiError> {
    let too_large = || {
        let description = format!("The body has more than {LIMIT} bytes");
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", description)
    };
    Ok(to_bytes(body, LIMIT).await.map_err(|_| too_large())?.to_vec())
}

/// As [`JsonBody`], of bytes that were read before.
pub(super) fn json_fields(bytes: &[u8]) -> Result<Fields, ApiError> {
    Fields::from_json(bytes)
}

pub(super) fn media_type(request: &Request) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

pub(super) fn unsupported(wanted: &str) -> ApiError {
    let description = format!("The Content-Type is not one of: {wanted}");
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", description)
}

//! The device's side of push: enroll, answer. These two calls are ours; Auth0 has none.

mod signature;

use self::signature::DeviceKey;
use super::ApiError;
use super::body::{Fields, json_fields, media_type, read, unsupported};
use super::refused::Refusal;
use crate::app::App;
use crate::vault::Place;
use aws_lc_rs::digest::{SHA256, digest};
use axum::Json;
use axum::extract::{FromRequest, Request, State};
use mfa_core::{AnswerPush, Answered, Refused};
use serde_json::{Value, json};
use std::sync::Arc;

/// What a QR code's transaction is kept as.
pub(super) fn hash_transaction(transaction: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, transaction.as_bytes()).as_ref());
    hash
}

/// A JSON body with the signature of it that `Signature` holds.
pub(super) struct Signed {
    fields: Fields,
    bytes: Vec<u8>,
    signature: Vec<u8>,
}

impl<S: Send + Sync> FromRequest<S> for Signed {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        if media_type(&request).as_deref() != Some("application/json") {
            return Err(unsupported("application/json"));
        }
        let signature = request.headers().get(signature::HEADER);
        let signature = signature.and_then(|value| signature::decode(value.as_bytes()));
        let signature = signature.ok_or_else(signature::wrong)?;
        let bytes = read(request.into_body()).await?;
        Ok(Self { fields: json_fields(&bytes)?, bytes, signature })
    }
}

/// `POST /push/enroll`: the device has scanned the QR code, and shows its key.
pub(super) async fn enroll(
    State(app): State<Arc<App>>,
    Signed { fields, bytes, signature }: Signed,
) -> Result<Json<Value>, ApiError> {
    let transaction = fields.text("enrollment_tx_id")?;
    let jwk = fields.object("device_key")?;
    let malformed = "Invalid parameter: device_key must be an Ed25519 or P-256 public key";
    let key = DeviceKey::parse(jwk).ok_or_else(|| ApiError::invalid_request(malformed))?;
    if !key.verifies("/push/enroll", &bytes, &signature) {
        return Err(signature::wrong());
    }
    let over = || ApiError::invalid_grant("The enrollment is not known, used, or over");
    let device = app.database.device_of_enrollment(hash_transaction(transaction)).await?;
    let device = device.filter(|device| app.clock.now() < device.expires).ok_or_else(over)?;
    let gift = app.data_keys.open_sealed(Place::Device(device.reference), &device.sealed).await?;
    let gift: Value = serde_json::from_slice(&gift).map_err(|error| ApiError::internal(&error))?;
    if !app.database.enroll_device(device.reference, &key.to_jwk().to_string()).await? {
        return Err(over());
    }
    Ok(Json(gift))
}

/// `POST /push/answer`: what the user said on the device.
pub(super) async fn answer(
    State(app): State<Arc<App>>,
    Signed { fields, bytes, signature }: Signed,
) -> Result<Json<Value>, ApiError> {
    let unknown = || ApiError::invalid_grant("The challenge is not known, answered, or over");
    let question = app.tokens.open_question(fields.text("challenge")?).map_err(|_| unknown())?;
    let number = match fields.boolean("approve")? {
        true => Some(fields.text("number")?),
        false => None,
    };
    let device = app.database.device(question.reference).await?;
    let key = device.as_ref().and_then(|device| device.public_key.as_deref());
    let key = key.and_then(DeviceKey::from_text).ok_or_else(unknown)?;
    if !key.verifies("/push/answer", &bytes, &signature) {
        return Err(signature::wrong());
    }
    let decided = app.settle(question.account, |record, cx| {
        let answer = AnswerPush { challenge: question.challenge, number };
        record.decide(answer, cx).map_err(|refused| match refused {
            Refused::NoSuchChallenge => unknown(),
            Refused::MalformedCode(_) => {
                ApiError::invalid_request("Invalid parameter: number must have four digits")
            }
            refused => Refusal(refused, cx.now).into(),
        })
    });
    match decided.await?.1 {
        Answered::Approved => Ok(Json(json!({ "status": "approved" }))),
        Answered::Denied => Ok(Json(json!({ "status": "denied" }))),
        _ => Err(ApiError::invalid_grant("The number was wrong")),
    }
}

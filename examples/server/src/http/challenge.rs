//! `POST /mfa/challenge`: which authenticator is asked, and the message to it.

use super::ApiError;
use super::bearer::presented;
use super::body::JsonBody;
use super::client::identify;
use super::refused::Refusal;
use crate::accounts::Record;
use crate::app::App;
use crate::ids::{ApiId, ApiKind};
use crate::random::random;
use crate::tokens::OobCode;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use mfa_core::{Authenticator, AuthenticatorId, Challenge, Channel, Entropy, Kind, Refused};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn challenge(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    JsonBody(fields): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let mfa_token = fields.text("mfa_token")?;
    let types = fields.optional_text("challenge_type")?;
    let wanted = fields.optional_text("authenticator_id")?;
    // SDKs leave the secret out here, but a wrong one is refused.
    let (client, _) = identify(&app, &headers, &fields).await?;
    let who = presented(&app, mfa_token)?;
    if who.is_access_token {
        return Err(ApiError::malformed_mfa_token());
    }
    if who.token.client != client.id {
        return Err(ApiError::invalid_request("mfa_token was issued to another client"));
    }
    let ticket = &who.token.ticket;
    let account = ticket.parts().account;
    let record = app.account(account).await?;
    let cx = app.context();
    record.may_answer(ticket, &cx).map_err(|refused| Refusal(refused, cx.now))?;
    let (id, channel) = match choose(&record, types, wanted)? {
        (_, None) => return Ok(Json(json!({ "challenge_type": "otp" }))),
        (id, Some(channel)) => (id, channel),
    };
    let (_, delivery) = app
        .settle(account, |record, cx| {
            let mut bytes = random::<16>();
            let entropy = Entropy::new(&mut bytes);
            let challenge = Challenge { ticket, authenticator: id, channel, entropy };
            let step = record.decide(challenge, cx);
            step.map_err(|refused| ApiError::from(Refusal(refused, cx.now)))
        })
        .await?;
    app.send(account, &delivery).await?;
    let oob_code = app.tokens.seal_oob_code(&OobCode {
        ticket: ticket.parts().id,
        authenticator: id,
        challenge: delivery.challenge,
        channel,
    });
    let mut answer = json!({ "challenge_type": "oob", "oob_code": oob_code });
    match channel {
        // Shown where the user logs in, typed on the device.
        Channel::Push => answer["number"] = json!(delivery.code.text().as_str()),
        _ => answer["binding_method"] = json!("prompt"),
    }
    Ok(Json(answer))
}

/// The authenticator to ask, and over which channel; none of an app with codes.
fn choose(
    record: &Record,
    types: Option<&str>,
    wanted: Option<&str>,
) -> Result<(AuthenticatorId, Option<Channel>), ApiError> {
    if !record.is_enrolled() {
        return Err(Refusal(Refused::NotEnrolled, 0).into());
    }
    let wanted = match wanted.map(ApiId::parse) {
        None => None,
        Some(Some(id)) => Some(id),
        Some(None) => return Err(no_such_authenticator()),
    };
    let is_wanted = |one: &&Authenticator| {
        wanted.is_none_or(|id| id.id == one.id() && id.kind == ApiKind::Factor(one.kind()))
    };
    let mut active = record.authenticators().iter().filter(|one| one.is_active()).filter(is_wanted);
    let accepts = |name: &str| types.is_none_or(|all| all.split(' ').any(|one| one == name));
    let mut any = false;
    let found = active.find_map(|one| {
        any = true;
        match one.kind() {
            Kind::OutOfBand(channel) => accepts("oob").then_some((one.id(), Some(channel))),
            _ => accepts("otp").then_some((one.id(), None)),
        }
    });
    match found {
        Some(found) => Ok(found),
        None if wanted.is_some() && !any => Err(no_such_authenticator()),
        None => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "unsupported_challenge_type",
            "User does not have any of the requested challenge types",
        )),
    }
}

fn no_such_authenticator() -> ApiError {
    ApiError::invalid_request("authenticator_id names no active authenticator")
}

//! The user's authenticators: list, remove.

use super::ApiError;
use super::bearer::{bearer, presented};
use super::refused::Refusal;
use crate::accounts::Record;
use crate::app::App;
use crate::ids::{ApiId, ApiKind};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use mfa_core::{Authenticator, Authority, Channel, Kind, Refused, Remove, Scopes};
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /mfa/authenticators`
pub(super) async fn list(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let token = presented(&app, bearer(&headers)?)?.token;
    let record = app.account(token.ticket.parts().account).await?;
    let (scope, cx) = (Scopes::READ_AUTHENTICATORS, app.context());
    record
        .authorize(&token.ticket, Authority::FirstFactor, scope, &cx)
        .map_err(|refused| Refusal(refused, cx.now))?;
    let recovery = (record.recovery_codes_left() > 0).then(|| {
        let id = ApiId::of_recovery_codes(record.version().record);
        json!({
            "id": id.to_string(),
            "authenticator_type": "recovery-code",
            "type": "recovery-code",
            "active": true,
        })
    });
    Ok(Json(record.authenticators().iter().map(describe).chain(recovery).collect()))
}

fn describe(one: &Authenticator) -> Value {
    let id = ApiId { kind: ApiKind::Factor(one.kind()), id: one.id() }.to_string();
    match one.kind() {
        Kind::OutOfBand(channel) => {
            let mut it = json!({
                "id": id,
                "authenticator_type": "oob",
                "type": challenge_type(one.kind()),
                "oob_channel": api_channel(channel),
                // Auth0's documents name the one, its JavaScript SDK reads the other.
                "oob_channels": [api_channel(channel)],
                "active": one.is_active(),
            });
            if !one.label().is_empty() {
                it["name"] = json!(one.label());
            }
            it
        }
        _ => json!({
            "id": id,
            "authenticator_type": "otp",
            "type": challenge_type(one.kind()),
            "active": one.is_active(),
        }),
    }
}

/// What requirements call a kind of authenticator.
fn challenge_type(kind: Kind) -> &'static str {
    match kind {
        Kind::OutOfBand(Channel::Sms | Channel::Voice) => "phone",
        Kind::OutOfBand(Channel::Email) => "email",
        Kind::OutOfBand(_) => "push-notification",
        _ => "otp",
    }
}

/// What the API calls a channel.
pub(super) fn api_channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Push => "auth0",
        channel => channel.name(),
    }
}

/// What can be answered with now, each type once. Where all authenticators are disabled, only
/// a recovery code is left.
pub(super) fn challenge_types(record: &Record) -> Vec<&'static str> {
    let mut types = Vec::new();
    for one in record.authenticators().iter().filter(|one| one.is_active()) {
        let name = challenge_type(one.kind());
        if !types.contains(&name) {
            types.push(name);
        }
    }
    if types.is_empty() && record.recovery_codes_left() > 0 {
        types.push("recovery-code");
    }
    types
}

/// `DELETE /mfa/authenticators/{id}`
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let who = presented(&app, bearer(&headers)?)?;
    if !who.is_access_token {
        return Err(ApiError::invalid_token("An access token for the MFA audience is needed"));
    }
    let account = who.token.ticket.parts().account;
    let unknown = || {
        let description = "There is no such authenticator";
        ApiError::new(StatusCode::NOT_FOUND, "not_found", description)
    };
    let id = id.ok().and_then(|Path(id)| ApiId::parse(&id)).ok_or_else(unknown);
    let (_, removed) = app
        .settle(account, |record, cx| {
            // Who may not remove does not learn what there is.
            let (ticket, scope) = (&who.token.ticket, Scopes::REMOVE_AUTHENTICATORS);
            record
                .authorize(ticket, Authority::Verified, scope, cx)
                .map_err(|refused| ApiError::from(Refusal(refused, cx.now)))?;
            let ApiId { kind, id: authenticator } = match &id {
                Ok(id) => *id,
                Err(_) => return Err(unknown()),
            };
            let ApiKind::Factor(kind) = kind else {
                return Err(ApiError::invalid_request(
                    "Recovery codes go with the last authenticator, and not alone",
                ));
            };
            let is_named = |one: &Authenticator| one.id() == authenticator && one.kind() == kind;
            if !record.authenticators().iter().any(is_named) {
                return Err(unknown());
            }
            let step = record.decide(Remove { ticket, authenticator }, cx);
            step.map_err(|refused| match refused {
                Refused::NoSuchFactor => unknown(),
                refused => Refusal(refused, cx.now).into(),
            })
        })
        .await?;
    app.tell(account, removed.notices).await;
    Ok(StatusCode::NO_CONTENT)
}

//! `mfa-oob`: a code that was sent, or a device's answer.

use super::Request;
use crate::http::ApiError;
use crate::http::refused::Refusal;
use crate::metrics::Factor;
use axum::http::StatusCode;
use mfa_core::{Authenticator, Channel, Context, Refused, Response};
use serde_json::Value;

pub(super) async fn grant(request: &Request<'_>) -> Result<Value, ApiError> {
    let presented = request.mfa_token()?;
    let token = &presented.token;
    let app = request.app;
    let foreign = || ApiError::invalid_request("oob_code does not belong to this mfa_token");
    let oob_code = request.fields.text("oob_code")?;
    let oob = app.tokens.open_oob_code(oob_code).map_err(|_| foreign())?;
    if oob.ticket != token.ticket.parts().id {
        return Err(foreign());
    }
    let is_push = oob.channel == Channel::Push;
    let wrong = if is_push { "Invalid oob_code." } else { "Invalid binding_code." };
    let code = if is_push { None } else { Some(request.fields.text("binding_code")?) };
    let response = || match code {
        None => Response::Push(oob.challenge),
        Some(code) => Response::OutOfBand(oob.challenge, code),
    };
    if is_push && !app.polls.take(oob.challenge, app.clock.now()) {
        let description = "You are polling too fast: slow down.";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "slow_down", description));
    }
    let decided = app.settle(token.ticket.parts().account, |record, cx| {
        // That of an association that was replaced is for nothing that waits.
        let is_meant = |waiting: &Authenticator| waiting.id() == oob.authenticator;
        presented
            .prove(record, is_meant, response(), cx)
            .map_err(|refused| refusal(request, wrong, refused, cx))
    });
    let (_, verdict) = decided.await?;
    request.answer(token, Factor::Oob, verdict, wrong).await
}

/// One answer for wrong, malformed, used up and too late.
fn refusal(request: &Request<'_>, wrong: &str, refused: Refused, cx: &Context<'_>) -> ApiError {
    match refused {
        Refused::MalformedCode(_)
        | Refused::NoSuchChallenge
        | Refused::NoSuchFactor
        | Refused::NothingPending => ApiError::invalid_grant(wrong),
        Refused::Locked { .. } => {
            request.app.metrics.lockout(Factor::Oob);
            Refusal(refused, cx.now).into()
        }
        refused => Refusal(refused, cx.now).into(),
    }
}

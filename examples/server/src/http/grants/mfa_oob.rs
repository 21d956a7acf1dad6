//! `mfa-oob`: a code that was sent, or a device's answer.

use super::Request;
use crate::accounts::Record;
use crate::http::ApiError;
use crate::http::bearer::Presented;
use crate::http::refused::Refusal;
use crate::metrics::Factor;
use crate::tokens::OobCode;
use axum::http::StatusCode;
use mfa_core::{Channel, Confirm, Context, Refused, Respond, Response, Step, Ticket, Verdict};
use serde_json::Value;

pub(super) async fn grant(request: &Request<'_>) -> Result<Value, ApiError> {
    let Presented { token, is_access_token } = request.mfa_token()?;
    let app = request.app;
    let foreign = || ApiError::invalid_request("oob_code does not belong to this mfa_token");
    let oob_code = request.fields.text("oob_code")?;
    let oob = app.tokens.open_oob_code(oob_code).map_err(|_| foreign())?;
    if oob.ticket != token.ticket.parts().id {
        return Err(foreign());
    }
    let is_push = oob.channel == Channel::Push;
    let wrong = if is_push { "Invalid oob_code." } else { "Invalid binding_code." };
    let code = match is_push {
        true => "",
        false => request.fields.text("binding_code")?,
    };
    if is_push && !app.polls.take(oob.challenge, app.clock.now()) {
        let description = "You are polling too fast: slow down.";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "slow_down", description));
    }
    let ticket = &token.ticket;
    let decided = app.settle(ticket.parts().account, |record, cx| {
        let refusal = |refused| refusal(request, wrong, refused, cx);
        let awaited = record.pending(ticket, cx);
        match awaited.is_some_and(|one| one.id() == oob.authenticator) {
            true => record.decide(Confirm { ticket, code }, cx).map_err(refusal),
            // An access token confirms what was associated with it, and no more.
            false if is_access_token => Err(ApiError::invalid_grant(wrong)),
            false => respond(record, ticket, oob, code, cx).map_err(refusal),
        }
    });
    let (_, verdict) = decided.await?;
    request.answer(&token, Factor::Oob, verdict, wrong).await
}

fn respond(
    record: &Record,
    ticket: &Ticket,
    oob: OobCode,
    code: &str,
    cx: &Context<'_>,
) -> Result<Step<Record, Verdict>, Refused> {
    let response = match oob.channel {
        Channel::Push => Response::Push(oob.challenge),
        _ => Response::OutOfBand(oob.challenge, code),
    };
    record.decide(Respond { ticket, response }, cx)
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

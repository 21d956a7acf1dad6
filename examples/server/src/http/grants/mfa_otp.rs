//! `mfa-otp`: a one-time password of an app, which logs in or confirms the app.

use super::Request;
use crate::http::ApiError;
use crate::http::bearer::Presented;
use crate::http::refused::Refusal;
use crate::metrics::Factor;
use mfa_core::{Confirm, Context, Kind, Refused, Respond, Response, Ticket};
use serde_json::Value;

const WRONG: &str = "Invalid otp_code.";

pub(super) async fn grant(request: &Request<'_>) -> Result<Value, ApiError> {
    let Presented { token, is_access_token } = request.mfa_token()?;
    let otp = request.fields.text("otp")?;
    let app = request.app;
    let decided = app
        .settle(token.ticket.parts().account, |record, cx| {
            let ticket = &token.ticket;
            let pending = record.pending(ticket, cx).map(|one| one.kind());
            match pending {
                Some(Kind::Totp | Kind::Hotp) => record
                    .decide(Confirm { ticket, code: otp }, cx)
                    .map_err(|refused| wrong(app, refused, cx)),
                // An access token confirms what was associated with it, and no more.
                _ if is_access_token => Err(ApiError::invalid_grant(WRONG)),
                _ => respond(ticket, otp, record, cx).map_err(|refused| wrong(app, refused, cx)),
            }
        })
        .await;
    let (_, verdict) = decided?;
    request.answer(&token, Factor::Otp, verdict, WRONG).await
}

fn respond(
    ticket: &Ticket,
    otp: &str,
    record: &crate::accounts::Record,
    cx: &Context<'_>,
) -> Result<mfa_core::Step<crate::accounts::Record, mfa_core::Verdict>, Refused> {
    record.decide(Respond { ticket, response: Response::Otp(otp) }, cx)
}

/// One answer for wrong, malformed, and nothing to compare with.
fn wrong(app: &crate::app::App, refused: Refused, cx: &Context<'_>) -> ApiError {
    match refused {
        Refused::MalformedCode(_) | Refused::NoSuchFactor | Refused::NothingPending => {
            ApiError::invalid_grant(WRONG)
        }
        Refused::Locked { .. } => {
            app.metrics.lockout(Factor::Otp);
            Refusal(refused, cx.now).into()
        }
        refused => Refusal(refused, cx.now).into(),
    }
}

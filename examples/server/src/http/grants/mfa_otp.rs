//! `mfa-otp`: a one-time password of an app or device, which logs in or confirms it.

use super::Request;
use crate::http::ApiError;
use crate::http::refused::Refusal;
use crate::metrics::Factor;
use mfa_core::{Authenticator, Channel, Context, Kind, Refused, Response};
use serde_json::Value;

const WRONG: &str = "Invalid otp_code.";

pub(super) async fn grant(request: &Request<'_>) -> Result<Value, ApiError> {
    let presented = request.mfa_token()?;
    let otp = request.fields.text("otp")?;
    let app = request.app;
    let decided = app.settle(presented.token.ticket.parts().account, |record, cx| {
        presented
            .prove(record, shows_codes, Response::Otp(otp), cx)
            .map_err(|refused| wrong(app, refused, cx))
    });
    let (_, verdict) = decided.await?;
    request.answer(&presented.token, Factor::Otp, verdict, WRONG).await
}

/// A device that is asked by push shows codes too.
fn shows_codes(waiting: &Authenticator) -> bool {
    matches!(waiting.kind(), Kind::Totp | Kind::Hotp | Kind::OutOfBand(Channel::Push))
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

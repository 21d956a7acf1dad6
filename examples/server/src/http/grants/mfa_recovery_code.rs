//! `mfa-recovery-code`: the code that was kept for when all else is lost, and a new one for it.

use super::Request;
use crate::http::ApiError;
use crate::http::bearer::Presented;
use crate::http::refused::Refusal;
use crate::metrics::Factor;
use crate::random::random;
use mfa_core::{Entropy, Refused, Respond, Response};
use serde_json::Value;

const WRONG: &str = "Invalid recovery_code.";

pub(super) async fn grant(request: &Request<'_>) -> Result<Value, ApiError> {
    let Presented { token, is_access_token } = request.mfa_token()?;
    let code = request.fields.text("recovery_code")?;
    if is_access_token {
        return Err(ApiError::malformed_mfa_token());
    }
    let (app, ticket) = (request.app, &token.ticket);
    let decided = app.settle(ticket.parts().account, |record, cx| {
        let mut bytes = random::<16>();
        let response = Response::RecoveryCode(code, Entropy::new(&mut bytes));
        record.decide(Respond { ticket, response }, cx).map_err(|refused| match refused {
            Refused::MalformedRecoveryCode(_) | Refused::NoSuchFactor => {
                ApiError::invalid_grant(WRONG)
            }
            Refused::Locked { .. } => {
                app.metrics.lockout(Factor::RecoveryCode);
                Refusal(refused, cx.now).into()
            }
            refused => Refusal(refused, cx.now).into(),
        })
    });
    let (_, verdict) = decided.await?;
    request.answer(&token, Factor::RecoveryCode, verdict, WRONG).await
}

//! The token endpoint: one grant type, one file.

mod client_credentials;
mod mfa_oob;
mod mfa_otp;
mod mfa_recovery_code;
mod password;

use super::ApiError;
use super::bearer::{Presented, presented};
use super::body::{Fields, FormOrJson};
use super::client::authenticate;
use super::limits::ClientAddress;
use super::tokens::{Proof, Wish, issue};
use crate::accounts::Record;
use crate::app::App;
use crate::metrics::Factor;
use crate::storage::ClientRow;
use crate::tokens::MfaToken;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use mfa_core::{Authenticator, Confirm, Context, Grant, Refused, Respond, Response, Step, Verdict};
use serde_json::Value;
use std::sync::Arc;

pub(super) use self::client_credentials::SCOPE as MANAGEMENT_SCOPE;

pub(super) const GRANT_TYPES: [&str; 6] = [
    "password",
    "http://auth0.com/oauth/grant-type/password-realm",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-oob",
    "http://auth0.com/oauth/grant-type/mfa-recovery-code",
    "client_credentials",
];

/// What every grant starts from.
struct Request<'a> {
    app: &'a App,
    /// Where the request comes from.
    address: String,
    client: ClientRow,
    fields: &'a Fields,
}

/// `POST /oauth/token`
pub(super) async fn token(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    ClientAddress(address): ClientAddress,
    FormOrJson(fields): FormOrJson,
) -> Result<Json<Value>, ApiError> {
    let grant_type = fields.text("grant_type")?;
    if !GRANT_TYPES.contains(&grant_type) {
        let description = "This grant_type is not supported";
        let error = "unsupported_grant_type";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, error, description));
    }
    let client = authenticate(&app, &headers, &fields).await?;
    let request = Request { app: &app, address, client, fields: &fields };
    let answer = match grant_type {
        "password" | "http://auth0.com/oauth/grant-type/password-realm" => {
            password::grant(&request).await
        }
        "http://auth0.com/oauth/grant-type/mfa-otp" => mfa_otp::grant(&request).await,
        "http://auth0.com/oauth/grant-type/mfa-oob" => mfa_oob::grant(&request).await,
        "http://auth0.com/oauth/grant-type/mfa-recovery-code" => {
            mfa_recovery_code::grant(&request).await
        }
        _ => client_credentials::grant(&request),
    };
    answer.map(Json)
}

impl Presented {
    /// Confirms what waits for this token, if the response is for that, else logs in.
    fn prove(
        &self,
        record: &Record,
        is_meant: impl Fn(&Authenticator) -> bool,
        response: Response<'_>,
        cx: &Context<'_>,
    ) -> Result<Step<Record, Verdict>, Refused> {
        let ticket = &self.token.ticket;
        match record.pending(ticket, cx).is_some_and(is_meant) {
            true => record.decide(Confirm { ticket, response }, cx),
            // An access token confirms what was associated with it, and no more.
            false if self.is_access_token => Err(Refused::NothingPending),
            false => record.decide(Respond { ticket, response }, cx),
        }
    }
}

impl Request<'_> {
    /// The `mfa_token`, if it was issued to this client.
    fn mfa_token(&self) -> Result<Presented, ApiError> {
        let presented = presented(self.app, self.fields.text("mfa_token")?)?;
        match presented.token.client == self.client.id {
            true => Ok(presented),
            false => Err(ApiError::invalid_request("mfa_token was issued to another client")),
        }
    }

    /// Tokens for a right answer; `wrong` for a wrong one. Counted either way, and what the
    /// user should know is sent.
    async fn answer(
        &self,
        token: &MfaToken,
        factor: Factor,
        verdict: Verdict,
        wrong: &str,
    ) -> Result<Value, ApiError> {
        let account = token.ticket.parts().account;
        let metrics = &self.app.metrics;
        metrics.attempt(factor);
        match verdict {
            Verdict::Accepted(grant) => {
                metrics.acceptance(factor);
                self.app.tell(account, grant.notices()).await;
                self.tokens(token, &grant).await
            }
            Verdict::Rejected { notices, .. } => {
                self.app.tell(account, notices).await;
                Err(ApiError::invalid_grant(wrong))
            }
            _ => Err(ApiError::invalid_grant(wrong)),
        }
    }

    async fn tokens(&self, token: &MfaToken, grant: &Grant) -> Result<Value, ApiError> {
        let wish = Wish {
            client: token.client.clone(),
            audience: token.audience.clone(),
            scope: token.scope.clone(),
        };
        issue(self.app, &wish, grant.account(), Proof::SecondFactor(grant)).await
    }
}

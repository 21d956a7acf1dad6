//! `grant_type=password`: a first factor, and whether it is enough.

use super::Request;
use crate::accounts::Record;
use crate::app::{App, Mfa};
use crate::http::ApiError;
use crate::http::authenticators::challenge_types;
use crate::http::tokens::{Proof, Wish, issue};
use crate::metrics::Factor;
use crate::random::random;
use crate::storage::{GuessBudget, UserRow};
use crate::tokens::MfaToken;
use aws_lc_rs::digest::{SHA256, digest};
use axum::http::StatusCode;
use mfa_core::{Entropy, Refused, Scopes};
use serde_json::{Value, json};

/// Guesses at one name from one address.
const BY_ADDRESS: GuessBudget = GuessBudget { capacity: 10, period: 60 };
/// Guesses at one name from anywhere.
const BY_NAME: GuessBudget = GuessBudget { capacity: 100, period: 60 };

pub(super) async fn grant(request: &Request<'_>) -> Result<Value, ApiError> {
    let Request { app, fields, .. } = request;
    let (name, password) = (fields.text("username")?, fields.text("password")?);
    let (audience, scope) = (fields.optional_text("audience")?, fields.optional_text("scope")?);
    let wish = Wish::new(app, &request.client.id, audience, scope)?;
    let user = first_factor(request, name, password).await?;

    let record = app.account(user.account).await?;
    // For the MFA audience a password is enough as long as there is nothing else: with it the
    // first authenticator is enrolled.
    let demanded = app.settings.mfa == Mfa::Always && !wish.is_mfa(app);
    match record.is_enrolled() || demanded {
        true => Err(mfa_required(app, &record, wish)?),
        false => issue(app, &wish, user.account, Proof::Password(&record)).await,
    }
}

/// Checks a password, with the same work and the same answers whether the user exists or not.
async fn first_factor(
    request: &Request<'_>,
    name: &str,
    password: &str,
) -> Result<UserRow, ApiError> {
    let app = request.app;
    app.metrics.attempt(Factor::Password);
    let budgets = [
        (subject(&[name.as_bytes(), b"from", request.address.as_bytes()]), BY_ADDRESS),
        (subject(&[name.as_bytes()]), BY_NAME),
    ];
    let now = app.clock.now();
    for (subject, budget) in budgets {
        if let Err(until) = app.database.pay_guess(subject, budget, now).await? {
            app.metrics.lockout(Factor::Password);
            return Err(ApiError::too_many_attempts(until.saturating_sub(now)));
        }
    }
    let user = app.database.user(name).await?;
    let stored = user.as_ref().map(|user| user.password.clone());
    let busy = |_| ApiError::unavailable("Too many sign in at once: try again");
    let is_right = app.passwords.verify(password.to_owned(), stored).await.map_err(busy)?;
    match user {
        Some(user) if is_right => {
            for (subject, budget) in budgets {
                app.database.refund_guess(subject, budget).await?;
            }
            app.metrics.acceptance(Factor::Password);
            Ok(user)
        }
        _ => Err(ApiError::invalid_grant("Wrong email or password.")),
    }
}

/// Whom a budget is for: not kept in the clear.
fn subject(parts: &[&[u8]]) -> [u8; 32] {
    let mut all = b"mfa-server password guesses".to_vec();
    for part in parts {
        all.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        all.extend(*part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, &all).as_ref());
    hash
}

/// 403 `mfa_required`: an `mfa_token`, and what it can be used for.
fn mfa_required(app: &App, record: &Record, wish: Wish) -> Result<ApiError, ApiError> {
    let enrolled = record.is_enrolled();
    let scopes = match enrolled {
        true => Scopes::READ_AUTHENTICATORS,
        false => Scopes::ENROLL | Scopes::READ_AUTHENTICATORS,
    };
    let mut bytes = random::<16>();
    let ticket = record
        .first_factor_ticket(scopes, Entropy::new(&mut bytes), &app.context())
        .map_err(|error| ApiError::internal(&Refused::from(error)))?;
    let Wish { client, audience, scope } = wish;
    let token = app.tokens.seal_mfa_token(&MfaToken { ticket, client, audience, scope });
    let typed = |types: Vec<&str>| -> Value {
        types.into_iter().map(|name| json!({ "type": name })).collect()
    };
    let requirements = match enrolled {
        true => json!({ "challenge": typed(challenge_types(record)) }),
        false => json!({ "enroll": typed(vec!["otp", "phone", "email", "push-notification"]) }),
    };
    let description = "Multifactor authentication required";
    let error = ApiError::new(StatusCode::FORBIDDEN, "mfa_required", description);
    Ok(error.with("mfa_token", json!(token)).with("mfa_requirements", requirements))
}

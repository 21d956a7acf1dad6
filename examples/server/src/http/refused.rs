//! The core's refusals as answers.

use super::ApiError;
use crate::accounts::Failed;
use crate::storage::StorageError;
use axum::http::StatusCode;
use mfa_core::{Refused, Scopes, TicketError};

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match error.is_passing() {
            true => {
                tracing::error!(%error, "the database is out of reach, or busy");
                Self::unavailable("The database is out of reach, or busy: try again")
            }
            false => Self::internal(&error),
        }
    }
}

impl From<Failed> for ApiError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Storage(error) => error.into(),
            Failed::Contended => Self::unavailable("Too many requests at once: try again"),
            Failed::Unknown => Self::unavailable(
                "It is not known whether this was stored: try again, with the next code",
            ),
            // A ticket for an account that is gone.
            Failed::NoAccount => Self::malformed_mfa_token(),
            Failed::Refused { reason, now } => Refusal(reason, now).into(),
        }
    }
}

/// A refusal, and the time at which it was spoken.
pub(super) struct Refusal(pub(super) Refused, pub(super) u64);

impl From<Refusal> for ApiError {
    fn from(Refusal(refused, now): Refusal) -> Self {
        match refused {
            Refused::Ticket(TicketError::Expired) => Self::expired_mfa_token(),
            Refused::Ticket(TicketError::Scope { missing }) => {
                Self::insufficient_scope(scope_name(missing))
            }
            Refused::Ticket(TicketError::Outdated) => {
                Self::invalid_token("The account has changed since this token was issued")
            }
            Refused::Ticket(TicketError::Authority { .. }) => {
                Self::access_denied("A second factor must be shown first")
            }
            Refused::Ticket(_) => Self::malformed_mfa_token(),
            Refused::AlreadyEnrolled => Self::access_denied("User is already enrolled."),
            Refused::NotEnrolled => Self::new(
                StatusCode::BAD_REQUEST,
                "association_required",
                "User must enroll at least one authenticator",
            ),
            Refused::Locked { until } | Refused::SentTooOften { until } => {
                Self::too_many_attempts(until.saturating_sub(now))
            }
            Refused::AuthorizationPending => Self::new(
                StatusCode::BAD_REQUEST,
                "authorization_pending",
                "Authorization pending: please repeat the request in a few seconds.",
            ),
            Refused::Denied => {
                Self::new(StatusCode::BAD_REQUEST, "access_denied", "MFA Authorization rejected.")
            }
            Refused::NoSuchChallenge
            | Refused::NoSuchFactor
            | Refused::NothingPending
            | Refused::MalformedCode(_)
            | Refused::MalformedRecoveryCode(_) => Self::invalid_grant(refused.to_string()),
            Refused::ChannelNotAllowed { .. } | Refused::Full => {
                Self::invalid_request(refused.to_string())
            }
            other => Self::internal(&other),
        }
    }
}

fn scope_name(scope: Scopes) -> &'static str {
    match scope {
        Scopes::ENROLL => "enroll",
        Scopes::READ_AUTHENTICATORS => "read:authenticators",
        _ => "remove:authenticators",
    }
}

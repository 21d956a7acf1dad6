//! What a URI or an entry of a migration says, as a JSON object.

use mfa_core::Format;
use mfa_core::otpauth::{Finding, Kind, Reading};
use serde::Serialize;

/// Its keys come in this order.
#[derive(Serialize)]
pub struct Entry {
    pub r#type: &'static str,
    issuer: Option<String>,
    account: String,
    secret_hex: String,
    algorithm: &'static str,
    pub digits: usize,
    #[serde(flatten)]
    factor: MovingFactor,
    #[serde(skip_serializing_if = "Option::is_none")]
    label_issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoder: Option<&'static str>,
    findings: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum MovingFactor {
    Period(u64),
    Counter(u64),
}

impl Entry {
    pub fn of(reading: &Reading<'_>) -> Self {
        let uri = &reading.uri;
        let is_steam = uri.format == Format::Steam;
        Self {
            r#type: match uri.kind {
                Kind::Hotp { .. } => "hotp",
                Kind::Totp(_) if is_steam => "steam",
                Kind::Totp(_) => "totp",
            },
            issuer: uri.issuer.map(|issuer| issuer.to_string()),
            account: uri.account.to_string(),
            secret_hex: uri.secret.expose().iter().map(|byte| format!("{byte:02x}")).collect(),
            algorithm: uri.algorithm.name(),
            digits: uri.format.len(),
            factor: match uri.kind {
                Kind::Totp(steps) => MovingFactor::Period(steps.period().get()),
                Kind::Hotp { counter } => MovingFactor::Counter(counter),
            },
            label_issuer: reading.label_issuer.map(|issuer| issuer.to_string()),
            encoder: is_steam.then_some("steam"),
            findings: reading.findings.iter().map(Finding::name).collect(),
        }
    }
}

/// Why there is nothing to say instead: the error's name, and a sentence without any value.
#[derive(Serialize)]
pub struct Unreadable {
    error: &'static str,
    detail: String,
}

impl Unreadable {
    pub fn new(error: &'static str, detail: &impl ToString) -> Self {
        Self { error, detail: detail.to_string() }
    }
}

//! What the user sees: prose and a QR code, or one JSON object a line.

use crate::qr;
use mfa_core::Associated;
use serde_json::json;
use std::error::Error;
use std::io::{Write as _, stdout};

/// What came of a line of input.
pub enum Event {
    Confirmed {
        recovery_codes: Vec<String>,
    },
    Accepted {
        method: &'static str,
        recovery_codes: Vec<String>,
    },
    Rejected,
    /// Not counted: nothing was evaluated.
    Malformed {
        detail: String,
    },
    Locked {
        until: u64,
    },
    Conflict,
}

pub struct Show<'a> {
    pub json: bool,
    pub issuer: &'a str,
    pub account: &'a str,
}

type Result = std::result::Result<(), Box<dyn Error>>;

impl Show<'_> {
    /// A new association: the QR code for the app, and the secret for who can't scan it.
    pub fn enrolled(&self, associated: &Associated) -> Result {
        let mut uri = String::new();
        let card = associated
            .uri(self.issuer, self.account)
            .ok_or("no app takes such an authenticator")?;
        card.write_to(&mut uri)?;
        let secret = associated.secret.to_base32();
        if self.json {
            let codes = &associated.recovery_codes;
            let codes: Vec<_> = codes.iter().map(|code| code.text().as_str().to_owned()).collect();
            return line(&json!({
                "event": "enrolled",
                "secret": secret.as_str(),
                "uri": uri,
                "recovery_codes": codes,
            }));
        }
        let qr = qr::render(&uri)?;
        let groups: Vec<_> = secret.groups().collect();
        let secret = groups.join(" ");
        line(&format!(
            "Scan this with an authenticator app:\n\n{qr}\n\n\
             or type the secret into it: {secret}\n\
             or open this link on the phone: {uri}\n"
        ))
    }

    /// What came of a line of input.
    pub fn event(&self, event: &Event) -> Result {
        if self.json { line(&object(event)) } else { line(&prose(event)) }
    }

    /// Asks for the next line.
    pub fn prompt(&self, awaiting_first_code: bool) -> Result {
        if !self.json {
            let what = if awaiting_first_code { "First code of the app" } else { "Code" };
            write!(stdout(), "{what}: ")?;
            stdout().flush()?;
        }
        Ok(())
    }
}

fn object(event: &Event) -> serde_json::Value {
    match event {
        Event::Confirmed { .. } => json!({"event": "confirmed"}),
        Event::Accepted { method, recovery_codes } if recovery_codes.is_empty() => {
            json!({"event": "accepted", "method": method})
        }
        Event::Accepted { method, recovery_codes } => {
            json!({"event": "accepted", "method": method, "recovery_codes": recovery_codes})
        }
        Event::Rejected => json!({"event": "rejected"}),
        Event::Malformed { detail } => json!({"event": "rejected", "detail": detail}),
        Event::Locked { until } => json!({"event": "locked", "until": until}),
        Event::Conflict => json!({"event": "conflict"}),
    }
}

fn prose(event: &Event) -> String {
    match event {
        Event::Confirmed { recovery_codes } => format!(
            "Confirmed. Keep this recovery code where the phone is not: {}\n\
             From now on, type codes of the app (or the recovery code) to log in.",
            grouped(recovery_codes)
        ),
        Event::Accepted { recovery_codes, .. } if recovery_codes.is_empty() => "Accepted.".into(),
        Event::Accepted { recovery_codes, .. } => format!(
            "Accepted. The recovery code is used up; the new one: {}",
            grouped(recovery_codes)
        ),
        Event::Rejected => "Rejected: a wrong code, or one that was used before.".into(),
        Event::Malformed { detail } => format!("Not a code: {detail}. Nothing was counted."),
        Event::Locked { until } => {
            format!("Locked until {until} (Unix time): too many wrong codes.")
        }
        Event::Conflict => "Another process was faster: try again.".into(),
    }
}

/// Recovery codes in groups of four characters.
fn grouped(codes: &[String]) -> String {
    let group = |code: &String| {
        let chars: Vec<char> = code.chars().collect();
        let groups: Vec<String> = chars.chunks(4).map(String::from_iter).collect();
        groups.join(" ")
    };
    codes.iter().map(group).collect::<Vec<_>>().join(", ")
}

fn line(text: &impl std::fmt::Display) -> Result {
    writeln!(stdout(), "{text}")?;
    Ok(stdout().flush()?)
}

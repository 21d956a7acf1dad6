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
    /// The ticket of a login is missing, too old, or outdated by what was done since.
    LogInFirst,
    List {
        authenticators: Vec<Listed>,
        recovery_codes_left: usize,
    },
    /// A token, which needs to be shown nothing.
    Associated,
    Removed {
        enrolled: bool,
    },
    Resynchronized,
    Codes {
        recovery_codes: Vec<String>,
    },
    Help {
        text: &'static str,
    },
}

/// An authenticator in the list.
#[derive(serde::Serialize)]
pub struct Listed {
    pub kind: &'static str,
    pub label: String,
    pub phase: &'static str,
}

pub struct Show<'a> {
    pub json: bool,
    pub issuer: &'a str,
    pub account: &'a str,
}

type Result = std::result::Result<(), Box<dyn Error>>;

impl Show<'_> {
    /// A new association: the QR code for the app, and the secret for who can't scan it.
    pub fn associated(&self, associated: &Associated) -> Result {
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
            let what = if awaiting_first_code { "Its first code" } else { "Code or command" };
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
        Event::LogInFirst => json!({"event": "log in first"}),
        Event::List { authenticators, recovery_codes_left } => json!({
            "event": "list",
            "authenticators": authenticators,
            "recovery_codes_left": recovery_codes_left,
        }),
        Event::Associated => json!({"event": "associated"}),
        Event::Removed { enrolled } => json!({"event": "removed", "enrolled": enrolled}),
        Event::Resynchronized => json!({"event": "resynchronized"}),
        Event::Codes { recovery_codes } => {
            json!({"event": "codes", "recovery_codes": recovery_codes})
        }
        Event::Help { text } => json!({"event": "help", "text": text}),
    }
}

fn prose(event: &Event) -> String {
    match event {
        Event::Confirmed { recovery_codes } if recovery_codes.is_empty() => "Confirmed.".into(),
        Event::Confirmed { recovery_codes } => format!(
            "Confirmed. Keep {} where the phone is not:{}\n\
             From now on, type codes of the app (or a recovery code) to log in; `help` lists\n\
             what else can be done.",
            if recovery_codes.len() == 1 { "this recovery code" } else { "these recovery codes" },
            grouped(recovery_codes)
        ),
        Event::Accepted { recovery_codes, .. } if recovery_codes.is_empty() => "Accepted.".into(),
        Event::Accepted { recovery_codes, .. } => format!(
            "Accepted. The recovery code is used up; the new one:{}",
            grouped(recovery_codes)
        ),
        Event::Rejected => "Rejected: a wrong code, or one that was used before.".into(),
        Event::Malformed { detail } => format!("Not understood: {detail}. Nothing was counted."),
        Event::Locked { until } => {
            format!("Locked until {until} (Unix time): too many wrong codes.")
        }
        Event::Conflict => "Another process was faster: try again.".into(),
        Event::LogInFirst => "Log in first: type a code.".into(),
        Event::List { authenticators, recovery_codes_left } => {
            list(authenticators, *recovery_codes_left)
        }
        Event::Associated => "Associated.".into(),
        Event::Removed { enrolled: true } => "Removed. Log in again for more.".into(),
        Event::Removed { enrolled: false } => "Removed, and the recovery codes with it.".into(),
        Event::Resynchronized => "Found again.".into(),
        Event::Codes { recovery_codes } => {
            format!("The old recovery codes are void; the new ones:{}", grouped(recovery_codes))
        }
        Event::Help { text } => (*text).into(),
    }
}

fn list(authenticators: &[Listed], recovery_codes_left: usize) -> String {
    let lines = authenticators.iter().enumerate().map(|(slot, Listed { kind, label, phase })| {
        format!("{}  {kind}  {label}  ({phase})\n", slot + 1)
    });
    lines.collect::<String>() + &format!("recovery codes left: {recovery_codes_left}")
}

/// Recovery codes in groups of four characters: one on the same line, or several below.
fn grouped(codes: &[String]) -> String {
    let group = |code: &String| {
        let chars: Vec<char> = code.chars().collect();
        let groups: Vec<String> = chars.chunks(4).map(String::from_iter).collect();
        groups.join(" ")
    };
    let separator = if codes.len() == 1 { " " } else { "\n  " };
    codes.iter().map(|code| separator.to_owned() + &group(code)).collect()
}

fn line(text: &impl std::fmt::Display) -> Result {
    writeln!(stdout(), "{text}")?;
    Ok(stdout().flush()?)
}

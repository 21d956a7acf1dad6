//! Records as JSON.
#![cfg(all(feature = "sha2", feature = "serde"))]

mod support;

use mfa_core::Channel;
use serde_json::{Value, json};
use support::*;

fn records() -> Vec<Record> {
    let fresh = World::new().stored;
    let mut pending = World::new();
    let ticket = pending.first_factor();
    pending.associate(&ticket).unwrap();
    let (mut failed, app) = World::enrolled();
    let enrolled = failed.stored.clone();
    let ticket = failed.first_factor();
    let wrong = app.wrong(failed.now);
    rejected(failed.otp(&ticket, &wrong));
    let mut tokens = World::enrolled();
    let ticket = tokens.0.verified(&tokens.1);
    let (token, _) = tokens.0.import_token(&ticket, 5);
    tokens.0.restored().unwrap();
    let ticket = tokens.0.administrator();
    tokens.0.rebind(&ticket, token).unwrap();
    let mut exhausted = World::enrolled();
    let ticket = exhausted.0.verified(&exhausted.1);
    exhausted.0.import_token(&ticket, u64::MAX);
    let (mut phone, id) = World::with_phone();
    let login = phone.first_factor();
    phone.challenge(&login, id, Channel::Voice).unwrap();
    let administrator = phone.administrator();
    phone.associate_channel(&administrator, Channel::Push).unwrap();
    vec![
        fresh,
        pending.stored,
        enrolled,
        failed.stored,
        tokens.0.stored,
        exhausted.0.stored,
        phone.stored,
    ]
}

#[test]
fn i11_json_and_the_native_encoding_hold_the_same_record() {
    for record in records() {
        let text = serde_json::to_string(&record).unwrap();
        let read: Record = serde_json::from_str(&text).unwrap();
        assert_eq!(encoded(&read), encoded(&record), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        let read: Record = serde_json::from_value(value).unwrap();
        assert_eq!(encoded(&read), encoded(&record));
    }
}

#[test]
fn a_person_can_read_it() {
    let value = serde_json::to_value(&records()[3]).unwrap();
    assert_eq!(value["format"], 1);
    assert_eq!(value["enrolled"], true);
    assert_eq!(value["otp"]["fast"]["spent"], 1);
    let phone = &value["authenticators"][0];
    assert_eq!(phone["label"], "phone");
    assert_eq!(phone["phase"], "active");
    assert_eq!(phone["failures"], 1);
    assert_eq!(phone["totp"]["code"], "6 digits");
    assert_eq!(phone["totp"]["period"], 30);
    assert_eq!(phone["totp"]["secret"].as_str().unwrap().len(), 32);
}

/// Every value of a record replaced by values of other types, which look like secrets.
#[test]
fn what_does_not_fit_is_refused_and_never_quoted() {
    let canaries = [json!("CANARYCANARY"), json!(77_777_777_777u64), json!(-7777.25), json!(true)];
    let whole = serde_json::to_value(&records()[3]).unwrap();
    let mut refused = 0;
    for pointer in pointers(&whole, String::new()) {
        for canary in &canaries {
            let mut broken = whole.clone();
            *broken.pointer_mut(&pointer).unwrap() = canary.clone();
            if let Err(error) = serde_json::from_value::<Record>(broken) {
                let message = error.to_string();
                for trace in ["CANARY", "7777", "true,"] {
                    assert!(!message.contains(trace), "{pointer}: {message}");
                }
                refused += 1;
            }
        }
    }
    assert!(refused > 100, "{refused}");
}

fn pointers(value: &Value, at: String) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    let mut all: Vec<String> =
        inner.iter().flat_map(|(key, value)| pointers(value, format!("{at}/{key}"))).collect();
    all.push(at);
    all
}

#[test]
fn contradictions_are_refused_by_name() {
    let whole = serde_json::to_value(&records()[2]).unwrap();
    for (pointer, value, complaint) in [
        ("/format", json!(2), "the record's format is impossible"),
        ("/enrolled", json!(false), "the record's enrolled is impossible"),
        ("/authenticators/0/phase", json!("pending"), "the record's phase is impossible"),
        ("/authenticators/0/totp/period", json!(0), "the record's period is impossible"),
        ("/authenticators/0/totp/secret", json!(""), "expected a secret in upper-case base32"),
        ("/recovery_awaits", json!("00000000000000000000"), "recovery_awaits is impossible"),
    ] {
        let mut broken = whole.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        let error = serde_json::from_value::<Record>(broken).unwrap_err().to_string();
        assert!(error.contains(complaint), "{pointer}: {error}");
    }
    let mut extended = whole.clone();
    extended["surprise"] = json!(1);
    assert!(serde_json::from_value::<Record>(extended).is_err());
    let mut shortened = whole;
    shortened.as_object_mut().unwrap().remove("enrolled");
    let error = serde_json::from_value::<Record>(shortened).unwrap_err().to_string();
    assert!(error.contains("missing field `enrolled`"), "{error}");
}

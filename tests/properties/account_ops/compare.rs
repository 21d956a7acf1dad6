//! Comparing the record with the model.

use super::model::Model;
use super::prover::{Factor, Prover};
use super::waiting::Message;
use super::world::Record;
use mfa_core::*;
use serde_json::Value;

/// All that can be seen of the record is as in the model; and some that cannot.
pub fn compare(record: &Record, model: &Model, cx: &Context<'_>) {
    let version = Version { record: model.record, revision: model.revision };
    assert_eq!(record.version(), version);
    assert_eq!(record.generation(), model.generation);
    assert_eq!(record.is_enrolled(), model.is_enrolled());
    let usable = if model.is_enrolled() { model.recovery_codes.len() } else { 0 };
    assert_eq!(record.recovery_codes_left(), usable);
    assert_eq!(record.authenticators().len(), model.provers.len());
    let json = serde_json::to_value(record).unwrap();
    assert_eq!(json["recovery_codes"].as_array().unwrap().len(), model.recovery_codes.len());
    for (slot, (one, prover)) in record.authenticators().iter().zip(&model.provers).enumerate() {
        assert_eq!((one.id(), one.label()), (prover.id, &*prover.label));
        assert_eq!(one.phase(), prover.phase);
        assert_eq!(one.kind(), kind(prover));
        compare_memory(&json["authenticators"][slot], prover, cx);
    }
}

fn kind(prover: &Prover) -> Kind {
    match prover.factor {
        Factor::Totp(_) => Kind::Totp,
        Factor::Hotp(..) => Kind::Hotp,
        Factor::Ocra(..) => Kind::Ocra,
        Factor::Channel(channel, _) => Kind::OutOfBand(channel),
    }
}

/// What the authenticator remembers is what follows from all that happened to it.
fn compare_memory(json: &Value, prover: &Prover, cx: &Context<'_>) {
    assert_eq!(json["failures"], prover.failures);
    let compare_clock = |json: &Value| {
        assert_eq!(json["burnt"].as_u64(), prover.burnt.iter().max().copied());
        let drift = (&json["drift_measured"], &json["drift_followed"]);
        assert_eq!(drift, (&prover.drift.0.into(), &prover.drift.1.into()));
    };
    match &prover.factor {
        Factor::Totp(_) => compare_clock(&json["totp"]["clock"]),
        Factor::Hotp(..) => {
            let json = &json["hotp"];
            assert_eq!(json["next"].as_u64(), prover.present(cx));
            assert_eq!(json["counter"] == "lost", prover.lost);
        }
        Factor::Ocra(suite, _) => {
            let json = &json["ocra"];
            if suite.time_steps().is_some() {
                compare_clock(&json["clock"]);
            }
            if suite.has_counter() {
                assert_eq!(json["next"].as_u64(), prover.present(cx));
            }
            let asked = prover.questions.last().filter(|last| !last.is_over);
            assert_eq!(json["asked"]["expires"].as_u64(), asked.map(|asked| asked.expires));
        }
        Factor::Channel(channel, reference) => {
            let json = &json["out_of_band"];
            assert_eq!(json["channel"], channel.name());
            assert_eq!(json["reference"], hex(reference.as_bytes()));
            let messages = prover.messages.iter().filter(|one| !one.is_over);
            let expected: Vec<Value> = messages.map(|one| message(one, *channel)).collect();
            assert_eq!(json["challenges"], Value::from(expected));
        }
    }
}

/// A message as the record has it.
fn message(one: &Message, channel: Channel) -> Value {
    let answer = match (channel, one.answer) {
        (Channel::Push, None) => "waiting",
        (Channel::Push, Some(true)) => "approved",
        (Channel::Push, Some(false)) => "denied",
        _ => "guesses",
    };
    let mut json = serde_json::json!({
        "id": hex(one.id.as_bytes()),
        "ticket": hex(one.by.as_bytes()),
        "expires": one.expires,
        "digits": one.code.len(),
        "code": one.code.parse::<u32>().unwrap(),
        "answer": answer,
    });
    if channel != Channel::Push {
        json["guesses"] = (one.guesses - one.wrong).into();
    }
    json
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

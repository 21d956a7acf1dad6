//! `POST /mfa/challenge`.

use crate::harness::server::*;
use serde_json::{Value, json};

#[tokio::test]
async fn an_app_is_asked_for_a_code_and_the_secret_is_not_needed_but_checked() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    let expected = json!({ "challenge_type": "otp" });
    for more in [
        json!({}),
        json!({ "challenge_type": "otp" }),
        json!({ "challenge_type": "oob otp" }),
        json!({ "authenticator_id": app.id }),
        json!({ "client_secret": SECRET }),
    ] {
        assert_eq!(server.challenge(&mfa_token, more).await.ok(), &expected);
    }
    let wrong = server.challenge(&mfa_token, json!({ "client_secret": "wrong" })).await;
    wrong.expect(401, "invalid_client");
    let oob = server.challenge(&mfa_token, json!({ "challenge_type": "oob" })).await;
    oob.expect(400, "unsupported_challenge_type");
    for id in ["totp|dev_AAAAAAAAAAAAAAAA", "nonsense", ""] {
        let answer = server.challenge(&mfa_token, json!({ "authenticator_id": id })).await;
        answer.expect(400, "invalid_request");
    }
}

#[tokio::test]
async fn who_has_nothing_must_associate_first() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    server.challenge(&mfa_token, json!({})).await.expect(400, "association_required");
    // What waits for its confirmation is nothing.
    server.associate_otp(&mfa_token).await;
    server.challenge(&mfa_token, json!({})).await.expect(400, "association_required");
}

#[tokio::test]
async fn tokens_are_checked() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    let answer = server.challenge("nonsense", json!({})).await;
    answer.expect(401, "invalid_grant").saying("Malformed mfa_token");
    let foreign = server.challenge(&mfa_token, json!({ "client_id": PUBLIC })).await;
    foreign.expect(400, "invalid_request");
    let unknown = server.challenge(&mfa_token, json!({ "client_id": "nobody" })).await;
    unknown.expect(401, "invalid_client");
    let access = server.mfa_access(&app.totp).await;
    server.challenge(&access, json!({})).await.expect(401, "invalid_grant");
    server.later(600);
    let late = server.challenge(&mfa_token, json!({})).await;
    late.expect(401, "expired_token").saying("mfa_token is expired");
}

#[tokio::test]
async fn fields_are_named() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    for (body, named) in [
        (json!({ "client_id": CLIENT }), "mfa_token"),
        (json!({ "mfa_token": mfa_token }), "client_id"),
        (json!({ "mfa_token": 1, "client_id": CLIENT }), "mfa_token"),
        (
            json!({ "mfa_token": mfa_token, "client_id": CLIENT, "challenge_type": ["otp"] }),
            "challenge_type",
        ),
        (
            json!({ "mfa_token": mfa_token, "client_id": CLIENT, "authenticator_id": {} }),
            "authenticator_id",
        ),
    ] {
        let answer = server.post("/mfa/challenge", None, body).await;
        answer.expect(400, "invalid_request");
        assert!(answer.text("error_description").contains(named), "{answer:?}");
    }
}

#[tokio::test]
async fn without_a_choice_the_oldest_active_one_of_the_types_is_asked() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let access = server.mfa_access(&app.totp).await;
    let body = json!({ "authenticator_types": ["oob"], "oob_channels": ["email"], "email": "a@example.com" });
    let oob = server.associate(&access, body).await;
    let confirmed =
        server.oob(&access, &oob.text("oob_code"), Some(&server.last_code().await)).await;
    confirmed.ok();
    let mfa_token = server.mfa_token().await;
    let types = |answer: &crate::harness::answer::Answer| -> Value {
        answer.ok()["challenge_type"].clone()
    };
    assert_eq!(types(&server.challenge(&mfa_token, json!({})).await), "otp");
    assert_eq!(
        types(&server.challenge(&mfa_token, json!({ "challenge_type": "oob" })).await),
        "oob"
    );
    let id = oob.text("id");
    let named = server.challenge(&mfa_token, json!({ "authenticator_id": id })).await;
    assert_eq!(types(&named), "oob");
    let both = server.password(&[]).await;
    let wanted = json!({ "challenge": [{ "type": "otp" }, { "type": "email" }] });
    assert_eq!(both.body["mfa_requirements"], wanted);
}

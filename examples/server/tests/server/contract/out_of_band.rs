//! Codes by SMS, call and mail.

use crate::harness::server::*;
use mfa_server::delivery::Message;
use serde_json::{Value, json};

const NUMBER: &str = "+15555559167";

fn sms() -> Value {
    json!({ "authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": NUMBER })
}

/// Enrolls a number, whose name comes back.
async fn enroll_sms(server: &Server) -> (String, String) {
    let mfa_token = server.mfa_token().await;
    let answer = server.associate(&mfa_token, sms()).await;
    let code = server.last_code().await;
    server.oob(&mfa_token, &answer.text("oob_code"), Some(&code)).await.ok();
    server.later(1);
    (answer.text("id"), answer.ok()["recovery_codes"][0].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_number_is_enrolled_by_the_code_that_is_sent_to_it() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let answer = server.associate(&mfa_token, sms()).await;
    let body = answer.ok();
    assert_eq!((&body["oob_channel"], &body["binding_method"]), (&json!("sms"), &json!("prompt")));
    assert_eq!(body["recovery_codes"].as_array().unwrap().len(), 1);
    let Message::Sms { to, code } = server.last_message().await else { panic!() };
    assert_eq!((to.as_str(), code.len()), (NUMBER, 7));
    let missing = server.oob(&mfa_token, &answer.text("oob_code"), None).await;
    missing.expect(400, "invalid_request").saying("Missing required parameter: binding_code");
    server.oob(&mfa_token, &answer.text("oob_code"), Some(&code)).await.ok();
    let list = server.get("/mfa/authenticators", &server.mfa_token().await).await;
    assert_eq!(list.ok()[0]["name"], "XXXXXXXX9167");
}

#[tokio::test]
async fn a_code_is_sent_and_signs_in_once() {
    let server = Server::start().await;
    enroll_sms(&server).await;
    let mfa_token = server.mfa_token().await;
    let challenge = server.challenge(&mfa_token, json!({ "challenge_type": "oob" })).await;
    assert_eq!(challenge.ok()["binding_method"], "prompt");
    let (oob_code, code) = (challenge.text("oob_code"), server.last_code().await);
    server.oob(&mfa_token, &oob_code, Some(&code)).await.ok();
    let again = server.oob(&mfa_token, &oob_code, Some(&code)).await;
    again.expect(403, "invalid_grant").saying("Invalid binding_code.");
}

#[tokio::test]
async fn wrong_codes_cost_guesses_and_expired_ones_are_wrong() {
    let server = Server::start().await;
    enroll_sms(&server).await;
    let mfa_token = server.mfa_token().await;
    let oob_code = server.challenge(&mfa_token, json!({})).await.text("oob_code");
    let code = server.last_code().await;
    let wrong = if code == "0000000" { "0000001" } else { "0000000" };
    for guess in [wrong, "x", wrong, wrong] {
        let answer = server.oob(&mfa_token, &oob_code, Some(guess)).await;
        answer.expect(403, "invalid_grant").saying("Invalid binding_code.");
    }
    server.oob(&mfa_token, &oob_code, Some(&code)).await.expect(403, "invalid_grant");

    server.later(1);
    let oob_code = server.challenge(&mfa_token, json!({})).await.text("oob_code");
    let code = server.last_code().await;
    server.later(300);
    server.oob(&mfa_token, &oob_code, Some(&code)).await.expect(403, "invalid_grant");
}

#[tokio::test]
async fn an_oob_code_of_another_transaction_does_not_belong() {
    let server = Server::start().await;
    enroll_sms(&server).await;
    let (mine, other) = (server.mfa_token().await, server.mfa_token().await);
    let oob_code = server.challenge(&mine, json!({})).await.text("oob_code");
    let code = server.last_code().await;
    server.oob(&other, &oob_code, Some(&code)).await.expect(400, "invalid_request");
    server.oob(&mine, "nonsense", Some(&code)).await.expect(400, "invalid_request");
    server.oob(&mine, &mine, Some(&code)).await.expect(400, "invalid_request");
    server.oob(&mine, &oob_code, Some(&code)).await.ok();
}

#[tokio::test]
async fn an_oob_code_of_an_association_that_was_replaced_confirms_nothing() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let first = server.associate(&mfa_token, sms()).await.text("oob_code");
    server.later(1);
    let second = server.associate(&mfa_token, sms()).await.text("oob_code");
    let code = server.last_code().await;
    let answer = server.oob(&mfa_token, &first, Some(&code)).await;
    answer.expect(400, "association_required");
    // Nor does a sent code pass as an app's.
    server.otp(&mfa_token, &code).await.expect(400, "association_required");
    server.oob(&mfa_token, &second, Some(&code)).await.ok();
}

#[tokio::test]
async fn sending_has_a_budget() {
    let server = Server::start().await;
    enroll_sms(&server).await;
    let mfa_token = server.mfa_token().await;
    for _ in 0..9 {
        server.challenge(&mfa_token, json!({})).await.ok();
    }
    let answer = server.challenge(&mfa_token, json!({})).await;
    answer.expect(429, "too_many_attempts");
    assert!((3_000..=3_600).contains(&answer.retry_after().unwrap()));
}

#[tokio::test]
async fn wrong_codes_lock_and_so_do_challenges_then() {
    let server = Server::start().await;
    let (_, recovery_code) = enroll_sms(&server).await;
    let mut mfa_token = server.mfa_token().await;
    for _ in 0..4 {
        mfa_token = server.mfa_token().await;
        let challenge = server.challenge(&mfa_token, json!({})).await;
        let oob_code = challenge.text("oob_code");
        for _ in 0..3 {
            server.oob(&mfa_token, &oob_code, Some("0000000")).await;
        }
    }
    let locked = server.challenge(&mfa_token, json!({})).await;
    locked.expect(429, "too_many_attempts");
    server.recover(&mfa_token, &recovery_code).await.ok();
}

#[tokio::test]
async fn mail_is_sent_to_the_address_and_the_list_hides_most_of_it() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let body = json!({
        "authenticator_types": ["oob"], "oob_channel": "email", "email": "bob@example.com",
    });
    let answer = server.associate(&mfa_token, body).await;
    assert_eq!(answer.ok()["oob_channel"], "email");
    let Message::Email { to, code } = server.last_message().await else { panic!() };
    assert_eq!(to, "bob@example.com");
    let oob_code = answer.text("oob_code");
    let signed_in = server.oob(&mfa_token, &oob_code, Some(&code)).await;
    signed_in.ok();
    let list = server.get("/mfa/authenticators", &server.mfa_token().await).await;
    assert_eq!(
        (&list.ok()[0]["name"], &list.body[0]["type"]),
        (&json!("b***@e***"), &json!("email"))
    );
}

#[tokio::test]
async fn mail_goes_to_the_users_own_address_where_none_is_named() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let body = json!({ "authenticator_types": ["oob"], "oob_channels": ["email"] });
    server.associate(&mfa_token, body).await.ok();
    let Message::Email { to, .. } = server.last_message().await else { panic!() };
    assert_eq!(to, USER);
}

#[tokio::test]
async fn numbers_are_forgotten_with_their_authenticator() {
    let server = Server::start().await;
    let (id, recovery_code) = enroll_sms(&server).await;
    let account = server.app.database.accounts().await.unwrap()[0];
    let record = server.app.account(account).await.unwrap();
    let reference = record.authenticators()[0].reference().unwrap();
    assert!(server.app.database.contact(reference).await.unwrap().is_some());
    let answer = server.recover(&server.mfa_token_for_mfa().await, &recovery_code).await;
    server.delete(&id, &answer.text("access_token")).await.ok();
    assert!(server.app.database.contact(reference).await.unwrap().is_none());
}

//! Recovery codes: used once, replaced, regenerated.

use crate::harness::server::*;
use serde_json::json;

#[tokio::test]
async fn a_recovery_code_signs_in_once_and_is_replaced() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    let answer = server.recover(&mfa_token, &app.recovery_code.to_lowercase()).await;
    answer.ok();
    let next = answer.text("recovery_code");
    assert_ne!(next, app.recovery_code);
    let again = server.recover(&server.mfa_token().await, &app.recovery_code).await;
    again.expect(403, "invalid_grant").saying("Invalid recovery_code.");
    server.recover(&server.mfa_token().await, &next).await.ok();
}

#[tokio::test]
async fn wrong_and_malformed_ones_get_one_answer_and_ten_wrong_ones_lock() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    for code in ["", "x", "U23456789012345678901234", &app.recovery_code[1..]] {
        let answer = server.recover(&mfa_token, code).await;
        answer.expect(403, "invalid_grant").saying("Invalid recovery_code.");
    }
    for _ in 0..10 {
        server.recover(&mfa_token, "000000000000000000000000").await.expect(403, "invalid_grant");
    }
    let locked = server.recover(&mfa_token, &app.recovery_code).await;
    locked.expect(429, "too_many_attempts");
    server.later(locked.retry_after().unwrap());
    server.recover(&mfa_token, &app.recovery_code).await.ok();
}

/// A management token.
async fn management(server: &Server, client: &str) -> crate::harness::answer::Answer {
    let audience = server.app.settings.management_audience();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_secret", SECRET),
        ("audience", audience.as_str()),
    ];
    let with = With { body: Body::Form(&fields), ..With::default() };
    server.send(reqwest::Method::POST, "/oauth/token", with).await
}

#[tokio::test]
async fn an_administrator_regenerates_the_code_and_the_old_one_is_void() {
    let server = Server::start().await;
    let account = server.app.database.accounts().await.unwrap()[0];
    let user = mfa_server::ids::subject(account).replace('|', "%7C");
    let path = format!("/api/v2/users/{user}/recovery-code-regeneration");
    management(&server, CLIENT).await.expect(403, "unauthorized_client");
    let token = management(&server, MANAGER).await;
    assert_eq!(token.ok()["scope"], "update:users");
    let token = token.text("access_token");
    server.post(&path, Some(&token), json!({})).await.expect(400, "association_required");

    let app = server.enroll_otp().await;
    let answer = server.post(&path, Some(&token), json!({})).await;
    answer.ok();
    let fresh = answer.text("recovery_code");
    let mfa_token = server.mfa_token().await;
    server.recover(&mfa_token, &app.recovery_code).await.expect(403, "invalid_grant");
    server.recover(&mfa_token, &fresh).await.ok();

    let elsewhere = path.replace("user%7C", "user%7C0");
    server.post(&elsewhere, Some(&token), json!({})).await.expect(404, "not_found");
    let access = server.mfa_access(&app.totp).await;
    server.post(&path, Some(&access), json!({})).await.expect(401, "invalid_token");
    server.later(86_400);
    server.post(&path, Some(&token), json!({})).await.expect(401, "invalid_token");
}

//! Listing and removing authenticators.

use crate::harness::server::*;
use serde_json::json;

#[tokio::test]
async fn the_list_shows_what_there_is_and_never_a_secret() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let pending = server.associate_otp(&mfa_token).await;
    let list = server.get("/mfa/authenticators", &mfa_token).await;
    let app =
        json!({ "id": pending.id, "authenticator_type": "otp", "type": "otp", "active": false });
    assert_eq!(list.ok(), &json!([app]));

    server.otp(&mfa_token, &server.code(&pending.totp, 0)).await.ok();
    let list = server.get("/mfa/authenticators", &server.mfa_token().await).await;
    let list = list.ok().as_array().unwrap().clone();
    let app =
        json!({ "id": pending.id, "authenticator_type": "otp", "type": "otp", "active": true });
    assert_eq!((list.len(), &list[0]), (2, &app));
    assert_eq!((&list[1]["type"], &list[1]["active"]), (&json!("recovery-code"), &json!(true)));
    assert!(list[1]["id"].as_str().unwrap().starts_with("recovery-code|dev_"));
}

#[tokio::test]
async fn the_last_authenticator_takes_the_recovery_code_along() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let access = server.mfa_access(&app.totp).await;
    let list = server.get("/mfa/authenticators", &access).await;
    let recovery = list.ok()[1]["id"].as_str().unwrap().to_owned();
    server.delete(&recovery, &access).await.expect(400, "invalid_request");
    let gone = server.delete(&app.id, &access).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    // What was proved before proves nothing now.
    server.get("/mfa/authenticators", &access).await.expect(401, "invalid_token");
    let mfa_token = server.mfa_token().await;
    assert_eq!(server.get("/mfa/authenticators", &mfa_token).await.ok(), &json!([]));
    server.recover(&mfa_token, &app.recovery_code).await.expect(400, "association_required");
}

#[tokio::test]
async fn an_mfa_token_removes_nothing_nor_does_a_password() {
    let server = Server::start().await;
    let audience = server.app.settings.mfa_audience();
    let minted = server.password(&[("audience", &audience), ("scope", ALL_SCOPES)]).await;
    minted.ok();
    let minted = minted.text("access_token");
    let pending = server.associate_otp(&minted).await;
    server.delete(&pending.id, &minted).await.expect(403, "access_denied");
    let app = server.enroll_otp().await;
    server.delete(&app.id, &server.mfa_token().await).await.expect(401, "invalid_token");
    server.delete(&app.id, &minted).await.expect(403, "access_denied");
}

#[tokio::test]
async fn unknown_ids_are_not_found_whatever_their_form() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let access = server.mfa_access(&app.totp).await;
    let as_sms = app.id.replace("totp|", "sms|");
    let ids =
        ["totp|dev_AAAAAAAAAAAAAAAA", &as_sms, "totp|dev_", "x", "totp|dev_ä", "%", "%00", "%FF"];
    for id in ids {
        let answer = server.delete(id, &access).await;
        answer.expect(404, "not_found");
    }
    server.delete("totp|dev_AAAAAAAAAAAAAAAA", &access).await.expect(404, "not_found");
    server.delete(&app.id, &access).await.ok();
}

#[tokio::test]
async fn each_call_needs_its_scope() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let audience = server.app.settings.mfa_audience();
    let answer = server.password(&[("audience", &audience), ("scope", "openid")]).await;
    let answer = server.otp(&answer.text("mfa_token"), &server.code(&app.totp, 0)).await;
    let access = answer.text("access_token");
    assert_eq!(answer.ok()["scope"], "openid");
    server.get("/mfa/authenticators", &access).await.expect(403, "insufficient_scope");
    server.delete(&app.id, &access).await.expect(403, "insufficient_scope");
    let otp = json!({ "authenticator_types": ["otp"] });
    server.associate(&access, otp).await.expect(403, "insufficient_scope");
}

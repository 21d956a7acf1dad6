//! Access tokens for the MFA audience: the user's own authenticators.

use crate::harness::server::*;
use serde_json::json;

#[tokio::test]
async fn the_first_authenticator_is_enrolled_and_confirmed_with_one_token() {
    let server = Server::start().await;
    let audience = server.app.settings.mfa_audience();
    let answer = server.password(&[("audience", &audience), ("scope", ALL_SCOPES)]).await;
    assert_eq!(answer.ok()["expires_in"], 600);
    assert_eq!(answer.body["scope"], ALL_SCOPES);
    let token = answer.text("access_token");
    let app = server.associate_otp(&token).await;
    assert_ne!(app.recovery_code, "");
    let answer = server.otp(&token, &server.code(&app.totp, -1)).await;
    // It is a settled grant now: authenticators can be managed with what comes out of it.
    let verified = answer.text("access_token");
    server.get("/mfa/authenticators", &verified).await.ok();
    server.get("/mfa/authenticators", &token).await.expect(401, "invalid_token");
    // And the token confirms nothing more, nor answers for a login.
    let code = server.code(&app.totp, 0);
    server.otp(&token, &code).await.expect(403, "invalid_grant");
    server.otp(&server.mfa_token().await, &code).await.ok();
}

#[tokio::test]
async fn a_second_factor_comes_first_where_something_is_active() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token_for_mfa().await;
    let answer = server.otp(&mfa_token, &server.code(&app.totp, 0)).await;
    assert_eq!(
        (&answer.ok()["expires_in"], &answer.body["scope"]),
        (&json!(600), &json!(ALL_SCOPES))
    );
    let access = answer.text("access_token");
    // A second app, without further recovery codes.
    let second = server.associate_otp(&access).await;
    assert_eq!(second.recovery_code, "");
    server.otp(&access, &server.code(&second.totp, -1)).await.ok();
    for app in [&app, &second] {
        server.later(30);
        server.otp(&server.mfa_token().await, &server.code(&app.totp, 0)).await.ok();
    }
}

#[tokio::test]
async fn a_wrong_confirmation_costs_an_attempt_and_the_right_one_still_works() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let access = server.mfa_access(&app.totp).await;
    let second = server.associate_otp(&access).await;
    server.otp(&access, &server.wrong_code(&second.totp)).await.expect(403, "invalid_grant");
    server.otp(&access, &server.code(&second.totp, 0)).await.ok();
}

#[tokio::test]
async fn tokens_expire_and_tokens_for_others_do_not_serve() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    let other = server.otp(&mfa_token, &server.code(&app.totp, 0)).await;
    for name in ["access_token", "id_token"] {
        let token = other.text(name);
        let list = server.get("/mfa/authenticators", &token).await;
        list.expect(401, "invalid_grant");
    }
    server.later(30);
    let access = server.mfa_access(&app.totp).await;
    server.get("/userinfo", &access).await.expect(401, "invalid_token");
    server.later(600);
    server.get("/mfa/authenticators", &access).await.expect(401, "invalid_token");
    server.delete(&app.id, &access).await.expect(401, "invalid_token");
}

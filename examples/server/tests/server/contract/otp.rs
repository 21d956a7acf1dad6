//! One-time passwords: confirming, signing in, lockout.

use crate::harness::server::*;

#[tokio::test]
async fn the_first_code_confirms_and_signs_in_and_the_next_one_signs_in_again() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let app = server.associate_otp(&mfa_token).await;
    let answer = server.otp(&mfa_token, &server.code(&app.totp, 0)).await;
    let body = answer.ok();
    assert_eq!((&body["expires_in"], &body["scope"]), (&86_400.into(), &"openid".into()));
    assert!(body["id_token"].is_string() && body["recovery_code"].is_null());

    server.later(30);
    let mfa_token = server.mfa_token().await;
    server.otp(&mfa_token, &server.code(&app.totp, 0)).await.ok();
}

#[tokio::test]
async fn a_code_is_accepted_once_whatever_the_token() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let code = server.code(&app.totp, 0);
    server.otp(&server.mfa_token().await, &code).await.ok();
    let again = server.otp(&server.mfa_token().await, &code).await;
    again.expect(403, "invalid_grant").saying("Invalid otp_code.");
}

#[tokio::test]
async fn wrong_and_malformed_codes_get_one_answer_and_absent_ones_another() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    for code in [server.wrong_code(&app.totp).as_str(), "", "abcdef", "1234567", "12345"] {
        server.otp(&mfa_token, code).await.expect(403, "invalid_grant").saying("Invalid otp_code.");
    }
    let absent = server.token(&[("grant_type", MFA_OTP), ("mfa_token", &mfa_token)]).await;
    absent.expect(400, "invalid_request").saying("Missing required parameter: otp");
}

#[tokio::test]
async fn a_code_may_be_typed_in_groups() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let code = server.code(&app.totp, 0);
    let typed = format!("{} {}", &code[..3], &code[3..]);
    server.otp(&server.mfa_token().await, &typed).await.ok();
}

#[tokio::test]
async fn ten_wrong_codes_lock_right_and_wrong_ones_alike_across_tokens_and_time_unlocks() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let wrong = server.wrong_code(&app.totp);
    for _ in 0..10 {
        let mfa_token = server.mfa_token().await;
        server.otp(&mfa_token, &wrong).await.expect(403, "invalid_grant");
    }
    let mfa_token = server.mfa_token().await;
    let right = server.code(&app.totp, 0);
    let (one, other) = (server.otp(&mfa_token, &right).await, server.otp(&mfa_token, &wrong).await);
    one.expect(429, "too_many_attempts");
    assert_eq!((one.status, &one.text), (other.status, &other.text));
    let until = one.retry_after().unwrap();
    assert!((1..=360).contains(&until), "{until}");

    // Nothing was evaluated: the right one was not used up.
    server.later(until);
    let mfa_token = server.mfa_token().await;
    server.otp(&mfa_token, &server.code(&app.totp, 0)).await.ok();
}

#[tokio::test]
async fn a_lock_of_one_kind_leaves_the_others_open() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let (mfa_token, wrong) = (server.mfa_token().await, server.wrong_code(&app.totp));
    for _ in 0..10 {
        server.otp(&mfa_token, &wrong).await.expect(403, "invalid_grant");
    }
    server.otp(&mfa_token, &wrong).await.expect(429, "too_many_attempts");
    server.recover(&mfa_token, &app.recovery_code).await.ok();
}

#[tokio::test]
async fn before_enrollment_there_is_nothing_to_answer_with() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    server.otp(&mfa_token, "123456").await.expect(400, "association_required");
    server
        .recover(&mfa_token, "XG8VVKA5BTK40243PCE3QXBM")
        .await
        .expect(400, "association_required");
}

#[tokio::test]
async fn an_authorization_header_is_ignored_at_the_token_endpoint() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let app = server.associate_otp(&mfa_token).await;
    let code = server.code(&app.totp, 0);
    let fields = [
        ("grant_type", MFA_OTP),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("mfa_token", mfa_token.as_str()),
        ("otp", code.as_str()),
    ];
    let with = With { bearer: Some("nonsense"), body: Body::Form(&fields), ..With::default() };
    server.send(reqwest::Method::POST, "/oauth/token", with).await.ok();
}

#[tokio::test]
async fn parallel_presentations_of_one_code_are_accepted_once() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    let code = server.code(&app.totp, 0);
    let answers = super::password::futures((0..12).map(|_| server.otp(&mfa_token, &code))).await;
    let accepted = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(accepted, 1, "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 403 | 429 | 503)));
}

#[tokio::test]
async fn one_users_lock_is_not_anothers() {
    let server = Server::start().await;
    mfa_server::commands::add_user(&server.app, "bob", PASSWORD.into()).await.unwrap();
    let bob = server.of_user("bob");
    let mfa_token = bob.mfa_token().await;
    let app = bob.associate_otp(&mfa_token).await;
    server.otp(&mfa_token, &server.code(&app.totp, -1)).await.ok();
    let alices = server.enroll_otp().await;
    let (mfa_token, wrong) = (server.mfa_token().await, server.wrong_code(&alices.totp));
    for _ in 0..10 {
        server.otp(&mfa_token, &wrong).await.expect(403, "invalid_grant");
    }
    server.otp(&mfa_token, &wrong).await.expect(429, "too_many_attempts");
    server.otp(&bob.mfa_token().await, &server.code(&app.totp, 0)).await.ok();
}

//! `POST /mfa/associate`.

use crate::harness::server::*;
use serde_json::json;

#[tokio::test]
async fn an_app_gets_secret_uri_and_recovery_code_once() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let answer = server.associate(&mfa_token, json!({ "authenticator_types": ["otp"] })).await;
    let secret = answer.text("secret");
    assert_eq!(answer.ok()["authenticator_type"], "otp");
    assert_eq!(
        answer.text("barcode_uri"),
        format!(
            "otpauth://totp/127.0.0.1:alice%40example.com?secret={secret}&issuer=127.0.0.1\
             &algorithm=SHA1&digits=6&period=30"
        )
    );
    assert_eq!(answer.body["recovery_codes"].as_array().unwrap().len(), 1);
    assert!(answer.text("id").starts_with("totp|dev_"));
}

#[tokio::test]
async fn a_later_association_voids_the_earlier_one_and_its_recovery_code() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let first = server.associate_otp(&mfa_token).await;
    let other = server.mfa_token().await;
    let second = server.associate_otp(&other).await;
    assert_ne!(first.recovery_code, second.recovery_code);
    let code = server.code(&first.totp, 0);
    server.otp(&mfa_token, &code).await.expect(400, "association_required");
    server.otp(&other, &server.code(&second.totp, 0)).await.ok();
    let mfa_token = server.mfa_token().await;
    server.recover(&mfa_token, &first.recovery_code).await.expect(403, "invalid_grant");
    server.recover(&mfa_token, &second.recovery_code).await.ok();
}

#[tokio::test]
async fn who_is_enrolled_associates_no_more_with_a_password_alone() {
    let server = Server::start().await;
    let before = server.mfa_token().await;
    let audience = server.app.settings.mfa_audience();
    let minted_before = server.password(&[("audience", &audience), ("scope", ALL_SCOPES)]).await;
    minted_before.ok();
    let minted_before = minted_before.text("access_token");
    server.enroll_otp().await;
    let after = server.mfa_token().await;
    for token in [before, minted_before, after] {
        let answer = server.associate(&token, json!({ "authenticator_types": ["otp"] })).await;
        answer.expect(403, "access_denied").saying("User is already enrolled.");
    }
}

#[tokio::test]
async fn bad_fields_are_named() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let oob = |more: serde_json::Value| {
        let mut body = json!({ "authenticator_types": ["oob"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (body, named) in [
        (json!({}), "authenticator_types"),
        (json!({ "authenticator_types": "otp" }), "authenticator_types"),
        (json!({ "authenticator_types": [] }), "authenticator_types"),
        (json!({ "authenticator_types": [1] }), "authenticator_types"),
        (json!({ "authenticator_types": ["otp", "oob"] }), "authenticator_types"),
        (oob(json!({})), "oob_channels"),
        (oob(json!({ "oob_channels": ["fax"] })), "oob_channels"),
        (oob(json!({ "oob_channels": "sms" })), "oob_channels"),
        (oob(json!({ "oob_channels": ["auth0"], "oob_channel": 1 })), "oob_channel"),
        (oob(json!({ "oob_channels": ["sms"] })), "phone_number"),
        (oob(json!({ "oob_channels": ["sms"], "phone_number": 1 })), "phone_number"),
        (oob(json!({ "oob_channels": ["sms"], "phone_number": "555" })), "phone_number"),
        (oob(json!({ "oob_channel": "email", "email": "nowhere" })), "email"),
    ] {
        let answer = server.associate(&mfa_token, body.clone()).await;
        answer.expect(400, "invalid_request");
        assert!(answer.text("error_description").contains(named), "{body}: {answer:?}");
    }
    server.associate(&mfa_token, json!({ "authenticator_types": ["otp"], "more": 1 })).await.ok();
}

#[tokio::test]
async fn an_association_that_waits_too_long_cannot_be_confirmed() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let app = server.associate_otp(&mfa_token).await;
    server.later(600);
    let late = server.otp(&mfa_token, &server.code(&app.totp, 0)).await;
    late.expect(401, "expired_token").saying("mfa_token is expired");
    let mfa_token = server.mfa_token().await;
    let code = server.code(&app.totp, 0);
    server.otp(&mfa_token, &code).await.expect(400, "association_required");
}

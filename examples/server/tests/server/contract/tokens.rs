//! Tokens that are expired, foreign, malformed, or of another kind.

use crate::harness::server::*;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;

#[tokio::test]
async fn malformed_expired_and_foreign_mfa_tokens() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let code = server.code(&app.totp, 0);
    let mfa_token = server.mfa_token().await;
    for token in ["", "x", "a.b.c", &mfa_token[1..], &format!("{mfa_token}A")] {
        let answer = server.otp(token, &code).await;
        answer.expect(401, "invalid_grant").saying("Malformed mfa_token");
    }
    let fields = [
        ("grant_type", MFA_OTP),
        ("client_id", PUBLIC),
        ("mfa_token", mfa_token.as_str()),
        ("otp", code.as_str()),
    ];
    let with = With { body: Body::Form(&fields), ..With::default() };
    let foreign = server.send(reqwest::Method::POST, "/oauth/token", with).await;
    foreign.expect(400, "invalid_request");
    server.otp(&mfa_token, &code).await.ok();

    let mfa_token = server.mfa_token().await;
    server.later(599);
    server.otp(&mfa_token, "000000").await.expect(403, "invalid_grant");
    server.later(1);
    let late = server.otp(&mfa_token, "000000").await;
    late.expect(401, "expired_token").saying("mfa_token is expired");
    let late = server.get("/mfa/authenticators", &mfa_token).await;
    late.expect(401, "expired_token");
}

#[tokio::test]
async fn every_altered_byte_of_an_mfa_token_is_noticed() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    for at in (0..mfa_token.len() - 1).step_by(7) {
        let mut altered = mfa_token.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        let answer = server.get("/mfa/authenticators", &altered).await;
        answer.expect(401, "invalid_grant").saying("Malformed mfa_token");
    }
}

#[tokio::test]
async fn no_bearer_is_no_access() {
    let server = Server::start().await;
    for authorization in ["", "Basic YTpi", "Bearer", "Token x"] {
        let headers = [("authorization", authorization)];
        let with = With { headers: &headers, ..With::default() };
        let answer = server.send(reqwest::Method::GET, "/mfa/authenticators", with).await;
        answer.expect(401, "invalid_token");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    let with = With { body: Body::Json(json!({})), ..With::default() };
    server.send(reqwest::Method::POST, "/mfa/associate", with).await.expect(401, "invalid_token");
}

#[tokio::test]
async fn tokens_that_others_signed_are_refused() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let access = server.mfa_access(&app.totp).await;
    server.get("/mfa/authenticators", &access).await.ok();
    let claims: serde_json::Value =
        jsonwebtoken::dangerous::insecure_decode(&access).unwrap().claims;
    let kid = jsonwebtoken::decode_header(&access).unwrap().kid;
    let header = Header { kid, ..Header::default() };
    let forged = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(b"key")).unwrap();
    server.get("/mfa/authenticators", &forged).await.expect(401, "invalid_grant");
    let mut parts: Vec<_> = access.split('.').collect();
    let none = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
    parts[0] = &none;
    parts[2] = "";
    server.get("/mfa/authenticators", &parts.join(".")).await.expect(401, "invalid_grant");
}

//! What operators and machines look at.

use crate::harness::server::*;
use mfa_server::commands::{restored, rotate};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn health_and_metrics() {
    let server = Server::start().await;
    let health = server.send(Method::GET, "/healthz", With::default()).await;
    assert_eq!(health.ok(), &json!({ "status": "ok" }));
    let app = server.enroll_otp().await;
    server.otp(&server.mfa_token().await, &server.wrong_code(&app.totp)).await;
    let metrics = server.send(Method::GET, "/metrics", With::default()).await.text;
    for line in [
        "mfa_attempts_total{factor=\"otp\"} 2",
        "mfa_acceptances_total{factor=\"otp\"} 1",
        "mfa_http_requests_total{method=\"POST\",route=\"/oauth/token\",status=\"200\"} 1",
    ] {
        assert!(metrics.lines().any(|one| one == line), "{line} is not in {metrics}");
    }
}

#[tokio::test]
async fn every_documented_path_is_there_and_the_page_loads_nothing_from_elsewhere() {
    let server = Server::start().await;
    let document = server.send(Method::GET, "/openapi.json", With::default()).await;
    for (path, operations) in document.ok()["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let path = path.replace("{id}", "x");
            let answer = server.send(method.clone(), &path, With::default()).await;
            assert!(!matches!(answer.status, 405 | 500), "{method} {path}: {answer:?}");
            assert!(answer.body["error_description"] != "There is nothing here", "{path}");
        }
    }
    for path in ["/", "/app.js", "/style.css"] {
        let answer = server.send(Method::GET, path, With::default()).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
}

#[tokio::test]
async fn answers_are_not_cached() {
    let server = Server::start().await;
    let answer = server.password(&[]).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn rotating_keys_changes_nothing_for_users() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let before = server.mfa_token().await;
    // The record, the two keys for tokens, and the notice of the enrollment.
    assert_eq!(rotate(&server.app).await.unwrap(), 4);
    server.otp(&before, &server.code(&app.totp, 0)).await.ok();
    assert_eq!(server.app.database.data_keys().await.unwrap().len(), 2);
    server.later(2 * 86_400);
    rotate(&server.app).await.unwrap();
    assert_eq!(server.app.database.data_keys().await.unwrap().len(), 2);
    server.otp(&server.mfa_token().await, &server.code(&app.totp, 0)).await.ok();
}

#[tokio::test]
async fn after_a_backup_was_restored_nothing_of_before_works_but_the_apps() {
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    let (mfa_token, code) = (server.mfa_token().await, server.code(&app.totp, 0));
    assert_eq!(restored(&server.app).await.unwrap(), 1);
    let answer = server.otp(&mfa_token, &code).await;
    answer.expect(401, "invalid_grant").saying("Malformed mfa_token");
    let mfa_token = server.mfa_token().await;
    server.otp(&mfa_token, &code).await.expect(403, "invalid_grant");
    server.recover(&mfa_token, &app.recovery_code).await.expect(403, "invalid_grant");
    server.later(300);
    server.otp(&mfa_token, &server.code(&app.totp, 0)).await.ok();
}

#[tokio::test]
async fn users_are_told_what_happens_to_their_account() {
    use mfa_server::delivery::Message;
    let server = Server::start().await;
    let app = server.enroll_otp().await;
    server.later(1);
    server.recover(&server.mfa_token().await, &app.recovery_code).await.ok();
    let told: Vec<_> = server.app.outbox().await.unwrap().into_iter().map(|(_, it)| it).collect();
    let [Message::Notice { to, notices: first }, Message::Notice { notices: second, .. }] =
        told.as_slice()
    else {
        panic!("{told:?}")
    };
    assert_eq!(
        (to.as_str(), first.as_slice()),
        (USER, ["authenticator bound".to_owned()].as_slice())
    );
    assert_eq!(second, &["recovery code used", "recovery code replaced"]);
}

#[tokio::test]
async fn pages_of_named_origins_may_ask_and_others_may_not() {
    let server = Server::start().await;
    for (origin, allowed) in [("https://app.example", true), ("https://evil.example", false)] {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
        ];
        let with = With { headers: &headers, ..With::default() };
        let answer = server.send(Method::OPTIONS, "/oauth/token", with).await;
        let named = answer.headers.get("access-control-allow-origin");
        assert_eq!(named.is_some_and(|named| named == origin), allowed, "{answer:?}");
    }
}

//! Which application asks.

use crate::harness::server::*;
use data_encoding::BASE64;
use reqwest::Method;

async fn ask(
    server: &Server,
    fields: &[(&str, &str)],
    basic: Option<&str>,
) -> crate::harness::answer::Answer {
    let mut all = vec![("grant_type", "password"), ("username", USER), ("password", PASSWORD)];
    all.extend(fields);
    let header = basic.map(|basic| format!("Basic {}", BASE64.encode(basic.as_bytes())));
    let header: Vec<_> = header.iter().map(|value| ("authorization", value.as_str())).collect();
    let with = With { headers: &header, body: Body::Form(&all), ..With::default() };
    server.send(Method::POST, "/oauth/token", with).await
}

#[tokio::test]
async fn a_client_shows_its_secret_in_the_body_or_in_a_header_or_has_none() {
    let server = Server::start().await;
    ask(&server, &[("client_id", CLIENT), ("client_secret", SECRET)], None)
        .await
        .expect(403, "mfa_required");
    ask(&server, &[], Some("app:app%2Dsecret")).await.expect(403, "mfa_required");
    ask(&server, &[("client_id", CLIENT)], Some("app:app-secret"))
        .await
        .expect(403, "mfa_required");
    ask(&server, &[("client_id", PUBLIC)], None).await.expect(403, "mfa_required");
}

#[tokio::test]
async fn wrong_missing_and_foreign_secrets_and_unknown_clients_get_one_answer() {
    let server = Server::start().await;
    let one = ask(&server, &[("client_id", CLIENT), ("client_secret", "wrong")], None).await;
    one.expect(401, "invalid_client");
    assert!(one.headers.contains_key("www-authenticate"));
    for (fields, basic) in [
        (&[("client_id", CLIENT)][..], None),
        (&[("client_id", CLIENT), ("client_secret", "")], None),
        (&[("client_id", "nobody"), ("client_secret", SECRET)], None),
        (&[], Some("app:wrong")),
        (&[("client_id", CLIENT)], Some("manager:app-secret")),
    ] {
        let other = ask(&server, fields, basic).await;
        assert_eq!((one.status, &one.text), (other.status, &other.text), "{fields:?}");
    }
    ask(&server, &[], None).await.expect(400, "invalid_request");
}

//! Bodies: JSON and forms; missing, ill-typed and repeated fields; sizes and types.

use crate::harness::server::*;
use reqwest::Method;
use serde_json::json;

async fn raw(
    server: &Server,
    path: &str,
    media_type: &str,
    bytes: &[u8],
) -> crate::harness::answer::Answer {
    let with = With { body: Body::Raw(media_type, bytes), ..With::default() };
    server.send(Method::POST, path, with).await
}

#[tokio::test]
async fn the_token_endpoint_takes_json_too() {
    let server = Server::start().await;
    let body = json!({
        "grant_type": "password", "username": USER, "password": PASSWORD,
        "client_id": CLIENT, "client_secret": SECRET, "unknown": [1, 2],
    });
    server.post("/oauth/token", None, body).await.expect(403, "mfa_required");
}

#[tokio::test]
async fn missing_and_ill_typed_fields_are_named() {
    let server = Server::start().await;
    let full = json!({
        "grant_type": "password", "username": USER, "password": PASSWORD,
        "client_id": CLIENT, "client_secret": SECRET,
    });
    for name in ["grant_type", "username", "password", "client_id"] {
        for value in [None, Some(json!(null)), Some(json!(1)), Some(json!(["x"])), Some(json!({}))]
        {
            let mut body = full.clone();
            match &value {
                None => drop(body.as_object_mut().unwrap().remove(name)),
                Some(value) => body[name] = value.clone(),
            }
            let answer = server.post("/oauth/token", None, body).await;
            answer.expect(400, "invalid_request");
            let description = answer.text("error_description");
            assert!(description.contains(name), "{name} {value:?}: {description}");
        }
    }
    for (name, value) in [("scope", json!(1)), ("audience", json!([])), ("client_secret", json!(0))]
    {
        let mut body = full.clone();
        body[name] = value;
        let answer = server.post("/oauth/token", None, body).await;
        assert!(answer.expect(400, "invalid_request").text("error_description").contains(name));
    }
}

#[tokio::test]
async fn what_no_database_holds_is_simply_unknown() {
    let server = Server::start().await;
    for (name, status, error) in [
        ("username", 403, "invalid_grant"),
        ("password", 403, "invalid_grant"),
        ("client_id", 401, "invalid_client"),
    ] {
        let mut body = json!({
            "grant_type": "password", "username": USER, "password": PASSWORD,
            "client_id": CLIENT, "client_secret": SECRET,
        });
        body[name] = json!("a\0b");
        server.post("/oauth/token", None, body).await.expect(status, error);
    }
}

#[tokio::test]
async fn what_is_no_json_object_or_form_is_refused() {
    let server = Server::start().await;
    let json = "application/json";
    for body in ["", "{", "[]", "null", "\"text\"", "{\"a\":1}x", "\u{feff}{}"] {
        raw(&server, "/oauth/token", json, body.as_bytes()).await.expect(400, "invalid_request");
        raw(&server, "/mfa/challenge", json, body.as_bytes()).await.expect(400, "invalid_request");
    }
    raw(&server, "/oauth/token", json, b"\xFF\xFE").await.expect(400, "invalid_request");
    let deep = "[".repeat(10_000);
    raw(&server, "/mfa/challenge", json, deep.as_bytes()).await.expect(400, "invalid_request");
    let form = "application/x-www-form-urlencoded";
    let twice = b"grant_type=password&grant_type=password&other=1&other=2";
    let answer = raw(&server, "/oauth/token", form, twice).await;
    answer.expect(400, "invalid_request").saying("Repeated parameter: grant_type");
}

#[tokio::test]
async fn media_types_are_those_of_the_document() {
    let server = Server::start().await;
    raw(&server, "/oauth/token", "text/plain", b"{}").await.expect(415, "invalid_request");
    let form = "application/x-www-form-urlencoded";
    raw(&server, "/mfa/challenge", form, b"mfa_token=x").await.expect(415, "invalid_request");
    let json = "Application/JSON; charset=utf-8";
    raw(&server, "/mfa/challenge", json, b"{}").await.expect(400, "invalid_request");
    let with = With::default();
    server.send(Method::POST, "/oauth/token", with).await.expect(415, "invalid_request");
}

#[tokio::test]
async fn bodies_that_are_too_large_are_refused() {
    let server = Server::start().await;
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(40_000));
    raw(&server, "/oauth/token", "application/json", body.as_bytes())
        .await
        .expect(413, "invalid_request");
    let long = "x".repeat(9_000);
    let answer =
        server.token(&[("grant_type", "password"), ("username", &long), ("password", "x")]).await;
    answer.expect(400, "invalid_request").saying("Invalid parameter: username is too long");
}

#[tokio::test]
async fn unknown_grant_types_paths_and_methods_are_refused_in_json() {
    let server = Server::start().await;
    server.token(&[("grant_type", "implicit")]).await.expect(400, "unsupported_grant_type");
    let get = server.send(Method::GET, "/oauth/token", With::default()).await;
    get.expect(405, "method_not_allowed");
    server.send(Method::GET, "/nowhere", With::default()).await.expect(404, "not_found");
}

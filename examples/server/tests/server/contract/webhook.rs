//! The delivery that posts messages to a URL.

use crate::harness::server::*;
use axum::Json;
use axum::http::StatusCode;
use axum::routing::post;
use mfa_server::app::Mfa;
use mfa_server::delivery::Webhook;
use mfa_server::tokens::SigningAlgorithm;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

async fn start(status: StatusCode) -> (Server, Arc<Mutex<Vec<Value>>>) {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let theirs = taken.clone();
    let take = async move |Json(message): Json<Value>| {
        theirs.lock().unwrap().push(message);
        status
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/messages", listener.local_addr().unwrap());
    let provider = axum::Router::new().route("/messages", post(take));
    tokio::spawn(async move { axum::serve(listener, provider).await });
    let server = Server::start_altered(Mfa::Always, SigningAlgorithm::Es256, |app| {
        app.delivery = Arc::new(Webhook::new(&url).unwrap());
    });
    (server.await, taken)
}

fn sms() -> Value {
    json!({
        "authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": "+15555559167",
    })
}

#[tokio::test]
async fn messages_are_posted_and_not_kept() {
    let (server, taken) = start(StatusCode::NO_CONTENT).await;
    let mfa_token = server.mfa_token().await;
    let answer = server.associate(&mfa_token, sms()).await;
    let message = taken.lock().unwrap()[0].clone();
    assert_eq!((&message["channel"], &message["to"]), (&json!("sms"), &json!("+15555559167")));
    let code = message["code"].as_str().unwrap();
    server.oob(&mfa_token, &answer.text("oob_code"), Some(code)).await.ok();
    assert!(server.app.outbox().await.unwrap().is_empty());
    let notice = taken.lock().unwrap()[1].clone();
    assert_eq!(
        notice,
        json!({ "channel": "notice", "to": USER, "notices": ["authenticator bound"] })
    );
}

#[tokio::test]
async fn a_provider_that_fails_stops_no_login_and_is_counted() {
    let (server, _) = start(StatusCode::INTERNAL_SERVER_ERROR).await;
    let mfa_token = server.mfa_token().await;
    server.associate(&mfa_token, sms()).await.ok();
    let metrics = server.send(reqwest::Method::GET, "/metrics", With::default()).await.text;
    assert!(metrics.contains("mfa_deliveries_failed_total 1"), "{metrics}");
}

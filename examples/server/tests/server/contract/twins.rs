//! Twins: a number for SMS can be called too.

use crate::harness::server::*;
use mfa_server::delivery::Message;
use serde_json::json;

#[tokio::test]
async fn sms_and_voice_of_one_number_live_and_die_together() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let body = json!({
        "authenticator_types": ["oob"], "oob_channels": ["voice"], "phone_number": "+15555559167",
    });
    let answer = server.associate(&mfa_token, body).await;
    assert_eq!(answer.ok()["oob_channel"], "voice");
    let Message::Voice { code, .. } = server.last_message().await else { panic!() };
    server.oob(&mfa_token, &answer.text("oob_code"), Some(&code)).await.ok();

    let mfa_token = server.mfa_token_for_mfa().await;
    let list = server.get("/mfa/authenticators", &mfa_token).await;
    let ids: Vec<_> =
        list.ok().as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    let [voice, sms, _recovery] = ids.as_slice() else { panic!("{ids:?}") };
    assert_eq!(voice.strip_prefix("voice|"), sms.strip_prefix("sms|"));

    server.later(1);
    let challenge = server.challenge(&mfa_token, json!({ "authenticator_id": sms })).await;
    let Message::Sms { to, code } = server.last_message().await else { panic!() };
    assert_eq!(to, "+15555559167");
    let answer = server.oob(&mfa_token, &challenge.text("oob_code"), Some(&code)).await;
    server.delete(sms, &answer.text("access_token")).await.ok();
    let list = server.get("/mfa/authenticators", &server.mfa_token().await).await;
    assert_eq!(list.ok(), &json!([]));
}

//! Push: a device enrolls with its key, is asked, and answers.

use crate::harness::server::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use data_encoding::BASE64URL_NOPAD;
use mfa_server::delivery::Message;
use reqwest::Method;
use serde_json::{Value, json};

/// A phone.
enum Device {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

impl Device {
    fn new() -> Self {
        Self::Ed25519(Ed25519KeyPair::generate().unwrap())
    }

    fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        match self {
            Self::Ed25519(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(key.public_key().as_ref()) })
            }
            Self::P256(key) => {
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]) })
            }
        }
    }

    fn sign(&self, message: &[u8]) -> String {
        BASE64URL_NOPAD.encode(
            match self {
                Self::Ed25519(key) => key.sign(message),
                Self::P256(key) => key.sign(&SystemRandom::new(), message).unwrap(),
            }
            .as_ref(),
        )
    }

    /// A call, signed for `signed_for`.
    async fn call_signed_for(
        &self,
        server: &Server,
        (path, signed_for): (&str, &str),
        body: &Value,
    ) -> crate::harness::answer::Answer {
        let body = body.to_string();
        let signature = self.sign(format!("{signed_for}\n{body}").as_bytes());
        let headers = [("signature", signature.as_str())];
        let body = Body::Raw("application/json", body.as_bytes());
        server.send(Method::POST, path, With { headers: &headers, body, bearer: None }).await
    }

    async fn call(
        &self,
        server: &Server,
        path: &str,
        body: &Value,
    ) -> crate::harness::answer::Answer {
        self.call_signed_for(server, (path, path), body).await
    }

    async fn enroll(&self, server: &Server, transaction: &str) -> crate::harness::answer::Answer {
        let body = json!({ "enrollment_tx_id": transaction, "device_key": self.jwk() });
        self.call(server, "/push/enroll", &body).await
    }
}

fn push() -> Value {
    json!({ "authenticator_types": ["oob"], "oob_channels": ["auth0"] })
}

fn transaction(answer: &crate::harness::answer::Answer) -> String {
    let uri = answer.text("barcode_uri");
    let (_, rest) = uri.split_once("enrollment_tx_id=").unwrap();
    rest.split('&').next().unwrap().to_owned()
}

/// Enrolls a device, and gives its `secret` for one-time passwords.
async fn enroll(server: &Server, device: &Device) -> String {
    let mfa_token = server.mfa_token().await;
    let answer = server.associate(&mfa_token, push()).await;
    let given = device.enroll(server, &transaction(&answer)).await;
    let body = json!({
        "challenge": given.text("challenge"), "approve": true, "number": answer.text("number"),
    });
    device.call(server, "/push/answer", &body).await.ok();
    server.oob(&mfa_token, &answer.text("oob_code"), None).await.ok();
    server.later(1);
    given.text("secret")
}

#[tokio::test]
async fn a_device_enrolls_by_answering_its_first_question() {
    for device in [
        Device::new(),
        Device::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()),
    ] {
        let server = Server::start().await;
        let mfa_token = server.mfa_token().await;
        let answer = server.associate(&mfa_token, push()).await;
        assert!(answer.ok()["binding_method"].is_null());
        let uri = answer.text("barcode_uri");
        assert!(uri.starts_with("otpauth://totp/127.0.0.1:alice%40example.com?enrollment_tx_id="));
        assert!(!uri.contains("secret="), "{uri}");
        let oob_code = answer.text("oob_code");
        let pending = server.oob(&mfa_token, &oob_code, None).await;
        pending.expect(400, "authorization_pending");

        let given = device.enroll(&server, &transaction(&answer)).await;
        let challenge = given.text("challenge");
        let body =
            json!({ "challenge": challenge, "approve": true, "number": answer.text("number") });
        let approved = device.call(&server, "/push/answer", &body).await;
        assert_eq!(approved.ok(), &json!({ "status": "approved" }));
        server.oob(&mfa_token, &oob_code, None).await.ok();
        // Its twin: codes, where the device has no network.
        let totp = totp(&given.text("secret"));
        server.otp(&server.mfa_token().await, &server.code(&totp, 0)).await.ok();
        let list = server.get("/mfa/authenticators", &server.mfa_token().await).await;
        let types: Vec<_> = list.ok().as_array().unwrap().iter().map(|it| &it["type"]).collect();
        assert_eq!(types, ["push-notification", "otp", "recovery-code"]);
    }
}

#[tokio::test]
async fn a_one_time_password_of_the_device_confirms_it_too() {
    let server = Server::start().await;
    let device = Device::new();
    let mfa_token = server.mfa_token().await;
    let answer = server.associate(&mfa_token, push()).await;
    let oob_code = answer.text("oob_code");
    let given = device.enroll(&server, &transaction(&answer)).await;
    let totp = totp(&given.text("secret"));
    let wrong = server.otp(&mfa_token, &server.wrong_code(&totp)).await;
    wrong.expect(403, "invalid_grant").saying("Invalid otp_code.");
    server.oob(&mfa_token, &oob_code, None).await.expect(400, "authorization_pending");
    server.otp(&mfa_token, &server.code(&totp, 0)).await.ok();
    // The question is over, and logs nobody in.
    let body = json!({
        "challenge": given.text("challenge"), "approve": true, "number": answer.text("number"),
    });
    device.call(&server, "/push/answer", &body).await.expect(403, "invalid_grant");
    let late = server.oob(&mfa_token, &oob_code, None).await;
    late.expect(403, "invalid_grant").saying("Invalid oob_code.");
    let list = server.get("/mfa/authenticators", &server.mfa_token().await).await;
    let active = |one: &Value| one["active"] == true;
    assert!(list.ok().as_array().unwrap().iter().all(active), "{list:?}");
}

#[tokio::test]
async fn a_login_waits_for_the_device_and_the_number_is_typed_there() {
    let server = Server::start().await;
    let device = Device::new();
    enroll(&server, &device).await;
    let mfa_token = server.mfa_token().await;
    let asked = server.challenge(&mfa_token, json!({ "challenge_type": "oob" })).await;
    let oob_code = asked.text("oob_code");
    server.oob(&mfa_token, &oob_code, None).await.expect(400, "authorization_pending");
    let Message::Push { challenge, .. } = server.last_message().await else { panic!() };
    let body = json!({ "challenge": challenge, "approve": true, "number": asked.text("number") });
    device.call(&server, "/push/answer", &body).await.ok();
    device.call(&server, "/push/answer", &body).await.expect(403, "invalid_grant");
    server.oob(&mfa_token, &oob_code, None).await.ok();
    server.oob(&mfa_token, &oob_code, None).await.expect(403, "invalid_grant");
}

#[tokio::test]
async fn polling_too_fast_is_slowed_down() {
    let server = Server::start().await;
    let device = Device::new();
    enroll(&server, &device).await;
    let mfa_token = server.mfa_token().await;
    let oob_code =
        server.challenge(&mfa_token, json!({ "challenge_type": "oob" })).await.text("oob_code");
    for _ in 0..12 {
        server.oob(&mfa_token, &oob_code, None).await.expect(400, "authorization_pending");
    }
    server.oob(&mfa_token, &oob_code, None).await.expect(400, "slow_down");
    server.later(5);
    server.oob(&mfa_token, &oob_code, None).await.expect(400, "authorization_pending");
}

#[tokio::test]
async fn a_rejected_login_is_denied_and_a_wrong_number_ends_it() {
    let server = Server::start().await;
    let device = Device::new();
    enroll(&server, &device).await;
    let mfa_token = server.mfa_token().await;
    let ask = json!({ "challenge_type": "oob" });
    let oob_code = server.challenge(&mfa_token, ask.clone()).await.text("oob_code");
    let Message::Push { challenge, .. } = server.last_message().await else { panic!() };
    let no = json!({ "challenge": challenge, "approve": false });
    assert_eq!(device.call(&server, "/push/answer", &no).await.ok()["status"], "denied");
    let rejected = server.oob(&mfa_token, &oob_code, None).await;
    rejected.expect(400, "access_denied").saying("MFA Authorization rejected.");

    server.later(1);
    let asked = server.challenge(&mfa_token, ask).await;
    let Message::Push { challenge, .. } = server.last_message().await else { panic!() };
    let right = asked.text("number");
    let wrong = if right == "0000" { "0001" } else { "0000" };
    for malformed in [json!("12345"), json!(""), json!(1234), json!(null)] {
        let body = json!({ "challenge": challenge, "approve": true, "number": malformed });
        device.call(&server, "/push/answer", &body).await.expect(400, "invalid_request");
    }
    let body = json!({ "challenge": challenge, "approve": true, "number": wrong });
    device.call(&server, "/push/answer", &body).await.expect(403, "invalid_grant");
    let body = json!({ "challenge": challenge, "approve": true, "number": right });
    device.call(&server, "/push/answer", &body).await.expect(403, "invalid_grant");
    server.oob(&mfa_token, &asked.text("oob_code"), None).await.expect(403, "invalid_grant");
}

#[tokio::test]
async fn only_the_device_answers_and_only_one_device_enrolls_in_time() {
    let server = Server::start().await;
    let (device, thief) = (Device::new(), Device::new());
    let mfa_token = server.mfa_token().await;
    let answer = server.associate(&mfa_token, push()).await;
    let transaction = transaction(&answer);
    // Signed by another key than the one it shows; signed for the other call.
    let body = json!({ "enrollment_tx_id": transaction, "device_key": device.jwk() });
    thief.call(&server, "/push/enroll", &body).await.expect(401, "invalid_signature");
    let crossed = ("/push/enroll", "/push/answer");
    device.call_signed_for(&server, crossed, &body).await.expect(401, "invalid_signature");
    let challenge = device.enroll(&server, &transaction).await.text("challenge");
    thief.enroll(&server, &transaction).await.expect(403, "invalid_grant");
    thief.enroll(&server, "nonsense").await.expect(403, "invalid_grant");

    let body = json!({ "challenge": challenge, "approve": true, "number": answer.text("number") });
    thief.call(&server, "/push/answer", &body).await.expect(401, "invalid_signature");
    let unsigned = With { body: Body::Json(body.clone()), ..With::default() };
    server.send(Method::POST, "/push/answer", unsigned).await.expect(401, "invalid_signature");
    device.call(&server, "/push/answer", &body).await.ok();
    server.oob(&mfa_token, &answer.text("oob_code"), None).await.ok();

    let body = json!({ "challenge": "nonsense", "approve": true, "number": "1234" });
    device.call(&server, "/push/answer", &body).await.expect(403, "invalid_grant");
}

#[tokio::test]
async fn a_qr_code_is_scanned_within_five_minutes() {
    let server = Server::start().await;
    let mfa_token = server.mfa_token().await;
    let answer = server.associate(&mfa_token, push()).await;
    server.later(300);
    let late = Device::new().enroll(&server, &transaction(&answer)).await;
    late.expect(403, "invalid_grant");
}

#[tokio::test]
async fn keys_that_are_none_are_refused() {
    let server = Server::start().await;
    let device = Device::new();
    for key in
        [json!("x"), json!(null), json!({}), json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" })]
    {
        let body = json!({ "enrollment_tx_id": "x", "device_key": key });
        device.call(&server, "/push/enroll", &body).await.expect(400, "invalid_request");
    }
}

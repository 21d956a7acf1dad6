//! The API as a client calls it, every answer held against the OpenAPI document.

use super::answer::Answer;
use super::document;
use mfa_core::{Secret, Totp};
use reqwest::Method;
use serde_json::{Value, json};

pub const USER: &str = "alice@example.com";
pub const PASSWORD: &str = "correct horse battery staple";
pub const CLIENT: &str = "app";
pub const SECRET: &str = "app-secret";
pub const PUBLIC: &str = "page";
pub const MANAGER: &str = "manager";

pub const PASSWORD_REALM: &str = "http://auth0.com/oauth/grant-type/password-realm";
pub const MFA_OTP: &str = "http://auth0.com/oauth/grant-type/mfa-otp";
pub const MFA_OOB: &str = "http://auth0.com/oauth/grant-type/mfa-oob";
pub const MFA_RECOVERY: &str = "http://auth0.com/oauth/grant-type/mfa-recovery-code";

pub const ALL_SCOPES: &str = "enroll read:authenticators remove:authenticators";

/// Somebody who talks to a server.
#[derive(Clone)]
pub struct Api {
    /// Where the server is reached.
    pub base: String,
    /// What it calls itself.
    pub issuer: String,
    /// Who signs in.
    pub user: String,
    http: reqwest::Client,
}

/// A user's app and recovery code.
pub struct Enrolled {
    /// In base32.
    pub secret: String,
    pub totp: Totp,
    pub id: String,
    pub recovery_code: String,
}

impl Api {
    pub fn new(base: &str, issuer: &str, user: &str) -> Self {
        let http = reqwest::Client::new();
        Self { base: base.into(), issuer: issuer.into(), user: user.into(), http }
    }

    /// The same server, another user.
    pub fn of_user(&self, user: &str) -> Self {
        Self { user: user.into(), ..self.clone() }
    }

    /// A request without more than what is given.
    pub async fn send(&self, method: Method, path: &str, with: With<'_>) -> Answer {
        let url = format!("{}{}", self.base, path.trim_start_matches('/'));
        let mut request = self.http.request(method.clone(), url);
        if let Some(bearer) = with.bearer {
            request = request.bearer_auth(bearer);
        }
        for (name, value) in with.headers {
            request = request.header(*name, *value);
        }
        request = match with.body {
            Body::None => request,
            Body::Json(json) => request.json(&json),
            Body::Form(fields) => request.form(fields),
            Body::Raw(media_type, bytes) => {
                request.header("content-type", media_type).body(bytes.to_vec())
            }
        };
        let answer = Answer::read(request.send().await.unwrap()).await;
        document::check(&method, path, &answer);
        answer
    }

    pub async fn get(&self, path: &str, bearer: &str) -> Answer {
        let with = With { bearer: Some(bearer), ..With::default() };
        self.send(Method::GET, path, with).await
    }

    pub async fn delete(&self, id: &str, bearer: &str) -> Answer {
        let path = format!("/mfa/authenticators/{}", id.replace('|', "%7C"));
        let with = With { bearer: Some(bearer), ..With::default() };
        self.send(Method::DELETE, &path, with).await
    }

    pub async fn post(&self, path: &str, bearer: Option<&str>, body: Value) -> Answer {
        let with = With { bearer, body: Body::Json(body), ..With::default() };
        self.send(Method::POST, path, with).await
    }

    /// The token endpoint, as the confidential client, with a form.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("client_id", CLIENT), ("client_secret", SECRET)];
        all.extend(fields);
        let with = With { body: Body::Form(&all), ..With::default() };
        self.send(Method::POST, "/oauth/token", with).await
    }

    pub async fn password(&self, more: &[(&str, &str)]) -> Answer {
        let mut fields =
            vec![("grant_type", "password"), ("username", &self.user), ("password", PASSWORD)];
        fields.extend(more);
        self.token(&fields).await
    }

    /// An `mfa_token` for the default audience.
    pub async fn mfa_token(&self) -> String {
        let answer = self.password(&[("scope", "openid")]).await;
        answer.expect(403, "mfa_required").text("mfa_token")
    }

    /// An `mfa_token` that leads to a token for the MFA audience.
    pub async fn mfa_token_for_mfa(&self) -> String {
        let audience = format!("{}mfa/", self.issuer);
        let answer = self.password(&[("audience", &audience), ("scope", ALL_SCOPES)]).await;
        answer.expect(403, "mfa_required").text("mfa_token")
    }

    pub async fn otp(&self, mfa_token: &str, otp: &str) -> Answer {
        self.token(&[("grant_type", MFA_OTP), ("mfa_token", mfa_token), ("otp", otp)]).await
    }

    pub async fn recover(&self, mfa_token: &str, code: &str) -> Answer {
        let fields =
            [("grant_type", MFA_RECOVERY), ("mfa_token", mfa_token), ("recovery_code", code)];
        self.token(&fields).await
    }

    pub async fn oob(&self, mfa_token: &str, oob_code: &str, code: Option<&str>) -> Answer {
        let mut fields =
            vec![("grant_type", MFA_OOB), ("mfa_token", mfa_token), ("oob_code", oob_code)];
        fields.extend(code.map(|code| ("binding_code", code)));
        self.token(&fields).await
    }

    pub async fn challenge(&self, mfa_token: &str, more: Value) -> Answer {
        let mut body = json!({ "mfa_token": mfa_token, "client_id": CLIENT });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/mfa/challenge", None, body).await
    }

    pub async fn associate(&self, bearer: &str, body: Value) -> Answer {
        self.post("/mfa/associate", Some(bearer), body).await
    }

    /// Associates an app, without confirming it.
    pub async fn associate_otp(&self, bearer: &str) -> Enrolled {
        let answer = self.associate(bearer, json!({ "authenticator_types": ["otp"] })).await;
        let body = answer.ok();
        let recovery_code = body["recovery_codes"][0].as_str().unwrap_or_default().to_owned();
        let secret = answer.text("secret");
        Enrolled { totp: totp(&secret), secret, id: answer.text("id"), recovery_code }
    }
}

/// What a request carries.
#[derive(Default)]
pub struct With<'a> {
    pub bearer: Option<&'a str>,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: Body<'a>,
}

#[derive(Default)]
pub enum Body<'a> {
    #[default]
    None,
    Json(Value),
    Form(&'a [(&'a str, &'a str)]),
    Raw(&'a str, &'a [u8]),
}

pub fn totp(secret: &str) -> Totp {
    let secret = Secret::from_base32(secret).unwrap();
    Totp::from(&secret)
}

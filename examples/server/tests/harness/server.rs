//! A server on a loopback port, its clock in the test's hands, every answer of it held against
//! the OpenAPI document.

use super::answer::Answer;
use super::document;
use mfa_core::{Algorithm, Format, Secret, TimeSteps, Totp};
use mfa_server::app::{App, Mfa, Parts, Settings};
use mfa_server::clock::Clock;
use mfa_server::commands::{NewClient, add_client, add_user};
use mfa_server::delivery::{Message, Outbox};
use mfa_server::http::router;
use mfa_server::passwords::Passwords;
use mfa_server::storage::Database;
use mfa_server::tokens::SigningAlgorithm;
use mfa_server::vault::OperatorKeys;
use reqwest::Method;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

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

pub struct Server {
    pub base: String,
    pub app: Arc<App>,
    http: reqwest::Client,
}

/// A user's app and recovery code.
pub struct Enrolled {
    pub totp: Totp,
    pub id: String,
    pub recovery_code: String,
}

impl Server {
    /// One that demands a second factor of everybody.
    pub async fn start() -> Self {
        Self::start_with(Mfa::Always, SigningAlgorithm::Es256).await
    }

    pub async fn start_with(mfa: Mfa, signing: SigningAlgorithm) -> Self {
        Self::start_altered(mfa, signing, |_| {}).await
    }

    /// One of which the test replaces a part.
    pub async fn start_altered(
        mfa: Mfa,
        signing: SigningAlgorithm,
        alter: impl FnOnce(&mut App),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let audiences = vec!["https://api.example/".to_owned()];
        let origins = vec!["https://app.example".to_owned()];
        let settings = Settings { issuer: base.clone(), mfa, audiences, origins, proxies: 0 };
        let parts = Parts {
            database: Database::IN_MEMORY.into(),
            operator: OperatorKeys::ephemeral(),
            settings,
            signing,
            passwords: Passwords::cheap(),
            delivery: Arc::new(Outbox),
            clock: Clock::default(),
        };
        let mut app = App::open(parts).await.unwrap();
        alter(&mut app);
        let app = Arc::new(app);
        add_user(&app, USER, PASSWORD.into()).await.unwrap();
        for (id, secret, management) in
            [(CLIENT, Some(SECRET), false), (PUBLIC, None, false), (MANAGER, Some(SECRET), true)]
        {
            add_client(&app, NewClient { id, secret, management }).await.unwrap();
        }
        let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { base, app, http: reqwest::Client::new() }
    }

    /// Moves the clock ahead.
    pub fn later(&self, seconds: i64) {
        self.app.clock.advance(seconds);
    }

    /// A code of this app now, or so many steps from now.
    pub fn code(&self, totp: &Totp, steps: i64) -> String {
        let at = self.app.clock.now().saturating_add_signed(30 * steps);
        totp.code(at).text().as_str().to_owned()
    }

    /// A code that this app does not show about now.
    pub fn wrong_code(&self, totp: &Totp) -> String {
        let shown: Vec<_> = (-4..=4).map(|steps| self.code(totp, steps)).collect();
        let mut codes = (0..1_000_000).map(|code| format!("{code:06}"));
        codes.find(|code| !shown.contains(code)).unwrap()
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
            vec![("grant_type", "password"), ("username", USER), ("password", PASSWORD)];
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
        let audience = self.app.settings.mfa_audience();
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
        Enrolled { totp: totp(&answer.text("secret")), id: answer.text("id"), recovery_code }
    }

    /// Enrolls an app: the current step's predecessor is burnt, the current code is unused.
    pub async fn enroll_otp(&self) -> Enrolled {
        let mfa_token = self.mfa_token().await;
        let enrolled = self.associate_otp(&mfa_token).await;
        self.otp(&mfa_token, &self.code(&enrolled.totp, -1)).await.ok();
        enrolled
    }

    /// A token for the MFA audience with all scopes, by this app's current code.
    pub async fn mfa_access(&self, totp: &Totp) -> String {
        let mfa_token = self.mfa_token_for_mfa().await;
        let answer = self.otp(&mfa_token, &self.code(totp, 0)).await;
        answer.ok();
        answer.text("access_token")
    }

    /// The last message that was handed over, and that is no notice.
    pub async fn last_message(&self) -> Message {
        let all = self.app.outbox().await.unwrap().into_iter();
        let mut all: Vec<_> = all.filter(|(_, message)| message.channel() != "notice").collect();
        // Within a second they have no order: the test moves the clock between them.
        all.sort_by_key(|(at, _)| *at);
        all.pop().unwrap().1
    }

    /// The code in the last message.
    pub async fn last_code(&self) -> String {
        match self.last_message().await {
            Message::Sms { code, .. }
            | Message::Voice { code, .. }
            | Message::Email { code, .. } => code,
            other => panic!("no code in {other:?}"),
        }
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
    Totp::new(&secret, Algorithm::Sha1, Format::default(), TimeSteps::default()).unwrap()
}

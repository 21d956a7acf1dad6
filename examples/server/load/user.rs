//! Somebody with a password and an app.

use crate::server::{CLIENT, Server};
use mfa_core::{AccountId, Algorithm, Format, Secret, TimeSteps, Totp};
use mfa_server::commands::add_user;
use serde_json::{Value, json};
use std::error::Error;

const PASSWORD: &str = "correct horse battery staple";
const MFA_OTP: &str = "http://auth0.com/oauth/grant-type/mfa-otp";

pub struct User {
    name: String,
    pub account: AccountId,
    totp: Totp,
}

impl User {
    /// A user who has confirmed an app by its present code.
    pub async fn enroll(
        server: &Server,
        http: &reqwest::Client,
        number: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let name = format!("user{number}@example.com");
        let account = add_user(&server.app, &name, PASSWORD.into()).await?;
        let mfa_token = mfa_token(server, http, &name).await?;
        let associate = http.post(server.url("mfa/associate")).bearer_auth(&mfa_token);
        let associate = associate.json(&json!({ "authenticator_types": ["otp"] }));
        let associated: Value = associate.send().await?.error_for_status()?.json().await?;
        let secret = Secret::from_base32(text(&associated, "secret")?)?;
        let (format, steps) = (Format::default(), TimeSteps::default());
        let totp = Totp::new(&secret, Algorithm::Sha1, format, steps)?;
        let user = Self { name, account, totp };
        let confirm = user.answer(server, http, &mfa_token)?;
        http.execute(confirm).await?.error_for_status()?;
        Ok(user)
    }

    /// Signs in with the password; gives the request that completes the login.
    pub async fn login(
        &self,
        server: &Server,
        http: &reqwest::Client,
    ) -> Result<reqwest::Request, Box<dyn Error>> {
        let mfa_token = mfa_token(server, http, &self.name).await?;
        self.answer(server, http, &mfa_token)
    }

    pub async fn mfa_token(
        &self,
        server: &Server,
        http: &reqwest::Client,
    ) -> Result<String, Box<dyn Error>> {
        mfa_token(server, http, &self.name).await
    }

    /// What the app shows now.
    pub fn code(&self, server: &Server) -> String {
        self.totp.code(server.app.clock.now()).text().as_str().to_owned()
    }

    fn answer(
        &self,
        server: &Server,
        http: &reqwest::Client,
        mfa_token: &str,
    ) -> Result<reqwest::Request, Box<dyn Error>> {
        let otp = self.code(server);
        let fields = [
            ("grant_type", MFA_OTP),
            ("client_id", CLIENT),
            ("mfa_token", mfa_token),
            ("otp", &otp),
        ];
        Ok(http.post(server.url("oauth/token")).form(&fields).build()?)
    }
}

async fn mfa_token(
    server: &Server,
    http: &reqwest::Client,
    name: &str,
) -> Result<String, Box<dyn Error>> {
    let fields = [
        ("grant_type", "password"),
        ("client_id", CLIENT),
        ("scope", "openid profile"),
        ("username", name),
        ("password", PASSWORD),
    ];
    let answer = http.post(server.url("oauth/token")).form(&fields).send().await?;
    Ok(text(&answer.json().await?, "mfa_token")?.to_owned())
}

fn text<'a>(answer: &'a Value, name: &str) -> Result<&'a str, String> {
    answer[name].as_str().ok_or_else(|| format!("no {name} in {answer}"))
}

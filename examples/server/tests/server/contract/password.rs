//! The password grant: a first factor, and whether it is enough.

use crate::harness::server::*;
use mfa_server::app::Mfa;
use mfa_server::tokens::SigningAlgorithm;
use serde_json::json;

#[tokio::test]
async fn who_has_no_authenticator_is_told_to_enroll_one_where_mfa_is_demanded() {
    let server = Server::start().await;
    for grant_type in ["password", PASSWORD_REALM] {
        let fields = [("grant_type", grant_type), ("username", USER), ("password", PASSWORD)];
        let answer = server.token(&fields).await;
        answer.expect(403, "mfa_required").saying("Multifactor authentication required");
        let types =
            ["otp", "phone", "email", "push-notification"].map(|name| json!({"type": name}));
        assert_eq!(answer.body["mfa_requirements"], json!({ "enroll": types }));
    }
}

#[tokio::test]
async fn who_has_one_is_challenged_and_sees_what_with() {
    let server = Server::start().await;
    server.enroll_otp().await;
    let answer = server.password(&[]).await;
    answer.expect(403, "mfa_required");
    assert_eq!(answer.body["mfa_requirements"], json!({ "challenge": [{ "type": "otp" }] }));
}

#[tokio::test]
async fn a_password_is_enough_until_something_is_enrolled_where_mfa_is_not_demanded() {
    let server = Server::start_with(Mfa::Enrolled, SigningAlgorithm::Es256).await;
    let answer = server.password(&[("scope", "openid profile email")]).await;
    let body = answer.ok();
    assert_eq!(body["expires_in"], 86_400);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], "openid profile email");
    let user = server.get("/userinfo", &answer.text("access_token")).await;
    assert_eq!(user.ok()["email"], USER);

    // The first authenticator is enrolled with a token for the MFA audience.
    let audience = server.app.settings.mfa_audience();
    let answer = server.password(&[("audience", &audience), ("scope", "enroll")]).await;
    assert_eq!(answer.ok()["expires_in"], 600);
    let token = answer.text("access_token");
    let app = server.associate_otp(&token).await;
    server.otp(&token, &server.code(&app.totp, 0)).await.ok();
    server.password(&[]).await.expect(403, "mfa_required");
}

#[tokio::test]
async fn wrong_passwords_and_unknown_users_get_one_answer() {
    let server = Server::start().await;
    let wrong = server.password(&[("password", "wrong")]).await;
    wrong.expect(400, "invalid_request").saying("Repeated parameter: password");
    let guess = async |name: &str| {
        let fields = [("grant_type", "password"), ("username", name), ("password", "wrong")];
        server.token(&fields).await
    };
    let (known, unknown) = (guess(USER).await, guess("nobody@example.com").await);
    known.expect(403, "invalid_grant").saying("Wrong email or password.");
    assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    let names = |answer: &crate::harness::answer::Answer| {
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&known), names(&unknown));
}

#[tokio::test]
async fn guesses_are_limited_alike_for_known_and_unknown_users_and_right_and_wrong_passwords() {
    let server = Server::start().await;
    for name in [USER, "nobody@example.com"] {
        let guess = async |password: &str| {
            let fields = [("grant_type", "password"), ("username", name), ("password", password)];
            server.token(&fields).await
        };
        for _ in 0..10 {
            guess("wrong").await.expect(403, "invalid_grant");
        }
        for password in ["wrong", PASSWORD] {
            let locked = guess(password).await;
            locked.expect(429, "too_many_attempts");
            assert!((1..=60).contains(&locked.retry_after().unwrap()), "{locked:?}");
        }
        server.later(60);
        guess("wrong").await.expect(403, "invalid_grant");
        guess("wrong").await.expect(429, "too_many_attempts");
    }
    server.later(60);
    server.mfa_token().await;
}

#[tokio::test]
async fn right_passwords_cost_nothing() {
    let server = Server::start().await;
    for _ in 0..30 {
        server.mfa_token().await;
    }
}

#[tokio::test]
async fn parallel_guesses_all_pay() {
    let server = Server::start().await;
    let fields = [("grant_type", "password"), ("username", USER), ("password", "wrong")];
    let mut rejected = 0;
    let tries = (0..20).map(|_| server.token(&fields));
    for answer in futures(tries).await {
        rejected += usize::from(answer.status == 403);
    }
    assert_eq!(rejected, 10);
}

/// All at once.
pub async fn futures<T>(all: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.into_iter().map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|cx| {
        for (one, done) in &mut waiting {
            if done.is_none()
                && let std::task::Poll::Ready(value) = one.as_mut().poll(cx)
            {
                *done = Some(value);
            }
        }
        match waiting.iter().all(|(_, done)| done.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

#[tokio::test]
async fn unknown_audiences_are_refused_and_scopes_limited() {
    let server = Server::start_with(Mfa::Enrolled, SigningAlgorithm::Es256).await;
    server
        .password(&[("audience", "https://elsewhere.example/")])
        .await
        .expect(403, "access_denied");
    let management = server.app.settings.management_audience();
    server.password(&[("audience", &management)]).await.expect(403, "access_denied");
    let answer = server
        .password(&[("audience", "https://api.example/"), ("scope", "openid admin enroll")])
        .await;
    assert_eq!(answer.ok()["scope"], "openid");
}

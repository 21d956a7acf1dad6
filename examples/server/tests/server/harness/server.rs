//! A server on a loopback port of this process, its clock in the test's hands.

pub use super::api::*;
use mfa_core::Totp;
use mfa_server::app::{App, Mfa, Parts, Settings};
use mfa_server::clock::Clock;
use mfa_server::commands::{NewClient, add_client, add_user};
use mfa_server::delivery::{Message, Outbox};
use mfa_server::http::{Patience, listen, router};
use mfa_server::passwords::Passwords;
use mfa_server::storage::Database;
use mfa_server::tokens::SigningAlgorithm;
use mfa_server::vault::OperatorKeys;
use std::ops::Deref;
use std::sync::Arc;
use tokio::net::TcpListener;

pub struct Server {
    api: Api,
    pub app: Arc<App>,
}

impl Deref for Server {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
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
            delivery: Arc::new(Outbox::default()),
            // Today, in the middle of a time step.
            clock: Clock::standing(Clock::default().now() / 30 * 30 + 15),
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
        let router = router(app.clone());
        let running = listen(listener, router, Patience::default(), std::future::pending());
        tokio::spawn(running);
        Self { api: Api::new(&base, &base, USER), app }
    }

    /// Moves the clock ahead.
    pub fn later(&self, seconds: u64) {
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

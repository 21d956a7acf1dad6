//! The server under load: the real one, but for its clock and its cheap password hash.

use mfa_server::app::{App, Mfa, Parts, Settings};
use mfa_server::clock::Clock;
use mfa_server::commands::{NewClient, add_client};
use mfa_server::delivery::Outbox;
use mfa_server::http::{Patience, listen, router};
use mfa_server::passwords::Passwords;
use mfa_server::tokens::SigningAlgorithm;
use mfa_server::vault::OperatorKeys;
use std::error::Error;
use std::sync::Arc;
use tokio::net::TcpListener;

pub const CLIENT: &str = "load";

pub struct Server {
    pub app: Arc<App>,
    /// `sqlite` or `postgres`.
    pub kind: String,
}

impl Server {
    pub async fn start(database: &str, signing: SigningAlgorithm) -> Result<Self, Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("http://{}/", listener.local_addr()?);
        let (audiences, origins) = (Vec::new(), Vec::new());
        let app = App::open(Parts {
            database: database.into(),
            operator: OperatorKeys::ephemeral(),
            settings: Settings { issuer, mfa: Mfa::Always, audiences, origins, proxies: 0 },
            signing,
            // The first factor is not what is measured.
            passwords: Passwords::cheap(),
            delivery: Arc::new(Outbox::default()),
            clock: Clock::standing(Clock::default().now() / 30 * 30 + 15),
        });
        let app = Arc::new(app.await?);
        let client = NewClient { id: CLIENT, secret: None, management: false };
        add_client(&app, client).await?;
        let running =
            listen(listener, router(app.clone()), Patience::default(), std::future::pending());
        tokio::spawn(running);
        let kind = database.split(':').next().unwrap_or_default().to_owned();
        Ok(Self { app, kind })
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.settings.issuer)
    }

    /// Lets every app show its next code.
    pub fn next_step(&self) {
        self.app.clock.advance(30);
    }
}

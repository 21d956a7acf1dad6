//! `mfa-server serve`: answer requests until told to stop.

use super::{Outcome, Store, demo};
use crate::app::{App, Mfa, Parts, Settings};
use crate::clock::Clock;
use crate::delivery::{Delivery, Outbox, Webhook};
use crate::http::{Patience, listen, router};
use crate::passwords::Passwords;
use crate::storage::Database;
use crate::tokens::SigningAlgorithm;
use crate::vault::OperatorKeys;
use clap::Args;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[derive(Args)]
pub(super) struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where clients reach the server [default: http://ADDRESS/]
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// When a second factor is asked for [default: enrolled; with --demo: always]
    #[arg(long)]
    mfa: Option<Mfa>,
    /// How tokens are signed
    #[arg(long, default_value = "rs256")]
    signing: SigningAlgorithm,
    /// An API that access tokens may be asked for; may be repeated
    #[arg(long = "audience", value_name = "URL")]
    audiences: Vec<String>,
    /// A page's origin, such as https://app.example, that may talk to the server from a browser;
    /// may be repeated
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
    /// Post messages here, in place of keeping them in the outbox
    #[arg(long, value_name = "URL", env = "MFA_WEBHOOK", hide_env_values = true)]
    webhook: Option<String>,
    /// How many proxies stand before the server and add to X-Forwarded-For
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    proxies: usize,
    /// Log JSON
    #[arg(long)]
    log_json: bool,
    /// Try it out: in memory, with a user, a client, and what to type
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, store: Store) -> Outcome {
        self.log();
        let listener = TcpListener::bind(self.listen).await?;
        let address = listener.local_addr()?;
        let app = Arc::new(self.open(store, address).await?);
        if self.demo {
            demo::fill(&app).await?;
            print!("{}", demo::walk_through(&app.settings.issuer));
        }
        tokio::spawn(tidy(app.clone()));
        tracing::info!(%address, issuer = app.settings.issuer, "listening");
        listen(listener, router(app.clone()), Patience::default(), stop()).await;
        app.database.close().await;
        tracing::info!("stopped");
        Ok(())
    }

    async fn open(
        &self,
        store: Store,
        address: SocketAddr,
    ) -> Result<App, Box<dyn std::error::Error>> {
        let mut issuer = self.issuer.clone().unwrap_or_else(|| format!("http://{address}"));
        if !issuer.ends_with('/') {
            issuer.push('/');
        }
        let demanded = if self.demo { Mfa::Always } else { Mfa::Enrolled };
        let settings = Settings {
            issuer,
            mfa: self.mfa.unwrap_or(demanded),
            audiences: self.audiences.clone(),
            origins: self.origins.clone(),
            proxies: self.proxies,
        };
        let delivery: Arc<dyn Delivery> = match &self.webhook {
            Some(url) => Arc::new(Webhook::new(url)?),
            None => Arc::new(Outbox { show: self.demo }),
        };
        let (database, operator) = match self.demo {
            true => (Database::IN_MEMORY.to_owned(), OperatorKeys::ephemeral()),
            false => (store.database.clone(), store.operator()?),
        };
        let signing = self.signing;
        let (passwords, clock) = (Passwords::new(), Clock::default());
        let parts = Parts { database, operator, settings, signing, passwords, delivery, clock };
        Ok(App::open(parts).await?)
    }

    fn log(&self) {
        let level = if self.demo { "warn" } else { "info,sqlx=warn" };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        let log = log.with_ansi(std::io::stderr().is_terminal());
        match self.log_json {
            true => log.json().init(),
            false => log.init(),
        }
    }
}

/// Forgets from time to time what no longer matters.
async fn tidy(app: Arc<App>) {
    let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hourly.tick().await;
        if let Err(error) = app.database.tidy(app.clock.now()).await {
            tracing::warn!(%error, "tidying up failed");
        }
    }
}

/// Ends when the process is asked to: requests under way are answered first.
async fn stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

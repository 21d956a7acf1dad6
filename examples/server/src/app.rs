//! What all requests share.

use crate::clock::Clock;
use crate::delivery::Delivery;
use crate::http::polls::Polls;
use crate::metrics::Metrics;
use crate::passwords::Passwords;
use crate::storage::{Database, Records, StorageError};
use crate::tokens::{SigningAlgorithm, TokenKeys};
use crate::vault::{DataKeys, OperatorKeys};
use std::sync::Arc;

/// When a second factor is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Mfa {
    /// Of everybody: who has none must enroll one.
    Always,
    /// Of those who have one.
    #[default]
    Enrolled,
}

pub struct App {
    pub settings: Settings,
    pub database: Database,
    pub records: Arc<dyn Records>,
    pub data_keys: DataKeys,
    pub tokens: TokenKeys,
    pub passwords: Passwords,
    pub delivery: Arc<dyn Delivery>,
    pub clock: Clock,
    pub metrics: Metrics,
    pub polls: Polls,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database's URL.
    pub database: String,
    pub operator: OperatorKeys,
    pub settings: Settings,
    pub signing: SigningAlgorithm,
    pub passwords: Passwords,
    pub delivery: Arc<dyn Delivery>,
    pub clock: Clock,
}

impl App {
    /// Opens the database and its keys.
    pub async fn open(parts: Parts) -> Result<Self, StorageError> {
        let Parts { database, operator, settings, signing, passwords, delivery, clock } = parts;
        let database = Database::open(&database).await?;
        let data_keys = DataKeys::open(database.clone(), operator, clock.clone()).await?;
        let tokens = TokenKeys::open(&database, &data_keys, signing, clock.now()).await?;
        Ok(Self {
            settings,
            records: Arc::new(database.clone()),
            database,
            data_keys,
            tokens,
            passwords,
            delivery,
            clock,
            metrics: Metrics::new(),
            polls: Polls::default(),
        })
    }
}

/// What the operator chose.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where clients reach the server: ends in a slash.
    pub issuer: String,
    pub mfa: Mfa,
    /// APIs that access tokens may be asked for, besides the server's own.
    pub audiences: Vec<String>,
    /// Origins of pages that may talk to the server from a browser.
    pub origins: Vec<String>,
    /// How many proxies stand before the server, each of which adds to `X-Forwarded-For`.
    pub proxies: usize,
}

impl Settings {
    /// The audience of tokens that manage the user's own authenticators.
    pub fn mfa_audience(&self) -> String {
        format!("{}mfa/", self.issuer)
    }

    /// The audience of tokens that manage users.
    pub fn management_audience(&self) -> String {
        format!("{}api/v2/", self.issuer)
    }

    /// The audience of tokens that nobody asked to be for anything else.
    pub fn userinfo_audience(&self) -> String {
        format!("{}userinfo", self.issuer)
    }

    /// How apps and messages name this server: its host.
    pub fn tenant(&self) -> &str {
        let rest = self.issuer.split_once("://").map_or(self.issuer.as_str(), |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        // A colon ends the issuer in an otpauth label.
        host.split(':').next().unwrap_or(host)
    }
}

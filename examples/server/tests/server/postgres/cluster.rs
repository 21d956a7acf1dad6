//! A database of its own for each test, and users in it.

use crate::harness::api::*;
use crate::harness::process::{ISSUER, Process, Setup};
use data_encoding::{BASE64, HEXLOWER};
use mfa_server::app::{App, Mfa, Parts, Settings};
use mfa_server::clock::Clock;
use mfa_server::commands::{NewClient, add_client, add_user};
use mfa_server::delivery::Outbox;
use mfa_server::passwords::Passwords;
use mfa_server::random::random;
use mfa_server::tokens::SigningAlgorithm;
use mfa_server::vault::OperatorKeys;
use sqlx::{AnyConnection, Connection as _, Row as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;
use tempfile::TempDir;

pub struct Cluster {
    pub setup: Setup,
    /// For what is quicker in this process.
    app: App,
    users: AtomicUsize,
    _folder: TempDir,
}

impl Cluster {
    pub async fn new() -> Self {
        let database = empty_database().await;
        let key = BASE64.encode(&random::<32>());
        let folder = tempfile::tempdir().unwrap();
        let setup = Setup {
            database: database.clone(),
            key: Some(key.clone()),
            folder: folder.path().to_owned(),
        };
        let settings = Settings {
            issuer: ISSUER.into(),
            mfa: Mfa::Always,
            audiences: Vec::new(),
            origins: Vec::new(),
            proxies: 0,
        };
        let app = App::open(Parts {
            database,
            operator: OperatorKeys::parse(&key).unwrap(),
            settings,
            signing: SigningAlgorithm::Es256,
            passwords: Passwords::cheap(),
            delivery: Arc::new(Outbox::default()),
            clock: Clock::default(),
        })
        .await
        .unwrap();
        let client = NewClient { id: CLIENT, secret: Some(SECRET), management: false };
        add_client(&app, client).await.unwrap();
        Self { setup, app, users: AtomicUsize::new(0), _folder: folder }
    }

    pub fn api(&self, server: &Process, user: &str) -> Api {
        Api::new(&server.base, ISSUER, user)
    }

    /// A user with an app, whose current code is unused.
    pub async fn enrolled_user(&self, server: &Process) -> (String, Enrolled) {
        loop {
            let user = format!("user{}", self.users.fetch_add(1, Ordering::Relaxed));
            add_user(&self.app, &user, PASSWORD.into()).await.unwrap();
            let api = self.api(server, &user);
            let mfa_token = api.mfa_token().await;
            let app = api.associate_otp(&mfa_token).await;
            // If a step began meanwhile, the last one's code comes too late: another user.
            if api.otp(&mfa_token, &code(&app, -1)).await.status == 200 {
                return (user, app);
            }
        }
    }

    /// How many users there are.
    pub async fn users(&self) -> i64 {
        let mut connection = AnyConnection::connect(&self.setup.database).await.unwrap();
        let row = sqlx::query("SELECT COUNT(*) AS n FROM users").fetch_one(&mut connection).await;
        row.unwrap().get("n")
    }

    pub async fn sql(&self, sql: &str) {
        let mut connection = AnyConnection::connect(&self.setup.database).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
}

/// The URL of a new database.
pub async fn empty_database() -> String {
    sqlx::any::install_default_drivers();
    let server = std::env::var("MFA_TEST_POSTGRES").expect("MFA_TEST_POSTGRES is a URL");
    let name = format!("mfa_test_{}", HEXLOWER.encode(&random::<8>()));
    let mut connection = AnyConnection::connect(&server).await.unwrap();
    sqlx::query(&format!("CREATE DATABASE {name}")).execute(&mut connection).await.unwrap();
    let mut url: reqwest::Url = server.parse().unwrap();
    url.set_path(&name);
    url.into()
}

/// A code of now, or so many steps from now.
pub fn code(app: &Enrolled, steps: i64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    app.totp.code(now.saturating_add_signed(30 * steps)).text().as_str().to_owned()
}

/// A code that the app does not show about now.
pub fn wrong_code(app: &Enrolled) -> &'static str {
    let shown: Vec<_> = (-9..=9).map(|steps| code(app, steps)).collect();
    let codes = ["000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777"];
    codes.into_iter().find(|code| !shown.iter().any(|one| one == code)).unwrap()
}

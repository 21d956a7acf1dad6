//! The commands: `mfa-server serve`, and what an operator does besides.

mod client;
mod demo;
mod key;
mod outbox;
mod restored;
mod serve;
mod user;

use crate::app::{App, Mfa, Parts, Settings};
use crate::clock::Clock;
use crate::delivery::Outbox;
use crate::passwords::Passwords;
use crate::tokens::SigningAlgorithm;
use crate::vault::OperatorKeys;
use clap::{Args, Parser, Subcommand};
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

pub use self::client::{NewClient, add_client};
pub use self::key::rotate;
pub use self::restored::restored;
pub use self::user::add_user;

pub type Outcome = Result<(), Box<dyn Error>>;

/// A reference server for mfa-core: Auth0's MFA API over HTTP.
#[derive(Parser)]
#[command(name = "mfa-server")]
pub struct Cli {
    #[command(flatten)]
    store: Store,
    #[command(subcommand)]
    command: Command,
}

/// Where everything is kept, and what seals it.
#[derive(Args, Clone)]
struct Store {
    /// sqlite:FILE, sqlite::memory: or postgres://…
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite:mfa-server.db"
    )]
    database: String,
    /// The operator's keys, one a line in base64; MFA_KEY goes before. Created if missing
    #[arg(long, global = true, value_name = "FILE", default_value = "mfa-server.key")]
    key_file: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests
    Serve(serve::Serve),
    /// Users
    #[command(subcommand)]
    User(user::User),
    /// Applications that sign users in
    #[command(subcommand)]
    Client(client::Client),
    /// The keys that seal the database
    #[command(subcommand)]
    Key(key::Keys),
    /// Show what would have been sent
    Outbox,
    /// Make every account safe after a backup of the database was restored
    Restored,
}

/// Does what the command line says.
pub async fn run(Cli { store, command }: Cli) -> Outcome {
    match command {
        Command::Serve(serve) => serve.run(store).await,
        Command::User(user) => user.run(&store.open().await?).await,
        Command::Client(client) => client.run(&store.open().await?).await,
        Command::Key(key) => key.run(&store.open().await?).await,
        Command::Outbox => outbox::run(&store.open().await?).await,
        Command::Restored => {
            let count = restored(&store.open().await?).await?;
            println!("{count} accounts made safe");
            Ok(())
        }
    }
}

impl Store {
    /// For the commands that answer nobody.
    async fn open(self) -> Result<App, Box<dyn Error>> {
        let issuer = String::from("http://127.0.0.1/");
        let (audiences, origins) = (Vec::new(), Vec::new());
        let settings = Settings { issuer, mfa: Mfa::Enrolled, audiences, origins, proxies: 0 };
        Ok(App::open(Parts {
            operator: self.operator()?,
            database: self.database,
            settings,
            signing: SigningAlgorithm::default(),
            passwords: Passwords::new(),
            delivery: Arc::new(Outbox::default()),
            clock: Clock::default(),
        })
        .await?)
    }

    fn operator(&self) -> Result<OperatorKeys, Box<dyn Error>> {
        match std::env::var("MFA_KEY") {
            Ok(keys) => Ok(OperatorKeys::parse(&keys)?),
            Err(_) => Ok(OperatorKeys::from_file(&self.key_file)?),
        }
    }
}

/// A line of standard input, without its end.
fn line_of_input() -> Result<String, Box<dyn Error>> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

//! `mfa-server client`: applications that sign users in.

use super::{Outcome, line_of_input};
use crate::app::App;
use crate::http::hash_secret;
use crate::random::random;
use crate::storage::ClientRow;
use clap::Subcommand;
use data_encoding::BASE64URL_NOPAD;
use std::error::Error;

#[derive(Subcommand)]
pub(super) enum Client {
    /// Add a client, and show its secret
    Add {
        /// Its client_id
        id: String,
        /// Take the secret from the first line of standard input
        #[arg(long, conflicts_with = "public")]
        secret_stdin: bool,
        /// It cannot keep a secret, and gets none: an app on a device, a page
        #[arg(long)]
        public: bool,
        /// It may ask for management tokens
        #[arg(long, conflicts_with = "public")]
        management: bool,
    },
}

impl Client {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let Self::Add { id, secret_stdin, public, management } = self;
        let secret = match (public, secret_stdin) {
            (true, _) => None,
            (false, true) => Some(line_of_input()?),
            (false, false) => {
                let secret = BASE64URL_NOPAD.encode(&random::<32>());
                println!("{secret}");
                Some(secret)
            }
        };
        add_client(app, NewClient { id: &id, secret: secret.as_deref(), management }).await
    }
}

/// A client to be added.
pub struct NewClient<'a> {
    pub id: &'a str,
    /// None of a public one.
    pub secret: Option<&'a str>,
    pub management: bool,
}

pub async fn add_client(app: &App, new: NewClient<'_>) -> Outcome {
    let NewClient { id, secret, management } = new;
    // An id token's audience is the client: it must not look like that of an API.
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    if id.is_empty() || id.len() > 100 || !id.chars().all(plain) {
        return Err("a client's id has letters, digits, - _ and . alone".into());
    }
    if secret.is_some_and(str::is_empty) {
        return Err("the secret is empty".into());
    }
    let id = id.to_owned();
    let client = ClientRow { id, secret_hash: secret.map(hash_secret), management };
    match app.database.insert_client(&client).await? {
        true => Ok(()),
        false => Err(Box::<dyn Error>::from("there is a client of this id")),
    }
}

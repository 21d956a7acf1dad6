//! `mfa-server user`: users and their passwords.

use super::{Outcome, line_of_input};
use crate::app::App;
use crate::random::random;
use crate::storage::UserRow;
use clap::Subcommand;
use mfa_core::{AccountId, Secret, otpauth};
use std::error::Error;

#[derive(Subcommand)]
pub(super) enum User {
    /// Add a user, whose password is the first line of standard input
    Add {
        /// What they sign in with: an address, for instance
        name: String,
    },
}

impl User {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let Self::Add { name } = self;
        let account = add_user(app, &name, line_of_input()?).await?;
        println!("{}", crate::ids::subject(account));
        Ok(())
    }
}

/// Adds a user with an account that has no authenticator yet.
pub async fn add_user(
    app: &App,
    name: &str,
    password: String,
) -> Result<AccountId, Box<dyn Error>> {
    // What apps will be shown must be writable as a URI, found out before anything is stored.
    let secret = Secret::from_bytes(&[1; 20])?;
    otpauth::Uri::totp("issuer", name, &secret).write_to(&mut String::new())?;
    if name.chars().any(char::is_control) || name.len() > 200 {
        return Err("a name has at most 200 bytes and no control characters".into());
    }
    if password.chars().count() < 8 {
        return Err("a password has at least 8 characters".into());
    }
    let taken = || format!("there is a user {name}");
    if app.database.user(name).await?.is_some() {
        return Err(taken().into());
    }
    let account = AccountId::from_bytes(random());
    let password = app.passwords.hash(password).await?;
    // The record first: a user without one could not sign in.
    app.create_account(account).await?;
    let user = UserRow { name: name.to_owned(), account, password };
    match app.database.insert_user(&user).await? {
        true => Ok(account),
        false => Err(taken().into()),
    }
}

//! Storage: one SQL database, SQLite or Postgres, and the small trait that the records of
//! accounts are kept behind.

mod clients;
mod data_keys;
mod database;
mod devices;
mod guesses;
mod messages;
mod migrations;
mod records;
mod sealed_rows;
mod token_keys;
mod users;

pub use self::clients::ClientRow;
pub use self::data_keys::DataKeyRow;
pub use self::database::Database;
pub use self::devices::DeviceRow;
pub use self::guesses::GuessBudget;
pub use self::messages::{ContactRow, MessageRow};
pub use self::sealed_rows::{RowName, SealedTable};
pub use self::users::UserRow;

use crate::vault::{Sealed, Unopened};
use mfa_core::{AccountId, Version, Write};
use std::pin::Pin;

/// What a storage's methods give, so that the trait has an object.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>;

/// Where the records of accounts are kept: all that `mfa-core` asks of a storage.
pub trait Records: Send + Sync {
    /// An account's record and its version.
    fn load(&self, account: AccountId) -> Later<'_, Option<SealedRecord>>;

    /// Replaces the record if it still has the expected version.
    ///
    /// An error means that nothing was written. Where that is not certain, it is
    /// [`Write::Unknown`].
    fn compare_and_swap<'a>(
        &'a self,
        account: AccountId,
        expected: Version,
        next: &'a SealedRecord,
    ) -> Later<'a, Write>;

    /// Inserts the first record of an account; `false` if there is one.
    fn insert<'a>(&'a self, account: AccountId, first: &'a SealedRecord) -> Later<'a, bool>;
}

/// A record as it is kept: which one it is, and its sealed content.
#[derive(Clone, Debug)]
pub struct SealedRecord {
    pub version: Version,
    pub sealed: Sealed,
}

/// The storage failed, and nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database's migrations: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error(transparent)]
    Unopened(#[from] Unopened),
    #[error("a row holds what no row can hold: {0}")]
    Impossible(&'static str),
    #[error("a message was not taken")]
    Delivery,
}

impl StorageError {
    /// Whether the same may work soon: the database is out of reach, restarts, or is busy.
    pub fn is_passing(&self) -> bool {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        match self {
            Self::Database(sqlx::Error::Database(refusal)) => {
                let code = refusal.code().unwrap_or_default();
                records::is_busy(&code) || records::is_going_down(&code) || code.starts_with("53")
            }
            Self::Database(error) => matches!(
                error,
                Io(_) | PoolClosed | PoolTimedOut | Protocol(_) | Tls(_) | WorkerCrashed
            ),
            _ => false,
        }
    }
}

//! The records of accounts in SQL.

use super::database::{Connection, fixed, signed, unsigned};
use super::{Database, Later, Records, SealedRecord, StorageError};
use crate::vault::Sealed;
use mfa_core::{AccountId, RecordId, Version, Write};
use sqlx::Row as _;
use sqlx::any::AnyRow;

impl Records for Database {
    fn load(&self, account: AccountId) -> Later<'_, Option<SealedRecord>> {
        Box::pin(async move {
            let sql = "SELECT record, revision, key_id, sealed FROM records WHERE account = $1";
            let query = sqlx::query(sql).bind(account.as_bytes().to_vec());
            query.fetch_optional(self.pool()).await?.map(read).transpose()
        })
    }

    fn compare_and_swap<'a>(
        &'a self,
        account: AccountId,
        expected: Version,
        next: &'a SealedRecord,
    ) -> Later<'a, Write> {
        Box::pin(async move {
            // Whatever fails up to here was not written.
            let mut connection = self.connection().await?;
            let swapped = swap(&mut connection, account, expected, next).await;
            if !matches!(swapped, Ok(_) | Err(sqlx::Error::Database(_))) {
                // Not one to go back to the pool.
                drop(connection.detach());
            }
            Ok(outcome(swapped))
        })
    }

    fn insert<'a>(&'a self, account: AccountId, first: &'a SealedRecord) -> Later<'a, bool> {
        Box::pin(async move {
            let sql = "INSERT INTO records (account, record, revision, key_id, sealed) \
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account) DO NOTHING";
            let query = sqlx::query(sql)
                .bind(account.as_bytes().to_vec())
                .bind(first.version.record.as_bytes().to_vec())
                .bind(signed(first.version.revision))
                .bind(first.sealed.key_id.clone())
                .bind(first.sealed.bytes.clone());
            Ok(query.execute(self.pool()).await?.rows_affected() == 1)
        })
    }
}

async fn swap(
    connection: &mut Connection,
    account: AccountId,
    expected: Version,
    next: &SealedRecord,
) -> Result<u64, sqlx::Error> {
    let sql = "UPDATE records SET record = $1, revision = $2, key_id = $3, sealed = $4 \
               WHERE account = $5 AND record = $6 AND revision = $7";
    let query = sqlx::query(sql)
        .bind(next.version.record.as_bytes().to_vec())
        .bind(signed(next.version.revision))
        .bind(next.sealed.key_id.clone())
        .bind(next.sealed.bytes.clone())
        .bind(account.as_bytes().to_vec())
        .bind(expected.record.as_bytes().to_vec())
        .bind(signed(expected.revision));
    Ok(query.execute(connection).await?.rows_affected())
}

/// What is known of a write. Only an answer of the database that it refused the statement is
/// certain; a broken connection is not, nor is a shutdown (class 57) or a lost connection
/// that it reports itself (class 08).
fn outcome(swapped: Result<u64, sqlx::Error>) -> Write {
    match swapped {
        Ok(1) => Write::Stored,
        Ok(_) => Write::Conflict,
        Err(error) => {
            tracing::warn!(%error, "a write ended without a known result");
            Write::Unknown
        }
    }
}

fn read(row: AnyRow) -> Result<SealedRecord, StorageError> {
    let record = RecordId::from_bytes(fixed(row.try_get("record")?, "a record's id")?);
    let revision = unsigned(row.try_get("revision")?);
    let sealed = Sealed { key_id: row.try_get("key_id")?, bytes: row.try_get("sealed")? };
    Ok(SealedRecord { version: Version { record, revision }, sealed })
}

impl Database {
    /// All accounts that have a record.
    pub async fn accounts(&self) -> Result<Vec<AccountId>, StorageError> {
        let rows = sqlx::query("SELECT account FROM records ORDER BY account");
        let rows = rows.fetch_all(self.pool()).await?;
        let account = |row: AnyRow| {
            Ok(AccountId::from_bytes(fixed(row.try_get("account")?, "an account's id")?))
        };
        rows.into_iter().map(account).collect()
    }

    /// Replaces a record's seal, if nothing about it has changed meanwhile.
    pub async fn reseal_record(
        &self,
        account: AccountId,
        before: &SealedRecord,
        after: &Sealed,
    ) -> Result<bool, StorageError> {
        let sql = "UPDATE records SET key_id = $1, sealed = $2 \
                   WHERE account = $3 AND record = $4 AND revision = $5 AND key_id = $6";
        let query = sqlx::query(sql)
            .bind(after.key_id.clone())
            .bind(after.bytes.clone())
            .bind(account.as_bytes().to_vec())
            .bind(before.version.record.as_bytes().to_vec())
            .bind(signed(before.version.revision))
            .bind(before.sealed.key_id.clone());
        Ok(query.execute(self.pool()).await?.rows_affected() == 1)
    }
}

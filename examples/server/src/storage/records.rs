//! The records of accounts in SQL.

use super::database::{Connection, fixed, signed, unsigned};
use super::{Database, Later, Records, SealedRecord, StorageError};
use crate::vault::Sealed;
use mfa_core::{AccountId, RecordId, Version, Write};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::time::Duration;

/// How long an acknowledgement is waited for, before the write counts as unknown.
const PATIENCE: Duration = Duration::from_secs(5);

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
            let swapping = swap(&mut connection, account, expected, next);
            let late = |_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()));
            let swapped = tokio::time::timeout(PATIENCE, swapping).await.unwrap_or_else(late);
            if !matches!(swapped, Ok(_) | Err(sqlx::Error::Database(_))) {
                // Not one to go back to the pool.
                drop(connection.detach());
            }
            outcome(swapped)
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

/// What is known of a write. Certain is only what the database said: how many rows it changed,
/// or that it refused the statement. A broken connection is not certain, nor is what a database
/// says that is going down.
fn outcome(swapped: Result<u64, sqlx::Error>) -> Result<Write, StorageError> {
    match swapped {
        Ok(1) => Ok(Write::Stored),
        Ok(_) => Ok(Write::Conflict),
        Err(sqlx::Error::Database(refusal)) if is_certain(&refusal.code().unwrap_or_default()) => {
            Err(sqlx::Error::Database(refusal).into())
        }
        Err(error) => {
            tracing::warn!(%error, "a write ended without a known result");
            Ok(Write::Unknown)
        }
    }
}

/// Whether the database refused a statement, so that it had no effect. Of SQLite's reasons only
/// that it was busy is one; of Postgres' classes all but those of failure.
fn is_certain(code: &str) -> bool {
    match code.len() {
        5 => !is_going_down(code),
        _ => is_busy(code),
    }
}

/// Postgres: connection exceptions, operator intervention, system and internal errors.
pub(super) fn is_going_down(code: &str) -> bool {
    code.len() == 5 && ["08", "57", "58", "XX"].iter().any(|class| code.starts_with(class))
}

/// SQLite: busy or locked (the primary code is in the low byte).
pub(super) fn is_busy(code: &str) -> bool {
    code.len() < 5 && code.parse::<u32>().is_ok_and(|code| matches!(code & 0xFF, 5 | 6))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_is_certain_to_have_had_no_effect() {
        // Postgres: serialization failure, read-only transaction, disk full.
        for code in ["40001", "25006", "53100"] {
            assert!(is_certain(code), "{code}");
        }
        // Postgres: admin shutdown, crash shutdown, connection failure, internal error.
        for code in ["57P01", "57P02", "08006", "XX000"] {
            assert!(!is_certain(code), "{code}");
        }
        // SQLite: busy, its extended codes, locked; I/O error, full.
        for (code, certain) in
            [("5", true), ("517", true), ("6", true), ("10", false), ("13", false)]
        {
            assert_eq!(is_certain(code), certain, "{code}");
        }
        assert!(!is_certain(""));
    }
}

//! Data keys in SQL, sealed.

use super::database::signed;
use super::{Database, StorageError};
use crate::vault::Sealed;
use sqlx::Row as _;
use sqlx::any::AnyRow;

pub struct DataKeyRow {
    pub id: String,
    pub wrapped: Sealed,
}

impl Database {
    /// All data keys, the oldest first.
    pub async fn data_keys(&self) -> Result<Vec<DataKeyRow>, StorageError> {
        let sql = "SELECT id, wrapped_by, wrapped FROM data_keys ORDER BY created, id";
        let read = |row: AnyRow| {
            let wrapped =
                Sealed { key_id: row.try_get("wrapped_by")?, bytes: row.try_get("wrapped")? };
            Ok(DataKeyRow { id: row.try_get("id")?, wrapped })
        };
        sqlx::query(sql).fetch_all(self.pool()).await?.into_iter().map(read).collect()
    }

    /// Adds a data key, the youngest from now on.
    pub async fn insert_data_key(
        &self,
        id: &str,
        wrapped: &Sealed,
        now: u64,
    ) -> Result<(), StorageError> {
        let youngest = "SELECT COALESCE(MAX(created), 0) AS created FROM data_keys";
        let youngest = sqlx::query(youngest).fetch_one(self.pool()).await?;
        let created = signed(now).max(youngest.try_get::<i64, _>("created")? + 1);
        let sql = "INSERT INTO data_keys (id, wrapped_by, wrapped, created) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let query = sqlx::query(sql)
            .bind(id.to_owned())
            .bind(wrapped.key_id.clone())
            .bind(wrapped.bytes.clone())
            .bind(created);
        query.execute(self.pool()).await?;
        Ok(())
    }

    /// Replaces the seal of a data key.
    pub async fn rewrap_data_key(&self, id: &str, wrapped: &Sealed) -> Result<(), StorageError> {
        let query = sqlx::query("UPDATE data_keys SET wrapped_by = $1, wrapped = $2 WHERE id = $3")
            .bind(wrapped.key_id.clone())
            .bind(wrapped.bytes.clone())
            .bind(id.to_owned());
        query.execute(self.pool()).await?;
        Ok(())
    }

    /// Deletes the data keys that nothing is sealed with, and that had a successor at `before`
    /// already: a server that runs may not have noticed a younger one.
    pub async fn delete_unused_data_keys(&self, before: u64) -> Result<u64, StorageError> {
        let sql = "DELETE FROM data_keys WHERE \
            EXISTS (SELECT 1 FROM data_keys AS younger \
                    WHERE younger.created > data_keys.created AND younger.created < $1) \
            AND NOT EXISTS (SELECT 1 FROM records WHERE key_id = data_keys.id) \
            AND NOT EXISTS (SELECT 1 FROM token_keys WHERE key_id = data_keys.id) \
            AND NOT EXISTS (SELECT 1 FROM contacts WHERE key_id = data_keys.id) \
            AND NOT EXISTS (SELECT 1 FROM devices WHERE key_id = data_keys.id) \
            AND NOT EXISTS (SELECT 1 FROM outbox WHERE key_id = data_keys.id)";
        let deleted = sqlx::query(sql).bind(signed(before)).execute(self.pool()).await?;
        Ok(deleted.rows_affected())
    }
}

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

    /// Adds a data key, unless there is one of this name.
    pub async fn insert_data_key(
        &self,
        id: &str,
        wrapped: &Sealed,
        now: u64,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO data_keys (id, wrapped_by, wrapped, created) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
        let query = sqlx::query(sql)
            .bind(id.to_owned())
            .bind(wrapped.key_id.clone())
            .bind(wrapped.bytes.clone())
            .bind(signed(now));
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
}

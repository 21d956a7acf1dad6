//! The keys for tokens in SQL, sealed.

use super::database::signed;
use super::{Database, StorageError};
use crate::vault::Sealed;
use sqlx::Row as _;

impl Database {
    pub async fn token_key(&self, name: &str) -> Result<Option<Sealed>, StorageError> {
        let query = sqlx::query("SELECT key_id, sealed FROM token_keys WHERE name = $1");
        match query.bind(name.to_owned()).fetch_optional(self.pool()).await? {
            Some(row) => {
                Ok(Some(Sealed { key_id: row.try_get("key_id")?, bytes: row.try_get("sealed")? }))
            }
            None => Ok(None),
        }
    }

    /// Adds a key, unless another server was first.
    pub async fn insert_token_key(
        &self,
        name: &str,
        sealed: &Sealed,
        now: u64,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO token_keys (name, key_id, sealed, created) \
                   VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING";
        let query = sqlx::query(sql)
            .bind(name.to_owned())
            .bind(sealed.key_id.clone())
            .bind(sealed.bytes.clone())
            .bind(signed(now));
        query.execute(self.pool()).await?;
        Ok(())
    }
}

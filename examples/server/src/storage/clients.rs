//! Clients (applications that sign users in) in SQL.

use super::database::fixed;
use super::{Database, StorageError};
use sqlx::Row as _;

#[derive(Clone, Debug)]
pub struct ClientRow {
    pub id: String,
    /// SHA-256 of its secret, which is random; `None` of a public client, which has none.
    pub secret_hash: Option<[u8; 32]>,
    /// Whether it may ask for management tokens.
    pub management: bool,
}

impl Database {
    pub async fn client(&self, id: &str) -> Result<Option<ClientRow>, StorageError> {
        // Postgres has no text with null characters, so nobody has such an id.
        if id.contains('\0') {
            return Ok(None);
        }
        let query = sqlx::query("SELECT id, secret_hash, management FROM clients WHERE id = $1");
        let Some(row) = query.bind(id.to_owned()).fetch_optional(self.pool()).await? else {
            return Ok(None);
        };
        let secret_hash: Option<Vec<u8>> = row.try_get("secret_hash")?;
        let secret_hash = secret_hash.map(|it| fixed(it, "a secret's hash")).transpose()?;
        let management = row.try_get::<i64, _>("management")? != 0;
        Ok(Some(ClientRow { id: row.try_get("id")?, secret_hash, management }))
    }

    /// Adds a client; `false` if the id is taken.
    pub async fn insert_client(&self, client: &ClientRow) -> Result<bool, StorageError> {
        let sql = "INSERT INTO clients (id, secret_hash, management) VALUES ($1, $2, $3) \
                   ON CONFLICT (id) DO NOTHING";
        let query = sqlx::query(sql)
            .bind(client.id.clone())
            .bind(client.secret_hash.map(|hash| hash.to_vec()))
            .bind(i64::from(client.management));
        Ok(query.execute(self.pool()).await?.rows_affected() == 1)
    }
}

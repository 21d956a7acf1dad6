//! Users in SQL.

use super::database::fixed;
use super::{Database, StorageError};
use mfa_core::AccountId;
use sqlx::Row as _;
use sqlx::any::AnyRow;

#[derive(Clone, Debug)]
pub struct UserRow {
    pub name: String,
    pub account: AccountId,
    /// Argon2's hash, in its own text form.
    pub password: String,
}

impl Database {
    pub async fn user(&self, name: &str) -> Result<Option<UserRow>, StorageError> {
        let query = sqlx::query("SELECT name, account, password FROM users WHERE name = $1");
        // Postgres has no text with null characters, so nobody has such a name.
        if name.contains('\0') {
            return Ok(None);
        }
        let row = query.bind(name.to_owned()).fetch_optional(self.pool()).await?;
        row.map(read).transpose()
    }

    pub async fn user_of(&self, account: AccountId) -> Result<Option<UserRow>, StorageError> {
        let query = sqlx::query("SELECT name, account, password FROM users WHERE account = $1");
        let row = query.bind(account.as_bytes().to_vec()).fetch_optional(self.pool()).await?;
        row.map(read).transpose()
    }

    /// Adds a user; `false` if the name is taken.
    pub async fn insert_user(&self, user: &UserRow) -> Result<bool, StorageError> {
        let sql = "INSERT INTO users (name, account, password) VALUES ($1, $2, $3) \
                   ON CONFLICT (name) DO NOTHING";
        let query = sqlx::query(sql)
            .bind(user.name.clone())
            .bind(user.account.as_bytes().to_vec())
            .bind(user.password.clone());
        Ok(query.execute(self.pool()).await?.rows_affected() == 1)
    }
}

fn read(row: AnyRow) -> Result<UserRow, StorageError> {
    let account = AccountId::from_bytes(fixed(row.try_get("account")?, "an account's id")?);
    Ok(UserRow { name: row.try_get("name")?, account, password: row.try_get("password")? })
}

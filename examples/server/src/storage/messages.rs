//! Where messages go, and the outbox of what would have been sent, in SQL.

use super::database::{fixed, signed, unsigned};
use super::{Database, StorageError};
use crate::vault::Sealed;
use mfa_core::{AccountId, Reference};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// A phone number or an address, sealed.
pub struct ContactRow {
    pub reference: Reference,
    pub account: AccountId,
    pub sealed: Sealed,
}

/// A message that would have been sent, sealed.
pub struct MessageRow {
    pub id: String,
    pub created: u64,
    pub channel: String,
    pub sealed: Sealed,
}

impl Database {
    pub async fn insert_contact(&self, contact: &ContactRow, now: u64) -> Result<(), StorageError> {
        let sql = "INSERT INTO contacts (reference, account, key_id, sealed, created) \
                   VALUES ($1, $2, $3, $4, $5)";
        let query = sqlx::query(sql)
            .bind(contact.reference.as_bytes().to_vec())
            .bind(contact.account.as_bytes().to_vec())
            .bind(contact.sealed.key_id.clone())
            .bind(contact.sealed.bytes.clone())
            .bind(signed(now));
        query.execute(self.pool()).await?;
        Ok(())
    }

    pub async fn contact(&self, reference: Reference) -> Result<Option<ContactRow>, StorageError> {
        let sql = "SELECT account, key_id, sealed FROM contacts WHERE reference = $1";
        let query = sqlx::query(sql).bind(reference.as_bytes().to_vec());
        let Some(row) = query.fetch_optional(self.pool()).await? else { return Ok(None) };
        let account = AccountId::from_bytes(fixed(row.try_get("account")?, "an account's id")?);
        let sealed = Sealed { key_id: row.try_get("key_id")?, bytes: row.try_get("sealed")? };
        Ok(Some(ContactRow { reference, account, sealed }))
    }

    pub async fn insert_message(&self, message: &MessageRow) -> Result<(), StorageError> {
        let sql = "INSERT INTO outbox (id, created, channel, key_id, sealed) \
                   VALUES ($1, $2, $3, $4, $5)";
        let query = sqlx::query(sql)
            .bind(message.id.clone())
            .bind(signed(message.created))
            .bind(message.channel.clone())
            .bind(message.sealed.key_id.clone())
            .bind(message.sealed.bytes.clone());
        query.execute(self.pool()).await?;
        Ok(())
    }

    /// The outbox, oldest first.
    pub async fn messages(&self) -> Result<Vec<MessageRow>, StorageError> {
        let sql = "SELECT id, created, channel, key_id, sealed FROM outbox ORDER BY created, id";
        let read = |row: AnyRow| {
            let sealed = Sealed { key_id: row.try_get("key_id")?, bytes: row.try_get("sealed")? };
            Ok(MessageRow {
                id: row.try_get("id")?,
                created: unsigned(row.try_get("created")?),
                channel: row.try_get("channel")?,
                sealed,
            })
        };
        sqlx::query(sql).fetch_all(self.pool()).await?.into_iter().map(read).collect()
    }
}

impl Database {
    /// Forgets numbers, addresses and devices that no record names any more.
    pub async fn forget(&self, references: &[Reference]) -> Result<(), StorageError> {
        for reference in references {
            for sql in [
                "DELETE FROM contacts WHERE reference = $1",
                "DELETE FROM devices WHERE reference = $1",
            ] {
                let query = sqlx::query(sql).bind(reference.as_bytes().to_vec());
                query.execute(self.pool()).await?;
            }
        }
        Ok(())
    }
}

//! Rows that are sealed, whatever is in them: for sealing them anew.

use super::database::fixed;
use super::{Database, StorageError};
use crate::vault::{Place, Sealed};
use mfa_core::Reference;
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// A table with sealed rows, apart from the records of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedTable {
    TokenKeys,
    Contacts,
    Devices,
    Outbox,
}

/// What a row is found by.
#[derive(Clone, Debug)]
pub enum RowName {
    Text(String),
    Reference(Reference),
}

impl SealedTable {
    pub const ALL: [Self; 4] = [Self::TokenKeys, Self::Contacts, Self::Devices, Self::Outbox];

    fn sql(self) -> (&'static str, &'static str) {
        match self {
            Self::TokenKeys => ("token_keys", "name"),
            Self::Contacts => ("contacts", "reference"),
            Self::Devices => ("devices", "reference"),
            Self::Outbox => ("outbox", "id"),
        }
    }

    /// What a row of this name is bound to.
    pub fn place(self, name: &RowName) -> Place<'_> {
        match (self, name) {
            (Self::Devices, RowName::Reference(reference)) => Place::Device(*reference),
            (_, RowName::Reference(reference)) => Place::Contact(*reference),
            (Self::Outbox, RowName::Text(id)) => Place::Message(id),
            (_, RowName::Text(name)) => Place::TokenKey(name),
        }
    }
}

impl Database {
    /// The rows that are sealed with another key than this one.
    pub async fn rows_sealed_before(
        &self,
        table: SealedTable,
        key_id: &str,
    ) -> Result<Vec<(RowName, Sealed)>, StorageError> {
        let (name, column) = table.sql();
        let sql = format!("SELECT {column} AS name, key_id, sealed FROM {name} WHERE key_id <> $1");
        let read = |row: AnyRow| {
            let name = match table {
                SealedTable::TokenKeys | SealedTable::Outbox => RowName::Text(row.try_get("name")?),
                SealedTable::Contacts | SealedTable::Devices => {
                    let reference = fixed(row.try_get("name")?, "a reference")?;
                    RowName::Reference(Reference::from_bytes(reference))
                }
            };
            let sealed = Sealed { key_id: row.try_get("key_id")?, bytes: row.try_get("sealed")? };
            Ok((name, sealed))
        };
        let query = sqlx::query(&sql).bind(key_id.to_owned());
        query.fetch_all(self.pool()).await?.into_iter().map(read).collect()
    }

    /// Replaces a row's seal, if it is still the one that was read.
    pub async fn reseal_row(
        &self,
        table: SealedTable,
        name: &RowName,
        before: &Sealed,
        after: &Sealed,
    ) -> Result<bool, StorageError> {
        let (table, column) = table.sql();
        let sql = format!(
            "UPDATE {table} SET key_id = $1, sealed = $2 WHERE {column} = $3 AND key_id = $4"
        );
        let query = sqlx::query(&sql).bind(after.key_id.clone()).bind(after.bytes.clone());
        let query = match name {
            RowName::Text(text) => query.bind(text.clone()),
            RowName::Reference(reference) => query.bind(reference.as_bytes().to_vec()),
        };
        let query = query.bind(before.key_id.clone());
        Ok(query.execute(self.pool()).await?.rows_affected() == 1)
    }
}

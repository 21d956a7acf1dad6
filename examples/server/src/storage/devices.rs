//! Push devices in SQL.

use super::database::{fixed, signed, unsigned};
use super::{Database, StorageError};
use crate::vault::Sealed;
use mfa_core::{AccountId, Reference};
use sqlx::Row as _;

#[derive(Clone, Debug)]
pub struct DeviceRow {
    pub reference: Reference,
    pub account: AccountId,
    /// SHA-256 of the transaction that the QR code carries.
    pub enrollment: [u8; 32],
    /// From when on it cannot be enrolled.
    pub expires: u64,
    /// Its public key as a JWK, once it is enrolled.
    pub public_key: Option<String>,
    /// What it is given when it enrolls; empty after that.
    pub sealed: Sealed,
}

const COLUMNS: &str = "reference, account, enrollment, expires, public_key, key_id, sealed";

impl Database {
    pub async fn device(&self, reference: Reference) -> Result<Option<DeviceRow>, StorageError> {
        self.device_by("reference", reference.as_bytes()).await
    }

    pub async fn device_of_enrollment(
        &self,
        enrollment: [u8; 32],
    ) -> Result<Option<DeviceRow>, StorageError> {
        self.device_by("enrollment", &enrollment).await
    }

    async fn device_by(
        &self,
        column: &'static str,
        value: &[u8],
    ) -> Result<Option<DeviceRow>, StorageError> {
        let sql = format!("SELECT {COLUMNS} FROM devices WHERE {column} = $1");
        let query = sqlx::query(&sql).bind(value.to_vec());
        let Some(row) = query.fetch_optional(self.pool()).await? else { return Ok(None) };
        Ok(Some(DeviceRow {
            reference: Reference::from_bytes(fixed(row.try_get("reference")?, "a reference")?),
            account: AccountId::from_bytes(fixed(row.try_get("account")?, "an account's id")?),
            enrollment: fixed(row.try_get("enrollment")?, "an enrollment")?,
            expires: unsigned(row.try_get("expires")?),
            public_key: row.try_get("public_key")?,
            sealed: Sealed { key_id: row.try_get("key_id")?, bytes: row.try_get("sealed")? },
        }))
    }

    pub async fn insert_device(&self, device: &DeviceRow) -> Result<(), StorageError> {
        let sql = "INSERT INTO devices (reference, account, enrollment, expires, key_id, sealed) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let query = sqlx::query(sql)
            .bind(device.reference.as_bytes().to_vec())
            .bind(device.account.as_bytes().to_vec())
            .bind(device.enrollment.to_vec())
            .bind(signed(device.expires))
            .bind(device.sealed.key_id.clone())
            .bind(device.sealed.bytes.clone());
        query.execute(self.pool()).await?;
        Ok(())
    }

    /// Enrolls a device once: `false` if it was enrolled before.
    pub async fn enroll_device(
        &self,
        reference: Reference,
        public_key: &str,
    ) -> Result<bool, StorageError> {
        let sql = "UPDATE devices SET public_key = $1 \
                   WHERE reference = $2 AND public_key IS NULL";
        let query =
            sqlx::query(sql).bind(public_key.to_owned()).bind(reference.as_bytes().to_vec());
        Ok(query.execute(self.pool()).await?.rows_affected() == 1)
    }
}

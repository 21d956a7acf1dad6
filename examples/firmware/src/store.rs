//! Records in flash: the newest of each key, or the one before, never half of one.

use crate::life::Record;
use crate::log::{Log, LogError};
use embedded_storage::nor_flash::NorFlash;
use mfa_core::Write;

/// Records in flash, by a number.
pub struct Store<F> {
    log: Log<F>,
    bytes: [u8; Record::MAX_ENCODED_LEN],
}

/// The flash does not read or write, or what it holds is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreError;

impl From<LogError> for StoreError {
    fn from(_: LogError) -> Self {
        Self
    }
}

impl<F: NorFlash> Store<F> {
    /// In all of the flash. `None` if it is too small.
    pub fn new(flash: F) -> Option<Self> {
        Some(Self { log: Log::new(flash)?, bytes: [0; Record::MAX_ENCODED_LEN] })
    }

    /// Loads the record that is kept under `key`, into one of the same account; `false` if
    /// there is none.
    ///
    /// # Errors
    /// [`StoreError`]; `record` then answers nothing.
    pub fn load(&mut self, key: u8, record: &mut Record) -> Result<bool, StoreError> {
        let Some(length) = self.log.newest(key, &mut self.bytes)? else { return Ok(false) };
        let bytes = self.bytes.get(..length).unwrap_or_default();
        record.decode_into(bytes).map(|()| true).map_err(|_| StoreError)
    }

    /// Stores a record under `key`. There is one writer, which has just loaded what it
    /// replaces, so that there are no conflicts; when the power fails it is not known whether
    /// the record was stored.
    pub fn store(&mut self, key: u8, record: &Record) -> Write {
        let length = record.encode(&mut self.bytes).unwrap_or(0);
        let bytes = self.bytes.get(..length).unwrap_or_default();
        match self.log.add(key, bytes) {
            Ok(()) if length > 0 => Write::Stored,
            _ => Write::Unknown,
        }
    }
}

impl<F> core::fmt::Debug for Store<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Store")
    }
}

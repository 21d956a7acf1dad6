//! Records in flash: the newest of each key, spread over all pages, never half of one.

use crate::life::Record;
use embassy_embedded_hal::adapter::BlockingAsync;
use embassy_futures::block_on;
use embedded_storage::nor_flash::NorFlash;
use mfa_core::Write;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::map::{MapConfig, MapStorage};

/// A key and the longest record, in whole words.
const BUFFER: usize = (1 + Record::MAX_ENCODED_LEN).next_multiple_of(crate::flash::WORD);

/// Records in flash, by a number.
pub struct Store<F: NorFlash> {
    map: MapStorage<u8, BlockingAsync<F>, Cache<Uncached, Uncached, Uncached, u8>>,
    item: [u8; BUFFER],
    record: [u8; Record::MAX_ENCODED_LEN],
}

/// The flash does not read or write, or what it holds is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreError;

impl<F: NorFlash> Store<F> {
    /// In all of the flash. `None` if it has less than two pages, or pages that are too small.
    pub fn new(flash: F) -> Option<Self> {
        let range = 0..u32::try_from(flash.capacity()).ok()?;
        let map = MapStorage::new(
            BlockingAsync::new(flash),
            MapConfig::try_new(range).ok()?,
            Cache::new_uncached(),
        );
        Some(Self { map, item: [0; BUFFER], record: [0; Record::MAX_ENCODED_LEN] })
    }

    /// Loads the record that is kept under `key`, into one of the same account; `false` if
    /// there is none.
    ///
    /// # Errors
    /// [`StoreError`]; `record` then answers nothing.
    pub fn load(&mut self, key: u8, record: &mut Record) -> Result<bool, StoreError> {
        match block_on(self.map.fetch_item::<&[u8]>(&mut self.item, &key)) {
            Ok(Some(bytes)) => record.decode_into(bytes).map(|()| true).map_err(|_| StoreError),
            Ok(None) => Ok(false),
            Err(_) => Err(StoreError),
        }
    }

    /// Stores a record under `key`. There is one writer, which has just loaded what it
    /// replaces, so that there are no conflicts; when the power fails it is not known whether
    /// the record was stored.
    pub fn store(&mut self, key: u8, record: &Record) -> Write {
        let Some(bytes) = record.encode(&mut self.record).ok().and_then(|n| self.record.get(..n))
        else {
            return Write::Unknown;
        };
        match block_on(self.map.store_item(&mut self.item, &key, &bytes)) {
            Ok(()) => Write::Stored,
            Err(_) => Write::Unknown,
        }
    }
}

impl<F: NorFlash> core::fmt::Debug for Store<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Store")
    }
}

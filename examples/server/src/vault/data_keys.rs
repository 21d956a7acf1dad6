//! Data keys: what the database's secrets are sealed with.

use super::{Key, OperatorKeys, Place, Sealed, Unopened};
use crate::clock::Clock;
use crate::random::random;
use crate::storage::{Database, StorageError};
use data_encoding::HEXLOWER;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use zeroize::Zeroizing;

/// How long a rotation may stay unnoticed by a running server, in seconds.
const FRESH: u64 = 60;

/// The data keys of the database, opened.
pub struct DataKeys {
    database: Database,
    operator: OperatorKeys,
    clock: Clock,
    opened: RwLock<Opened>,
}

#[derive(Clone, Default)]
struct Opened {
    keys: HashMap<String, Arc<Key>>,
    /// The youngest: the one to seal with.
    current: String,
    /// When they were read.
    at: u64,
}

impl DataKeys {
    /// Reads the keys, after making the first one if there is none.
    pub async fn open(
        database: Database,
        operator: OperatorKeys,
        clock: Clock,
    ) -> Result<Self, StorageError> {
        let keys = Self { database, operator, clock, opened: RwLock::default() };
        if keys.database.data_keys().await?.is_empty() {
            // Of servers that start together, one makes it.
            keys.add("1").await?;
        }
        keys.read().await?;
        Ok(keys)
    }

    /// Seals with the current key.
    pub async fn seal(&self, place: Place<'_>, secret: &[u8]) -> Result<Sealed, StorageError> {
        Ok(self.current().await?.seal(place, secret))
    }

    /// Opens with the key that it was sealed with.
    pub async fn open_sealed(
        &self,
        place: Place<'_>,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, StorageError> {
        let known = |opened: &Opened| opened.keys.get(&sealed.key_id).cloned();
        let mut key = known(&self.opened());
        if key.is_none() {
            self.read().await?;
            key = known(&self.opened());
        }
        Ok(key.ok_or(Unopened)?.open(place, &sealed.bytes)?)
    }

    /// The name of the key that seals now.
    pub async fn current_id(&self) -> Result<String, StorageError> {
        Ok(self.current().await?.id().to_owned())
    }

    /// Makes a new key the current one, and seals all keys with the operator's first one.
    pub async fn rotate(&self) -> Result<(), StorageError> {
        for row in self.database.data_keys().await? {
            let bytes = self.operator.open(&row.wrapped)?;
            self.database.rewrap_data_key(&row.id, &self.operator.seal(&bytes)).await?;
        }
        self.add(&HEXLOWER.encode(&random::<8>())).await?;
        self.read().await
    }

    async fn add(&self, id: &str) -> Result<(), StorageError> {
        let bytes = Zeroizing::new(random::<{ Key::LEN }>());
        let wrapped = self.operator.seal(bytes.as_slice());
        self.database.insert_data_key(id, &wrapped, self.clock.now()).await
    }

    async fn current(&self) -> Result<Arc<Key>, StorageError> {
        if self.opened().at.saturating_add(FRESH) < self.clock.now() {
            self.read().await?;
        }
        let opened = self.opened();
        Ok(opened.keys.get(&opened.current).cloned().ok_or(Unopened)?)
    }

    async fn read(&self) -> Result<(), StorageError> {
        let mut opened = Opened { at: self.clock.now(), ..Opened::default() };
        for row in self.database.data_keys().await? {
            let bytes = self.operator.open(&row.wrapped)?;
            opened.keys.insert(row.id.clone(), Arc::new(Key::new(row.id.clone(), &bytes)?));
            // Oldest first, so the last one stays.
            opened.current = row.id;
        }
        *self.opened.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = opened;
        Ok(())
    }

    fn opened(&self) -> Opened {
        self.opened.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

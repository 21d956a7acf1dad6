//! Tokens: JWTs that anybody can verify, and sealed ones that only the servers can read.

mod claims;
mod opaque;
mod signer;
mod ticket;

pub use self::claims::{AccessClaims, IdClaims};
pub use self::opaque::{Invalid, MfaToken, OobCode, PushQuestion};
pub(crate) use self::signer::token_id;
pub use self::signer::{Signer, SigningAlgorithm};

use crate::random::random;
use crate::storage::{Database, StorageError};
use crate::vault::{DataKeys, Key, Place};
use zeroize::Zeroizing;

/// The keys for tokens: the same on all servers that share a database.
pub struct TokenKeys {
    pub signer: Signer,
    /// Seals what clients hold but cannot read.
    opaque: Key,
}

impl TokenKeys {
    /// Reads the keys from the database, after making those that are missing.
    pub async fn open(
        database: &Database,
        data_keys: &DataKeys,
        algorithm: SigningAlgorithm,
        now: u64,
    ) -> Result<Self, StorageError> {
        let shared = async |name: &str, make: fn() -> Zeroizing<Vec<u8>>| {
            if database.token_key(name).await?.is_none() {
                let sealed = data_keys.seal(Place::TokenKey(name), &make()).await?;
                database.insert_token_key(name, &sealed, now).await?;
            }
            let missing = StorageError::Impossible("a key for tokens");
            let sealed = database.token_key(name).await?.ok_or(missing)?;
            data_keys.open_sealed(Place::TokenKey(name), &sealed).await
        };
        let opaque = shared("opaque", || Zeroizing::new(random::<{ Key::LEN }>().to_vec())).await?;
        let signing = shared(algorithm.name(), algorithm.generator()).await?;
        Ok(Self {
            signer: Signer::new(algorithm, &signing)
                .ok_or(StorageError::Impossible("a key that signs tokens"))?,
            opaque: Key::new("opaque".into(), &opaque)?,
        })
    }
}

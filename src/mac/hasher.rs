//! The hashes that this build has.

use super::stream::Hash;
use super::{Algorithm, Unsupported};
use hmac::digest::Digest;

/// A hash that this build has. What has one is keyed without an error.
#[derive(Clone, Copy)]
pub(crate) enum Hasher {
    Sha1,
    #[cfg(feature = "sha2")]
    Sha256,
    #[cfg(feature = "sha2")]
    Sha512,
}

impl Hasher {
    pub(crate) fn new(algorithm: Algorithm) -> Result<Self, Unsupported> {
        match algorithm {
            Algorithm::Sha1 => Ok(Self::Sha1),
            #[cfg(feature = "sha2")]
            Algorithm::Sha256 => Ok(Self::Sha256),
            #[cfg(feature = "sha2")]
            Algorithm::Sha512 => Ok(Self::Sha512),
            #[cfg(not(feature = "sha2"))]
            _ => Err(Unsupported { algorithm }),
        }
    }

    pub(crate) fn algorithm(self) -> Algorithm {
        match self {
            Self::Sha1 => Algorithm::Sha1,
            #[cfg(feature = "sha2")]
            Self::Sha256 => Algorithm::Sha256,
            #[cfg(feature = "sha2")]
            Self::Sha512 => Algorithm::Sha512,
        }
    }

    pub(crate) fn of(self, message: &[u8]) -> Hash {
        match self {
            Self::Sha1 => Hash::take(&mut sha1::Sha1::digest(message)),
            #[cfg(feature = "sha2")]
            Self::Sha256 => Hash::take(&mut sha2::Sha256::digest(message)),
            #[cfg(feature = "sha2")]
            Self::Sha512 => Hash::take(&mut sha2::Sha512::digest(message)),
        }
    }
}

//! Sealing: what is secret in the database is encrypted and bound to its place.
//!
//! Two levels. The operator's key (`MFA_KEY` or a key file) seals *data keys*, which lie in
//! the database, and these seal everything else. So rotation needs no restart: servers pick up
//! new data keys from the database. AES-256-GCM-SIV, with random nonces.

mod data_keys;
mod operator;

pub use self::data_keys::DataKeys;
pub use self::operator::{OperatorKeys, OperatorKeysError};

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use mfa_core::{AccountId, Reference, Version};
use zeroize::Zeroizing;

/// The form of what [`Key::seal`] writes: this byte, nonce, ciphertext and tag.
const FORMAT: u8 = 1;

/// What was sealed, and under which key.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub key_id: String,
    pub bytes: Vec<u8>,
}

/// Where something belongs: nothing that was sealed for one place opens at another.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// An account's record at one revision.
    Record(AccountId, Version),
    /// A phone number or address.
    Contact(Reference),
    /// What a device will be given when it enrolls.
    Device(Reference),
    /// A message in the outbox.
    Message(&'a str),
    /// A key that signs or seals tokens.
    TokenKey(&'a str),
    /// A data key, under the operator's.
    DataKey,
    /// A token of this kind, which clients hold.
    Token(&'a str),
}

impl Place<'_> {
    /// The associated data: place, format, and key.
    fn bind(self, key_id: &str) -> Vec<u8> {
        let mut data = vec![FORMAT];
        let mut part = |bytes: &[u8]| {
            data.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
            data.extend(bytes);
        };
        part(key_id.as_bytes());
        match self {
            Self::Record(account, version) => {
                part(b"record");
                part(account.as_bytes());
                part(version.record.as_bytes());
                part(&version.revision.to_be_bytes());
            }
            Self::Contact(reference) => {
                part(b"contact");
                part(reference.as_bytes());
            }
            Self::Device(reference) => {
                part(b"device");
                part(reference.as_bytes());
            }
            Self::Message(id) => {
                part(b"message");
                part(id.as_bytes());
            }
            Self::TokenKey(name) => {
                part(b"token key");
                part(name.as_bytes());
            }
            Self::DataKey => part(b"data key"),
            Self::Token(kind) => {
                part(b"token");
                part(kind.as_bytes());
            }
        }
        data
    }
}

/// One symmetric key and its name.
pub struct Key {
    id: String,
    cipher: RandomizedNonceKey,
}

impl Key {
    /// The length in bytes.
    pub const LEN: usize = 32;

    pub fn new(id: String, bytes: &[u8]) -> Result<Self, Unopened> {
        let cipher = RandomizedNonceKey::new(&AES_256_GCM_SIV, bytes).map_err(|_| Unopened)?;
        Ok(Self { id, cipher })
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn seal(&self, place: Place<'_>, secret: &[u8]) -> Sealed {
        let mut text = secret.to_vec();
        let aad = Aad::from(place.bind(&self.id));
        let nonce = self
            .cipher
            .seal_in_place_append_tag(aad, &mut text)
            .expect("what is sealed here is far shorter than the cipher's limit");
        let bytes = [&[FORMAT], nonce.as_ref().as_slice(), &text].concat();
        Sealed { key_id: self.id.clone(), bytes }
    }

    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let (&format, rest) = sealed.split_first().ok_or(Unopened)?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or(Unopened)?;
        if format != FORMAT {
            return Err(Unopened);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?;
        let mut text = Zeroizing::new(text.to_vec());
        let aad = Aad::from(place.bind(&self.id));
        let len = self.cipher.open_in_place(nonce, aad, &mut text).map_err(|_| Unopened)?.len();
        text.truncate(len);
        Ok(text)
    }
}

/// Something sealed does not open: damaged, moved, or under another key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("what was sealed does not open: it is damaged, out of place, or under another key")]
pub struct Unopened;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let key = Key::new("a".into(), &[1; 32]).unwrap();
        let other = Key::new("b".into(), &[1; 32]).unwrap();
        let place = Place::TokenKey("x");
        let sealed = key.seal(place, b"secret");
        assert_eq!(key.open(place, &sealed.bytes).unwrap().as_slice(), b"secret");
        assert!(key.open(Place::TokenKey("y"), &sealed.bytes).is_err());
        assert!(other.open(place, &sealed.bytes).is_err(), "the key's id is bound");
        for at in 0..sealed.bytes.len() {
            let mut damaged = sealed.bytes.clone();
            damaged[at] ^= 1;
            assert!(key.open(place, &damaged).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_record_does_not_open_as_another_revision_or_for_another_account() {
        let key = Key::new("a".into(), &[1; 32]).unwrap();
        let account = AccountId::from_bytes([1; 16]);
        let version = Version { record: mfa_core::RecordId::from_bytes([2; 16]), revision: 7 };
        let sealed = key.seal(Place::Record(account, version), b"record").bytes;
        let older = Version { revision: 6, ..version };
        let foreign = AccountId::from_bytes([3; 16]);
        assert!(key.open(Place::Record(account, version), &sealed).is_ok());
        assert!(key.open(Place::Record(account, older), &sealed).is_err());
        assert!(key.open(Place::Record(foreign, version), &sealed).is_err());
    }
}

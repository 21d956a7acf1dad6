//! HMAC over messages that come in pieces, and what it makes: what OCRA needs (RFC 6287).

use super::{Algorithm, Tag, Unsupported};
use crate::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

/// A keyed HMAC that has read the beginning of its messages. Wiped on drop.
#[derive(Clone)]
pub(crate) enum Stream {
    Sha1(Hmac<sha1::Sha1>),
    #[cfg(feature = "sha2")]
    Sha256(Hmac<sha2::Sha256>),
    #[cfg(feature = "sha2")]
    Sha512(Hmac<sha2::Sha512>),
}

impl Stream {
    /// Keys the HMAC and reads `beginning`, which all its messages share.
    pub(crate) fn new(
        algorithm: Algorithm,
        secret: &Secret,
        beginning: &[&[u8]],
    ) -> Result<Self, Unsupported> {
        let stream = match algorithm {
            Algorithm::Sha1 => keyed(secret, beginning).map(Self::Sha1),
            #[cfg(feature = "sha2")]
            Algorithm::Sha256 => keyed(secret, beginning).map(Self::Sha256),
            #[cfg(feature = "sha2")]
            Algorithm::Sha512 => keyed(secret, beginning).map(Self::Sha512),
            #[cfg(not(feature = "sha2"))]
            _ => None,
        };
        stream.ok_or(Unsupported { algorithm })
    }

    /// The HMAC of the beginning followed by `rest`.
    pub(crate) fn of(&self, rest: &[&[u8]]) -> Hash {
        match self {
            Self::Sha1(keyed) => finished(keyed, rest),
            #[cfg(feature = "sha2")]
            Self::Sha256(keyed) => finished(keyed, rest),
            #[cfg(feature = "sha2")]
            Self::Sha512(keyed) => finished(keyed, rest),
        }
    }
}

/// `None` for a key length that the HMAC refuses; there is none.
fn keyed<M: Mac + KeyInit>(secret: &Secret, beginning: &[&[u8]]) -> Option<M> {
    let mut mac = <M as KeyInit>::new_from_slice(secret.expose()).ok()?;
    beginning.iter().for_each(|piece| mac.update(piece));
    Some(mac)
}

fn finished<M: Mac + Clone>(keyed: &M, rest: &[&[u8]]) -> Hash {
    let mut mac = keyed.clone();
    rest.iter().for_each(|piece| mac.update(piece));
    Hash::take(&mut mac.finalize().into_bytes())
}

/// A hash or an HMAC, at most 64 bytes. Wiped on drop, compared in constant time.
#[derive(Clone)]
pub(crate) struct Hash {
    bytes: [u8; Self::MAX_LEN],
    len: u8,
}

impl Hash {
    /// The length of SHA-512.
    pub(crate) const MAX_LEN: usize = 64;

    /// Of `bytes`, cut off at 64.
    pub(crate) fn copy(bytes: &[u8]) -> Self {
        let mut hash = Self { bytes: [0; Self::MAX_LEN], len: 0 };
        for (place, byte) in hash.bytes.iter_mut().zip(bytes) {
            *place = *byte;
            hash.len = hash.len.wrapping_add(1);
        }
        hash
    }

    /// As [`copy`](Self::copy), and wipes where it came from.
    pub(super) fn take(bytes: &mut [u8]) -> Self {
        let hash = Self::copy(bytes);
        bytes.zeroize();
        hash
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// What dynamic truncation reads.
    pub(crate) fn tag(&self) -> Tag {
        let mut words = self
            .as_bytes()
            .chunks_exact(4)
            .map(|word| word.iter().fold(0u32, |value, byte| (value << 8) | u32::from(*byte)));
        let first: [u32; 5] = core::array::from_fn(|_| words.next().unwrap_or_default());
        let [.., w4] = first;
        Tag { words: first, last: words.next_back().unwrap_or(w4) }
    }
}

impl ConstantTimeEq for Hash {
    fn ct_eq(&self, other: &Self) -> Choice {
        // The unused bytes are zero on both sides.
        self.bytes.ct_eq(&other.bytes) & self.len.ct_eq(&other.len)
    }
}

impl Drop for Hash {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mac::{Hasher, Mac};

    #[test]
    fn a_tag_has_the_first_twenty_bytes_and_the_last_four() {
        let bytes: [u8; 64] = core::array::from_fn(|index| index as u8);
        for len in [20, 32, 64] {
            let tag = Hash::copy(&bytes[..len]).tag();
            for (word, expected) in tag.words.iter().zip(bytes.chunks_exact(4)) {
                assert_eq!(word.to_be_bytes(), expected);
            }
            assert_eq!(tag.last.to_be_bytes(), bytes[len - 4..len]);
        }
    }

    #[test]
    fn hashes_of_different_length_are_different() {
        assert!(!bool::from(Hash::copy(&[0; 20]).ct_eq(&Hash::copy(&[0; 32]))));
        assert!(bool::from(Hash::copy(&[7; 20]).ct_eq(&Hash::copy(&[7; 20]))));
    }

    #[test]
    fn keys_of_every_length_agree_with_the_midstates() {
        for length in 1..=Secret::MAX_LEN {
            let key: std::vec::Vec<u8> = (1..).take(length).collect();
            let secret = Secret::from_bytes(&key).unwrap();
            for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
                let Ok(mac) = Hasher::new(algorithm).map(|hasher| Mac::new(hasher, &secret)) else {
                    continue;
                };
                let stream = Stream::new(algorithm, &secret, &[]).unwrap();
                let expected = stream.of(&[&7u64.to_be_bytes()]).tag().words;
                assert_eq!(mac.tag(7).words, expected, "{algorithm:?}, {length} bytes");
            }
        }
    }

    #[test]
    fn pieces_are_one_message_and_agree_with_the_midstates() {
        let secret = Secret::from_bytes(&[0x0B; 100]).unwrap();
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
            let Ok(mac) = Hasher::new(algorithm).map(|hasher| Mac::new(hasher, &secret)) else {
                assert!(Stream::new(algorithm, &secret, &[]).is_err());
                assert!(Hasher::new(algorithm).is_err());
                continue;
            };
            let counter = 0x0123_4567_89AB_CDEFu64;
            let expected = mac.tag(counter);
            let (left, right) = (&counter.to_be_bytes()[..3], &counter.to_be_bytes()[3..]);
            for hash in [
                Stream::new(algorithm, &secret, &[left]).unwrap().of(&[right]),
                Stream::new(algorithm, &secret, &[]).unwrap().of(&[left, &[], right]),
            ] {
                assert_eq!(hash.as_bytes().len(), algorithm.output_len());
                assert_eq!(hash.tag().words, expected.words);
                assert_eq!(hash.tag().last & 0xF, expected.last & 0xF);
            }
            let hasher = Hasher::new(algorithm).unwrap();
            assert_eq!(hasher.of(b"1234").as_bytes().len(), algorithm.output_len());
        }
    }
}

//! A token's record in flash: the newest, or the one before, never half of one.

use crate::log::Log;
use embedded_storage::nor_flash::NorFlash;
use mfa_core::Write;
use mfa_core::token::Token;

/// There is one record.
const KEY: u8 = 0;

/// The record of one token.
pub(super) struct TokenStore<F> {
    log: Log<F>,
}

impl<F: NorFlash> TokenStore<F> {
    /// In all of the flash. `None` if it is too small.
    pub(super) fn new(flash: F) -> Option<Self> {
        Some(Self { log: Log::new(flash)? })
    }

    /// Loads the record; `Some(false)` if there is none, `None` if what is there does not load.
    #[inline(never)]
    pub(super) fn load(&mut self, token: &mut Token) -> Option<bool> {
        let mut bytes = [0; Token::ENCODED_LEN];
        match self.log.newest(KEY, &mut bytes).ok()? {
            None => Some(false),
            Some(Token::ENCODED_LEN) => token.decode_into(&bytes).ok().map(|()| true),
            Some(_) => None,
        }
    }

    /// Stores a record. There is one writer, which has just loaded what it replaces, so that
    /// there are no conflicts; when the power fails it is not known whether it was stored.
    #[inline(never)]
    pub(super) fn store(&mut self, token: &Token) -> Write {
        let mut bytes = [0; Token::ENCODED_LEN];
        token.encode(&mut bytes);
        match self.log.add(KEY, &bytes) {
            Ok(()) => Write::Stored,
            Err(_) => Write::Unknown,
        }
    }
}

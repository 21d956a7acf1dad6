//! A fob: a button, a display and a key pad, over a record in flash. All that decides is in
//! the core; here are the record's place, and the order: load, decide, store, settle, and only
//! then the display.

mod keypad;
mod reply;
mod store;

pub use keypad::serve;

use self::store::TokenStore;
use embedded_storage::nor_flash::NorFlash;
use mfa_core::token::{Operation, Refused, Token};
use mfa_core::{Entropy, EntropyError, RecordId, Unsettled, Write};

/// A fob and its memory.
pub struct Fob<F: NorFlash> {
    store: TokenStore<F>,
    token: Token,
    scratch: Token,
}

/// Why there is nothing on the display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The core refuses.
    Refused(Refused),
    /// The flash does not keep the record, or has lost it.
    Flash,
    /// There are no random bytes.
    NoEntropy,
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<EntropyError> for Fault {
    fn from(_: EntropyError) -> Self {
        Self::NoEntropy
    }
}

impl From<Unsettled> for Fault {
    fn from(_: Unsettled) -> Self {
        Self::Flash
    }
}

impl<F: NorFlash> Fob<F> {
    /// The fob whose record is in `flash`; a blank one, with a name drawn from `entropy`, if
    /// there is none.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn new(flash: F, mut entropy: Entropy<'_>) -> Result<Self, Fault> {
        let store = TokenStore::new(flash).ok_or(Fault::Flash)?;
        let mut fob = Self { store, token: Token::blank(UNNAMED), scratch: Token::blank(UNNAMED) };
        if !fob.store.load(&mut fob.token).ok_or(Fault::Flash)? {
            fob.token = Token::blank(RecordId::draw(&mut entropy)?);
            match fob.store.store(&fob.token) {
                Write::Stored => {}
                Write::Conflict | Write::Unknown => return Err(Fault::Flash),
            }
        }
        Ok(fob)
    }

    /// Decide, store, settle. What comes out may be shown: the next record is in flash.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn run<O: Operation>(&mut self, operation: O) -> Result<O::Outcome, Fault> {
        // What is in flash counts: of an earlier write it may not be known how it ended.
        if !self.store.load(&mut self.token).ok_or(Fault::Flash)? {
            return Err(Fault::Flash);
        }
        let step = self.token.decide_in(&mut self.scratch, operation)?;
        let written = self.store.store(step.next());
        let (_, outcome) = step.settle(written)?;
        core::mem::swap(&mut self.token, &mut self.scratch);
        Ok(outcome)
    }

    /// The record, as it was loaded or stored last.
    pub fn token(&self) -> &Token {
        &self.token
    }
}

impl<F: NorFlash> core::fmt::Debug for Fob<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Fob")
    }
}

/// A place to load into.
const UNNAMED: RecordId = RecordId::from_bytes([0; 16]);

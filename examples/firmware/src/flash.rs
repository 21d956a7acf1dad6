//! Emulated flash: what NOR flash does to bits, and what is left of it when the power fails.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase, check_read,
    check_write,
};

/// What the bits are kept in: memory, or a file on the host.
pub trait Cells {
    /// The number of bytes, a multiple of [`PAGE`].
    fn capacity(&self) -> usize;
    /// Copies bytes out; `false` if they could not be read.
    fn get(&mut self, offset: usize, bytes: &mut [u8]) -> bool;
    /// Replaces bytes; `false` if they could not be written.
    fn put(&mut self, offset: usize, bytes: &[u8]) -> bool;
}

/// What is erased at once, as on an nRF51.
pub const PAGE: usize = 1_024;
/// What is written at once.
pub const WORD: usize = 4;

/// NOR flash. Erasing sets all bits of a page, writing clears bits of a word.
#[derive(Debug)]
pub struct Flash<C> {
    cells: C,
    has_power: bool,
    /// How many words and pages are still written and erased before the power fails.
    left: Option<u32>,
    torn: u32,
    operations: u32,
}

/// Why flash did not do as it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashError {
    /// The power failed.
    NoPower,
    /// A bit would have to be set that was cleared since its page was erased.
    NotErased,
    /// The host does not read or write the file.
    Host,
    /// Not a whole word or page, or beyond the end.
    Place(NorFlashErrorKind),
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Place(kind) => *kind,
            _ => NorFlashErrorKind::Other,
        }
    }
}

impl<C: Cells> Flash<C> {
    /// Flash with power that does not fail.
    pub fn new(cells: C) -> Self {
        Self { cells, has_power: true, left: None, torn: 1, operations: 0 }
    }

    /// The power fails in the middle of the `operation`th write of a word or erasure of a page
    /// from now on, counted from 0; `bits` decide which bits have changed by then.
    pub fn fail_at(&mut self, operation: u32, bits: u32) {
        self.left = Some(operation);
        self.torn = bits | 1;
    }

    /// Power again, for good.
    pub fn restart(&mut self) {
        self.left = None;
        self.has_power = true;
    }

    /// Whether there is power.
    pub fn has_power(&self) -> bool {
        self.has_power
    }

    /// The number of words that were written and pages that were erased.
    pub fn operations(&self) -> u32 {
        self.operations
    }

    /// What the bits are kept in.
    pub fn cells(&mut self) -> &mut C {
        &mut self.cells
    }

    fn get(&mut self, offset: usize, bytes: &mut [u8]) -> Result<(), FlashError> {
        match self.has_power {
            false => Err(FlashError::NoPower),
            true if self.cells.get(offset, bytes) => Ok(()),
            true => Err(FlashError::Host),
        }
    }

    /// Begins to write a word or to erase a page: all of it, or, if the power is about to
    /// fail, as many bits as chance will have it.
    fn begin(&mut self) -> Result<Extent, FlashError> {
        if !self.has_power {
            return Err(FlashError::NoPower);
        }
        self.operations = self.operations.wrapping_add(1);
        match &mut self.left {
            Some(0) => {
                self.has_power = false;
                Ok(Extent::Some)
            }
            Some(left) => {
                *left -= 1;
                Ok(Extent::All)
            }
            None => Ok(Extent::All),
        }
    }

    /// Changes bytes from what they were to `goal`.
    fn change(
        &mut self,
        extent: Extent,
        offset: usize,
        bytes: &mut [u8],
        goal: impl Iterator<Item = u8>,
    ) -> Result<(), FlashError> {
        for (byte, goal) in bytes.iter_mut().zip(goal) {
            let changed = match extent {
                Extent::All => 0xFF,
                Extent::Some => {
                    self.torn = xorshift(self.torn);
                    self.torn as u8
                }
            };
            *byte = (*byte & !changed) | (goal & changed);
        }
        if self.cells.put(offset, bytes) { Ok(()) } else { Err(FlashError::Host) }
    }
}

/// How many bits of a word or page change before the power fails.
#[derive(Clone, Copy)]
enum Extent {
    All,
    Some,
}

impl Extent {
    fn end(self) -> Result<(), FlashError> {
        match self {
            Self::All => Ok(()),
            Self::Some => Err(FlashError::NoPower),
        }
    }
}

/// Marsaglia's generator: enough to choose bits by. Never 0, if not begun with it.
pub fn xorshift(mut state: u32) -> u32 {
    state ^= state << 13;
    state ^= state >> 17;
    state ^ (state << 5)
}

impl<C> ErrorType for Flash<C> {
    type Error = FlashError;
}

impl<C: Cells> ReadNorFlash for Flash<C> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        check_read(self, offset, bytes.len()).map_err(FlashError::Place)?;
        self.get(offset as usize, bytes)
    }

    fn capacity(&self) -> usize {
        self.cells.capacity()
    }
}

impl<C: Cells> NorFlash for Flash<C> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        check_erase(self, from, to).map_err(FlashError::Place)?;
        for page in (from as usize..to as usize).step_by(PAGE) {
            let extent = self.begin()?;
            for offset in (page..page + PAGE).step_by(PIECE) {
                let mut bytes = [0; PIECE];
                if !self.cells.get(offset, &mut bytes) {
                    return Err(FlashError::Host);
                }
                self.change(extent, offset, &mut bytes, core::iter::repeat(0xFF))?;
            }
            extent.end()?;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        check_write(self, offset, bytes.len()).map_err(FlashError::Place)?;
        for (offset, word) in (offset as usize..).step_by(WORD).zip(bytes.chunks_exact(WORD)) {
            let mut before = [0; WORD];
            self.get(offset, &mut before)?;
            if before.iter().zip(word).any(|(before, goal)| before & goal != *goal) {
                return Err(FlashError::NotErased);
            }
            let extent = self.begin()?;
            self.change(extent, offset, &mut before, word.iter().copied())?;
            extent.end()?;
        }
        Ok(())
    }
}

/// How much of a page is held in memory at a time.
const PIECE: usize = 32;

/// Flash in memory.
impl<const N: usize> Cells for [u8; N] {
    fn capacity(&self) -> usize {
        N
    }

    fn get(&mut self, offset: usize, bytes: &mut [u8]) -> bool {
        let Some(kept) = self.as_slice().get(offset..offset + bytes.len()) else { return false };
        bytes.copy_from_slice(kept);
        true
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) -> bool {
        let Some(kept) = self.as_mut_slice().get_mut(offset..offset + bytes.len()) else {
            return false;
        };
        kept.copy_from_slice(bytes);
        true
    }
}

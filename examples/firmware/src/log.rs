//! A log in NOR flash: the newest entry of each key, whenever the power fails.
//!
//! A page begins with a number, and holds entries one after the other; both count only with
//! their checksum. New entries go to the page with the highest number. When that is full, a
//! spare page, in which nothing is the newest, is erased and gets the next number, and what
//! counts in the oldest page is copied to it, so that that one becomes the spare: all pages
//! wear alike.
//!
//! The order of writes makes every failure harmless. A torn entry or number does not count. A
//! half-erased page was spare: should its number or an entry be left, newer ones exist. While
//! entries are copied there is no spare page, by which it is seen that the newest page holds
//! nothing but copies yet, and is begun anew.

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use embedded_storage::nor_flash::NorFlash;

/// Small rather than fast.
const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

const WORD: u32 = 4;
/// Before the first entry of a page: its number, and the checksum of that.
const PAGE_HEAD: u32 = 2 * WORD;
/// Before the bytes of an entry: the key and the length in one word, and the checksum of all.
const ENTRY_HEAD: u32 = 2 * WORD;
/// How much is read at a time.
const PIECE: usize = 32;

/// A log that fills a flash.
#[derive(Debug)]
pub struct Log<F> {
    flash: F,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogError {
    /// The flash failed.
    Flash,
    /// There is no room.
    Full,
}

impl<F: NorFlash> Log<F> {
    /// How many keys there are: 0 and up.
    pub const KEYS: u8 = 16;

    /// The log in all of a flash, which is blank or holds one. `None` if it has not three
    /// pages, or is not written in words.
    pub fn new(flash: F) -> Option<Self> {
        let in_words = WORD.is_multiple_of(F::WRITE_SIZE as u32)
            && PIECE.is_multiple_of(F::READ_SIZE.max(F::WRITE_SIZE));
        (flash.capacity() >= 3 * F::ERASE_SIZE && in_words).then_some(Self { flash })
    }

    /// Copies the newest entry of `key` to `out`, and gives its length; `None` if there is
    /// none.
    ///
    /// # Errors
    /// [`LogError`]: it does not fit into `out`, or the flash fails.
    pub fn newest(&mut self, key: u8, out: &mut [u8]) -> Result<Option<usize>, LogError> {
        let Some(entry) = self.index()?.newest_of(key) else { return Ok(None) };
        let out = out.get_mut(..entry.length.into()).ok_or(LogError::Full)?;
        for (at, place) in (entry.data()..).step_by(PIECE).zip(out.chunks_mut(PIECE)) {
            let piece = self.piece(at)?;
            place.iter_mut().zip(piece).for_each(|(place, byte)| *place = byte);
        }
        Ok(Some(entry.length.into()))
    }

    /// Adds an entry, the newest of its key from then on.
    ///
    /// # Errors
    /// [`LogError`]: there is no such key, no room, or the flash fails; then the entry may
    /// have been added, or not.
    pub fn add(&mut self, key: u8, bytes: &[u8]) -> Result<(), LogError> {
        let length = u16::try_from(bytes.len()).map_err(|_| LogError::Full)?;
        if key >= Self::KEYS {
            return Err(LogError::Full);
        }
        let mut index = self.index()?;
        if let Some(page) = index.current
            && self.spare(&index)?.is_none()
        {
            // The power failed while entries were copied: what is here is elsewhere.
            self.erase(page.start)?;
            index = self.index()?;
        }
        let room = match index.current {
            Some(page) => self.room(page, length)?,
            None => None,
        };
        let start = match room {
            Some(start) => start,
            None => self.turn_over(&index, length)?,
        };
        let head = head(key, length);
        let mut sum = CRC.digest();
        sum.update(&head);
        sum.update(bytes);
        self.write(start, &head)?;
        self.write(start + WORD, &sum.finalize().to_le_bytes())?;
        for (at, bytes) in (start + ENTRY_HEAD..).step_by(WORD as usize).zip(bytes.chunks(4)) {
            let mut word = [0; WORD as usize];
            word.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
            self.write(at, &word)?;
        }
        Ok(())
    }

    /// Begins the next page, and makes the oldest one spare. Gives where an entry of this
    /// length can be added.
    fn turn_over(&mut self, index: &Index, length: u16) -> Result<u32, LogError> {
        let start = self.spare(index)?.ok_or(LogError::Full)?;
        self.erase(start)?;
        let number = index.current.map_or(1, |page| page.number.wrapping_add(1));
        let page = Page { start, number };
        let [number, sum] = page.head();
        self.write(start, &number)?;
        self.write(start + WORD, &sum)?;
        loop {
            let index = self.index()?;
            if self.spare(&index)?.is_some() {
                break;
            }
            let oldest = self.oldest_but(page)?.ok_or(LogError::Full)?;
            let entry = index.newest_in::<F>(oldest.start).ok_or(LogError::Full)?;
            let to = self.room(page, entry.length)?.ok_or(LogError::Full)?;
            for at in (0..entry.end() - entry.start).step_by(WORD as usize) {
                let [a, b, c, d, ..] = self.piece(entry.start + at)?;
                self.write(to + at, &[a, b, c, d])?;
            }
        }
        self.room(page, length)?.ok_or(LogError::Full)
    }
}

/// A page that counts: where it begins, and its number.
#[derive(Clone, Copy)]
struct Page {
    start: u32,
    number: u32,
}

impl Page {
    /// The number and its checksum. That of four blank bytes alone would be four blank bytes.
    fn head(self) -> [[u8; 4]; 2] {
        let number = self.number.to_le_bytes();
        let mut sum = CRC.digest();
        sum.update(b"page");
        sum.update(&number);
        [number, sum.finalize().to_le_bytes()]
    }
}

/// An entry that counts.
#[derive(Clone, Copy)]
struct Entry {
    start: u32,
    key: u8,
    length: u16,
}

impl Entry {
    fn data(self) -> u32 {
        self.start + ENTRY_HEAD
    }

    fn end(self) -> u32 {
        self.data() + u32::from(self.length).next_multiple_of(WORD)
    }
}

fn head(key: u8, length: u16) -> [u8; 4] {
    let [low, high] = length.to_le_bytes();
    [key, 0, low, high]
}

/// What is where: one reading of the whole flash.
struct Index {
    /// The page with the highest number.
    current: Option<Page>,
    /// The newest entry of each key, and the number of its page.
    newest: [Option<(u32, Entry)>; 16],
}

impl Index {
    fn newest_of(&self, key: u8) -> Option<Entry> {
        self.newest.get(usize::from(key)).copied().flatten().map(|(_, entry)| entry)
    }

    /// An entry of the page at `start` that is the newest of its key.
    fn newest_in<F: NorFlash>(&self, start: u32) -> Option<Entry> {
        let inside = |entry: &Entry| entry.start.wrapping_sub(start) < F::ERASE_SIZE as u32;
        self.newest.iter().flatten().map(|(_, entry)| *entry).find(inside)
    }
}

impl<F: NorFlash> Log<F> {
    fn index(&mut self) -> Result<Index, LogError> {
        let mut index = Index { current: None, newest: [None; 16] };
        for start in self.pages() {
            let Some(page) = self.page(start)? else { continue };
            if index.current.is_none_or(|current| current.number < page.number) {
                index.current = Some(page);
            }
            self.walk(page, |entry| {
                if let Some(newest) = index.newest.get_mut(usize::from(entry.key))
                    && newest.is_none_or(|(number, _)| number <= page.number)
                {
                    *newest = Some((page.number, entry));
                }
            })?;
        }
        Ok(index)
    }

    /// A page in which nothing is the newest of its key: one that does not count, or else the
    /// oldest.
    fn spare(&mut self, index: &Index) -> Result<Option<u32>, LogError> {
        let mut spare: Option<Page> = None;
        for start in self.pages() {
            let number = self.page(start)?.map_or(0, |page| page.number);
            let is_current = index.current.is_some_and(|page| page.start == start);
            if !is_current
                && index.newest_in::<F>(start).is_none()
                && spare.is_none_or(|other| number < other.number)
            {
                spare = Some(Page { start, number });
            }
        }
        Ok(spare.map(|page| page.start))
    }

    fn oldest_but(&mut self, current: Page) -> Result<Option<Page>, LogError> {
        let mut oldest: Option<Page> = None;
        for start in self.pages().filter(|start| *start != current.start) {
            if let Some(page) = self.page(start)?
                && oldest.is_none_or(|other| page.number < other.number)
            {
                oldest = Some(page);
            }
        }
        Ok(oldest)
    }

    fn pages(&self) -> impl Iterator<Item = u32> + use<F> {
        (0..self.flash.capacity() as u32).step_by(F::ERASE_SIZE)
    }

    /// The page that begins here; `None` if it does not count.
    fn page(&mut self, start: u32) -> Result<Option<Page>, LogError> {
        let [a, b, c, d, sum @ ..] = self.two_words(start)?;
        let page = Page { start, number: u32::from_le_bytes([a, b, c, d]) };
        Ok((page.head() == [[a, b, c, d], sum]).then_some(page))
    }

    /// Shows the entries of a page that count, the oldest first, and gives where they end.
    fn walk(&mut self, page: Page, mut see: impl FnMut(Entry)) -> Result<u32, LogError> {
        let end = page.start + F::ERASE_SIZE as u32;
        let mut start = page.start + PAGE_HEAD;
        while start + ENTRY_HEAD <= end {
            let [key, _, low, high, sum @ ..] = self.two_words(start)?;
            let entry = Entry { start, key, length: u16::from_le_bytes([low, high]) };
            if entry.end() > end || self.sum(entry)?.to_le_bytes() != sum {
                break;
            }
            see(entry);
            start = entry.end();
        }
        Ok(start)
    }

    /// Where an entry of this length can be added to a page. What a torn one has left is not
    /// written over.
    fn room(&mut self, page: Page, length: u16) -> Result<Option<u32>, LogError> {
        let start = self.walk(page, |_| {})?;
        let end = Entry { start, key: 0, length }.end();
        if end > page.start + F::ERASE_SIZE as u32 {
            return Ok(None);
        }
        for at in (start..end).step_by(WORD as usize) {
            let [a, b, c, d, ..] = self.piece(at)?;
            if [a, b, c, d] != [0xFF; 4] {
                return Ok(None);
            }
        }
        Ok(Some(start))
    }

    /// The checksum that an entry should have.
    fn sum(&mut self, entry: Entry) -> Result<u32, LogError> {
        let mut sum = CRC.digest();
        sum.update(&head(entry.key, entry.length));
        let mut left = usize::from(entry.length);
        for at in (entry.data()..).step_by(PIECE) {
            let piece = self.piece(at)?;
            sum.update(piece.get(..left).unwrap_or(&piece));
            left = left.saturating_sub(PIECE);
            if left == 0 {
                break;
            }
        }
        Ok(sum.finalize())
    }

    fn two_words(&mut self, at: u32) -> Result<[u8; 8], LogError> {
        let [a, b, c, d, e, f, g, h, ..] = self.piece(at)?;
        Ok([a, b, c, d, e, f, g, h])
    }

    /// What is at a place, as far as there is anything.
    fn piece(&mut self, at: u32) -> Result<[u8; PIECE], LogError> {
        let mut piece = [0xFF; PIECE];
        let there = (self.flash.capacity() as u32).saturating_sub(at);
        let read = piece.get_mut(..PIECE.min(there as usize)).unwrap_or_default();
        self.flash.read(at, read).map_err(|_| LogError::Flash)?;
        Ok(piece)
    }

    fn write(&mut self, at: u32, word: &[u8; 4]) -> Result<(), LogError> {
        self.flash.write(at, word).map_err(|_| LogError::Flash)
    }

    fn erase(&mut self, start: u32) -> Result<(), LogError> {
        self.flash.erase(start, start + F::ERASE_SIZE as u32).map_err(|_| LogError::Flash)
    }
}

//! The host's own clock and entropy, and a door on standard error.

use crate::flash::Cells;
use core::convert::Infallible;
use embedded_hal::digital::{ErrorType, OutputPin};
use std::ffi::CStr;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::SystemTime;

pub(crate) fn exit(success: bool) -> ! {
    std::process::exit(if success { 0 } else { 1 })
}

/// Seconds since the Unix epoch; 0 if the host does not tell.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// The operating system's generator of random numbers.
#[derive(Debug)]
pub struct Random(());

impl Random {
    pub(crate) fn new() -> Self {
        Self(())
    }

    /// Fills `bytes`; `false` if there are none to be had.
    #[must_use]
    pub fn fill(&mut self, bytes: &mut [u8]) -> bool {
        getrandom::fill(bytes).is_ok()
    }
}

/// The pin that draws the bolt: said on standard error.
#[derive(Debug)]
pub struct Latch(());

impl Latch {
    pub(crate) fn new() -> Self {
        Self(())
    }
}

impl ErrorType for Latch {
    type Error = Infallible;
}

impl OutputPin for Latch {
    fn set_low(&mut self) -> Result<(), Infallible> {
        eprintln!("[the bolt is shut]");
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        eprintln!("[the bolt is drawn]");
        Ok(())
    }
}

/// Bytes in a file in the present folder.
#[derive(Debug)]
pub struct HostFile {
    file: File,
    capacity: usize,
}

impl HostFile {
    /// The file of this name, which is made if there is none: `capacity` bytes of erased
    /// flash. `None` if it cannot be.
    pub fn open(name: &CStr, capacity: usize) -> Option<Self> {
        let name = name.to_str().ok()?;
        if let Ok(file) = File::options().read(true).write(true).open(name) {
            return Some(Self { file, capacity });
        }
        let mut options = File::options();
        let file = options.read(true).write(true).create_new(true).open(name).ok()?;
        let mut made = Self { file, capacity };
        made.put(0, &vec![0xFF; capacity]).then_some(made)
    }
}

impl Cells for HostFile {
    fn capacity(&self) -> usize {
        self.capacity
    }

    fn get(&mut self, offset: usize, bytes: &mut [u8]) -> bool {
        self.file.read_exact_at(bytes, offset as u64).is_ok()
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) -> bool {
        self.file.write_all_at(bytes, offset as u64).is_ok()
    }
}

//! What an emulated board borrows from the host by semihosting. A real one has a battery-backed
//! clock, a generator of random numbers and a motor here.

use crate::flash::Cells;
use core::convert::Infallible;
use core::ffi::CStr;
use embedded_hal::digital::{ErrorType, OutputPin};
use semihosting::io::{Read, Seek, SeekFrom, Write};
use semihosting::sys::arm_compat::{sys_time, sys_write0};
use semihosting::{c, fs::File, process};

/// Ends the emulator, which ends in 0 or 1.
pub(crate) fn exit(success: bool) -> ! {
    process::exit(if success { 0 } else { 1 })
}

/// Seconds since the Unix epoch; 0 if the host does not tell.
pub(crate) fn now() -> u64 {
    sys_time().unwrap_or_default() as u64
}

/// The host's generator of random numbers.
#[derive(Debug)]
pub struct Random(());

impl Random {
    pub(crate) fn new() -> Self {
        Self(())
    }

    /// Fills `bytes`; `false` if there are none to be had.
    #[must_use]
    pub fn fill(&mut self, bytes: &mut [u8]) -> bool {
        File::open(c!("/dev/urandom")).and_then(|mut file| file.read_exact(bytes)).is_ok()
    }
}

/// The pin that draws the bolt: said on the emulator's own console, there being no motor.
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
        sys_write0(c!("[the bolt is shut]\n"));
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        sys_write0(c!("[the bolt is drawn]\n"));
        Ok(())
    }
}

/// Bytes in a file on the host, in the folder where the emulator was started.
#[derive(Debug)]
pub struct HostFile {
    file: File,
    capacity: usize,
}

impl HostFile {
    /// The file of this name, which is made if there is none: `capacity` bytes of erased
    /// flash. `None` if the host does not let it.
    pub fn open(name: &CStr, capacity: usize) -> Option<Self> {
        if let Ok(file) = File::options().read(true).write(true).open(name) {
            return Some(Self { file, capacity });
        }
        let mut options = File::options();
        let file = options.read(true).write(true).create(true).truncate(true).open(name).ok()?;
        let mut made = Self { file, capacity };
        (0..capacity).step_by(64).all(|at| made.put(at, &[0xFF; 64])).then_some(made)
    }
}

impl Cells for HostFile {
    fn capacity(&self) -> usize {
        self.capacity
    }

    fn get(&mut self, offset: usize, bytes: &mut [u8]) -> bool {
        self.file.seek(SeekFrom::Start(offset as u64)).is_ok()
            && self.file.read_exact(bytes).is_ok()
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) -> bool {
        self.file.seek(SeekFrom::Start(offset as u64)).is_ok() && self.file.write_all(bytes).is_ok()
    }
}

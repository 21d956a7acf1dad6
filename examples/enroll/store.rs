//! One record in one file: replaced as a whole or not at all, by one process at a time,
//! readable by the owner alone.

use mfa_core::{Version, Write};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

pub type Record = mfa_core::Account<4, 10>;

pub struct Store {
    path: PathBuf,
}

impl Store {
    pub fn new(path: &Path) -> Self {
        // Where the path is a link, what it points to is replaced, not the link.
        Self { path: path.canonicalize().unwrap_or_else(|_| path.to_owned()) }
    }

    /// The stored record; `None` if there is no file yet.
    pub fn load(&self) -> io::Result<Option<Record>> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.explain("read", error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| self.explain("read", io::Error::new(ErrorKind::InvalidData, error)))
    }

    /// Stores a new record, unless another process was faster.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn insert(&self, record: &Record) -> io::Result<()> {
        let _lock = self.lock().map_err(|error| self.explain("lock", error))?;
        match self.load()? {
            Some(_) => Ok(()),
            None => self.replace(record).map(|_| ()).map_err(|error| self.explain("write", error)),
        }
    }

    /// Replaces the record if the file holds the expected version.
    ///
    /// # Errors
    /// The file could not be written, and is as it was.
    pub fn compare_and_swap(&self, expected: Version, next: &Record) -> io::Result<Write> {
        let _lock = self.lock().map_err(|error| self.explain("lock", error))?;
        match self.load()? {
            Some(found) if found.version() == expected => {
                self.replace(next).map_err(|error| self.explain("write", error))
            }
            _ => Ok(Write::Conflict),
        }
    }

    /// Held until the file is dropped. The lock has a file of its own, since the store's is
    /// replaced.
    fn lock(&self) -> io::Result<File> {
        let mut name = self.path.clone().into_os_string();
        name.push(".lock");
        let mut options = OpenOptions::new();
        options.create(true).write(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(PathBuf::from(name))?;
        file.lock()?;
        Ok(file)
    }

    fn replace(&self, next: &Record) -> io::Result<Write> {
        let folder = match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        // A temporary file belongs to its owner alone, and is renamed over the old one.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, next)?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        // Renamed, but not known to last: the caller must not count on it.
        #[cfg(unix)]
        if File::open(folder).and_then(|folder| folder.sync_all()).is_err() {
            return Ok(Write::Unknown);
        }
        Ok(Write::Stored)
    }

    fn explain(&self, what: &str, error: io::Error) -> io::Error {
        let path = self.path.display();
        io::Error::new(error.kind(), format!("cannot {what} the store {path}: {error}"))
    }
}

//! The operator's keys: from `MFA_KEY`, or from a key file that is created on first start.

use super::{Key, Place, Sealed, Unopened};
use crate::random::random;
use data_encoding::{BASE64, HEXLOWER};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The keys that seal data keys. The first one seals; the others only open what was sealed
/// before the first one came.
pub struct OperatorKeys(Vec<Key>);

impl OperatorKeys {
    /// Keys as text: base64 of 32 bytes each, separated by commas or line ends, the one to
    /// seal with first.
    pub fn parse(text: &str) -> Result<Self, OperatorKeysError> {
        let lines = text.split([',', '\n']).map(str::trim);
        let keys: Result<Vec<_>, _> =
            lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(parse).collect();
        match keys? {
            keys if keys.is_empty() => Err(OperatorKeysError::None),
            keys => Ok(Self(keys)),
        }
    }

    /// The keys of a file, which is created with a fresh one, for its owner alone, if it is
    /// not there.
    pub fn from_file(path: &Path) -> Result<Self, OperatorKeysError> {
        let wrong = |error| OperatorKeysError::File(path.to_owned(), error);
        match create(path) {
            Ok(()) => tracing::info!(path = %path.display(), "created a key: keep a copy of it"),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(wrong(error)),
        }
        refuse_readable_by_others(path).map_err(wrong)?;
        Self::parse(&Zeroizing::new(fs::read_to_string(path).map_err(wrong)?))
    }

    /// A key that nobody else has, and that is gone with the process.
    pub fn ephemeral() -> Self {
        let bytes = Zeroizing::new(random::<{ Key::LEN }>());
        Self(vec![key(bytes.as_slice()).expect("the length is right")])
    }

    pub fn seal(&self, secret: &[u8]) -> Sealed {
        self.0[0].seal(Place::DataKey, secret)
    }

    pub fn open(&self, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let key = self.0.iter().find(|key| key.id() == sealed.key_id).ok_or(Unopened)?;
        key.open(Place::DataKey, &sealed.bytes)
    }
}

fn parse(text: &str) -> Result<Key, OperatorKeysError> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| OperatorKeysError::Form)?;
    key(&Zeroizing::new(bytes))
}

/// A key is named by a part of its hash: it has 256 random bits.
fn key(bytes: &[u8]) -> Result<Key, OperatorKeysError> {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let id = HEXLOWER.encode(&digest.as_ref()[..8]);
    Key::new(id, bytes).map_err(|_| OperatorKeysError::Form)
}

/// Writes a fresh key beside the file, and gives it the file's name if nobody has it: who
/// starts at the same time finds a whole key.
fn create(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let bytes = Zeroizing::new(random::<{ Key::LEN }>());
    let text = Zeroizing::new(format!("{}\n", BASE64.encode(bytes.as_slice())));
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", HEXLOWER.encode(&random::<8>())));
    let written = options.open(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&draft, path)
    });
    let _ = fs::remove_file(&draft);
    written
}

#[cfg(unix)]
fn refuse_readable_by_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    match fs::metadata(path)?.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => Err(io::Error::other("others can read it: chmod 600")),
    }
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Why there is no operator's key.
#[derive(Debug, thiserror::Error)]
pub enum OperatorKeysError {
    #[error("a key is 32 bytes in base64: openssl rand -base64 32")]
    Form,
    #[error("there is no key in what should hold one")]
    None,
    #[error("the key file {}: {}", .0.display(), .1)]
    File(PathBuf, #[source] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_created_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let sealed = OperatorKeys::from_file(&path).unwrap().seal(b"secret");
        let again = OperatorKeys::from_file(&path).unwrap();
        assert_eq!(again.open(&sealed).unwrap().as_slice(), b"secret");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(OperatorKeys::from_file(&path).is_err(), "others can read it");
        }
    }

    #[test]
    fn older_keys_open_and_the_first_one_seals() {
        let (old, new) = (BASE64.encode(&[1; 32]), BASE64.encode(&[2; 32]));
        let sealed = OperatorKeys::parse(&old).unwrap().seal(b"secret");
        let both = OperatorKeys::parse(&format!("{new},{old}")).unwrap();
        assert_eq!(both.open(&sealed).unwrap().as_slice(), b"secret");
        assert!(OperatorKeys::parse(&new).unwrap().open(&both.seal(b"")).is_ok());
        assert!(OperatorKeys::parse(&new).unwrap().open(&sealed).is_err());
        assert!(OperatorKeys::parse("too short").is_err());
        assert!(OperatorKeys::parse(" \n").is_err());
    }
}

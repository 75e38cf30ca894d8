//! What a file is, whatever it is called: looked at without opening it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// A file that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) identity: Identity,
    pub(super) bytes: u64,
    /// Under how many names it is there.
    pub(super) links: u64,
}

impl Found {
    /// What lies at this path, if anything does.
    pub(super) fn at(path: &Path) -> Result<Option<Self>, StoreError> {
        match std::fs::metadata(path) {
            Ok(metadata) => Ok(Some(Self {
                identity: Identity::of(&metadata),
                bytes: metadata.len(),
                links: links(&metadata),
            })),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(None)
            }
            Err(error) => Err(StoreError::from_io("the database file", &error)),
        }
    }

    pub(super) fn has_other_names(&self) -> bool {
        self.links > 1
    }
}

/// Which file of the system it is.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl Identity {
    fn of(metadata: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        }
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn is_on_the_device_of(self, other: Self) -> bool {
        self.device == other.device
    }
}

#[cfg(unix)]
fn links(metadata: &std::fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink()
}

/// Elsewhere nobody can rename or remove a file that SQLite has open.
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity;

#[cfg(not(unix))]
impl Identity {
    fn of(_: &std::fs::Metadata) -> Self {
        Self
    }
}

#[cfg(not(unix))]
fn links(_: &std::fs::Metadata) -> u64 {
    1
}

/// The paths of the log of a database file and of that log's index.
pub(super) fn beside(path: &Path) -> [PathBuf; 2] {
    ["-wal", "-shm"].map(|suffix| suffixed(path, suffix))
}

/// Whether a log with something in it lies beside this path.
pub(super) fn has_log(path: &Path) -> bool {
    let [log, _] = beside(path);
    matches!(Found::at(&log), Ok(Some(log)) if log.bytes > 0)
}

/// The path of another of SQLite's files, which it calls as it calls the database's.
pub(super) fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Absolute and, where that is of use, without links. What it names need not be there.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, StoreError> {
    let path = std::path::absolute(path)
        .map_err(|error| StoreError::from_io("no working folder", &error))?;
    Ok(without_links(path))
}

/// How many links lead from one to the next at most, as on Linux.
#[cfg(unix)]
const LINKS: usize = 40;

/// A link whose target is not there yet is the name of that target: where a file is made, and later found. What leads
/// nowhere stays as it is, and is refused by whoever looks there.
#[cfg(unix)]
fn without_links(path: PathBuf) -> PathBuf {
    let mut leads_to = path.clone();
    for _ in 0..=LINKS {
        if let Ok(found) = std::fs::canonicalize(&leads_to) {
            return found;
        }
        let (Some(folder), Some(name)) = (leads_to.parent(), leads_to.file_name()) else {
            return leads_to;
        };
        let Ok(folder) = std::fs::canonicalize(folder) else {
            return leads_to;
        };
        let here = folder.join(name);
        match std::fs::read_link(&here) {
            Ok(target) => leads_to = folder.join(target),
            Err(_) => return here,
        }
    }
    path
}

/// Elsewhere a path without links is of a form that not every program understands.
#[cfg(not(unix))]
fn without_links(path: PathBuf) -> PathBuf {
    path
}

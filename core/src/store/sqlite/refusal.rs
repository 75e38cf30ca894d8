//! Why SQLite could not open a database.
//!
//! SQLite says the same of a path that leads nowhere, of a folder in which it cannot make the file or the log
//! beside it, and of a process without a descriptor left. The reason is looked for without opening anything: POSIX
//! drops every lock that a process has on a file when the process closes any descriptor of it, and the next process
//! that comes and goes would then take the log away, with what was acknowledged into it.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::identity::{beside, suffixed};
use crate::error::StoreError;
use crate::model::InvalidField;

/// A more exact error where there is one.
pub(super) fn explain(error: StoreError, path: &Path) -> StoreError {
    let StoreError::Unreachable(particulars) = error else {
        return error;
    };
    // A database takes two descriptors: its file and the log. So does a pipe, which touches no file.
    if let Err(error @ StoreError::TooManyOpenFiles) = std::io::pipe()
        .map(drop)
        .map_err(|error| StoreError::from_io("a pipe", &error))
    {
        return error;
    }
    if lacks_rights(path) {
        return StoreError::ReadOnly;
    }
    StoreError::Unreachable(particulars)
}

/// Refuses a path at which no file can be, and one beside which there is something else than SQLite's own files.
/// SQLite opens a pipe and waits, reads a device and finds it empty, and says of most of the rest no more than that it
/// could not open it.
pub(super) fn refuse_what_is_no_file(path: &Path) -> Result<(), StoreError> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(refused("names a folder")),
        Ok(metadata) if !metadata.is_file() => {
            return Err(refused("names something that is no file"));
        }
        Ok(_) => {}
        Err(error) => refuse_unless_absent(path, &error)?,
    }
    let [log, index] = beside(path);
    for other in [log, index, suffixed(path, "-journal")] {
        if std::fs::metadata(other).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(refused(
                "names a file beside which there is a `-wal`, a `-shm` or a `-journal` that is none",
            ));
        }
    }
    Ok(())
}

/// Refuses what is more than a file that is not there yet.
fn refuse_unless_absent(path: &Path, error: &io::Error) -> Result<(), StoreError> {
    let folder = std::fs::metadata(path.parent().unwrap_or(path));
    match (error.kind(), folder) {
        (ErrorKind::NotFound, Ok(folder)) if folder.is_dir() => Ok(()),
        (ErrorKind::NotFound, _) => Err(refused("names a file in a folder that does not exist")),
        (ErrorKind::NotADirectory, _) => Err(refused("leads through something that is no folder")),
        (ErrorKind::InvalidFilename, _) => Err(refused("has a part that is too long for a name")),
        _ if path.is_symlink() => Err(refused("names a link that leads nowhere")),
        (ErrorKind::PermissionDenied, _) => Err(StoreError::ReadOnly),
        _ => Err(StoreError::from_io("the database file", error)),
    }
}

fn refused(rule: &str) -> StoreError {
    StoreError::Url(InvalidField::new("url", rule))
}

/// Refuses a file without write permission: SQLite opens it read-only, and says so only at the first write.
pub(super) fn refuse_unwritable(path: &Path) -> Result<(), StoreError> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() => Err(StoreError::ReadOnly),
        _ => Ok(()),
    }
}

/// Whether the process may not write one of the files, or not make it where it is not.
fn lacks_rights(path: &Path) -> bool {
    let [log, index] = beside(path);
    let may_not_make = path
        .parent()
        .is_some_and(|folder| may(folder, true) == May::Not);
    [path, &log, &index]
        .into_iter()
        .any(|file| match may(file, false) {
            May::Not => true,
            May::Missing => may_not_make,
            May::Do => false,
        })
}

#[derive(PartialEq, Eq)]
enum May {
    Do,
    Not,
    Missing,
}

/// Whether this process may read and write a file, or make files in a folder.
#[cfg(unix)]
fn may(path: &Path, folder: bool) -> May {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    use rustix::io::Errno;

    let wanted = if folder {
        Access::WRITE_OK | Access::EXEC_OK
    } else {
        Access::READ_OK | Access::WRITE_OK
    };
    match accessat(CWD, path, wanted, AtFlags::EACCESS) {
        Err(Errno::ACCESS | Errno::PERM | Errno::ROFS) => May::Not,
        Err(Errno::NOENT) => May::Missing,
        // What else may be wrong is no matter of rights.
        Ok(()) | Err(_) => May::Do,
    }
}

#[cfg(not(unix))]
fn may(path: &Path, folder: bool) -> May {
    use std::io::ErrorKind;
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() && !folder => May::Not,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => May::Not,
        Err(error) if error.kind() == ErrorKind::NotFound => May::Missing,
        _ => May::Do,
    }
}

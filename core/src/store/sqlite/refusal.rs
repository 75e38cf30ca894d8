//! Why SQLite could not open a database.
//!
//! SQLite says the same of a path that leads nowhere, of a folder in which it cannot make the file or the log
//! beside it, and of a process without a descriptor left. The reason is looked for without opening anything: POSIX
//! drops every lock that a process has on a file when the process closes any descriptor of it, and the next process
//! that comes and goes would then take the log away, with what was acknowledged into it.

use std::path::Path;

use super::identity::beside;
use crate::error::StoreError;

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

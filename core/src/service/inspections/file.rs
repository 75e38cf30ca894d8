//! A file that is written whole or not at all: beside its place under another name, and moved there when all of it is on
//! disk and the database tells of it.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Failure, StoreError, Visible};
use crate::model::{InvalidField, hex};

/// A file that is being written. It goes when this is dropped.
pub(super) struct PartFile {
    file: File,
    names: Names,
    sha256: Sha256,
    bytes: u64,
}

/// A file that is whole and on disk, beside its place. It goes when this is dropped.
pub(super) struct WholeFile {
    names: Names,
    pub(super) sha256: String,
    pub(super) bytes: u64,
}

/// Where a file lies until it is kept, and then. What lies at the first place goes with this.
struct Names {
    part: PathBuf,
    place: PathBuf,
}

/// A folder as an absolute path, which is text.
pub(super) fn folder(given: &str) -> Result<PathBuf, Failure> {
    let folder = fs::canonicalize(given).map_err(|error| refused(&error))?;
    match (folder.is_dir(), folder.to_str()) {
        (false, _) => Err(unfit("is no folder")),
        (true, None) => Err(unfit("leads to a path that is no text")),
        (true, Some(_)) => Ok(folder),
    }
}

impl PartFile {
    /// Begins a file of this name, which nothing has yet.
    pub(super) fn begin(folder: &Path, name: &str) -> Result<Self, Failure> {
        let part = folder.join(format!(".{name}.part"));
        let file = File::create_new(&part).map_err(|error| refused(&error))?;
        let place = folder.join(name);
        Ok(Self {
            file,
            names: Names { part, place },
            sha256: Sha256::new(),
            bytes: 0,
        })
    }

    /// Writes a text behind what was written.
    pub(super) fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.sha256.update(text);
        self.bytes += text.len() as u64;
        let written = self.file.write_all(text.as_bytes());
        written.map_err(|error| refused(&error))
    }

    /// Returns when all of it is on disk.
    pub(super) fn finish(self) -> Result<WholeFile, Failure> {
        self.file.sync_all().map_err(|error| refused(&error))?;
        Ok(WholeFile {
            names: self.names,
            sha256: hex(&self.sha256.finalize()),
            bytes: self.bytes,
        })
    }
}

impl WholeFile {
    /// Where it lies once it is kept.
    pub(super) fn place(&self) -> &Path {
        &self.names.place
    }

    /// Moves it to its place: the database tells of it. Where that fails it stays where it is, and nobody is told that
    /// nothing was done.
    pub(super) fn keep(self) -> Result<(), Failure> {
        let Err(error) = self.names.moved() else {
            return Ok(());
        };
        tracing::error!(target: "ringfence::store", error = %Visible(&error), "a report is not in its place");
        // Its row and its event name it: whoever looks finds it beside.
        std::mem::forget(self);
        Err(StoreError::OutcomeUnknown.into())
    }
}

impl Names {
    fn moved(&self) -> io::Result<()> {
        fs::rename(&self.part, &self.place)?;
        match self.place.parent() {
            // Where a folder cannot be opened, as on Windows, its names are the system's matter.
            Some(folder) => File::open(folder).map_or(Ok(()), |folder| folder.sync_all()),
            None => Ok(()),
        }
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        // It is not there any more where it was moved to its place.
        drop(fs::remove_file(&self.part));
    }
}

fn unfit(rule: &str) -> Failure {
    InvalidField::new("folder", rule).into()
}

/// What a file system's refusal means to whoever named the folder.
fn refused(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => unfit("is not there"),
        ErrorKind::NotADirectory => unfit("is no folder"),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            unfit("cannot be written to")
        }
        ErrorKind::InvalidFilename => unfit("is a path that the system does not take"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            StoreError::Full.into()
        }
        _ => match StoreError::from_io("a report", error) {
            full @ StoreError::TooManyOpenFiles => full.into(),
            _ => Failure::Internal(format!("a report cannot be written: {error}")),
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_that_is_not_kept_goes_and_one_that_is_lies_in_its_place() {
        let folder = std::env::temp_dir().join(format!("ringfence-part-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let names = || fs::read_dir(&folder).unwrap().count();
        let mut given_up = PartFile::begin(&folder, "report").unwrap();
        given_up.write("half").unwrap();
        assert_eq!(names(), 1);
        drop(given_up);
        assert_eq!(names(), 0);
        let mut whole = PartFile::begin(&folder, "report").unwrap();
        whole.write("ab").unwrap();
        whole.write("c").unwrap();
        let whole = whole.finish().unwrap();
        assert_eq!((whole.bytes, names()), (3, 1));
        assert_eq!(whole.sha256, hex(&Sha256::digest("abc")));
        let place = whole.place().to_owned();
        assert!(!place.exists());
        whole.keep().unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "abc");
        assert_eq!(names(), 1);
        fs::remove_file(&place).unwrap();
        let dropped = PartFile::begin(&folder, "report").unwrap();
        drop(dropped.finish().unwrap());
        assert_eq!(names(), 0);
        fs::remove_dir(&folder).unwrap();
    }

    #[test]
    fn what_lies_where_a_file_would_be_begun_is_left_to_whoever_writes_it() {
        let folder = std::env::temp_dir().join(format!("ringfence-begun-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut first = PartFile::begin(&folder, "report").unwrap();
        first.write("first").unwrap();
        assert!(PartFile::begin(&folder, "report").is_err());
        let first = first.finish().unwrap();
        let place = first.place().to_owned();
        first.keep().unwrap();
        assert_eq!(fs::read_to_string(place).unwrap(), "first");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_refusal_says_whether_the_folder_or_the_disk_is_at_fault() {
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::NotADirectory,
            ErrorKind::PermissionDenied,
            ErrorKind::ReadOnlyFilesystem,
        ] {
            let failure = refused(&kind.into());
            assert!(
                matches!(failure, Failure::Invalid(InvalidField { field, .. }) if field == "folder")
            );
        }
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            let failure = refused(&kind.into());
            assert!(matches!(failure, Failure::Store(StoreError::Full)));
        }
    }
}

//! A file that is written whole or not at all: beside its place under another name, and moved there when all of it is on
//! disk.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Failure, StoreError};
use crate::model::{InvalidField, hex};

/// A file that is being written. It goes when this is dropped.
pub(super) struct PartFile {
    file: File,
    part: PathBuf,
    place: PathBuf,
    sha256: Sha256,
    bytes: u64,
}

/// What was written.
pub(super) struct Finished {
    pub(super) place: PathBuf,
    pub(super) sha256: String,
    pub(super) bytes: u64,
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
        Ok(Self {
            file,
            part,
            place: folder.join(name),
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

    /// Moves it to its place once it is on disk.
    pub(super) fn finish(self) -> Result<Finished, Failure> {
        let moved = self.file.sync_all().and_then(|()| self.moved());
        moved.map_err(|error| refused(&error))?;
        Ok(Finished {
            place: self.place.clone(),
            sha256: hex(&self.sha256.clone().finalize()),
            bytes: self.bytes,
        })
    }

    fn moved(&self) -> io::Result<()> {
        fs::rename(&self.part, &self.place)?;
        let on_disk = match self.place.parent() {
            // Where a folder cannot be opened, as on Windows, its names are the system's matter.
            Some(folder) => File::open(folder).map_or(Ok(()), |folder| folder.sync_all()),
            None => Ok(()),
        };
        on_disk.inspect_err(|_| drop(fs::remove_file(&self.place)))
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // It is not there any more where it was moved to its place.
        drop(fs::remove_file(&self.part));
    }
}

impl Finished {
    /// Takes the file back: nothing tells of it.
    pub(super) fn remove(&self) {
        drop(fs::remove_file(&self.place));
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
    fn a_file_that_is_not_finished_goes_and_one_that_is_stays() {
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
        let finished = whole.finish().unwrap();
        assert_eq!(fs::read_to_string(&finished.place).unwrap(), "abc");
        assert_eq!((finished.bytes, names()), (3, 1));
        assert_eq!(finished.sha256, hex(&Sha256::digest("abc")));
        finished.remove();
        assert_eq!(names(), 0);
        fs::remove_dir(&folder).unwrap();
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

//! The one file that a database is, and how it is known again.
//!
//! A path changes its meaning: the host changes its folder, somebody renames another file over it, or removes it.
//! So it is resolved once, when the database is opened, and each further connection is shown to have the very file
//! of the first, and the log beside it that the others use; otherwise some would read what the others do not write.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags};

use super::error::classify;
use crate::error::StoreError;

/// Without `CREATE`, and without `URI`: a path is a path.
pub(super) const FLAGS: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// A database file while it is open.
#[derive(Debug)]
pub(in crate::store) struct DatabaseFile {
    /// Absolute, without links.
    path: PathBuf,
    identity: Identity,
    beside: Mutex<Beside>,
    /// It was noticed that another file lies there: from then on nobody gets a connection.
    replaced: AtomicBool,
}

/// The files beside it, which stay what they are while anybody has a connection.
#[derive(Debug, Default)]
struct Beside {
    connections: usize,
    /// `-wal` and `-shm`; not there on a file system that does not carry them.
    known: [Option<Identity>; 2],
}

const SUFFIXES: [&str; 2] = ["-wal", "-shm"];

impl DatabaseFile {
    /// Where the path leads now. What it names need not be there.
    pub(super) fn resolve(path: &Path) -> Result<PathBuf, StoreError> {
        let path = std::path::absolute(path)
            .map_err(|error| StoreError::from_io("no working folder", &error))?;
        Ok(without_links(&path).unwrap_or(path))
    }

    /// The file that this connection, the first, has opened at a resolved path.
    pub(super) fn of_first(path: PathBuf, connection: &Connection) -> Result<Self, StoreError> {
        let identity = Identity::of(&path)?.ok_or(StoreError::FileReplaced)?;
        let file = Self {
            path,
            identity,
            beside: Mutex::default(),
            replaced: AtomicBool::new(false),
        };
        file.must_be_of(connection)?;
        Ok(file)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses a file that is known to have been replaced.
    pub(super) fn must_be_in_place(&self) -> Result<(), StoreError> {
        if self.replaced.load(Ordering::Relaxed) {
            return Err(StoreError::FileReplaced);
        }
        Ok(())
    }

    fn replaced<T>(&self) -> Result<T, StoreError> {
        self.replaced.store(true, Ordering::Relaxed);
        Err(StoreError::FileReplaced)
    }

    /// Another connection to the same file and the same log, which makes neither.
    pub(super) fn connect(
        &self,
        configure: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<Connection, StoreError> {
        // Before SQLite reads or makes anything where another file lies by now, and again behind it.
        self.must_stand()?;
        let connection = Connection::open_with_flags(&self.path, FLAGS).map_err(classify)?;
        self.must_be_of(&connection)?;
        configure(&connection)?;
        self.must_stand()?;
        Ok(connection)
    }

    /// Refuses to go on where the path has come to mean another file, or the log beside it is another.
    fn must_stand(&self) -> Result<(), StoreError> {
        if Identity::of(&self.path)? != Some(self.identity) {
            return self.replaced();
        }
        let now = self.look_beside()?;
        let beside = self.beside();
        let changed =
            |(known, now): (&Option<Identity>, &Option<Identity>)| known.is_some() && known != now;
        if beside.connections > 0 && beside.known.iter().zip(&now).any(changed) {
            return self.replaced();
        }
        Ok(())
    }

    /// Refuses a connection that has another file open.
    fn must_be_of(&self, connection: &Connection) -> Result<(), StoreError> {
        if has_moved(connection)? || Identity::of(&self.path)? != Some(self.identity) {
            return self.replaced();
        }
        Ok(())
    }

    /// Counts a connection, which has the log open from here on.
    pub(super) fn connected(&self) -> Result<(), StoreError> {
        let now = self.look_beside()?;
        let mut beside = self.beside();
        if beside.connections == 0 {
            beside.known = [None; 2];
        }
        for (known, now) in beside.known.iter_mut().zip(now) {
            *known = known.or(now);
        }
        beside.connections += 1;
        Ok(())
    }

    /// The last connection to go takes the log with it.
    pub(super) fn disconnected(&self) {
        self.beside().connections -= 1;
    }

    fn look_beside(&self) -> Result<[Option<Identity>; 2], StoreError> {
        let [log, index] = beside(&self.path);
        Ok([Identity::of(&log)?, Identity::of(&index)?])
    }

    fn beside(&self) -> MutexGuard<'_, Beside> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The paths of the log of a database file and of that log's index.
pub(super) fn beside(path: &Path) -> [PathBuf; 2] {
    SUFFIXES.map(|suffix| {
        let mut path = path.as_os_str().to_owned();
        path.push(suffix);
        PathBuf::from(path)
    })
}

/// `None` where not even the folder can be found.
#[cfg(unix)]
fn without_links(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok().or_else(|| {
        let folder = std::fs::canonicalize(path.parent()?).ok()?;
        Some(folder.join(path.file_name()?))
    })
}

/// Elsewhere a path without links is of a form that not every program understands.
#[cfg(not(unix))]
fn without_links(_: &Path) -> Option<PathBuf> {
    None
}

/// What a file is, whatever it is called.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl Identity {
    /// Of the file at this path, if there is one.
    fn of(path: &Path) -> Result<Option<Self>, StoreError> {
        use std::os::unix::fs::MetadataExt;
        found(path).map(|found| {
            found.map(|metadata| Self {
                device: metadata.dev(),
                inode: metadata.ino(),
            })
        })
    }
}

/// Elsewhere nobody can rename or remove a file that SQLite has open.
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity;

#[cfg(not(unix))]
impl Identity {
    fn of(path: &Path) -> Result<Option<Self>, StoreError> {
        found(path).map(|found| found.map(|_| Self))
    }
}

fn found(path: &Path) -> Result<Option<std::fs::Metadata>, StoreError> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::from_io("the database file", &error)),
    }
}

#[cfg(unix)]
fn has_moved(connection: &Connection) -> Result<bool, StoreError> {
    let mut moved = 0;
    connection
        .file_control(None::<&str>, rusqlite::FileControl::HasMoved(&mut moved))
        .map_err(classify)?;
    Ok(moved != 0)
}

#[cfg(not(unix))]
fn has_moved(_: &Connection) -> Result<bool, StoreError> {
    Ok(false)
}

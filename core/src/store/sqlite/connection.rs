//! Opening one SQLite connection. Every setting has its reason in `docs/settings.md`.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::classify;
use crate::error::StoreError;
use crate::model::InvalidField;

/// Where a database lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    File(PathBuf),
    /// A database of one connection that ends with it.
    Memory,
}

impl Place {
    /// Refuses a path at which there is nothing.
    pub(in crate::store) fn must_exist(&self) -> Result<(), InvalidField> {
        match self {
            Self::File(path) if matches!(path.try_exists(), Ok(false)) => {
                Err(InvalidField::new("url", "names a file that does not exist"))
            }
            Self::File(_) | Self::Memory => Ok(()),
        }
    }
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Reader,
    Writer,
}

/// More statements than the registry holds, so that none is ever prepared twice.
const CACHED_STATEMENTS: usize = 256;

/// Opens and sets up a connection.
pub(super) fn connect(place: &Place, role: Role, busy: Duration) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = match place {
        Place::File(path) => {
            refuse_unwritable(path)?;
            Connection::open_with_flags(path, flags)
        }
        Place::Memory => Connection::open_in_memory_with_flags(flags),
    };
    let configured = opened.and_then(|connection| {
        configure(&connection, place, role, busy)?;
        Ok(connection)
    });
    configured.map_err(|error| match (classify(error), place) {
        (StoreError::Unreachable(_), Place::File(path)) if is_read_only(path) => {
            StoreError::ReadOnly
        }
        (error, _) => error,
    })
}

/// Whether a file that SQLite cannot open would open but for a right to write: SQLite says the same of a path that
/// leads nowhere and of a folder in which it cannot make the file or the log beside it.
fn is_read_only(path: &Path) -> bool {
    let refused = |error: &std::io::Error| {
        matches!(
            error.kind(),
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied
        )
    };
    match OpenOptions::new().append(true).open(path) {
        // The file itself can be written, so the log beside it cannot be made.
        Ok(_) => true,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            match OpenOptions::new().append(true).create_new(true).open(path) {
                Ok(_) => {
                    drop(std::fs::remove_file(path));
                    false
                }
                Err(error) => refused(&error),
            }
        }
        Err(error) => refused(&error),
    }
}

/// SQLite opens a file without write permission read-only, and says so only at the first write.
fn refuse_unwritable(path: &Path) -> Result<(), StoreError> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() => Err(StoreError::ReadOnly),
        _ => Ok(()),
    }
}

fn configure(
    connection: &Connection,
    place: &Place,
    role: Role,
    busy: Duration,
) -> rusqlite::Result<()> {
    connection.busy_timeout(busy)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        connection.set_db_config(setting, on)?;
    }
    if let Place::File(_) = place {
        // Reads the header: here a file that is no database fails.
        let mode: String =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            tracing::warn!(target: "ringfence::store", %mode, "the file system does not carry WAL");
        }
    }
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
    )?;
    connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    if role == Role::Reader {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(())
}

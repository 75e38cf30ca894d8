//! Opening one SQLite connection. Every setting has its reason in `docs/settings.md`.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::error::classify;
use super::file::{DatabaseFile, FLAGS, leave_log};
use super::identity::{has_log, resolve};
use super::limit::Limit;
use super::refusal::{explain, refuse_unwritable, refuse_what_is_no_file};
use super::site::Site;
use crate::error::{Failure, StoreError, Visible};
use crate::model::InvalidField;
use crate::process::{InUse, Users};
use crate::store::settings::Settings;
use crate::store::sql::{WITHIN, is_within};

/// Where a database lies, as its URL says.
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
            // A log without its file is somebody's data, and says more.
            Self::File(path) if matches!(path.try_exists(), Ok(false)) && !has_log(path) => {
                Err(InvalidField::new(
                    "url",
                    "names a file that does not exist; `migrate`, or opening under `Auto`, makes one",
                ))
            }
            Self::File(_) | Self::Memory => Ok(()),
        }
    }
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Role {
    Reader,
    Writer,
}

/// To what size a log is cut when it begins anew, after something made it longer.
const KEPT_BYTES: i64 = 32 << 20;

/// More statements than the registry holds, so that none is ever prepared twice.
const CACHED_STATEMENTS: usize = 256;

/// What connections are opened to, once there has been a first.
#[derive(Clone)]
pub(in crate::store) enum Origin {
    File(Arc<DatabaseFile>),
    /// Its one connection is the database.
    Memory,
}

/// SQLite believes that it holds the locks that its process held before a fork, and does not ask for them again.
static SQLITE: Users = Users::none();

/// Opens the first connection, the only one that may make the file. The file stays in the mode in which it stands until
/// something of ours stands in it.
pub(in crate::store) fn connect_first(
    place: &Place,
    settings: &Settings,
) -> Result<(Origin, Opened), Failure> {
    let in_use = SQLITE.one_more()?;
    let busy = settings.patience();
    let Place::File(path) = place else {
        let connection = Connection::open_in_memory_with_flags(FLAGS).map_err(classify)?;
        configure(&connection, Role::Writer, busy).map_err(classify)?;
        return Ok((Origin::Memory, Opened::new(connection, None, in_use)?));
    };
    let path = resolve(path)?;
    refuse_what_is_no_file(&path)?;
    refuse_unwritable(&path)?;
    let site = Site::look(&path, settings)?;
    let creating = if settings.create_if_missing {
        OpenFlags::SQLITE_OPEN_CREATE
    } else {
        OpenFlags::empty()
    };
    let explained = |error| explain(classify(error), &path);
    if site.log_was_left && !site.has_index {
        site.refuse_strange_log(alone(&path, busy).map_err(explained)?)?;
    }
    let connection = Connection::open_with_flags(&path, FLAGS | creating).map_err(explained)?;
    if site.log_was_left {
        // Until it is known whose it is.
        leave_log(&connection, true);
    }
    let file = DatabaseFile::of_first(path.clone(), &site, &connection)?;
    let has_schema = configure(&connection, Role::Writer, busy).map_err(explained)?;
    site.refuse_strange_log(has_schema)?;
    leave_log(&connection, false);
    let file = Arc::new(file);
    let opened = Opened::new(connection, Some(Arc::clone(&file)), in_use)?;
    Ok((Origin::File(file), opened))
}

/// Whether anything was ever made in a file that a log lies beside and nobody has open, asked without making an index
/// beside them, which would stay.
fn alone(path: &Path, busy: Duration) -> rusqlite::Result<bool> {
    let connection = Connection::open_with_flags(path, FLAGS)?;
    leave_log(&connection, true);
    connection.busy_timeout(busy)?;
    connection.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
    has_schema(&connection)
}

impl Origin {
    /// Refuses a database whose file is known to have been replaced.
    pub(super) fn must_be_in_place(&self) -> Result<(), StoreError> {
        match self {
            Self::File(file) => file.must_be_in_place(),
            Self::Memory => Ok(()),
        }
    }

    /// Opens another connection to the same database.
    pub(in crate::store) fn connect(
        &self,
        role: Role,
        busy: Duration,
    ) -> Result<Opened, StoreError> {
        let Self::File(file) = self else {
            return Err(StoreError::Closed);
        };
        let in_use = SQLITE.one_more()?;
        refuse_unwritable(file.path())?;
        let connection = file
            .connect(|connection| {
                configure(connection, role, busy)
                    .map(drop)
                    .map_err(classify)
            })
            .map_err(|error| explain(error, file.path()))?;
        Opened::new(connection, Some(Arc::clone(file)), in_use)
    }
}

/// An open connection. Dropping it closes it, but not in a child of fork.
pub(in crate::store) struct Opened {
    /// Taken by `drop` alone.
    connection: Option<Connection>,
    file: Option<Arc<DatabaseFile>>,
    limit: Limit,
    in_use: InUse,
}

impl Opened {
    fn new(
        mut connection: Connection,
        file: Option<Arc<DatabaseFile>>,
        in_use: InUse,
    ) -> Result<Self, StoreError> {
        if let Some(file) = &file {
            let keeps_log = journal_mode(&connection).map_err(classify)? == LOGGED;
            file.connected(keeps_log, page_bytes(&connection).map_err(classify)?)?;
        }
        Ok(Self {
            limit: Limit::of(&mut connection).map_err(classify)?,
            connection: Some(connection),
            file,
            in_use,
        })
    }

    /// How long it may work at what it was lent for.
    pub(super) fn limit(&self) -> &Limit {
        &self.limit
    }

    /// Whether the process is still the one that opened it.
    pub(super) fn is_ours(&self) -> bool {
        self.in_use.is_ours()
    }

    /// The file that it is open to, if it is to one.
    pub(super) fn file(&self) -> Option<&DatabaseFile> {
        self.file.as_deref()
    }
}

impl Deref for Opened {
    type Target = Connection;

    #[allow(clippy::expect_used, reason = "only `drop` takes the connection")]
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("an open connection")
    }
}

impl DerefMut for Opened {
    #[allow(clippy::expect_used, reason = "only `drop` takes the connection")]
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("an open connection")
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let connection = self.connection.take();
        if !self.is_ours() {
            std::mem::forget(connection);
            return;
        }
        if let (Some(file), Some(connection)) = (&self.file, &connection) {
            file.spare_log(connection);
            file.disconnecting();
        }
        drop(connection);
    }
}

/// What SQLite calls the mode in which a file keeps a log beside it.
const LOGGED: &str = "wal";

fn journal_mode(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))
}

fn page_bytes(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA page_size", [], |row| row.get(0))
}

/// Lets a file keep its log beside it from now on, and says how large its pages are. Waits for whoever reads.
pub(super) fn keep_log(connection: &Connection) -> rusqlite::Result<u32> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != LOGGED {
        tracing::warn!(target: "ringfence::store", mode = %Visible(&mode), "the file system does not carry WAL");
    }
    page_bytes(connection)
}

/// Says whether anything was ever made in the database.
fn configure(connection: &Connection, role: Role, busy: Duration) -> rusqlite::Result<bool> {
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
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
    )?;
    connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    // The writer checkpoints by itself.
    connection.query_row("PRAGMA wal_autocheckpoint = 0", [], |_| Ok(()))?;
    let kept = format!("PRAGMA journal_size_limit = {KEPT_BYTES}");
    connection.query_row(&kept, [], |_| Ok(()))?;
    teach(connection)?;
    // The first read opens the log, if there is one: here a file that is no database fails.
    let has_schema = has_schema(connection)?;
    if role == Role::Reader {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(has_schema)
}

/// Makes the functions known that statements call. Nothing in a schema may call them: another program has none.
fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function(WITHIN, 3, flags, |call| {
        let text = |place| match call.get_raw(place) {
            ValueRef::Text(text) => Some(text),
            _ => None,
        };
        let texts = (text(0), text(1), text(2));
        Ok(matches!(texts, (Some(time), Some(since), Some(until)) if is_within(time, since, until)))
    })
}

fn has_schema(connection: &Connection) -> rusqlite::Result<bool> {
    let version: i64 = connection.query_row("PRAGMA schema_version", [], |row| row.get(0))?;
    Ok(version != 0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::types::Value;

    use super::*;

    const BUSY: Duration = Duration::from_millis(1_234);

    /// What every connection to a file says when it is asked; the writer's last value differs.
    fn pragmas(role: Role) -> Vec<(&'static str, Value)> {
        let number = Value::Integer;
        vec![
            ("journal_mode", Value::Text("wal".to_owned())),
            ("synchronous", number(2)),
            ("foreign_keys", number(1)),
            ("secure_delete", number(1)),
            ("temp_store", number(2)),
            ("wal_autocheckpoint", number(0)),
            ("journal_size_limit", number(KEPT_BYTES)),
            ("query_only", number((role == Role::Reader).into())),
        ]
    }

    const CONFIGURED: [(DbConfig, bool); 5] = [
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ];

    fn asked(connection: &Connection, pragma: &str) -> Value {
        let ask = format!("PRAGMA {pragma}");
        connection.query_row(&ask, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_file_whose_connections_have_all_gone_may_get_another_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet.db");
        let place = Place::File(path.clone());
        let (origin, first) = connect_first(&place, &Settings::usual(BUSY)).unwrap();
        keep_log(&first).unwrap();
        let write = |connection: &Connection| {
            let made = "CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)";
            connection.execute_batch(made).unwrap();
        };
        write(&first);
        let reader = origin.connect(Role::Reader, BUSY).unwrap();
        drop(first);
        drop(reader);
        assert!(!has_log(&path), "the last has taken it away");
        // A new file may have the number of one that is gone.
        let _others: Vec<_> = (0..4)
            .map(|_| tempfile::NamedTempFile::new_in(folder.path()).unwrap())
            .collect();
        let again = origin.connect(Role::Writer, BUSY).unwrap();
        write(&again);
        drop(origin.connect(Role::Reader, BUSY).unwrap());
    }

    #[test]
    fn every_connection_has_the_settings_that_the_documentation_names() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("fleet.db"));
        let (origin, writer) = connect_first(&place, &Settings::usual(BUSY)).unwrap();
        keep_log(&writer).unwrap();
        let further = |role| origin.connect(role, BUSY).unwrap();
        for (role, connection) in [
            (Role::Writer, writer),
            (Role::Writer, further(Role::Writer)),
            (Role::Reader, further(Role::Reader)),
        ] {
            for (pragma, value) in pragmas(role) {
                assert_eq!(asked(&connection, pragma), value, "{role:?}: {pragma}");
            }
            for (setting, on) in CONFIGURED {
                assert_eq!(connection.db_config(setting).unwrap(), on, "{setting:?}");
            }
            let patience = i64::try_from(BUSY.as_millis()).unwrap();
            assert_eq!(asked(&connection, "busy_timeout"), Value::Integer(patience));
        }
        let page = include_str!("../../../../docs/settings.md");
        let table = page.split("### Pragmas").nth(1).unwrap();
        let table = table.split("\n### ").next().unwrap();
        let named: BTreeSet<&str> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let shown: BTreeSet<&str> = pragmas(Role::Reader)
            .iter()
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(named, shown);
    }
}

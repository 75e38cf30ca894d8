//! How a database is opened.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use crate::model::SecretKey;
use crate::model::{InvalidField, from_configuration, text, text_enums};
use crate::schema::is_the_servers;

text_enums! {
    /// What opening does with a schema that is not current.
    #[derive(Default)]
    pub closed enum MigrateMode {
        /// Apply what is missing, recorded under the operator `open`. A database of the old platform is adopted.
        #[default]
        Auto = "auto",
        /// Fail with what is missing.
        Check = "check",
        /// Open whatever is there, to look at it or to migrate by hand. A newer schema fails all the same.
        Never = "never",
    }
}

/// How a database is opened. Every field has a default.
///
/// ```
/// use ringfence::{MigrateMode, OpenOptions};
///
/// let options = OpenOptions { migrate: MigrateMode::Check, ..OpenOptions::default() };
/// assert_eq!(options.pool_size, 8);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct OpenOptions {
    /// What to do with a schema that is not current.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub migrate: MigrateMode,
    /// Whether a file that is not there is made; without it a mistyped path is refused. SQLite only: a
    /// Postgres database is never made.
    #[cfg_attr(feature = "uniffi", uniffi(default = true))]
    pub create_if_missing: bool,
    /// Connections for reading on SQLite, connections in all on Postgres; 2 to 1000.
    #[cfg_attr(feature = "uniffi", uniffi(default = 8))]
    pub pool_size: u32,
    /// How long to wait for a lock or a connection, in milliseconds; 1 to 600 000.
    #[cfg_attr(feature = "uniffi", uniffi(default = 5000))]
    pub busy_timeout_ms: u32,
    /// How long a call may take in all, in milliseconds; 1 to 3 600 000. What is long by nature (migrating, scanning,
    /// verifying a log as a whole) has no such end.
    #[cfg_attr(feature = "uniffi", uniffi(default = 30000))]
    pub call_timeout_ms: u32,
    /// How many passwords are hashed at the same time, each with 19 MiB of memory; 1 to 64.
    #[cfg_attr(feature = "uniffi", uniffi(default = 2))]
    pub hashing_concurrency: u32,
    /// How long a migration waits for another one, on SQLite for whoever writes, and on Postgres for whoever is at work in
    /// the tables of a step, in milliseconds; 1 to 3 600 000.
    #[cfg_attr(feature = "uniffi", uniffi(default = 60000))]
    pub migration_lock_timeout_ms: u32,
    /// The schema that holds the tables; without it the one that the login's `search_path` leads to when the
    /// database is opened. Postgres only. It is never made.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub schema: Option<String>,
    /// Whether a file is opened that has more than one hard link, for backups that make them. Whoever opens it by
    /// another name meanwhile keeps another log, and what either writes is lost. SQLite only.
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub allow_hard_links: bool,
    /// Whether a file is opened that lies on a network or shared file system (NFS, SMB, 9p, FUSE and their like), or
    /// that is a mount itself: right only where one process alone ever opens it. SQLite only.
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub allow_any_mount: bool,
    /// What drones' credentials are sealed with: 32 bytes. Without it none is set or read. Under `Auto`, and when an
    /// operator migrates, credentials are sealed that another program stored as they are.
    ///
    /// It is read from configuration in 64 hexadecimal digits, and written nowhere.
    #[serde(skip_serializing, deserialize_with = "from_configuration")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub secret_key: Option<Arc<SecretKey>>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            migrate: MigrateMode::Auto,
            create_if_missing: true,
            pool_size: 8,
            busy_timeout_ms: 5_000,
            call_timeout_ms: 30_000,
            hashing_concurrency: 2,
            migration_lock_timeout_ms: 60_000,
            schema: None,
            allow_hard_links: false,
            allow_any_mount: false,
            secret_key: None,
        }
    }
}

impl OpenOptions {
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        for (field, value, most) in [
            ("pool_size", self.pool_size, 2..=1_000),
            ("busy_timeout_ms", self.busy_timeout_ms, 1..=600_000),
            ("call_timeout_ms", self.call_timeout_ms, 1..=3_600_000),
            ("hashing_concurrency", self.hashing_concurrency, 1..=64),
            (
                "migration_lock_timeout_ms",
                self.migration_lock_timeout_ms,
                1..=3_600_000,
            ),
        ] {
            if !most.contains(&value) {
                return Err(InvalidField::new(
                    field,
                    format_args!("is not between {} and {}", most.start(), most.end()),
                ));
            }
        }
        if let Some(key) = &self.secret_key {
            key.checked("secret_key")?;
        }
        match &self.schema {
            Some(name) => schema_name(name),
            None => Ok(()),
        }
    }
}

/// Of a schema that the server does not keep for itself.
fn schema_name(name: &str) -> Result<(), InvalidField> {
    text::name("schema", name)?;
    if is_the_servers(name) {
        return Err(InvalidField::new("schema", "is kept for the server"));
    }
    Ok(())
}

/// [`MigrateMode`] as Kotlin and Swift know it. The generator writes no default of an enum's type, and a record's field
/// must have one to be left out: so there the field may be null, which is the default.
#[cfg(feature = "uniffi")]
mod exported {
    /// What opening does with a schema that is not current.
    #[derive(uniffi::Enum)]
    pub enum MigrateMode {
        /// Apply what is missing, recorded under the operator `open`: what is done where nothing is said. A database of the
        /// old platform is adopted.
        Auto,
        /// Fail with what is missing.
        Check,
        /// Open whatever is there, to look at it or to migrate by hand. A newer schema fails all the same.
        Never,
    }
}

#[cfg(feature = "uniffi")]
type MigrateModeOrAuto = MigrateMode;

#[cfg(feature = "uniffi")]
uniffi::custom_type!(MigrateModeOrAuto, Option<exported::MigrateMode>, {
    lower: |mode| Some(match mode {
        MigrateMode::Auto => exported::MigrateMode::Auto,
        MigrateMode::Check => exported::MigrateMode::Check,
        MigrateMode::Never => exported::MigrateMode::Never,
    }),
    try_lift: |said| Ok(match said {
        None | Some(exported::MigrateMode::Auto) => MigrateMode::Auto,
        Some(exported::MigrateMode::Check) => MigrateMode::Check,
        Some(exported::MigrateMode::Never) => MigrateMode::Never,
    }),
});

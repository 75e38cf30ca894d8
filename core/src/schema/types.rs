//! What the catalogue says of a table.

use super::Batch;

/// One table: whose it is, what it holds, what it hangs on and what the database guarantees of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name on both engines.
    pub name: &'static str,
    /// Whose rows these are.
    pub owner: Owner,
    /// The step that makes the table.
    pub since: u32,
    /// The batch that hardens it.
    pub batch: Batch,
    /// Every column, in the order in which both engines hold them.
    pub columns: Vec<Column>,
    /// What rows of this table refer to.
    pub parents: Vec<Parent>,
    /// Every unique key, the primary keys first, which follow each other.
    pub uniques: Vec<Unique>,
    /// Indexes besides those that unique keys bring.
    pub indexes: Vec<Index>,
    /// The table belongs to an audit log: an export and a purge treat it by rules of its own.
    pub log: bool,
    /// From this version rows are neither updated nor deleted, whoever asks.
    pub append_only: Option<u32>,
    /// From this version triggers move the tenant's policy epoch with what a decision reads in the table.
    pub moves_epoch: Option<u32>,
    /// The columns that a decision reads, where it does not read the whole row.
    pub decides_by: &'static [&'static str],
    /// Counters and nothing else: what is written here stands in no audit event.
    pub counters: bool,
    /// From this version triggers hold what the table promises on both engines: on SQLite its references, unique
    /// keys and parents' deletions, on both the keys that never change.
    pub guards: Option<u32>,
    /// From this version Postgres lets the runtime role at the table, through row-level security with the
    /// policy [`POLICY`](crate::schema::POLICY) where the rows belong to a tenant.
    pub opened: Option<u32>,
    /// What the runtime role may do from then on.
    pub runtime: &'static [Privilege],
    /// What is written by hand, because only this table has the like.
    pub special: &'static [Special],
}

/// What is written by hand, and the step that makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// A trigger on SQLite: what follows `rf_<table>_` in its name.
    Sqlite(&'static str, u32),
    /// A trigger on Postgres: what follows `ringfence_` in its name.
    Postgres(&'static str, u32),
    /// An index of some rows only, on both engines: its name and its columns.
    Partial(&'static str, &'static [&'static str], u32),
}

/// Whose the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Shared by every tenant: one of the short list of tables that a statement may read without a tenant.
    Global,
    /// Each row belongs to the tenant that this column names.
    Tenant {
        /// `tenant_id`, except on `tenants` itself, where it is `id`. The two link tables get it later
        /// than the table: see [its step](Column#structfield.since).
        column: &'static str,
    },
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name on both engines.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether the final schema lets it be null. A link's tenant is nullable on SQLite for good, because
    /// a trigger fills it after the insert; see [`Column::filled`].
    pub null: bool,
    /// The step that adds it.
    pub since: u32,
    /// The texts that the library knows, where the column holds one of an enum. Others are read as they are:
    /// other programs write the column too.
    pub known: Option<&'static [&'static str]>,
    /// The longest value in characters: Postgres enforces it, SQLite does not.
    pub limit: Option<u32>,
    /// A trigger fills it when the old platform leaves it out, with the tenant of what this column refers to. On
    /// Postgres it is NOT NULL from the step that hardens its table; on SQLite it stays nullable, because a NOT NULL
    /// column fails before any trigger could fill it, and the guards refuse a null that remains.
    pub filled: Option<&'static str>,
    /// What it holds where it is left out, as SQLite writes it.
    pub default: Option<&'static str>,
}

/// What a column holds, whatever the engine calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text, the ids among it.
    Text,
    /// A whole number.
    Int,
    /// True or false; 0 or 1 on SQLite.
    Bool,
    /// A moment in UTC with microseconds.
    Time,
    /// A JSON document kept as written.
    Json,
    /// A floating-point number.
    Float,
    /// Bytes.
    Blob,
}

/// A reference from a table to a row of another, its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent {
    /// The column that holds the parent's id.
    pub column: &'static str,
    /// The parent's table.
    pub table: &'static str,
    /// What the parent's deletion does once the reference is enforced.
    pub on_delete: OnDelete,
    /// The foreign key's name on Postgres, and the name in the messages of SQLite's guards. A reference to a
    /// tenant-owned table runs over `(tenant_id, column)`.
    pub constraint: &'static str,
    /// The version from which both engines hold it. `None`: a later batch, or a loose reference.
    pub enforced: Option<u32>,
    /// The single-column foreign key that the old platform declared and that holds until then; its ON DELETE
    /// until [`Parent::keeps_parent_since`].
    pub legacy: Option<Legacy>,
    /// No foreign key was ever declared, so rows of the old platform may point anywhere.
    pub loose: bool,
    /// Where it is loose: what is held of the values that are written to it all the same.
    pub naming: Option<Naming>,
    /// The rows that it holds of, where the column leads to one table or another. No foreign key can say that: triggers
    /// hold it on both engines.
    pub when: Option<When>,
}

/// A loose reference of which both engines hold what is written: rows stay as they are, whatever they name, and what a
/// row names stays. Triggers hold it, because a foreign key would look at the rows that stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Naming {
    /// From this version a new value names a row of the tenant, or its tenant.
    pub since: u32,
    /// Whoever sees the rows of every tenant may write a text that names no row at all: the column was one for free text.
    pub or_text: bool,
    /// A word that stands in the place of a row: what it marks is nobody's, and no row has it for an id.
    pub but_for: Option<&'static str>,
}

/// A reference of the rows only that say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The column that says which table is meant.
    pub column: &'static str,
    /// What it says of this reference.
    pub is: &'static str,
    /// The name under which a row is refused that says none of what it may.
    pub one_of: &'static str,
}

/// A foreign key as the old platform declared it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Legacy {
    /// Its name on Postgres; on SQLite it has none.
    pub constraint: &'static str,
    /// What the parent's deletion does under it.
    pub on_delete: OnDelete,
}

/// What happens to a row when its parent is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnDelete {
    /// The deletion is refused.
    Restrict,
    /// The row goes with its parent.
    Cascade,
    /// The reference is emptied. Only the old platform declares this.
    SetNull,
}

/// A unique key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unique {
    /// Name on Postgres, and in the messages of SQLite's guards (SQLite itself knows only some of them).
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: Vec<&'static str>,
    /// The step that adds it.
    pub since: u32,
    /// The step that drops it, because another key holds what it held.
    pub until: Option<u32>,
    /// The field that a conflict is reported under.
    pub field: &'static str,
    /// It is the primary key.
    pub primary: bool,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Name on every engine that has it.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: Vec<&'static str>,
    /// The step that adds it.
    pub since: u32,
    /// The step that drops it, because another index that leads with its column makes it needless and the old platform
    /// looks nothing up by it alone.
    pub until: Option<u32>,
    /// Its last column sorts bytewise: on Postgres by `COLLATE "C"`, on SQLite every text does.
    pub bytewise: bool,
}

/// Something that the runtime role may do with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privilege {
    /// SELECT.
    Select,
    /// INSERT.
    Insert,
    /// UPDATE of every column.
    Update,
    /// UPDATE of these columns only.
    UpdateOf(&'static [&'static str]),
    /// DELETE.
    Delete,
}

impl Table {
    /// The column that names the tenant, where a row has one.
    #[must_use]
    pub const fn tenant_column(&self) -> Option<&'static str> {
        match self.owner {
            Owner::Global => None,
            Owner::Tenant { column } => Some(column),
        }
    }

    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Columns of the primary key at this version, in order.
    #[must_use]
    pub fn key_at(&self, version: u32) -> &[&'static str] {
        let mut keys = self.uniques.iter().filter(|unique| unique.primary);
        let key = keys.find(|unique| unique.there_at(version));
        key.or(self.uniques.first())
            .map_or(&[], |unique| &unique.columns)
    }

    /// The step that gives the table another primary key than it had from the start, if one does.
    #[must_use]
    pub fn rekeyed(&self) -> Option<u32> {
        let mut keys = self.uniques.iter().filter(|unique| unique.primary);
        keys.find(|unique| unique.since > self.since)
            .map(|unique| unique.since)
    }

    /// Whether that step has been taken at this version.
    #[must_use]
    pub fn rekeyed_at(&self, version: u32) -> bool {
        self.rekeyed().is_some_and(|since| since <= version)
    }

    /// What a link takes its tenant from, where it comes without one.
    #[must_use]
    pub fn filler(&self) -> Option<&Parent> {
        let filled = self.columns.iter().find_map(|column| column.filled)?;
        self.parents.iter().find(|parent| parent.column == filled)
    }

    /// Whether rows have a rowid on SQLite, through which they could be replaced: all of the old platform's, and what
    /// grows at its end.
    #[must_use]
    pub fn has_rowid(&self) -> bool {
        self.since == super::version::BASELINE || self.append_only.is_some()
    }

    /// Whether the runtime role is let at the table at this version.
    #[must_use]
    pub fn opened_at(&self, version: u32) -> bool {
        self.opened.is_some_and(|since| since <= version)
    }

    /// Whether Postgres holds row-level security on the table at this version.
    #[must_use]
    pub fn rls_at(&self, version: u32) -> bool {
        self.opened_at(version) && self.tenant_column().is_some()
    }

    /// Whether the table's guards are there at this version.
    #[must_use]
    pub fn guarded_at(&self, version: u32) -> bool {
        self.guards.is_some_and(|since| since <= version)
    }

    /// Whether rows can only be added at this version.
    #[must_use]
    pub fn append_only_at(&self, version: u32) -> bool {
        self.append_only.is_some_and(|since| since <= version)
    }

    /// Whether writes to the table move the policy epoch at this version.
    #[must_use]
    pub fn moves_epoch_at(&self, version: u32) -> bool {
        self.moves_epoch.is_some_and(|since| since <= version)
    }

    /// What the runtime role may do at this version: nothing before the table is opened to it, and with columns
    /// only where there are any.
    pub fn runtime_at(&self, version: u32) -> impl Iterator<Item = &'static Privilege> {
        let there = move |privilege: &&Privilege| match privilege {
            Privilege::UpdateOf(columns) => columns.iter().all(|name| {
                self.column(name)
                    .is_some_and(|column| column.since <= version)
            }),
            _ => true,
        };
        let opened = self.opened_at(version);
        self.runtime
            .iter()
            .filter(move |privilege| opened && there(privilege))
    }
}

impl Parent {
    /// Whether both engines hold the reference at this version.
    #[must_use]
    pub fn enforced_at(&self, version: u32) -> bool {
        self.enforced.is_some_and(|since| since <= version)
    }

    /// What both engines hold at this version of what is written, where they hold nothing of the rows that stand.
    #[must_use]
    pub fn naming_at(&self, version: u32) -> Option<Naming> {
        self.naming.filter(|naming| naming.since <= version)
    }

    /// Whether a row that refers lies in its parent's tenant at this version, or is not taken for one that refers.
    #[must_use]
    pub fn within_the_tenant_at(&self, version: u32) -> bool {
        self.enforced_at(version) || self.naming_at(version).is_some()
    }
}

impl Unique {
    /// Whether it is there at this version.
    #[must_use]
    pub fn there_at(&self, version: u32) -> bool {
        self.since <= version && self.until.is_none_or(|until| until > version)
    }
}

impl Index {
    /// Whether it is there at this version.
    #[must_use]
    pub fn there_at(&self, version: u32) -> bool {
        self.since <= version && self.until.is_none_or(|until| until > version)
    }
}

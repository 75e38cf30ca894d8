//! What stands already: the objects of a step that the old platform's own later revisions made, or whoever was there
//! before, held against what the catalogue wants.
//!
//! This is the one place that judges it. A step's text stays what it is, released and frozen; where some of its objects
//! stand already, the statements that would make them are left out of what is run ([`Change::beside`]), and so are those
//! that would take away what is not there. An object stands when the engine tells of it what the catalogue writes: its
//! name, its columns, what the deletion of a parent does. One of the same name and another meaning does not stand, and
//! is in the step's way.

use super::change::{Change, written};
use super::definition::unique_index;
use super::meaning::same;
use super::postgres::{self, constraint, ordered};
use super::sqlite;
use super::structure::{Object, held_key, is_own, key};
use crate::schema::types::{Index, Table, Unique};
use crate::schema::{catalogue, version};

/// Something that a database holds, as the engine tells it.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// What it is.
    pub(crate) kind: LiveKind,
    /// The table that it stands on.
    pub(crate) table: String,
    /// Its name: of a column the column's.
    pub(crate) name: String,
    /// What a constraint says, the statement that makes an index, a trigger or a policy, the type of a column, what a
    /// function runs and how, what a setting is, what a role may do.
    pub(crate) definition: String,
}

/// What a live object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LiveKind {
    Constraint,
    Index,
    Column,
    NotNull,
    Trigger,
    /// A trigger, or a constraint with its triggers, that is switched off.
    Disabled,
    /// A foreign key that has no name, as on SQLite: its name is its columns.
    Reference,
    RowSecurity,
    Policy,
    Rule,
    Function,
    Setting,
    /// What another role than the owner may do: its name is the role's, and none where everybody may.
    Grant,
    /// Something of the table's name that is no plain table of it: the definition says what it is.
    Form,
    /// The statement that makes the table, on SQLite.
    TableText,
    /// A column whose texts are not told apart by their bytes: the definition is its collation. On Postgres.
    Collation,
    /// A unique key or an exclusion: its kind, and the columns by which it tells rows apart, where that is all that it
    /// looks at, byte by byte. `?` stands for what is anything else.
    Key,
    /// A table whose rows are the table's as well.
    Child,
    /// A table which has the table's rows as well.
    Parent,
    /// What leaves rows without their rowid on SQLite: a column of that name, or none where the table has no rowid.
    Rowid,
}

impl LiveKind {
    /// The kind of that name, as the statements that ask for live objects give it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "constraint" => Self::Constraint,
            "index" => Self::Index,
            "column" => Self::Column,
            "not null" => Self::NotNull,
            "trigger" => Self::Trigger,
            "disabled" => Self::Disabled,
            "reference" => Self::Reference,
            "row security" => Self::RowSecurity,
            "policy" => Self::Policy,
            "rule" => Self::Rule,
            "function" => Self::Function,
            "setting" => Self::Setting,
            "grant" => Self::Grant,
            "form" => Self::Form,
            "table text" => Self::TableText,
            "collation" => Self::Collation,
            "key" => Self::Key,
            "child" => Self::Child,
            "parent" => Self::Parent,
            "rowid" => Self::Rowid,
            _ => return None,
        })
    }
}

impl Live {
    /// What it is called, as the catalogue's object is that Postgres makes of it.
    pub(super) fn object(&self) -> String {
        let Self { table, name, .. } = self;
        match self.kind {
            LiveKind::Constraint => format!("constraint {table}.{name}"),
            LiveKind::Index => format!("index {name}"),
            LiveKind::Rowid | LiveKind::Parent | LiveKind::Form | LiveKind::TableText => {
                format!("table {table}")
            }
            LiveKind::Child => format!("table {name}"),
            LiveKind::Key => format!("key {name} on {table}"),
            LiveKind::Column | LiveKind::Collation => format!("column {table}.{name}"),
            LiveKind::NotNull => format!("not null {table}.{name}"),
            LiveKind::Trigger => format!("trigger {name} on {table}"),
            LiveKind::Disabled => format!("{name}, switched off, on {table}"),
            LiveKind::Reference => format!("reference {table} ({name})"),
            LiveKind::RowSecurity => format!("row-level security of {table}"),
            LiveKind::Policy => format!("policy {name} on {table}"),
            LiveKind::Rule => format!("rule {name} on {table}"),
            LiveKind::Function => format!("function {name}"),
            LiveKind::Setting => format!("setting {name}"),
            LiveKind::Grant => format!("{} on {table}", self.definition),
        }
    }

    /// Whether this is the object, and as it is wanted.
    fn is(&self, object: &Object) -> bool {
        self.object() == object.name && self.stands_as(&object.create)
    }

    /// Whether it stands as this statement makes it, or of what no statement makes, as this says.
    pub(super) fn stands_as(&self, wanted: &str) -> bool {
        let Self {
            table,
            name,
            definition,
            ..
        } = self;
        match self.kind {
            LiveKind::Constraint => {
                let made = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}");
                tight(&made) == tight(wanted)
            }
            LiveKind::Index => tight(definition) == tight(wanted),
            LiveKind::Trigger | LiveKind::Policy => same(definition, wanted),
            // The old platform's foreign keys do this or that when a parent is deleted; guards of the parent speak first.
            LiveKind::Reference => {
                definition == wanted
                    || definition
                        .strip_prefix(wanted)
                        .is_some_and(|rest| rest.starts_with(" ON DELETE "))
            }
            LiveKind::Function | LiveKind::Setting => definition == wanted,
            LiveKind::Column
            | LiveKind::NotNull
            | LiveKind::Disabled
            | LiveKind::RowSecurity
            | LiveKind::Rule
            | LiveKind::Grant
            | LiveKind::Form
            | LiveKind::TableText
            | LiveKind::Collation
            | LiveKind::Key
            | LiveKind::Child
            | LiveKind::Parent
            | LiveKind::Rowid => true,
        }
    }

    /// Whether it is an index by which no two rows of the table share these columns, whatever it is called.
    pub(crate) fn is_key_over(&self, table: &Table, unique: &Unique) -> bool {
        let over = format!(" ON {} ({})", table.name, unique.columns.join(", "));
        self.kind == LiveKind::Index
            && self.definition.starts_with("CREATE UNIQUE INDEX ")
            && self.definition.ends_with(&over)
    }

    fn is_constraint_of(&self, table: &Table) -> bool {
        self.kind == LiveKind::Constraint && self.table == table.name
    }
}

/// Postgres writes no blank before what is referred to.
fn tight(text: &str) -> String {
    text.replace(" (", "(")
}

/// What is left to do of a step, and what of it stood already.
pub(crate) struct Rest {
    /// The step's text without the statements whose result stands.
    pub(crate) text: String,
    /// The objects that were found, by name.
    pub(crate) found: Vec<String>,
}

impl Change {
    /// What is left of the text of a step that makes this change, in a database that holds `live`.
    pub(crate) fn beside(&self, text: &str, live: &[Live]) -> Rest {
        // What goes and comes again as it was hangs on something that changes.
        let comes_again = |object: &Object| {
            let mut gone = self.gone.iter();
            gone.any(|it| it.create == object.create)
        };
        let stands = |object: &&Object| live.iter().any(|it| it.is(object)) && !comes_again(object);
        let is_there = |name: &str| live.iter().any(|it| it.object() == name);
        let found: Vec<&Object> = self.come.iter().filter(stands).collect();
        // A constraint that stands as it shall be is not taken away to be made again. Indexes are dropped IF EXISTS.
        let needless = self.gone.iter().filter(|object| {
            object.name.starts_with("constraint ")
                && (!is_there(&object.name) || found.iter().any(|it| it.name == object.name))
        });
        let left_out = needless
            .map(|object| &object.drop)
            .chain(found.iter().map(|object| &object.create));
        let text = left_out.fold(text.to_owned(), |text, statement| {
            text.replacen(&written(statement), "", 1)
        });
        Rest {
            text,
            found: found.into_iter().map(|it| it.name.clone()).collect(),
        }
    }
}

/// Indexes of the old platform's later revisions that repeat a key or that no statement of the library reads by, each
/// with its table.
const NEEDLESS: [(&str, &str); 15] = [
    ("approval_records", "ix_approval_records_tenant_approved_by"),
    ("approval_records", "ix_approval_records_tenant_id_id"),
    ("command_requests", "ix_command_requests_tenant_drone_id"),
    ("command_requests", "ix_command_requests_tenant_id_id"),
    ("defect_actions", "ix_defect_actions_tenant_defect_id"),
    ("defect_actions", "ix_defect_actions_tenant_id_id"),
    ("defects", "ix_defects_tenant_id_id"),
    ("defects", "ix_defects_tenant_observation_id"),
    ("incidents", "ix_incidents_tenant_id_id"),
    ("incidents", "ix_incidents_tenant_linked_task_id"),
    ("inspection_tasks", "ix_inspection_tasks_tenant_id_id"),
    ("inspection_tasks", "ix_inspection_tasks_tenant_template_id"),
    (
        "inspection_template_items",
        "ix_inspection_template_items_tenant_id_id",
    ),
    (
        "inspection_template_items",
        "ix_inspection_template_items_tenant_template_id",
    ),
    (
        "inspection_templates",
        "ix_inspection_templates_tenant_id_id",
    ),
];

/// The tables that the old platform made.
pub(super) fn adopted() -> impl Iterator<Item = &'static Table> {
    catalogue().iter().filter(|table| !is_own(table))
}

/// The statements that bring what another maker of the old platform's tables gave them to what the steps go out from, on
/// Postgres: keys under their names and over their columns, foreign keys under theirs, indexes that are no keys. What a
/// foreign key does when its parent is deleted stays as it is until a step says otherwise.
pub(crate) fn postgres_mends(live: &[Live]) -> Vec<String> {
    let mut mends = needless(live);
    for table in adopted() {
        for it in at_the_baseline(table) {
            mends.extend(index_mends(it, &ordered(table, it), live));
        }
        for unique in table.uniques.iter().filter(|it| it.since == table.since) {
            mends.extend(key_mends(table, unique, live));
        }
        mends.extend(reference_mends(table, live));
    }
    mends
}

/// Likewise on SQLite, where a key that a table lacks is a unique index, and foreign keys cannot be changed.
pub(crate) fn sqlite_mends(live: &[Live]) -> Vec<String> {
    let mut mends = needless(live);
    for table in adopted() {
        for it in at_the_baseline(table) {
            mends.extend(index_mends(it, &sqlite::plain(table, it), live));
        }
        // Gone by now.
        let is_gone = |name: &str| at_the_baseline(table).any(|index| index.name == name);
        for unique in table.uniques.iter().filter(|it| it.since == table.since) {
            let mut keys = live.iter().filter(|it| it.is_key_over(table, unique));
            if !keys.any(|it| !is_gone(&it.name)) {
                mends.push(unique_index(table, unique).create);
            }
        }
    }
    mends
}

fn at_the_baseline(table: &Table) -> impl Iterator<Item = &Index> {
    table.indexes.iter().filter(|it| it.since == table.since)
}

fn needless(live: &[Live]) -> Vec<String> {
    let is_declared = |name: &str| {
        let mut indexes = catalogue().iter().flat_map(|table| &table.indexes);
        indexes.any(|it| it.name == name && it.until.is_none_or(|until| until > it.since))
    };
    let stands = |table: &str, name: &str| {
        let mut indexes = live.iter().filter(|it| it.kind == LiveKind::Index);
        indexes.any(|it| it.table == table && it.name == name)
    };
    NEEDLESS
        .iter()
        .filter(|(table, name)| stands(table, name) && !is_declared(name))
        .map(|(_, name)| format!("DROP INDEX {name}"))
        .collect()
}

/// One that is missing is made, unless a step takes it away again.
fn index_mends(index: &Index, wanted: &Object, live: &[Live]) -> Vec<String> {
    let mut mends = Vec::new();
    match live.iter().find(|it| it.object() == wanted.name) {
        Some(standing) if standing.is(wanted) => return mends,
        Some(_) => mends.push(wanted.drop.clone()),
        None => {}
    }
    if index.there_at(version::LATEST) {
        mends.push(wanted.create.clone());
    }
    mends
}

fn key_mends(table: &'static Table, unique: &Unique, live: &[Live]) -> Vec<String> {
    let definition = key(unique);
    let wanted = constraint(table, unique.name, &definition);
    if live.iter().any(|it| it.is(&wanted)) {
        return Vec::new();
    }
    let others: Vec<&Live> = live
        .iter()
        .filter(|it| it.is_constraint_of(table))
        .collect();
    if let Some(other) = others.iter().find(|it| it.definition == definition) {
        return vec![renamed(table, &other.name, unique.name)];
    }
    // A table has one primary key.
    let in_the_way = others.into_iter().filter(|it| {
        it.name == unique.name || (unique.primary && it.definition.starts_with("PRIMARY KEY"))
    });
    let mut mends: Vec<String> = in_the_way.map(|it| dropped(table, &it.name)).collect();
    mends.push(wanted.create);
    mends
}

/// The old platform's keys are known by their names from here on. A second key over the same column would go on doing
/// what the first no longer does.
fn reference_mends(table: &Table, live: &[Live]) -> Vec<String> {
    let mut mends = Vec::new();
    for parent in &table.parents {
        let Some(legacy) = parent.legacy else {
            continue;
        };
        let refers = format!(
            "FOREIGN KEY ({}) REFERENCES {}(id)",
            parent.column, parent.table
        );
        let own = live.iter().filter(|it| it.is_constraint_of(table));
        let own: Vec<&Live> = own
            .filter(|it| it.definition.starts_with(&refers))
            .collect();
        let mut named = own.iter().any(|it| it.name == legacy.constraint);
        for other in own.iter().filter(|it| it.name != legacy.constraint) {
            mends.push(match named {
                true => dropped(table, &other.name),
                false => renamed(table, &other.name, legacy.constraint),
            });
            named = true;
        }
    }
    mends
}

/// What must go from Postgres before a step of `version` is taken back, and what stands in for it: the old platform's
/// later revisions made objects of versions that were never reached, which hang on keys that the way back takes away.
/// Afterwards its tables have what the catalogue says of this version, so that the baseline is the baseline.
pub(crate) fn postgres_returns(version: u32, live: &[Live]) -> Vec<String> {
    let wanted = postgres::objects(version);
    let is_wanted = |name: &str| wanted.iter().any(|it| it.name == name);
    let mut later: Vec<Object> = Vec::new();
    for table in adopted() {
        let key = format!("uq_{}_tenant_id_id", table.name);
        later.push(constraint(table, &key, "UNIQUE (tenant_id, id)"));
    }
    for ahead in version + 1..=version::LATEST {
        later.extend(postgres::objects(ahead));
    }
    for table in adopted() {
        let edges = table.parents.iter();
        later.extend(edges.map(|it| constraint(table, it.constraint, &held_key(it))));
    }
    let mut returns: Vec<String> = Vec::new();
    for object in later.iter().rev().filter(|it| !is_wanted(&it.name)) {
        let stands = live
            .iter()
            .any(|it| it.kind != LiveKind::NotNull && it.is(object));
        if stands && !returns.contains(&object.drop) {
            returns.push(object.drop.clone());
        }
    }
    for table in adopted() {
        let references = table.parents.iter();
        let references = references.filter_map(|it| postgres::reference(table, it, version));
        let missing = references.filter(|it| !live.iter().any(|live| live.object() == it.name));
        returns.extend(missing.map(|it| it.create));
    }
    returns
}

fn renamed(table: &Table, from: &str, to: &str) -> String {
    format!(
        "ALTER TABLE {} RENAME CONSTRAINT {from} TO {to}",
        table.name
    )
}

fn dropped(table: &Table, name: &str) -> String {
    format!("ALTER TABLE {} DROP CONSTRAINT {name}", table.name)
}

//! What a role may do with the tables, beside what the catalogue says.

use std::collections::BTreeSet;
use std::fmt;

use tokio_postgres::Row;

use super::quote::quoted;
use crate::schema::{self, Privilege};
use crate::store::statements::migration::HISTORY_TABLE;

/// How what a role may do differs from the catalogue.
#[derive(Debug, Default)]
pub(crate) struct Misfit {
    /// What it may not, and must.
    pub(crate) lacks: Vec<String>,
    /// What it may, and must not.
    pub(crate) exceeds: Vec<String>,
    /// What brings the one.
    pub(super) grants: Vec<String>,
    /// What takes the other away.
    pub(super) revokes: Vec<String>,
}

/// Something that a role may do with a table, or with a column of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Right {
    privilege: String,
    column: Option<String>,
}

/// A table as it stands.
pub(super) struct TableFacts {
    pub(super) name: String,
    owner: String,
    /// The role passes the table's row-level security, because it belongs to the owner.
    passes: bool,
    held: BTreeSet<Right>,
    /// Runtime roles of other databases that may do anything here.
    pub(super) strangers: Vec<String>,
}

impl Misfit {
    /// What is no more, now that this is left.
    pub(crate) fn without(mut self, left: Option<&Self>) -> Self {
        if let Some(left) = left {
            self.lacks.retain(|what| !left.lacks.contains(what));
            self.exceeds.retain(|what| !left.exceeds.contains(what));
        }
        self
    }

    pub(crate) fn is_none(&self) -> bool {
        self.lacks.is_empty() && self.exceeds.is_empty()
    }

    /// What another one says, too.
    pub(super) fn add(&mut self, other: Self) {
        self.lacks.extend(other.lacks);
        self.exceeds.extend(other.exceeds);
        self.grants.extend(other.grants);
        let revokes = other.revokes.into_iter();
        for revoke in revokes {
            if !self.revokes.contains(&revoke) {
                self.revokes.push(revoke);
            }
        }
    }

    pub(super) fn statements(self) -> Vec<String> {
        let mut statements = self.grants;
        statements.extend(self.revokes);
        statements
    }

    pub(super) fn compare(&mut self, table: &TableFacts, name: &str, role: &str, version: u32) {
        if table.passes {
            self.exceeds
                .push(format!("the rights of {}'s owner", table.name));
            self.revokes
                .push(format!("REVOKE {} FROM {role};", quoted(&table.owner, '"')));
            return;
        }
        let wanted = wanted(&table.name, version);
        let lacks: BTreeSet<Right> = wanted.difference(&table.held).cloned().collect();
        let exceeds: BTreeSet<Right> = table.held.difference(&wanted).cloned().collect();
        if !lacks.is_empty() {
            self.lacks.push(shown(&lacks, &table.name));
            self.grants
                .push(format!("GRANT {} ON {name} TO {role};", listed(&lacks)));
        }
        if !exceeds.is_empty() {
            self.exceeds.push(shown(&exceeds, &table.name));
            let rights = listed(&exceeds);
            self.revokes
                .push(format!("REVOKE {rights} ON {name} FROM {role}, PUBLIC;"));
        }
    }

    /// A table of another owner than `tenants` is closed to whoever owns that.
    pub(super) fn owned(&mut self, wanted: Option<&str>, table: &TableFacts, name: &str) {
        match wanted {
            Some(wanted) if wanted != table.owner => {
                self.lacks_owner(wanted, &table.name, &format!("TABLE {name}"));
            }
            _ => {}
        }
    }

    pub(super) fn lacks_owner(&mut self, wanted: &str, what: &str, whole: &str) {
        self.lacks
            .push(format!("one owner of {what} and of tenants"));
        let wanted = quoted(wanted, '"');
        self.grants
            .push(format!("ALTER {whole} OWNER TO {wanted};"));
    }

    /// A database that is renamed, or made from another, keeps what the runtime role of its old name may do.
    pub(super) fn without_strangers(&mut self, table: &TableFacts, name: &str) {
        for stranger in &table.strangers {
            self.exceeds
                .push(format!("what {stranger} may do with {}", table.name));
            let stranger = quoted(stranger, '"');
            self.revokes
                .push(format!("REVOKE ALL ON {name} FROM {stranger};"));
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lacks, exceeds) = (self.lacks.join(", "), self.exceeds.join(", "));
        match (lacks.is_empty(), exceeds.is_empty()) {
            (false, true) => write!(f, "lacks {lacks}"),
            (true, false) => write!(f, "goes too far by {exceeds}"),
            _ => write!(f, "lacks {lacks} and goes too far by {exceeds}"),
        }
    }
}

impl Right {
    /// As the catalogue has it, a right for each column where it is one of columns.
    fn each(privilege: &Privilege) -> Vec<Self> {
        let of_table = |privilege: &str| {
            vec![Self {
                privilege: privilege.to_owned(),
                column: None,
            }]
        };
        match privilege {
            Privilege::Select => of_table("SELECT"),
            Privilege::Insert => of_table("INSERT"),
            Privilege::Update => of_table("UPDATE"),
            Privilege::Delete => of_table("DELETE"),
            Privilege::UpdateOf(columns) => columns
                .iter()
                .map(|column| Self {
                    privilege: "UPDATE".to_owned(),
                    column: Some((*column).to_owned()),
                })
                .collect(),
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "{} ({})", self.privilege, quoted(column, '"')),
            None => f.write_str(&self.privilege),
        }
    }
}

impl TableFacts {
    /// How much the role may of what it must at this version.
    pub(super) fn fits(&self, version: u32) -> usize {
        wanted(&self.name, version).intersection(&self.held).count()
    }

    pub(super) fn read(row: &Row) -> Self {
        let of_table = row.get::<_, Vec<String>>(3).into_iter();
        let of_column = row.get::<_, Vec<String>>(4);
        let held = of_table.map(|privilege| (privilege, None));
        let held = held.chain(of_column.iter().filter_map(|right| {
            let (privilege, column) = right.split_once(' ')?;
            Some((privilege.to_owned(), Some(column.to_owned())))
        }));
        Self {
            name: row.get(0),
            owner: row.get(1),
            passes: row.get(2),
            held: held
                .map(|(privilege, column)| Right { privilege, column })
                .collect(),
            strangers: row.get(5),
        }
    }
}

/// The tables of this version, and the history, which stays when the last step is taken back.
pub(super) fn names(version: u32) -> Vec<&'static str> {
    schema::catalogue()
        .iter()
        .filter(|table| table.since <= version)
        .map(|table| table.name)
        .chain([HISTORY_TABLE])
        .collect()
}

/// The functions of this version.
pub(super) fn functions(version: u32) -> Vec<String> {
    schema::ddl::guard_functions()
        .into_iter()
        .filter(|(_, since)| *since <= version)
        .map(|(name, _)| name)
        .collect()
}

/// What the runtime role must be able to do with a table, and no more.
pub(super) fn wanted(table: &str, version: u32) -> BTreeSet<Right> {
    match schema::table(table) {
        Some(table) => table.runtime_at(version).flat_map(Right::each).collect(),
        None => Right::each(&Privilege::Select).into_iter().collect(),
    }
}

/// For a GRANT or a REVOKE.
pub(super) fn listed(rights: &BTreeSet<Right>) -> String {
    let rights: Vec<String> = rights.iter().map(ToString::to_string).collect();
    rights.join(", ")
}

fn shown(rights: &BTreeSet<Right>, table: &str) -> String {
    format!("{} on {table}", listed(rights))
}

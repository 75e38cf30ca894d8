//! What of a step Postgres can make before the step holds its tables, while everybody works in them: indexes, built
//! concurrently, and references, which are written down first and looked after then. Both stand under names of their own
//! until the step takes them over, which takes no longer for a large table than for a small one.

use super::change::{Change, written};
use super::standing::Rest;
use super::structure::Object;
use crate::schema;

/// What the names of things begin with that a step makes beforehand, and that nobody else has.
pub(crate) const AHEAD: &str = "rf_ahead_";

/// A part of a step that is made beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beforehand {
    /// What it is called until the step takes it over.
    pub(crate) name: String,
    /// The tables that making it takes locks of, a parent before its child.
    pub(crate) tables: Vec<&'static str>,
    pub(crate) made: Made,
    /// What the step's text says, and what it does in place of that.
    said: String,
    instead: String,
}

/// How a part of a step is made beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Made {
    /// By a statement that no transaction may hold, which begins so and goes on with the table's name. Outside of one there is
    /// no search path: the schema's name comes between.
    Index { begins: String, over: String },
    /// A reference that no new row breaks from the first statement on, and by the second no row does.
    Reference { added: String, validated: String },
    /// Not at all: the reference goes and comes again as it was, and its rows need not be held while they are looked at.
    Again,
}

impl Change {
    /// What of this can be made beforehand on these tables, with what is left to do of the step.
    pub(crate) fn beforehand(
        &self,
        rest: &Rest,
        version: u32,
        large: &[&'static str],
    ) -> Vec<Beforehand> {
        let left = self.come.iter().filter(|it| !rest.found.contains(&it.name));
        left.filter_map(|object| {
            let table = object.on.filter(|table| large.contains(table))?;
            self.ahead(object, table, version)
        })
        .collect()
    }

    fn ahead(&self, object: &Object, table: &'static str, version: u32) -> Option<Beforehand> {
        let create = &object.create;
        let made = |name: &str, tables, made, instead: &str| {
            Some(Beforehand {
                name: format!("{AHEAD}{name}"),
                tables,
                made,
                said: written(create),
                instead: written(instead),
            })
        };
        if let Some((name, over)) = create
            .strip_prefix("CREATE INDEX ")
            .and_then(|index| index.split_once(" ON "))
        {
            let build = Made::Index {
                begins: format!("CREATE INDEX CONCURRENTLY {AHEAD}{name} ON "),
                over: over.to_owned(),
            };
            let renamed = format!("ALTER INDEX {AHEAD}{name} RENAME TO {name}");
            return stands_over(table, name, version)
                .then(|| made(name, vec![table], build, &renamed))?;
        }
        let begins = format!("ALTER TABLE {table} ADD CONSTRAINT ");
        let (name, what) = create.strip_prefix(&begins)?.split_once(' ')?;
        for key in ["PRIMARY KEY", "UNIQUE"] {
            if let Some(columns) = what.strip_prefix(key) {
                let build = Made::Index {
                    begins: format!("CREATE UNIQUE INDEX CONCURRENTLY {AHEAD}{name} ON "),
                    over: format!("{table}{columns}"),
                };
                let taken = format!("{begins}{name} {key} USING INDEX {AHEAD}{name}");
                return stands_over(table, name, version)
                    .then(|| made(name, vec![table], build, &taken))?;
            }
        }
        let mut parents = schema::table(table)?.parents.iter();
        let parent = parents.find(|it| refers_to(what, it.table))?.table;
        let tables = vec![parent, table];
        if self.gone.iter().any(|it| it.create == *create) {
            return made(name, tables, Made::Again, &format!("{create} NOT VALID"));
        }
        let added = format!("{begins}{AHEAD}{name} {what} NOT VALID");
        let validated = validated(table, &format!("{AHEAD}{name}"));
        let renamed = format!("ALTER TABLE {table} RENAME CONSTRAINT {AHEAD}{name} TO {name}");
        made(name, tables, Made::Reference { added, validated }, &renamed)
    }
}

impl Beforehand {
    /// The step's text, with this taken over in place of made.
    pub(crate) fn taken_over(&self, text: &str) -> String {
        text.replacen(&self.said, &self.instead, 1)
    }
}

/// The statement that looks whether every row keeps a reference that was added without a look.
pub(crate) fn validated(table: &str, name: &str) -> String {
    format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
}

/// Whether the columns of this index or key are there before the step.
fn stands_over(table: &str, name: &str, version: u32) -> bool {
    let Some(table) = schema::table(table) else {
        return false;
    };
    let indexes = table.indexes.iter().map(|it| (it.name, &it.columns));
    let mut named = indexes.chain(table.uniques.iter().map(|it| (it.name, &it.columns)));
    let columns = named
        .find(|(it, _)| *it == name)
        .map(|(_, columns)| columns);
    columns.is_some_and(|columns| {
        let mut columns = columns.iter().map(|column| table.column(column));
        columns.all(|column| column.is_some_and(|it| it.since < version))
    })
}

fn refers_to(key: &str, parent: &str) -> bool {
    let refers = key.split_once(" REFERENCES ").map(|(_, to)| to);
    let to = refers.and_then(|to| to.split_once([' ', '(']));
    to.is_some_and(|(to, _)| to == parent)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{postgres_change, postgres_step};
    use super::*;
    use crate::schema::{catalogue, version};

    fn of(version: u32) -> (String, Vec<Beforehand>) {
        let text = postgres_step(version).up;
        let rest = Rest {
            text: text.clone(),
            found: Vec::new(),
        };
        let all: Vec<&'static str> = catalogue().iter().map(|it| it.name).collect();
        let made = postgres_change(version).beforehand(&rest, version, &all);
        (text, made)
    }

    #[test]
    fn what_is_made_beforehand_stands_in_the_steps_text_and_is_taken_over_there() {
        let mut count = 0;
        for version in version::BASELINE + 1..=version::LATEST {
            let (text, made) = of(version);
            for it in made {
                let taken = it.taken_over(&text);
                assert!(text.contains(&it.said), "{version}: {}", it.said);
                assert_eq!(taken.matches(&it.instead).count(), 1, "{taken}");
                count += 1;
            }
        }
        assert!(count > 100, "{count}");
    }

    #[test]
    fn their_names_are_no_longer_than_postgres_takes() {
        for version in version::BASELINE + 1..=version::LATEST {
            for it in of(version).1 {
                let words = it.instead.split(|c: char| c != '_' && !c.is_alphanumeric());
                assert!(words.into_iter().all(|word| word.len() <= 63), "{it:?}");
            }
        }
    }

    #[test]
    fn an_index_over_a_column_that_the_step_adds_waits_for_it() {
        let built = |version: u32, name: &str| {
            let mut made = of(version).1.into_iter();
            made.any(|it| it.said.starts_with(&format!("CREATE INDEX {name} ")))
        };
        assert!(!built(
            version::IDENTITY_EXPAND,
            "ix_user_roles_tenant_user"
        ));
        assert!(built(version::IDENTITY_EXPAND, "ix_users_tenant_id_c"));
    }
}

//! The words that the tables are declared with.
//!
//! A declaration says what is particular to a table. What follows from its batch is derived when it is built: from which
//! version references are enforced, guards stand and the runtime role is let in, the key that children are bound to,
//! and the names of keys, constraints and indexes, which are the old platform's where it had them.

use super::batch::{Batch, Steps};
use super::types::{
    Column, Index, Kind, Legacy, Naming, OnDelete, Owner, Parent, Privilege, Special, Table,
    Unique, When,
};
use super::version;

/// In a declaration: "by the step that expands the table's batch".
const WITH_THE_BATCH: u32 = u32::MAX;

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        null: false,
        since: 0,
        known: None,
        limit: None,
        filled: None,
        default: None,
    }
}

pub(super) const fn text(name: &'static str) -> Column {
    column(name, Kind::Text)
}

pub(super) const fn int(name: &'static str) -> Column {
    column(name, Kind::Int)
}

pub(super) const fn bool(name: &'static str) -> Column {
    column(name, Kind::Bool)
}

pub(super) const fn time(name: &'static str) -> Column {
    column(name, Kind::Time)
}

pub(super) const fn json(name: &'static str) -> Column {
    column(name, Kind::Json)
}

pub(super) const fn float(name: &'static str) -> Column {
    column(name, Kind::Float)
}

pub(super) const fn blob(name: &'static str) -> Column {
    column(name, Kind::Blob)
}

/// The count of a row's changes, which a trigger moves.
pub(super) const fn row_version() -> Column {
    int("version").default_to("1").expanded()
}

impl Column {
    /// The same column, nullable.
    #[must_use]
    pub(super) const fn null(mut self) -> Self {
        self.null = true;
        self
    }

    /// The same column, added by this step.
    #[must_use]
    pub(super) const fn since(mut self, version: u32) -> Self {
        self.since = version;
        self
    }

    /// The same column, added where its table's batch is expanded.
    #[must_use]
    pub(super) const fn expanded(self) -> Self {
        self.since(WITH_THE_BATCH)
    }

    /// The same column, holding an enum of these texts.
    #[must_use]
    pub(super) const fn one_of(mut self, known: &'static [&'static str]) -> Self {
        self.known = Some(known);
        self
    }

    /// The same column, with a greatest length in characters.
    #[must_use]
    pub(super) const fn limit(mut self, characters: u32) -> Self {
        self.limit = Some(characters);
        self
    }

    /// The same column, filled where it is left out with the tenant of the parent that this column refers to.
    #[must_use]
    pub(super) const fn filled_by(mut self, column: &'static str) -> Self {
        self.filled = Some(column);
        self
    }

    /// The same column, with a default, as SQLite writes it.
    #[must_use]
    pub(super) const fn default_to(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }
}

/// A reference that is declared.
pub(super) struct Reference {
    column: &'static str,
    table: &'static str,
    on_delete: OnDelete,
    legacy: Option<OnDelete>,
    loose: bool,
    naming: Option<Naming>,
    when: Option<(&'static str, &'static str)>,
}

/// A reference of Ringfence's own.
pub(super) const fn refers(column: &'static str, table: &'static str) -> Reference {
    Reference {
        column,
        table,
        on_delete: OnDelete::Restrict,
        legacy: None,
        loose: false,
        naming: None,
        when: None,
    }
}

/// A reference of those rows only whose column `by` is this text. What else that column may be, its others say.
pub(super) const fn refers_when(
    by: &'static str,
    is: &'static str,
    column: &'static str,
    table: &'static str,
) -> Reference {
    let mut reference = refers(column, table);
    reference.when = Some((by, is));
    reference
}

/// A reference that the old platform declared, by the column alone.
pub(super) const fn replaces(
    column: &'static str,
    table: &'static str,
    on_delete: OnDelete,
) -> Reference {
    let mut reference = refers(column, table);
    reference.legacy = Some(on_delete);
    reference
}

/// A reference that nobody ever declared, and that nothing holds yet.
pub(super) const fn loose(column: &'static str, table: &'static str) -> Reference {
    let mut reference = refers(column, table);
    reference.loose = true;
    reference
}

/// A reference to a user that nobody ever declared: what it held before batch 07A-8 may name anybody, what is written from
/// then on names a user of the tenant.
pub(super) const fn names_user(column: &'static str) -> Reference {
    loose(column, "users").named_since(version::USER_REFERENCES_ENFORCE)
}

/// The tenant of a log of the old platform's: what it held before batch 07A-10 may be of any, what is written from then on is
/// of one that is there.
pub(super) const fn names_tenant() -> Reference {
    loose("tenant_id", "tenants").named_since(version::LOGS_ENFORCE)
}

impl Reference {
    /// The same reference, of which what is written from this version on is held.
    const fn named_since(mut self, since: u32) -> Self {
        self.naming = Some(Naming {
            since,
            or_text: false,
            but_for: None,
        });
        self
    }

    /// The same reference, in a column for free text.
    #[must_use]
    pub(super) const fn or_text(mut self) -> Self {
        if let Some(naming) = &mut self.naming {
            naming.or_text = true;
        }
        self
    }

    /// The same reference, but for rows under a word that is no tenant's.
    #[must_use]
    pub(super) const fn but_for(mut self, word: &'static str) -> Self {
        if let Some(naming) = &mut self.naming {
            naming.but_for = Some(word);
        }
        self
    }

    /// The same reference, whose rows go with their parent.
    #[must_use]
    pub(super) const fn cascade(mut self) -> Self {
        self.on_delete = OnDelete::Cascade;
        self
    }
}

/// A table that is being declared.
pub(super) struct Declared(Table);

/// Every right that is asked for on the rows of a tenant.
pub(super) const READ_AND_WRITE: &[Privilege] = &[
    Privilege::Select,
    Privilege::Insert,
    Privilege::Update,
    Privilege::Delete,
];

/// A table of the old platform, with an `id` and a `tenant_id` that refers to its tenant.
pub(super) fn adopted(name: &'static str, batch: Batch, columns: Vec<Column>) -> Declared {
    let mut declared = adopted_as(name, batch, TENANT, vec!["id"], columns);
    declared.reference(&replaces("tenant_id", "tenants", OnDelete::Cascade));
    let expanded = batch.steps().map(|steps| steps.expand);
    if let Some(since) = expanded {
        declared.0.uniques.push(Unique {
            name: format!("uq_{name}_tenant_id_id").leak(),
            columns: vec!["tenant_id", "id"],
            since,
            until: None,
            field: "id",
            primary: false,
        });
    }
    let since = expanded.unwrap_or(version::OPEN).min(version::OPEN);
    declared.looked_up_since(since)
}

/// A log of the old platform's, whose rows nobody refers to: it is opened once it is expanded.
pub(super) fn adopted_log(
    name: &'static str,
    batch: Batch,
    key: &'static str,
    columns: Vec<Column>,
) -> Declared {
    let declared = adopted_as(name, batch, TENANT, vec![key], columns);
    let since = declared.listed_since();
    declared.looked_up_since(since)
}

/// A table of the old platform of another form.
pub(super) fn adopted_as(
    name: &'static str,
    batch: Batch,
    owner: Owner,
    key: Vec<&'static str>,
    columns: Vec<Column>,
) -> Declared {
    let mut declared = Declared::new(name, batch, owner, key, columns, version::BASELINE);
    declared.0.guards = batch.steps().map(|steps| steps.enforce);
    declared.0.opened = batch.opened();
    declared
}

/// A table of Ringfence's own, which the batch's one step makes.
pub(super) fn own(
    name: &'static str,
    batch: Batch,
    key: Vec<&'static str>,
    columns: Vec<Column>,
) -> Declared {
    let since = batch.made();
    let mut declared = Declared::new(name, batch, TENANT, key, columns, since);
    declared.0.guards = Some(since);
    declared.0.opened = Some(since);
    declared
}

/// Rows that belong to the tenant in `tenant_id`.
pub(super) const TENANT: Owner = Owner::Tenant {
    column: "tenant_id",
};

impl Declared {
    fn new(
        name: &'static str,
        batch: Batch,
        owner: Owner,
        key: Vec<&'static str>,
        columns: Vec<Column>,
        since: u32,
    ) -> Self {
        let expanded = batch.steps().map_or(since, |steps| steps.expand);
        let columns = columns.into_iter().map(|column| match column.since {
            0 => column.since(since),
            WITH_THE_BATCH => column.since(expanded),
            _ => column,
        });
        let field = key.last().copied().unwrap_or_default();
        Self(Table {
            name,
            owner,
            since,
            batch,
            uniques: vec![Unique {
                name: format!("{name}_pkey").leak(),
                columns: key,
                since,
                until: None,
                field,
                primary: true,
            }],
            columns: columns.collect(),
            parents: Vec::new(),
            indexes: Vec::new(),
            log: false,
            append_only: None,
            moves_epoch: None,
            decides_by: &[],
            counters: false,
            guards: None,
            opened: None,
            runtime: &[],
            special: &[],
        })
    }

    /// The column that tells the rows of a tenant apart.
    fn id(&self) -> &'static str {
        self.0.key_at(self.0.since).last().copied().unwrap_or("id")
    }

    /// The index by which a row is looked up inside its tenant, from this version on: its table is opened then.
    fn looked_up_since(mut self, since: u32) -> Self {
        self.0.indexes.push(Index {
            name: format!("ix_{}_tenant_id_c", self.0.name).leak(),
            columns: vec!["tenant_id", self.id()],
            since,
            until: None,
            bytewise: true,
        });
        self
    }

    /// From which version rows are listed: where the table is opened, or before, where its own batch opens it.
    fn listed_since(&self) -> u32 {
        let opened = self.0.opened.unwrap_or(self.0.since).max(version::OPEN);
        let expanded = self.0.batch.steps().map(|steps| steps.expand);
        match expanded {
            Some(expand) if opened > version::OPEN => expand,
            _ => opened,
        }
    }

    fn reference(&mut self, reference: &Reference) {
        let Reference {
            column,
            table,
            on_delete,
            legacy,
            loose,
            naming,
            when,
        } = *reference;
        let name = self.0.name;
        let single: &'static str = format!("{name}_{column}_fkey").leak();
        let role = column.strip_suffix("_id").unwrap_or(column);
        // What belongs to no tenant is found by its id alone, and the name stays what it was.
        let constraint: &'static str = match table {
            "permissions" => single,
            "tenants" if loose => format!("fk_{name}_tenant").leak(),
            "tenants" => single,
            _ => format!("fk_{name}_tenant_{role}").leak(),
        };
        let (constraint, when) = match when {
            None => (constraint, None),
            Some((column, is)) => {
                let one_of = constraint;
                let when = When { column, is, one_of };
                (&*format!("{one_of}_{is}").leak(), Some(when))
            }
        };
        self.0.parents.push(Parent {
            column,
            table,
            on_delete,
            constraint,
            enforced: self.0.guards.filter(|_| !loose),
            legacy: legacy.map(|on_delete| Legacy {
                constraint: single,
                on_delete,
            }),
            loose,
            naming,
            when,
        });
    }

    /// What rows refer to besides their tenant.
    pub(super) fn parents(mut self, references: &[Reference]) -> Self {
        for reference in references {
            self.reference(reference);
        }
        self
    }

    /// A unique key, whose conflict is reported under its last column.
    pub(super) fn unique(mut self, name: &'static str, columns: &[&'static str]) -> Self {
        self.0.uniques.push(Unique {
            name,
            columns: columns.to_vec(),
            since: self.0.since,
            until: None,
            field: columns.last().copied().unwrap_or_default(),
            primary: false,
        });
        self
    }

    /// A unique key that a later step adds, whose conflict is reported under `field`. Behind [`indexed`](Self::indexed),
    /// whose indexes an older key made needless.
    pub(super) fn unique_since(
        mut self,
        version: u32,
        name: &'static str,
        columns: &[&'static str],
        field: &'static str,
    ) -> Self {
        self.0.uniques.push(Unique {
            name,
            columns: columns.to_vec(),
            since: version,
            until: None,
            field,
            primary: false,
        });
        self
    }

    /// The old platform's indexes of one column each.
    pub(super) fn indexed(mut self, columns: &[&'static str]) -> Self {
        // Where a unique key begins with the tenant too, an index of the tenant alone is a write for nothing.
        let redundant = self.0.uniques.iter();
        let redundant = redundant
            .filter(|unique| unique.columns.first() == Some(&"tenant_id"))
            .map(|unique| unique.since)
            .max();
        for column in columns {
            let until = redundant.filter(|since| *column == "tenant_id" && *since > self.0.since);
            self.0.indexes.push(Index {
                name: format!("ix_{}_{column}", self.0.name).leak(),
                columns: vec![column],
                since: self.0.since,
                until,
                bytewise: false,
            });
        }
        self
    }

    /// Indexes that lead with the tenant, made where the batch is expanded.
    pub(super) fn indexed_within_the_tenant(
        mut self,
        indexes: &[(&'static str, &[&'static str])],
    ) -> Self {
        let expanded = self
            .0
            .batch
            .steps()
            .map_or(self.0.since, |steps| steps.expand);
        for (name, columns) in indexes {
            self.0.indexes.push(Index {
                name,
                columns: columns.to_vec(),
                since: expanded,
                until: None,
                bytewise: false,
            });
        }
        self
    }

    /// The indexes by which a list is read in the order of `time`: the whole of it, and narrowed to one value of each of
    /// these columns.
    pub(super) fn listed(mut self, time: &'static str, by: &[&'static str]) -> Self {
        self.in_order(&["tenant_id", time]);
        self.listed_only(time, by)
    }

    /// Likewise, where there is no list but one narrowed to such a value.
    pub(super) fn listed_only(mut self, time: &'static str, by: &[&'static str]) -> Self {
        for column in by {
            self.in_order(&["tenant_id", column, time]);
        }
        self
    }

    /// Indexes likewise of a list that could not be narrowed so before the batch is expanded.
    pub(super) fn listed_with_the_batch(mut self, time: &'static str, by: &[&'static str]) -> Self {
        let expanded = self.0.batch.steps().map(|steps| steps.expand);
        for column in by {
            self.in_order_since(
                &["tenant_id", column, time],
                expanded.unwrap_or(self.0.since),
            );
        }
        self
    }

    /// An index of these columns from where the table is opened.
    fn in_order(&mut self, columns: &[&'static str]) {
        let since = self.listed_since();
        self.in_order_since(columns, since);
    }

    /// An index of these columns and the id behind them. What it makes needless goes: an index that it begins with, and the
    /// old platform's of one of the columns alone, which is asked for within a tenant only. Those of its references stay,
    /// because the deletion of a parent looks for its children by them; and on Postgres one of the times of all tenants
    /// would be taken for the order, and read through other tenants' rows.
    fn in_order_since(&mut self, columns: &[&'static str], since: u32) {
        let parents = &self.0.parents;
        let refers = |name: &&str| {
            let mut parents = parents.iter();
            parents.any(|it| it.column == *name && it.legacy.is_some())
        };
        let alone: Vec<&str> = columns.iter().copied().filter(|it| !refers(it)).collect();
        for index in &mut self.0.indexes {
            let begins = index.columns.len() > 1 && columns.starts_with(&index.columns);
            let is_alone = matches!(*index.columns, [column] if alone.contains(&column));
            if (begins || is_alone) && index.until.is_none() {
                index.until = Some(since);
            }
        }
        let of = columns.join("_").replace("tenant_id_", "tenant_");
        self.0.indexes.push(Index {
            name: format!("ix_{}_{of}_id", self.0.name).leak(),
            columns: [columns, &[self.id()]].concat(),
            since,
            until: None,
            bytewise: true,
        });
    }

    /// What the runtime role may do once the table is opened to it.
    pub(super) fn runtime(mut self, privileges: &'static [Privilege]) -> Self {
        self.0.runtime = privileges;
        self
    }

    /// What is written by hand, and why the generator leaves it out.
    pub(super) fn special(mut self, special: &'static [Special]) -> Self {
        self.0.special = special;
        self
    }

    /// From this version every write moves the policy epoch, or those of these columns only.
    pub(super) fn moves_epoch(mut self, version: u32, columns: &'static [&'static str]) -> Self {
        self.0.moves_epoch = Some(version);
        self.0.decides_by = columns;
        self
    }

    /// Part of an audit log, which the runtime role is let at from this version.
    pub(super) fn of_the_log(mut self, opened: u32) -> Self {
        self.0.log = true;
        self.0.opened = Some(opened);
        self
    }

    /// Rows are added and never changed.
    pub(super) fn append_only(mut self) -> Self {
        self.0.append_only = Some(self.0.since);
        self
    }

    /// Counters and nothing else.
    pub(super) fn counters(mut self) -> Self {
        self.0.counters = true;
        self.0.guards = None;
        self
    }

    pub(super) fn build(mut self) -> Table {
        self.index_names();
        let mut table = self.0;
        if table.since == version::BASELINE && table.owner == TENANT {
            keyed_within_the_tenant(&mut table);
        }
        table
    }

    /// The indexes by which the rows are found that name somebody, where none leads with that. They take the place of the
    /// old platform's of one column, by which nobody is looked for but within a tenant.
    fn index_names(&mut self) {
        let named = self
            .0
            .parents
            .iter()
            .filter(|it| it.naming.is_some() && it.table != "tenants");
        let named: Vec<&'static str> = named.map(|it| it.column).collect();
        for column in named {
            let columns = ["tenant_id", column];
            let mut there = self.0.indexes.iter();
            if there.any(|it| it.until.is_none() && it.columns.starts_with(&columns)) {
                continue;
            }
            let since = version::USER_REFERENCES_EXPAND;
            let mut alone = self.0.indexes.iter_mut();
            if let Some(index) = alone.find(|it| *it.columns == [column]) {
                index.until = Some(since);
            }
            self.0.indexes.push(Index {
                name: format!("ix_{}_tenant_{column}", self.0.name).leak(),
                columns: columns.to_vec(),
                since,
                until: None,
                bytewise: false,
            });
        }
    }
}

/// The keys of a table of the old platform once its rows are told apart within their tenant only. By what was the primary
/// key alone the old platform goes on looking rows up: an index takes its place.
fn keyed_within_the_tenant(table: &mut Table) {
    let (name, Some(Steps { expand, enforce })) = (table.name, Batch::Keys.steps()) else {
        return;
    };
    let within = |columns: &[&'static str]| [&["tenant_id"], columns].concat();
    let Some(first) = table.uniques.first().cloned() else {
        return;
    };
    let key = within(&first.columns);
    let mut wider = Vec::new();
    for unique in &mut table.uniques {
        let is_the_key = unique.columns == key;
        if unique.columns.contains(&"tenant_id") && !is_the_key {
            continue;
        }
        unique.until = Some(enforce);
        if !unique.primary && !is_the_key {
            let role = unique.columns.join("_");
            wider.push(Unique {
                name: format!("uq_{name}_tenant_{role}").leak(),
                columns: within(&unique.columns),
                since: expand,
                until: None,
                ..*unique
            });
        }
    }
    let old = first.columns.clone();
    let primary = Unique {
        columns: key,
        since: enforce,
        ..first
    };
    table.uniques.insert(1, primary);
    table.uniques.extend(wider);
    let keys = table.uniques.iter().filter(|unique| unique.until.is_none());
    let keys: Vec<&Unique> = keys.collect();
    for index in &mut table.indexes {
        let begins = |unique: &&&Unique| unique.columns.starts_with(&index.columns);
        if let Some(unique) = keys.iter().find(begins)
            && index.until.is_none()
            && !index.bytewise
        {
            index.until = Some(unique.since.max(index.since));
        }
    }
    table.indexes.push(Index {
        name: format!("ix_{name}_{}", old.join("_")).leak(),
        columns: old,
        since: enforce,
        until: None,
        bytewise: false,
    });
}

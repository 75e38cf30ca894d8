//! What is tried, by the catalogue: on every reference that is held, every unique key, every parent, every column that
//! never changes and every rowid.

use ringfence::schema::{self, OnDelete, Owner, Parent, Privilege, Table, version};
use ringfence_tests::fixture::Engine;

use super::world::{
    Lone, Row, at, fresh, guarded, held, id, insert, is_overtaken, is_tenants_own, lone,
    may_be_null, only, referring, row, set_to, tables, written,
};
use crate::guards_postgres::By;
use crate::guards_sqlite::{INSERTS, UPDATES};

/// A statement, and how it must be refused.
pub(super) struct Try {
    pub(super) by: By,
    pub(super) sql: String,
    pub(super) refused: Refused,
}

/// By what a statement is refused: by the guard or the key of this name.
#[derive(Clone)]
pub(super) enum Refused {
    Reference(&'static str),
    Unique(&'static str),
    Restrict(&'static str),
    Key(&'static str),
    Global(&'static str),
    /// Because this column may not be null.
    Null(&'static str),
    /// By row-level security.
    Policy,
    Privilege,
    /// It finds nothing.
    Nothing,
}

/// Whether a column of a row may never change.
pub(super) fn is_fixed(table: &Table, column: &str) -> bool {
    let link = table.filler().is_some();
    let key = table.key_at(version::LATEST);
    Some(column) == table.tenant_column() || (!link && key.contains(&column))
}

/// What the runtime role may do with a table.
pub(super) fn may(table: &Table, wanted: Privilege) -> bool {
    let mut granted = table.runtime_at(version::LATEST);
    granted.any(|privilege| *privilege == wanted)
}

/// Under which name a parent stays while this reference leads to it, if it does.
pub(super) fn kept_by(engine: Engine, edge: &Parent) -> Option<&'static str> {
    let legacy = edge.legacy.map(|legacy| legacy.constraint);
    let declared = edge.legacy.map(|legacy| legacy.on_delete);
    if edge.on_delete != OnDelete::Restrict {
        None
    } else if edge.within_the_tenant_at(version::LATEST) {
        Some(edge.constraint)
    } else if edge.keeps_parent_at(version::LATEST) {
        legacy
    } else {
        // The old platform's own.
        let declared = declared == Some(OnDelete::Restrict) && engine == Engine::Postgres;
        legacy.filter(|_| declared)
    }
}

/// A column that may change, for what a statement must set.
pub(super) fn free_column(table: &Table) -> Option<&'static str> {
    let columns = table.columns.iter().filter(|it| it.since == table.since);
    let mut free = columns.filter(|it| !is_fixed(table, it.name));
    free.rfind(|it| {
        let mut keys = table.uniques.iter();
        !keys.any(|unique| unique.columns.contains(&it.name))
    })
    .map(|it| it.name)
}

struct Tries {
    engine: Engine,
    all: Vec<Try>,
}

/// Everything that is tried on this engine.
pub(super) fn all(engine: Engine) -> Vec<Try> {
    let mut tries = Tries {
        engine,
        all: Vec::new(),
    };
    for table in guarded() {
        tries.parents_elsewhere(table);
        tries.tenant_elsewhere(table);
        tries.tenant_left_out(table);
        tries.taken_keys(table);
        tries.changed_keys(table);
        match engine {
            Engine::Sqlite => tries.rowids(table),
            Engine::Postgres => {}
        }
    }
    for lone in lone() {
        tries.kept_parent(&lone);
    }
    tries.shared_by_all();
    if engine == Engine::Postgres {
        tables().for_each(|table| tries.rows_of_another(table));
    }
    tries.all
}

impl Tries {
    /// By the owner, and on Postgres by the runtime role, to whom it may look otherwise.
    fn push(&mut self, sql: String, refused: Refused, to_the_runtime_role: Refused) {
        if self.engine == Engine::Postgres {
            self.all.push(Try {
                by: By::Runtime,
                sql: sql.clone(),
                refused: to_the_runtime_role,
            });
        }
        self.all.push(Try {
            by: By::Owner,
            sql,
            refused,
        });
    }

    fn insert(&mut self, table: &'static Table, row: &Row, refused: &Refused) {
        let own = row.get("tenant_id").is_none_or(|tenant| tenant == "'a'");
        let to_the_runtime_role = match may(table, Privilege::Insert) {
            false => Refused::Privilege,
            true if own => refused.clone(),
            true => Refused::Policy,
        };
        let conflict = free_column(table).unwrap_or(table.key_at(version::LATEST)[0]);
        let update = format!("ON CONFLICT DO UPDATE SET {conflict} = excluded.{conflict}");
        let spelled = INSERTS.map(|(begin, end)| match end.contains("UPDATE") {
            true => (begin, update.as_str()),
            false => (begin, end),
        });
        let spelled = match self.engine {
            Engine::Sqlite => &spelled[..],
            Engine::Postgres => &spelled[..1],
        };
        for form in spelled {
            let sql = insert(*form, table, row);
            self.push(sql, refused.clone(), to_the_runtime_role.clone());
        }
    }

    fn update(&mut self, table: &'static Table, set: &str, row: &Row, refused: &Refused) {
        let to_the_runtime_role = match may(table, Privilege::Update) {
            true => refused.clone(),
            false => Refused::Privilege,
        };
        let spelled = match self.engine {
            Engine::Sqlite => &UPDATES[..],
            Engine::Postgres => &UPDATES[..1],
        };
        for verb in spelled {
            let sql = format!("{verb} {} SET {set} WHERE {}", table.name, at(table, row));
            self.push(sql, refused.clone(), to_the_runtime_role.clone());
        }
    }

    /// A parent of another tenant, none, and that of a row which says that it is another tenant's.
    fn parents_elsewhere(&mut self, table: &'static Table) {
        let one = row(table, "a", 1);
        for parent in held(table) {
            let column = parent.column;
            let refused = Refused::Reference(parent.constraint);
            let mut elsewhere = vec!["'nothing'".to_owned(), "''".to_owned()];
            if is_tenants_own(parent.table) {
                elsewhere.push(id(parent.table, "b", only("b")));
                let own = id(parent.table, "a", only("a"));
                let other = referring(fresh(table, "b"), parent, &own);
                self.insert(table, &other, &refused);
            }
            // Postgres says that the column is not null.
            if self.engine == Engine::Sqlite && !may_be_null(table, parent) {
                elsewhere.push("NULL".to_owned());
            }
            let changed = match is_fixed(table, column) {
                true => Refused::Key(table.name),
                false => refused.clone(),
            };
            let free = parent.naming.is_some_and(|naming| naming.or_text);
            for value in elsewhere {
                if free && value != id(parent.table, "b", only("b")) {
                    self.free_text(table, parent, &value);
                    continue;
                }
                let wrong = referring(fresh(table, "a"), parent, &value);
                self.insert(table, &wrong, &refused);
                self.update(table, &set_to(parent, &value), &one, &changed);
            }
        }
        // What a row says that it refers to is something known.
        if let Some(when) = held(table).find_map(|parent| parent.when) {
            let refused = Refused::Reference(when.one_of);
            let mut wrong = fresh(table, "a");
            wrong.insert(when.column, "'nothing'".to_owned());
            self.insert(table, &wrong, &refused);
            self.update(
                table,
                &format!("{} = 'nothing'", when.column),
                &one,
                &refused,
            );
        }
    }

    /// A text that names nobody, in a column for free text: the runtime role writes none.
    fn free_text(&mut self, table: &'static Table, parent: &'static Parent, text: &str) {
        if self.engine == Engine::Sqlite {
            return;
        }
        for (sql, _) in written(table, parent, text) {
            self.all.push(Try {
                by: By::Runtime,
                sql,
                refused: Refused::Reference(parent.constraint),
            });
        }
    }

    /// A link that comes without its tenant, and whose ends are two tenants', or both several tenants'.
    fn tenant_left_out(&mut self, table: &'static Table) {
        let (Some(filled), Some(filler)) = (table.tenant_column(), table.filler()) else {
            return;
        };
        let null = Refused::Null(format!("{}.{filled}", table.name).leak());
        let mut left_out = fresh(table, "a");
        left_out.remove(filled);
        let mut refuse = |row: &Row, reference: &'static str, seen: Option<Refused>| {
            let sql = insert(("INSERT", ""), table, row);
            let refused = match self.engine {
                Engine::Sqlite => Refused::Reference(reference),
                Engine::Postgres => null.clone(),
            };
            self.all.push(Try {
                by: By::Owner,
                sql: sql.clone(),
                refused,
            });
            if let (Engine::Postgres, Some(refused)) = (self.engine, seen) {
                self.all.push(Try {
                    by: By::Runtime,
                    sql,
                    refused,
                });
            }
        };
        // To the runtime role there is no other tenant.
        refuse(&left_out, filler.constraint, None);
        let ends: Vec<&Parent> = held(table).filter(|it| is_tenants_own(it.table)).collect();
        if let [first, second] = ends[..] {
            let own = referring(left_out, first, &id(first.table, "a", only("a")));
            let apart = referring(own, second, &id(second.table, "b", only("b")));
            refuse(&apart, second.constraint, Some(Refused::Policy));
        }
    }

    /// A tenant that is none. Where a row always has a parent in its tenant, Postgres may name either.
    fn tenant_elsewhere(&mut self, table: &'static Table) {
        let mut tenants = table.parents.iter().filter(|it| it.table == "tenants");
        let Some(tenant) = tenants.find(|it| it.within_the_tenant_at(version::LATEST)) else {
            return;
        };
        if self.engine == Engine::Postgres && is_overtaken(table) {
            return;
        }
        let values = match self.engine {
            Engine::Sqlite => &["'nowhere'", "NULL"][..],
            Engine::Postgres => &["'nowhere'"],
        };
        for value in values {
            let mut wrong = fresh(table, "a");
            for parent in held(table).filter(|it| may_be_null(table, it)) {
                wrong.insert(parent.column, "NULL".to_owned());
            }
            wrong.insert("tenant_id", (*value).to_owned());
            self.insert(table, &wrong, &Refused::Reference(tenant.constraint));
        }
    }

    /// What a row that stands has, of either tenant.
    fn taken_keys(&mut self, table: &'static Table) {
        let there = table.uniques.iter();
        for unique in there.filter(|it| it.there_at(version::LATEST)) {
            let refers = held(table).any(|parent| unique.columns.contains(&parent.column));
            let own = refers || unique.columns.contains(&"tenant_id");
            for tenant in ["a", "b"] {
                let stands = row(table, tenant, 1);
                let mut taken = fresh(table, "a");
                for column in &unique.columns {
                    taken.insert(column, stands[column].clone());
                }
                // With the other's tenant or parents it would be another refusal.
                if tenant == "a" || !own {
                    self.insert(table, &taken, &Refused::Unique(unique.name));
                }
            }
            let (stands, other) = match table.name {
                "tenants" => (row(table, "b", 1), row(table, "a", 1)),
                _ => (row(table, "a", 1), row(table, "a", 2)),
            };
            let free = unique.columns.iter().filter(|name| !is_fixed(table, name));
            let set: Vec<String> = free
                .map(|name| format!("{name} = {}", stands[name]))
                .collect();
            if !set.is_empty() {
                self.update(
                    table,
                    &set.join(", "),
                    &other,
                    &Refused::Unique(unique.name),
                );
            }
        }
        if self.engine == Engine::Sqlite && table.column("version").is_some() {
            for version in ["0", "7", "-1", "version + 2", "NULL", "'1x'"] {
                let set = format!("version = {version}");
                self.update(table, &set, &row(table, "a", 1), &Refused::Key(table.name));
            }
        }
    }

    /// No row goes to another id or another tenant, with or without those that refer to it.
    fn changed_keys(&mut self, table: &'static Table) {
        let one = row(table, "a", 1);
        let columns = table.columns.iter().map(|column| column.name);
        for column in columns.filter(|column| is_fixed(table, column)) {
            let others = row(table, "b", 2)[column].clone();
            let mut values = vec!["'moved'".to_owned(), others];
            if self.engine == Engine::Sqlite {
                values.push("NULL".to_owned());
            }
            for value in values {
                let set = format!("{column} = {value}");
                self.update(table, &set, &one, &Refused::Key(table.name));
            }
        }
    }

    /// An existing row is not replaced through its rowid, and no row moves.
    fn rowids(&mut self, table: &'static Table) {
        if !table.has_rowid() {
            return;
        }
        let rowid = |tenant: &str| {
            let row = row(table, tenant, 1);
            format!(
                "(SELECT rowid FROM {} WHERE {})",
                table.name,
                at(table, &row)
            )
        };
        let key = Refused::Key(table.name);
        for name in ["rowid", "oid", "_rowid_"] {
            for taken in [rowid("a"), rowid("b"), "-1".to_owned()] {
                let mut wrong = fresh(table, "a");
                wrong.insert(name, taken);
                self.insert(table, &wrong, &key);
            }
            for moved in [rowid("b"), "99999".to_owned(), "-1".to_owned()] {
                let set = format!("{name} = {moved}");
                self.update(table, &set, &row(table, "a", 1), &key);
            }
        }
    }

    /// A parent that somebody refers to stays.
    fn kept_parent(&mut self, lone: &Lone) {
        let overtaken = lone.edge.table == "tenants" && is_overtaken(lone.child);
        let Some(name) = kept_by(self.engine, lone.edge).filter(|_| !overtaken) else {
            return;
        };
        let refused = match lone.owner().owner {
            Owner::Global => Refused::Global(lone.owner().name),
            Owner::Tenant { .. } => Refused::Restrict(name),
        };
        let to_the_runtime_role = match may(lone.owner(), Privilege::Delete) {
            true => refused.clone(),
            false => Refused::Privilege,
        };
        self.push(lone.delete_parent(), refused, to_the_runtime_role);
    }

    /// What belongs to everybody does not change.
    fn shared_by_all(&mut self) {
        let shared = schema::catalogue().iter();
        for table in shared.filter(|table| table.owner == Owner::Global) {
            let name = table.name;
            for sql in [
                format!("UPDATE {name} SET id = 'moved' WHERE id = 'p_1'"),
                format!("UPDATE {name} SET name = 'other' WHERE id = 'p_1'"),
                format!("DELETE FROM {name} WHERE id = 'p_1'"),
            ] {
                self.push(sql, Refused::Global(name), Refused::Privilege);
            }
        }
    }

    /// The runtime role neither makes, changes nor deletes a row of another tenant.
    fn rows_of_another(&mut self, table: &'static Table) {
        if !table.rls_at(version::LATEST) {
            return;
        }
        let mut runtime = |sql: String, privilege: Privilege, refused: Refused| {
            let refused = match may(table, privilege) {
                true => refused,
                false => Refused::Privilege,
            };
            let by = By::Runtime;
            self.all.push(Try { by, sql, refused });
        };
        let new = insert(("INSERT", ""), table, &fresh(table, "b"));
        runtime(new, Privilege::Insert, Refused::Policy);
        let (name, theirs) = (table.name, at(table, &row(table, "b", 2)));
        let delete = format!("DELETE FROM {name} WHERE {theirs}");
        runtime(delete, Privilege::Delete, Refused::Nothing);
        if let Some(column) = free_column(table) {
            let update = format!("UPDATE {name} SET {column} = {column} WHERE {theirs}");
            runtime(update, Privilege::Update, Refused::Nothing);
        }
    }
}

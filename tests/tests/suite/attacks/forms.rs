//! What must go on working, by the catalogue: whatever stays in its tenant.

use ringfence::schema::{Owner, Privilege, Table, version};
use ringfence_tests::fixture::Engine;

use super::tries::{free_column, is_fixed, kept_by, may};
use super::world::{
    Row, at, fresh, guarded, held, id, insert, is_overtaken, is_tenants_own, lone, may_be_null,
    only, referring, row, row_below, set_to, tables, written,
};
use crate::guards_postgres::By;

/// A statement, and a question with its answer afterwards.
pub(super) struct Form {
    pub(super) by: By,
    pub(super) sql: String,
    pub(super) question: String,
    pub(super) answer: String,
}

struct Forms {
    engine: Engine,
    all: Vec<Form>,
}

/// Everything that must go on working on this engine.
pub(super) fn all(engine: Engine) -> Vec<Form> {
    let mut forms = Forms {
        engine,
        all: Vec::new(),
    };
    for table in guarded() {
        forms.new_rows(table);
        forms.same_key_elsewhere(table);
        forms.other_parents(table);
        forms.free_texts(table);
        forms.same_names(table);
        forms.as_it_was(table);
        forms.versions(table);
    }
    forms.children_first();
    forms.same_id_elsewhere();
    forms.gone_elsewhere();
    if engine == Engine::Postgres {
        tables().for_each(|table| forms.seen(table));
    }
    forms.all
}

/// The row, with another value in a column.
fn with(mut row: Row, column: &'static str, value: &str) -> Row {
    row.insert(column, value.to_owned());
    row
}

impl Forms {
    fn push(&mut self, sql: &str, question: &str, answer: &str, runtime_may: bool) {
        let runtime = (self.engine == Engine::Postgres && runtime_may).then_some(By::Runtime);
        for by in [Some(By::Owner), runtime].into_iter().flatten() {
            self.all.push(Form {
                by,
                sql: sql.to_owned(),
                question: question.to_owned(),
                answer: answer.to_owned(),
            });
        }
    }

    fn inserted(&mut self, table: &'static Table, row: &Row) {
        let there = format!(
            "SELECT count(*) FROM {} WHERE {}",
            table.name,
            at(table, row)
        );
        let may = may(table, Privilege::Insert);
        self.push(&insert(("INSERT", ""), table, row), &there, "1", may);
    }

    fn updated(&mut self, table: &'static Table, set: &str, row: &Row, asked: &str, answer: &str) {
        let (name, at) = (table.name, at(table, row));
        let sql = format!("UPDATE {name} SET {set} WHERE {at}");
        let question = format!("SELECT {asked} FROM {name} WHERE {at}");
        self.push(&sql, &question, answer, may(table, Privilege::Update));
    }

    /// With all parents, without those that may be left out, and without the tenant where a trigger knows it.
    fn new_rows(&mut self, table: &'static Table) {
        let new = fresh(table, "a");
        self.inserted(table, &new);
        for parent in held(table).filter(|parent| may_be_null(table, parent)) {
            self.inserted(table, &with(new.clone(), parent.column, "NULL"));
        }
        if let Some(filled) = table.columns.iter().find(|it| it.filled.is_some()) {
            // What only its tenant has tells the tenant, be it one of its ends.
            let ends = held(table).filter(|it| is_tenants_own(it.table));
            for (end, tenant) in ends.flat_map(|end| [(end, "a"), (end, "b")]) {
                let own = id(end.table, tenant, only(tenant));
                let new = referring(fresh(table, tenant), end, &own);
                let mut left_out = new.clone();
                left_out.remove(filled.name);
                let (name, at) = (table.name, at(table, &new));
                let asked = format!("SELECT {} FROM {name} WHERE {at}", filled.name);
                let may = tenant == "a" && may(table, Privilege::Insert);
                self.push(
                    &insert(("INSERT", ""), table, &left_out),
                    &asked,
                    tenant,
                    may,
                );
            }
        }
        if self.engine == Engine::Sqlite && table.has_rowid() {
            self.inserted(table, &with(new, "rowid", "7777"));
        }
    }

    /// The key of a row that another tenant has as well, and one that only another has.
    fn same_key_elsewhere(&mut self, table: &'static Table) {
        if table.name == "tenants" || table.owner == Owner::Global {
            return;
        }
        let (theirs, own) = (fresh(table, "b"), fresh(table, "a"));
        let both = [&theirs, &own].map(|row| insert(("INSERT", ""), table, row));
        let there = format!(
            "SELECT count(*) FROM {} WHERE {}",
            table.name,
            at(table, &own)
        );
        self.push(&both.join("; "), &there, "1", false);
        if table.key_at(version::LATEST).contains(&"id") {
            self.inserted(table, &row_below(table, "a", only("b"), 3));
        }
    }

    /// A reference bent inside the tenant, and taken off.
    fn other_parents(&mut self, table: &'static Table) {
        for parent in held(table).filter(|parent| !is_fixed(table, parent.column)) {
            let (column, one) = (parent.column, row(table, "a", 1));
            let other = id(parent.table, "a", 3);
            let bent = referring(one.clone(), parent, &other);
            let there = format!(
                "SELECT count(*) FROM {} WHERE {}",
                table.name,
                at(table, &bent)
            );
            let sql = format!(
                "UPDATE {} SET {} WHERE {}",
                table.name,
                set_to(parent, &other),
                at(table, &one)
            );
            self.push(&sql, &there, "1", may(table, Privilege::Update));
            if may_be_null(table, parent) {
                let asked = format!("count({column})");
                self.updated(table, &format!("{column} = NULL"), &one, &asked, "0");
            }
        }
    }

    /// In a column for free text whoever sees every tenant names nobody, too.
    fn free_texts(&mut self, table: &'static Table) {
        for parent in held(table).filter(|it| it.naming.is_some_and(|naming| naming.or_text)) {
            let text = "'Ann of the contractor'";
            for (sql, row) in written(table, parent, text) {
                let there = format!(
                    "SELECT {} FROM {} WHERE {}",
                    parent.column,
                    table.name,
                    at(table, &row)
                );
                self.push(&sql, &there, text.trim_matches('\''), false);
            }
        }
    }

    /// What is unique in a tenant may be another tenant's as well.
    fn same_names(&mut self, table: &'static Table) {
        let there = table.uniques.iter();
        for unique in there.filter(|it| it.there_at(version::LATEST)) {
            let mut names = unique.columns.iter().copied();
            let key = table.key_at(version::LATEST);
            let Some(name) = names.find(|name| !key.contains(name) && *name != "tenant_id") else {
                continue;
            };
            let refers = held(table).any(|parent| parent.column == name);
            if !unique.columns.contains(&"tenant_id") || refers {
                continue;
            }
            let theirs = row(table, "b", only("b"))[name].clone();
            self.inserted(table, &with(fresh(table, "a"), name, &theirs));
            let asked = format!("count({name})");
            let set = format!("{name} = {theirs}");
            self.updated(table, &set, &row(table, "a", 2), &asked, "1");
        }
    }

    /// A row may be written with every column that it has.
    fn as_it_was(&mut self, table: &'static Table) {
        let columns = table
            .columns
            .iter()
            .filter(|it| it.since <= version::LATEST);
        let mut columns: Vec<&str> = columns.map(|column| column.name).collect();
        if self.engine == Engine::Sqlite && table.has_rowid() {
            columns.push("rowid");
        }
        let same: Vec<String> = columns
            .iter()
            .map(|name| format!("{name} = {name}"))
            .collect();
        self.updated(
            table,
            &same.join(", "),
            &row(table, "a", 1),
            "count(*)",
            "1",
        );
    }

    /// It moves by one with each update of the row, and once where the writer moved it himself.
    fn versions(&mut self, table: &'static Table) {
        let (Some(_), Some(column)) = (table.column("version"), free_column(table)) else {
            return;
        };
        let one = row(table, "a", 1);
        let set = format!("{column} = {column}");
        self.updated(table, &set, &one, "version", "2");
        let moved = format!("{set}, version = version + 1");
        self.updated(table, &moved, &one, "version", "2");
        let (sql, at) = (
            format!("UPDATE {} SET {set} WHERE {}", table.name, at(table, &one)),
            at(table, &row(table, "a", 2)),
        );
        let other = format!("SELECT version FROM {} WHERE {at}", table.name);
        self.push(&sql, &other, "1", may(table, Privilege::Update));
    }

    /// Who refers to nobody's parent any more keeps nobody.
    fn children_first(&mut self) {
        for lone in lone() {
            let overtaken = lone.edge.table == "tenants" && is_overtaken(lone.child);
            let shared = lone.owner().owner == Owner::Global;
            if overtaken || shared || kept_by(self.engine, lone.edge).is_none() {
                continue;
            }
            let (child, parent) = (lone.delete_child(), lone.delete_parent());
            let gone = format!("SELECT count(*) FROM {}", lone.at_parent());
            let own = lone.edge.table != "tenants";
            let may = may(lone.child, Privilege::Delete) && may(lone.owner(), Privilege::Delete);
            self.push(&format!("{child}; {parent}"), &gone, "0", own && may);
        }
    }

    /// What goes in one tenant takes no row of another along, and is kept by none, whatever ids they have.
    fn gone_elsewhere(&mut self) {
        for lone in lone()
            .into_iter()
            .filter(|lone| is_tenants_own(lone.edge.table))
        {
            let theirs = lone.parent_elsewhere();
            let (born, at) = (
                insert(("INSERT", ""), lone.owner(), &theirs),
                at(lone.owner(), &theirs),
            );
            let gone = format!("{born}; DELETE FROM {} WHERE {at}", lone.owner().name);
            self.push(&gone, &lone.reference(), &lone.referring(), false);
        }
    }

    /// Where the row chooses the table that it leads to, it keeps none of another table that has the same id.
    fn same_id_elsewhere(&mut self) {
        let chosen = || lone().into_iter().filter(|lone| lone.edge.when.is_some());
        for (lone, other) in chosen().zip(chosen().skip(1).chain(chosen().take(1))) {
            let other = other.owner();
            let same = lone.as_one_of(other);
            let (born, at) = (insert(("INSERT", ""), other, &same), at(other, &same));
            let gone = format!("SELECT count(*) FROM {} WHERE {at}", other.name);
            let may = may(other, Privilege::Insert) && may(other, Privilege::Delete);
            self.push(
                &format!("{born}; DELETE FROM {} WHERE {at}", other.name),
                &gone,
                "0",
                may,
            );
        }
    }

    /// The runtime role sees rows, and all of them its tenant's.
    fn seen(&mut self, table: &'static Table) {
        if table.rls_at(version::LATEST) {
            let (name, column) = (table.name, table.tenant_column().unwrap());
            self.all.push(Form {
                by: By::Runtime,
                sql: format!(
                    "CREATE TEMP TABLE seen AS SELECT bool_and({column} = 'a') AS own FROM {name}"
                ),
                question: "SELECT own FROM seen".to_owned(),
                answer: "true".to_owned(),
            });
        }
    }
}

//! SQLite: keys and references are held by triggers, on connections that never set `foreign_keys` as on others; by the
//! definitions of tables besides once those are [made anew](super::rebuilt).
//!
//! Each guarded table has, as far as it applies:
//!
//! | trigger | |
//! |---|---|
//! | `rf_<table>_insert` | refuses an existing rowid, a parent that is not in the row's tenant, and an existing unique key |
//! | `rf_<table>_insert_rowid` | refuses the rowid -1 |
//! | `rf_<table>_key` | refuses a changed id, tenant or rowid: a parent never moves under its children |
//! | `rf_<table>_update` | refuses a new parent that is not in the tenant, and a taken unique key |
//! | `rf_<table>_delete` | refuses to delete a parent that has children |
//! | `rf_<table>_cascade` | deletes the links of a user or role |
//! | `rf_<table>_version`, `_version_step` | moves the version by one with every update, whoever writes |
//! | `rf_<table>_tenant` | fills the tenant of a link that came without one |
//! | `rf_<table>_epoch_…` | moves the tenant's policy epoch |
//!
//! Why uniqueness is guarded although the engine checks it: OR REPLACE answers a conflict by deleting the row that
//! stands, without a delete trigger, be the conflict on the primary key, on another unique key or on the rowid, in an
//! INSERT or in an UPDATE. The guards run before the engine looks, and RAISE(ABORT) is not softened by a conflict
//! clause. For the same reason INSERT OR IGNORE and INSERT … ON CONFLICT, DO NOTHING and DO UPDATE alike, of an
//! existing key are refused, never skipped or turned into an update: insert with WHERE NOT EXISTS, or update. They say
//! ABORT and never ROLLBACK, which would destroy the savepoints of the neighbours in a shared transaction.
//!
//! The rowid: a BEFORE INSERT trigger sees -1 when the statement gave none, so -1 itself cannot be guarded there and is
//! refused once the row is in.
//!
//! Texts are fixed and name tables and constraints only, never a value: a guard tells nobody what another tenant holds.
//! References are looked at before uniques for the same reason.

use super::definition::{Sqlite, definition};
use super::structure::{
    Object, choice, differs, filled_at, fixed, held, index, is_composite, names, structure, tables,
    tenants_of_link,
};
use crate::schema::types::{Index, Naming, Owner, Parent, Special, Table, Unique};
use crate::schema::{children, kept_words};

pub(super) fn objects(version: u32) -> Vec<Object> {
    let mut objects = structure::<Sqlite>(version);
    let anew = tables(version).filter(|table| table.rekeyed_at(version));
    objects.extend(anew.map(definition));
    for table in tables(version) {
        let there = table
            .indexes
            .iter()
            .filter(|it| it.there_at(version) && !is_a_key(table, it, version));
        objects.extend(there.map(|it| plain(table, it)));
    }
    for table in tables(version) {
        objects.extend(triggers(table, version));
    }
    objects
}

/// An index.
pub(super) fn plain(table: &'static Table, it: &Index) -> Object {
    index(table, it.name, &it.columns.join(", "))
}

/// Whether rows are found by a key already, the old platform's or the batch's, for which Postgres has an index in the
/// order of bytes. The primary key becomes one late.
fn is_a_key(table: &Table, index: &Index, version: u32) -> bool {
    let mut keys = table
        .uniques
        .iter()
        .filter(|it| !it.primary || it.there_at(version));
    index.bytewise && keys.any(|unique| unique.columns == index.columns)
}

/// The triggers of one table, as they are collected.
struct Triggers {
    table: &'static Table,
    version: u32,
    made: Vec<Object>,
}

impl Triggers {
    /// A trigger `rf_<table>_<what>`, unless one of that name is written by hand. Its `body` are whole statements.
    fn add(&mut self, what: &str, event: &str, when: &str, body: &[String]) {
        let by_hand = |special: &Special| matches!(special, Special::Sqlite(name, since) if *name == what && *since <= self.version);
        if body.is_empty() || self.table.special.iter().any(by_hand) {
            return;
        }
        let name = format!("rf_{}_{what}", self.table.name);
        let when = match when {
            "" => String::new(),
            when => format!("\nWHEN {when}"),
        };
        let body = body.join(";\n    ");
        self.made.push(Object {
            create: format!(
                "CREATE TRIGGER {name} {event} ON {}{when}\nBEGIN\n    {body};\nEND",
                self.table.name
            ),
            drop: format!("DROP TRIGGER {name}"),
            name: format!("trigger {name}"),
            on: Some(self.table.name),
            rests_on: None,
        });
    }

    fn refuse(&mut self, what: &str, event: &str, when: &str, kind: &str) {
        let text = raise(kind, self.table.name);
        self.add(what, event, when, &[text]);
    }
}

/// A refusal, whatever the row says.
fn raise(kind: &str, name: &str) -> String {
    format!("SELECT RAISE(ABORT, 'ringfence.{kind}:{name}')")
}

/// A refusal of what meets a condition.
fn raise_where(kind: &str, name: &str, condition: &str) -> String {
    format!("{}\n    WHERE {condition}", raise(kind, name))
}

fn triggers(table: &'static Table, version: u32) -> Vec<Object> {
    let mut all = Triggers {
        table,
        version,
        made: Vec::new(),
    };
    versions(&mut all);
    filled(&mut all);
    if table.guarded_at(version) {
        if table.append_only_at(version) {
            append_only(&mut all);
        } else if table.owner == Owner::Global {
            inserts(&mut all);
            all.refuse("update", "BEFORE UPDATE", "", "global");
            all.refuse("delete", "BEFORE DELETE", "", "global");
        } else if !table.log {
            inserts(&mut all);
            updates(&mut all);
            deletes(&mut all);
            words(&mut all);
        }
    }
    if table.moves_epoch_at(version) {
        epochs(&mut all);
    }
    all.made
}

/// Rows are added, and stay as they are.
fn append_only(all: &mut Triggers) {
    inserts(all);
    all.refuse("update", "BEFORE UPDATE", "", "append_only");
    all.refuse("delete", "BEFORE DELETE", "", "append_only");
}

fn inserts(all: &mut Triggers) {
    let table = all.table;
    let mut body = Vec::new();
    if table.has_rowid() {
        let same = format!(
            "NEW.rowid <> -1 AND EXISTS (SELECT 1 FROM {} WHERE rowid = NEW.rowid)",
            table.name
        );
        body.push(raise_where("key", table.name, &same));
    }
    for parent in held(table, all.version) {
        body.push(match table.filler() {
            Some(filler) => missing_of_link(table, filler, parent, all.version),
            None => missing(table, parent),
        });
    }
    body.extend(several_tenants(table, all.version));
    body.extend(unknown_choice(table, all.version));
    body.extend(names(table, all.version).map(|(parent, naming)| {
        raise_where(
            "reference",
            parent.constraint,
            &misnamed(table, parent, naming),
        )
    }));
    for unique in uniques(table, all.version) {
        let taken = format!(
            "EXISTS (SELECT 1 FROM {} WHERE {})",
            table.name,
            same_key(unique)
        );
        body.push(raise_where("unique", unique.name, &taken));
    }
    all.add("insert", "BEFORE INSERT", "", &body);
    if table.has_rowid() {
        all.refuse("insert_rowid", "AFTER INSERT", "NEW.rowid = -1", "key");
    }
}

fn updates(all: &mut Triggers) {
    let table = all.table;
    let link = table.filler().is_some();
    let fixed = fixed(table);
    let mut never: Vec<&str> = if link { Vec::new() } else { fixed.clone() };
    if table.has_rowid() {
        never.push("rowid");
    }
    let moved = differs(&never, "IS NOT").replace(" OR ", "\n    OR ");
    all.refuse("key", "BEFORE UPDATE", &moved, "key");

    let mut body = Vec::new();
    let mut columns: Vec<&str> = Vec::new();
    // A link that came without its tenant is given one, once.
    if let (true, Some(tenant)) = (link, table.tenant_column()) {
        let moved = format!("OLD.{tenant} IS NOT NULL AND NEW.{tenant} IS NOT OLD.{tenant}");
        body.push(raise_where("key", table.name, &moved));
        columns.push(tenant);
    }
    for parent in held(table, all.version) {
        if link || !fixed.contains(&parent.column) {
            body.push(missing(table, parent));
            columns.push(parent.column);
            columns.extend(parent.when.map(|it| it.column));
        }
    }
    body.extend(unknown_choice(table, all.version));
    let may_change = |it: &(&Parent, Naming)| !fixed.contains(&it.0.column);
    for (parent, naming) in names(table, all.version).filter(may_change) {
        let column = parent.column;
        let misnamed = misnamed(table, parent, naming);
        let changed = format!("NEW.{column} IS NOT OLD.{column} AND {misnamed}");
        body.push(raise_where("reference", parent.constraint, &changed));
        columns.push(column);
    }
    for unique in uniques(table, all.version) {
        if !link && unique.columns.iter().all(|name| fixed.contains(name)) {
            continue;
        }
        let another = match table.has_rowid() {
            true => "rowid <> OLD.rowid".to_owned(),
            false => {
                let key = table.key_at(all.version);
                format!("({})", differs(key, "IS NOT").replace("NEW.", ""))
            }
        };
        let taken = format!(
            "EXISTS (\n        SELECT 1 FROM {} WHERE {} AND {another}\n    )",
            table.name,
            same_key(unique)
        );
        body.push(raise_where("unique", unique.name, &taken));
        columns.extend(unique.columns.iter().filter(|name| !fixed.contains(name)));
    }
    let columns = table
        .columns
        .iter()
        .map(|it| it.name)
        .filter(|it| columns.contains(it));
    let event = format!(
        "BEFORE UPDATE OF {}",
        columns.collect::<Vec<_>>().join(", ")
    );
    all.add("update", &event, "", &body);
}

/// What happens to the rows of a parent that goes.
fn deletes(all: &mut Triggers) {
    let table = all.table;
    let mut kept = Vec::new();
    let mut going = Vec::new();
    for (child, parent) in children(table.name).filter(|(child, _)| child.since <= all.version) {
        let of_tenant = parent.within_the_tenant_at(all.version) && is_composite(parent);
        let condition = match of_tenant {
            true => format!("tenant_id = OLD.tenant_id AND {} = OLD.id", parent.column),
            false => format!("{} = OLD.id", parent.column),
        };
        let condition = match parent.when {
            Some(when) => format!("{condition} AND {} = '{}'", when.column, when.is),
            None => condition,
        };
        if parent.keeps_parent_at(all.version) {
            // Until its own batch nothing says that such a row lies in the parent's tenant.
            let name = match (parent.enforced_at(all.version), parent.legacy) {
                (false, Some(legacy)) => legacy.constraint,
                _ => parent.constraint,
            };
            let any = format!("EXISTS (SELECT 1 FROM {} WHERE {condition})", child.name);
            kept.push(raise_where("restrict", name, &any));
        } else if parent.enforced_at(all.version) {
            going.push(format!("DELETE FROM {} WHERE {condition}", child.name));
        }
    }
    all.add("delete", "BEFORE DELETE", "", &kept);
    all.add("cascade", "AFTER DELETE", "", &going);
}

/// What stands in the place of a row is none's id.
fn words(all: &mut Triggers) {
    for word in kept_words(all.table.name, all.version) {
        let is_word = format!("NEW.id = '{word}'");
        let what = format!("kept_{word}");
        all.refuse(&what, "BEFORE INSERT", &is_word, "reserved");
    }
}

/// The unique keys that hold at this version, without those that the primary key implies.
fn uniques(table: &Table, version: u32) -> impl Iterator<Item = &Unique> {
    let key = table.key_at(version);
    let there = table.uniques.iter().filter(move |it| it.there_at(version));
    there.filter(move |unique| {
        unique.primary || !key.iter().all(|name| unique.columns.contains(name))
    })
}

fn same_key(unique: &Unique) -> String {
    same(&unique.columns)
}

/// `a = NEW.a AND b = NEW.b`.
fn same(columns: &[&str]) -> String {
    let each = columns.iter().map(|name| format!("{name} = NEW.{name}"));
    each.collect::<Vec<_>>().join(" AND ")
}

/// The refusal of a parent that is not there, in the row's tenant where the parent has one.
fn missing(table: &Table, parent: &Parent) -> String {
    let none = none_in_the_tenant(table, parent);
    raise_where("reference", parent.constraint, &none)
}

/// Whether there is no such parent, in the row's tenant where the parent has one.
fn none_in_the_tenant(table: &Table, parent: &Parent) -> String {
    let column = parent.column;
    let condition = match is_composite(parent) {
        true => format!("tenant_id = NEW.tenant_id AND id = NEW.{column}"),
        false => format!("id = NEW.{column}"),
    };
    let given = match table.column(column).is_some_and(|it| it.null) {
        true => format!("NEW.{column} IS NOT NULL AND "),
        false => String::new(),
    };
    let chosen = match parent.when {
        Some(when) => format!("NEW.{} = '{}' AND ", when.column, when.is),
        None => String::new(),
    };
    format!(
        "{chosen}{given}NOT EXISTS (SELECT 1 FROM {} WHERE {condition})",
        parent.table
    )
}

/// Whether a new value names nobody of the row's tenant; in a column for free text, whether it names another tenant's.
fn misnamed(table: &Table, parent: &Parent, naming: Naming) -> String {
    let (column, named) = (parent.column, parent.table);
    match naming.or_text {
        true => format!(
            "EXISTS (SELECT 1 FROM {named} WHERE id = NEW.{column})\n    \
             AND NOT EXISTS (SELECT 1 FROM {named} WHERE tenant_id = NEW.tenant_id AND id = NEW.{column})"
        ),
        false => none_in_the_tenant(table, parent) + &but_for(parent, naming),
    }
}

/// What is nobody's needs nobody.
fn but_for(parent: &Parent, naming: Naming) -> String {
    naming.but_for.map_or(String::new(), |word| {
        format!("\n    AND NEW.{} IS NOT '{word}'", parent.column)
    })
}

/// The refusal of a row that says of nothing known what it refers to.
fn unknown_choice(table: &'static Table, version: u32) -> Option<String> {
    let choice = choice(table, version)?;
    let known: Vec<String> = choice.of.iter().map(|(is, _)| format!("'{is}'")).collect();
    let none = format!("NEW.{} NOT IN ({})", choice.by, known.join(", "));
    Some(raise_where("reference", choice.one_of, &none))
}

/// Likewise for a link that may come without its tenant: that is then its filler's, or the one that has both its ends.
fn missing_of_link(table: &Table, filler: &Parent, parent: &Parent, version: u32) -> String {
    let (through, by) = (filler.table, filler.column);
    let condition = if parent == filler {
        format!(
            "SELECT 1 FROM {through}\n        WHERE id = NEW.{by} AND (NEW.tenant_id IS NULL OR tenant_id = NEW.tenant_id)"
        )
    } else if is_composite(parent) && table.rekeyed_at(version) {
        format!(
            "SELECT 1 {}\n        AND (NEW.tenant_id IS NULL OR {through}.tenant_id = NEW.tenant_id)",
            tenants_of_link(table, filler)
        )
    } else if is_composite(parent) {
        let other = parent.table;
        format!(
            "SELECT 1 FROM {through} JOIN {other} ON {other}.tenant_id = {through}.tenant_id\n        WHERE {through}.id = NEW.{by} AND {other}.id = NEW.{}",
            parent.column
        )
    } else {
        return missing(table, parent);
    };
    let none = format!("NOT EXISTS (\n        {condition}\n    )");
    raise_where("reference", parent.constraint, &none)
}

/// The refusal of a link that comes without its tenant and could lie in several.
fn several_tenants(table: &Table, version: u32) -> Option<String> {
    let filler = table.filler().filter(|_| table.rekeyed_at(version))?;
    let several = format!(
        "NEW.tenant_id IS NULL AND (\n        SELECT count(*) {}\n    ) > 1",
        tenants_of_link(table, filler)
    );
    Some(raise_where("reference", filler.constraint, &several))
}

/// The version moves by one with every update, whoever writes. Who wrote it himself may only have written what the
/// trigger would. The condition ends the recursion where recursive_triggers is on: the inner update does move it.
fn versions(all: &mut Triggers) {
    let table = all.table;
    let there = table
        .column("version")
        .is_some_and(|it| it.since <= all.version);
    if !there {
        return;
    }
    let at = match table.has_rowid() {
        true => "rowid = NEW.rowid".to_owned(),
        false => same(table.key_at(all.version)),
    };
    let moved = format!(
        "UPDATE {} SET version = OLD.version + 1 WHERE {at}",
        table.name
    );
    all.add(
        "version",
        "AFTER UPDATE",
        "NEW.version IS OLD.version",
        &[moved],
    );
    let jumped = "NEW.version IS NOT OLD.version AND NEW.version IS NOT OLD.version + 1";
    all.refuse("version_step", "BEFORE UPDATE OF version", jumped, "key");
}

/// A link takes the tenant of its filler, where it came without one, or that of the one tenant which has both its ends.
fn filled(all: &mut Triggers) {
    let table = all.table;
    let Some((tenant, filler)) = filled_at(table, all.version) else {
        return;
    };
    let name = tenant.name;
    let (of, at) = match table.rekeyed_at(all.version) {
        true => (
            format!(
                "SELECT {}.tenant_id {}",
                filler.table,
                tenants_of_link(table, filler)
            ),
            "rowid = NEW.rowid".to_owned(),
        ),
        false => (
            format!(
                "SELECT tenant_id FROM {} WHERE id = NEW.{}",
                filler.table, filler.column
            ),
            same(table.key_at(all.version)),
        ),
    };
    let fill = format!("UPDATE {} SET {name} = ({of})\n    WHERE {at}", table.name);
    let lacks = format!("NEW.{name} IS NULL");
    all.add("tenant", "AFTER INSERT", &lacks, &[fill]);
}

/// The epoch moves with whatever a decision is made of, whoever writes it. An update and then an insert, not an upsert:
/// inside a trigger the conflict clause of the outer statement would decide, and the guards refuse existing keys. No OR
/// REPLACE slips past, because the guards of uniqueness refuse it before a row goes without its delete trigger.
fn epochs(all: &mut Triggers) {
    let table = all.table;
    let Some(column) = table.tenant_column() else {
        return;
    };
    // A link may come without its tenant, to be filled by a trigger of the same moment: its filler is asked, and once that
    // may be several tenants', the filling itself is an update.
    let (inserted, when) = match table.filler() {
        Some(_) if table.rekeyed_at(all.version) => {
            (format!("NEW.{column}"), format!("NEW.{column} IS NOT NULL"))
        }
        Some(filler) => {
            let (parent, by) = (filler.table, filler.column);
            let of = format!("(SELECT tenant_id FROM {parent} WHERE id = NEW.{by})");
            (of, String::new())
        }
        None => (format!("NEW.{column}"), String::new()),
    };
    let moved = moved_epoch(&inserted);
    all.add("epoch_insert", "AFTER INSERT", &when, &moved);
    let event = match table.decides_by {
        [] => "AFTER UPDATE".to_owned(),
        columns => format!("AFTER UPDATE OF {}", columns.join(", ")),
    };
    all.add(
        "epoch_update",
        &event,
        "",
        &moved_epoch(&format!("NEW.{column}")),
    );
    // A tenant's epoch outlives it.
    if column != "id" {
        all.add(
            "epoch_delete",
            "AFTER DELETE",
            "",
            &moved_epoch(&format!("OLD.{column}")),
        );
    }
}

fn moved_epoch(tenant: &str) -> [String; 2] {
    let fresh = "lower(hex(randomblob(16)))";
    [
        format!("UPDATE policy_epochs SET epoch = {fresh} WHERE tenant_id = {tenant}"),
        format!(
            "INSERT INTO policy_epochs (tenant_id, epoch) SELECT {tenant}, {fresh}\n    \
             WHERE NOT EXISTS (SELECT 1 FROM policy_epochs WHERE tenant_id = {tenant})"
        ),
    ]
}

//! Postgres: composite foreign keys and unique constraints hold what they can, triggers the rest, and row-level
//! security shows the runtime role the rows of one tenant.
//!
//! Every guard that needs no table refuses through `ringfence_refuse`, its text given by the trigger and its condition
//! by the trigger's WHEN, which Postgres resolves when the trigger is made. Functions run with their caller's rights, so
//! that row-level security holds inside them, and a caller may set any search path: a function that names a table has
//! the path that the step runs in, with temporary tables last. (FROM CURRENT would keep "$user", which the caller
//! decides.)

use super::structure::{
    Choice, Dialect, Object, choice, choosing_function, differs, filled_at, filling_function,
    fixed, foreign_key, held_key, index, is_composite, keeping_function, key, names,
    naming_function, referred_key, structure, tables, tenants_of_link, word,
};
use crate::schema::types::{
    Column, Index, Legacy, Naming, OnDelete, Owner, Parent, Special, Table, Unique,
};
use crate::schema::{POLICY, TENANT_SETTING};
use crate::schema::{children, kept_words};

struct Postgres;

impl Dialect for Postgres {
    fn kind(column: &Column) -> String {
        let words = [
            "text",
            "bigint",
            "boolean",
            "timestamptz",
            "json",
            "double precision",
            "bytea",
        ];
        match column.limit {
            Some(limit) => format!("varchar({limit})"),
            None => word(column.kind, words).to_owned(),
        }
    }

    fn default(column: &Column, value: &str) -> String {
        use crate::schema::types::Kind;
        match (column.kind, value) {
            (Kind::Bool, "0") => "false".to_owned(),
            (Kind::Bool, _) => "true".to_owned(),
            _ => value.to_owned(),
        }
    }

    fn after_columns(_table: &Table) -> Vec<String> {
        Vec::new()
    }

    fn after_table(_table: &Table) -> &'static str {
        ""
    }

    fn unique(table: &'static Table, unique: &Unique) -> Option<Object> {
        Some(constraint(table, unique.name, &key(unique)))
    }
}

pub(super) fn constraint(table: &'static Table, name: &str, what: &str) -> Object {
    Object {
        name: format!("constraint {}.{name}", table.name),
        on: Some(table.name),
        rests_on: None,
        create: format!("ALTER TABLE {} ADD CONSTRAINT {name} {what}", table.name),
        drop: format!("ALTER TABLE {} DROP CONSTRAINT {name}", table.name),
    }
}

pub(super) fn objects(version: u32) -> Vec<Object> {
    let mut objects = structure::<Postgres>(version);
    for table in tables(version) {
        for it in table.indexes.iter().filter(|it| it.there_at(version)) {
            objects.push(ordered(table, it));
        }
    }
    for table in tables(version).filter(|table| table.guarded_at(version)) {
        for column in table.columns.iter().filter(|it| it.filled.is_some()) {
            let alter = format!("ALTER TABLE {} ALTER COLUMN {}", table.name, column.name);
            objects.push(Object {
                name: format!("not null {}.{}", table.name, column.name),
                on: Some(table.name),
                rests_on: None,
                create: format!("{alter} SET NOT NULL"),
                drop: format!("{alter} DROP NOT NULL"),
            });
        }
    }
    for table in tables(version) {
        let there = table
            .parents
            .iter()
            .filter_map(|it| reference(table, it, version));
        objects.extend(there);
    }
    for table in tables(version) {
        if let Some(choice) = choice(table, version) {
            objects.extend(choosing(table, &choice));
        }
    }
    for table in tables(version) {
        let named = names(table, version);
        objects.extend(named.map(|(parent, naming)| naming_of(table, parent, naming)));
        objects.extend(named_of(table, version));
    }
    for table in tables(version) {
        objects.extend(triggers(table, version));
    }
    let shown = tables(version).filter(|table| table.rls_at(version));
    objects.extend(shown.map(row_level_security));
    objects
}

/// What tells the rows of a table apart by its primary key in a publication.
pub(super) fn identified_by_its_key(table: &Table, version: u32) -> Option<String> {
    let mut keys = table.uniques.iter();
    let key = keys.find(|it| it.primary && it.there_at(version))?;
    let (table, key) = (table.name, key.name);
    Some(format!(
        "ALTER TABLE {table} REPLICA IDENTITY USING INDEX {key}"
    ))
}

/// An index, in the order of bytes where it is read so.
pub(super) fn ordered(table: &'static Table, it: &Index) -> Object {
    let order = if it.bytewise { " COLLATE \"C\"" } else { "" };
    let columns = format!("{}{order}", it.columns.join(", "));
    index(table, it.name, &columns)
}

/// The foreign key as it is at this version: the old platform's until the reference is enforced.
pub(super) fn reference(table: &'static Table, parent: &Parent, version: u32) -> Option<Object> {
    if parent.when.is_some() {
        return None;
    }
    let resting = |object: Object| Object {
        rests_on: referred_key(parent, version).map(|key| key.name.to_owned()),
        ..object
    };
    if parent.enforced_at(version) {
        let held = constraint(table, parent.constraint, &held_key(parent));
        return Some(resting(held));
    }
    let Legacy {
        constraint: name,
        on_delete,
    } = parent.legacy?;
    let on_delete = match parent.keeps_parent_at(version) {
        true => OnDelete::Restrict,
        false => on_delete,
    };
    let key = foreign_key(parent.column, parent.table, "id", on_delete);
    Some(resting(constraint(table, name, &key)))
}

/// The triggers of one table, as they are collected, and the functions that they need.
struct Triggers {
    table: &'static Table,
    version: u32,
    made: Vec<Object>,
}

impl Triggers {
    /// A trigger `ringfence_<what>`, unless one of that name is written by hand. `rest` follows the table's name.
    fn add(&mut self, what: &str, event: &str, rest: &str) {
        let by_hand = |special: &Special| matches!(special, Special::Postgres(name, since) if *name == what && *since <= self.version);
        if self.table.special.iter().any(by_hand) {
            return;
        }
        let (name, table) = (format!("ringfence_{what}"), self.table.name);
        self.made.push(Object {
            create: format!("CREATE TRIGGER {name} {event} ON {table}\n    {rest}"),
            drop: format!("DROP TRIGGER {name} ON {table}"),
            name: format!("trigger {name} on {table}"),
            on: Some(table),
            rests_on: None,
        });
    }

    fn refuse(&mut self, what: &str, event: &str, each: &str, kind: &str) {
        let rest = format!(
            "{each}\n    EXECUTE FUNCTION ringfence_refuse('ringfence.{kind}:{}')",
            self.table.name
        );
        self.add(what, event, &rest);
    }
}

const ROW: &str = "FOR EACH ROW";
const STATEMENT: &str = "FOR EACH STATEMENT";

fn triggers(table: &'static Table, version: u32) -> Vec<Object> {
    let mut all = Triggers {
        table,
        version,
        made: Vec::new(),
    };
    if table
        .column("version")
        .is_some_and(|it| it.since <= version)
    {
        let rest = format!("{ROW} EXECUTE FUNCTION ringfence_version()");
        all.add("version", "BEFORE UPDATE", &rest);
    }
    filled(&mut all);
    chosen(&mut all);
    named(&mut all);
    if table.guarded_at(version) {
        if table.append_only_at(version) {
            all.refuse("append_only", "BEFORE UPDATE OR DELETE", ROW, "append_only");
            all.refuse("truncate", "BEFORE TRUNCATE", STATEMENT, "append_only");
        } else if table.owner == Owner::Global {
            all.refuse("global", "BEFORE UPDATE OR DELETE", ROW, "global");
            all.refuse("truncate", "BEFORE TRUNCATE", STATEMENT, "global");
        } else if !table.log {
            let moved = format!("{ROW} WHEN ({})", differs(&fixed(table), "<>"));
            all.refuse("key", "BEFORE UPDATE", &moved, "key");
        }
    }
    if table.moves_epoch_at(version) {
        epochs(&mut all);
    }
    all.made
}

/// A function of a trigger, pinned to the path that the step runs in.
fn function_of(name: &str, body: &str) -> Object {
    Object {
        name: format!("function {name}"),
        on: None,
        rests_on: None,
        create: format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    {body}\nEND\n$$;\n\
             DO $$\nBEGIN\n    EXECUTE format('ALTER FUNCTION {name}() SET search_path = %I, pg_temp', \
             current_schema());\nEND\n$$"
        ),
        drop: format!("DROP FUNCTION {name}()"),
    }
}

/// A refusal by a function. `rest` is joined to the name.
fn raise(kind: &str, name: &str, rest: &str) -> String {
    format!("RAISE EXCEPTION USING ERRCODE = 'RF001', MESSAGE = 'ringfence.{kind}:{name}'{rest};")
}

/// Whoever deletes sees what was committed before each statement, and not before his transaction alone: a reference that
/// came since would be left behind.
fn sees_what_came_since(name: &str) -> String {
    format!(
        "IF current_setting('transaction_isolation') <> 'read committed' THEN\n        {}\n    END IF;\n    ",
        raise("isolation", name, "")
    )
}

/// Where a row of this tenant's is looked for, if the parent's rows are a tenant's.
fn within(parent: &Parent, row: &str) -> String {
    match is_composite(parent) {
        true => format!("tenant_id = {row}.tenant_id AND "),
        false => String::new(),
    }
}

/// What looks for whom a row names, by the same lock, where it names another than before (a new row had nothing there). Whoever is shown one tenant only
/// writes no free text: he could not be told that it is somebody's of another tenant.
fn naming_of(table: &Table, parent: &Parent, naming: Naming) -> Object {
    let (column, named) = (parent.column, parent.table);
    let within = within(parent, "NEW");
    let misnamed = match naming.or_text {
        true => format!(
            "NOT FOUND AND (row_security_active('{named}') OR EXISTS (SELECT FROM {named} WHERE id = NEW.{column}))"
        ),
        false => "NOT FOUND".to_owned(),
    };
    let same = match fixed(table).contains(&column) {
        true => String::new(),
        false => format!(
            "IF NEW.{column} IS NOT DISTINCT FROM OLD.{column} THEN\n        RETURN NULL;\n    END IF;\n    "
        ),
    };
    let looks = format!(
        "{same}PERFORM FROM {named} WHERE {within}id = NEW.{column} FOR KEY SHARE;\n    \
         IF {misnamed} THEN\n        {}\n    END IF;\n    RETURN NULL;",
        raise("reference", parent.constraint, "")
    );
    function_of(&choosing_function(table, column), &looks)
}

/// The references by which rows of this table are named at this version, each with the table that names them.
fn names_of(
    table: &Table,
    version: u32,
) -> impl Iterator<Item = (&'static Table, &'static Parent)> {
    children(table.name).filter(move |(_, it)| it.naming_at(version).is_some())
}

/// What keeps the rows of this table that others name.
fn named_of(table: &'static Table, version: u32) -> Option<Object> {
    let looks: String = names_of(table, version)
        .map(|(child, parent)| {
            let within = within(parent, "OLD");
            format!(
                "PERFORM FROM {} WHERE {within}{} = OLD.id LIMIT 1;\n    \
                 IF FOUND THEN\n        {}\n    END IF;\n    ",
                child.name,
                parent.column,
                raise("restrict", parent.constraint, "")
            )
        })
        .collect();
    let sees = sees_what_came_since(table.name);
    (!looks.is_empty()).then(|| {
        function_of(
            &naming_function(table),
            &format!("{sees}{looks}RETURN NULL;"),
        )
    })
}

/// What runs them: where rows name somebody, and where somebody is deleted.
fn named(all: &mut Triggers) {
    let (table, version) = (all.table, all.version);
    for (parent, naming) in names(table, version) {
        let column = parent.column;
        let function = choosing_function(table, column);
        let event = match fixed(table).contains(&column) {
            true => "AFTER INSERT".to_owned(),
            false => format!("AFTER INSERT OR UPDATE OF {column}"),
        };
        let when = match naming.but_for {
            Some(word) => format!("NEW.{column} <> '{word}'"),
            None => format!("NEW.{column} IS NOT NULL"),
        };
        let runs = format!("{ROW} WHEN ({when}) EXECUTE FUNCTION {function}()");
        all.add(column, &event, &runs);
    }
    for word in kept_words(table.name, version) {
        let refuses = format!(
            "{ROW} WHEN (NEW.id = '{word}')\n    EXECUTE FUNCTION ringfence_refuse('ringfence.reserved:{}')",
            table.name
        );
        all.add(&format!("kept_{word}"), "BEFORE INSERT", &refuses);
    }
    if names_of(table, version).next().is_some() {
        let runs = format!("{ROW} EXECUTE FUNCTION {}()", naming_function(table));
        all.add("named", "AFTER DELETE", &runs);
    }
}

/// What holds a reference to one table or another as a foreign key would: whoever refers locks the row against its
/// deletion, and whoever deletes looks once the row is his. Statements of a function see what was committed before each of
/// them. The name of the refusal ends in what the row says.
fn choosing(table: &'static Table, choice: &Choice) -> [Object; 2] {
    let Choice {
        column,
        by,
        one_of,
        of,
    } = choice;
    let ways: String = of
        .iter()
        .map(|(is, parent)| {
            format!(
                "WHEN '{is}' THEN\n        PERFORM FROM {} WHERE tenant_id = NEW.tenant_id AND id = NEW.{column} \
                 FOR KEY SHARE;\n    ",
                parent.table
            )
        })
        .collect();
    let refuse = |kind: &str, rest: &str| raise(kind, one_of, rest);
    let looks = format!(
        "CASE NEW.{by}\n    {ways}ELSE\n        {}\n    END CASE;\n    IF NOT FOUND THEN\n        {}\n    END IF;\n    \
         RETURN NULL;",
        refuse("reference", ""),
        refuse("reference", &format!(" || '_' || NEW.{by}"))
    );
    let name = table.name;
    let sees = sees_what_came_since(name);
    let keeps = format!(
        "{sees}PERFORM FROM {name} WHERE tenant_id = OLD.tenant_id AND {column} = OLD.id AND {by} = TG_ARGV[0] LIMIT 1;\n    \
         IF FOUND THEN\n        {}\n    END IF;\n    RETURN NULL;",
        refuse("restrict", " || '_' || TG_ARGV[0]")
    );
    [
        function_of(&choosing_function(table, column), &looks),
        function_of(&keeping_function(table), &keeps),
    ]
}

/// What runs them: where rows refer, and where what they may refer to is deleted.
fn chosen(all: &mut Triggers) {
    let (table, version) = (all.table, all.version);
    if let Some(Choice { column, by, .. }) = choice(table, version) {
        let event = format!("AFTER INSERT OR UPDATE OF {by}, {column}");
        let function = choosing_function(table, column);
        all.add(
            column,
            &event,
            &format!("{ROW} EXECUTE FUNCTION {function}()"),
        );
    }
    for (child, parent) in children(table.name).filter(|(_, it)| it.enforced_at(version)) {
        let Some(when) = parent.when else { continue };
        let runs = format!(
            "EXECUTE FUNCTION {}('{}')",
            keeping_function(child),
            when.is
        );
        let what = format!("kept_by_{}", child.name);
        all.add(&what, "AFTER DELETE", &format!("{ROW} {runs}"));
    }
}

/// A link that comes without its tenant takes its filler's, and once an id may be several tenants', that of the one which
/// has both its ends. Where there is none, or more than one, it stays null, which no link may be.
fn filled(all: &mut Triggers) {
    let table = all.table;
    let Some((tenant, filler)) = filled_at(table, all.version) else {
        return;
    };
    let function = filling_function(table);
    let (column, parent, by) = (tenant.name, filler.table, filler.column);
    let of = match table.rekeyed_at(all.version) {
        true => format!(
            "SELECT min({parent}.tenant_id) {} HAVING count(*) = 1",
            tenants_of_link(table, filler)
        ),
        false => format!("SELECT tenant_id FROM {parent} WHERE id = NEW.{by}"),
    };
    let filling = function_of(
        &function,
        &format!("NEW.{column} := ({of});\n    RETURN NEW;"),
    );
    let rest = format!("{ROW} WHEN (NEW.{column} IS NULL) EXECUTE FUNCTION {function}()");
    let rests_on = Some(filling.create.clone());
    all.made.push(filling);
    all.add("tenant", "BEFORE INSERT", &rest);
    if let Some(trigger) = all.made.last_mut() {
        trigger.rests_on = rests_on;
    }
}

/// Once a statement, not once a row, so that a bulk change moves an epoch once; TRUNCATE fires no row trigger and has no
/// transition table. A tenant's own row names no tenant column, and its epoch outlives it.
fn epochs(all: &mut Triggers) {
    if all.table.tenant_column() == Some("id") {
        let changed = "EXECUTE FUNCTION ringfence_tenant_changed()";
        all.add("policy_insert", "AFTER INSERT", &format!("{ROW} {changed}"));
        let when = differs(all.table.decides_by, "IS DISTINCT FROM");
        let rest = format!("{ROW} WHEN ({when})\n    {changed}");
        all.add("policy_update", "AFTER UPDATE", &rest);
        return;
    }
    for (event, seen) in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")] {
        let rest = format!(
            "REFERENCING {seen} TABLE AS changed\n    {STATEMENT} EXECUTE FUNCTION ringfence_policy_changed()"
        );
        let what = format!("policy_{}", event.to_ascii_lowercase());
        all.add(&what, &format!("AFTER {event}"), &rest);
    }
    let rest = format!("{STATEMENT} EXECUTE FUNCTION ringfence_policy_emptied()");
    all.add("policy_truncate", "AFTER TRUNCATE", &rest);
}

/// Not forced: the owner of the tables is the operator, who migrates, scans and purges across tenants. The setting is ''
/// rather than null after a transaction that had it, and no tenant may match that. As a subselect it is evaluated once
/// a statement, not once a row. The deployment's own log stands in the log's tables, under an id that no tenant has, and what
/// is nobody's in the old platform's: a tenant's transaction never sees it, whatever it is named.
pub(super) fn row_level_security(table: &'static Table) -> Object {
    let (name, column) = (table.name, table.tenant_column().unwrap_or_default());
    let setting = format!("nullif(current_setting('{TENANT_SETTING}', true), '')");
    let nobodys = table.parents.iter().find_map(|it| it.naming?.but_for);
    let somebodys = match table.log {
        true => Some("left(named, 1) <> '~'".to_owned()),
        false => nobodys.map(|word| format!("named <> '{word}'")),
    };
    let tenant = match somebodys {
        Some(somebodys) => format!("(SELECT named FROM {setting} AS named WHERE {somebodys})"),
        None => format!("(SELECT {setting})"),
    };
    Object {
        name: format!("policy {POLICY} on {name}"),
        on: Some(name),
        rests_on: None,
        create: format!(
            "CREATE POLICY {POLICY} ON {name}\n    USING ({column} = {tenant})\n    WITH CHECK ({column} = {tenant});\n\
             ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        ),
        drop: format!(
            "ALTER TABLE {name} DISABLE ROW LEVEL SECURITY;\nDROP POLICY {POLICY} ON {name}"
        ),
    }
}

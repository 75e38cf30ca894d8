//! `governance/boundary_matrix.md` is what the catalogue says, written for people.

use std::fmt::Write;

use ringfence::schema::{self, OnDelete, Owner, Parent, Privilege, Table, version};

#[test]
fn the_boundary_matrix_is_what_the_catalogue_says() {
    crate::blessed::is_written("governance/boundary_matrix.md", &matrix());
}

const HEAD: &str = "# The tenant boundary, table by table

Generated from the catalogue in `core/src/schema`; `RINGFENCE_BLESS=1 cargo test -p ringfence-tests
boundary_matrix` writes it anew, and a test fails while it is stale.

`V5` is the migration step from which something holds. A reference to a tenant's row is held over
`(tenant_id, column)`: on Postgres by a foreign key, on SQLite by triggers that need no `foreign_keys`, and from `07a9_keys_enforce` on, which makes every primary key `(tenant_id, …)`, by a foreign key besides; where the row says which table is meant, on both by triggers. *Later*: a
later batch will hold it, until then the old platform's single-column foreign key does, where one is declared;
*parent stays*: from that step on the parent's deletion is refused all the same while any row refers to it. *What is written*: the old platform never declared it and its rows stay as they are; triggers hold the values that are
written from that step on, and the parent stays. *Loose*: the old platform never declared it; nothing holds it. *Guards* are the triggers
on SQLite (references, unique keys, the rowid, a parent's deletion, keys that never change) and on Postgres (keys
that never change). *RLS* is row-level security with the policy `ringfence_tenant`; what follows it is what the
runtime role may do. Layers 1 and 2, types and the tenant predicate in every statement, hold for every table that
has a tenant.
";

fn matrix() -> String {
    let mut text = String::from(HEAD);
    let mut batches: Vec<_> = schema::catalogue()
        .iter()
        .map(|table| table.batch)
        .collect();
    batches.sort_unstable();
    batches.dedup();
    for batch in batches {
        writeln!(text, "\n## {}\n", batch.label()).unwrap();
        text +=
            "| table | rows belong to | refers to | SQLite | Postgres |\n|---|---|---|---|---|\n";
        for table in schema::catalogue()
            .iter()
            .filter(|table| table.batch == batch)
        {
            text += &row(table);
        }
    }
    let held = schema::edges()
        .filter(|(_, parent)| parent.enforced.is_some())
        .count();
    let loose = schema::edges().filter(|(_, parent)| parent.loose);
    let (written, loose): (Vec<_>, Vec<_>) = loose.partition(|(_, parent)| parent.naming.is_some());
    writeln!(
        text,
        "\nAt V{}: {held} of {} references held on both engines, {} of what is written, {} loose.",
        version::LATEST,
        schema::edges().count(),
        written.len(),
        loose.len()
    )
    .unwrap();
    text
}

fn row(table: &Table) -> String {
    let owner = match table.owner {
        Owner::Global => "everybody".to_owned(),
        Owner::Tenant { column } => match table.column(column).map(|column| column.since) {
            Some(since) if since > table.since => format!("the tenant in `{column}` (V{since})"),
            _ => format!("the tenant in `{column}`"),
        },
    };
    let parents: Vec<String> = table.parents.iter().map(reference).collect();
    let parents = if parents.is_empty() {
        "–".to_owned()
    } else {
        parents.join("<br>")
    };
    let guards = match (table.guards, table.append_only) {
        (_, Some(since)) => format!("append-only V{since}"),
        (Some(since), None) => format!("guards V{since}"),
        (None, None) => "–".to_owned(),
    };
    let mut postgres = vec![guards.clone()];
    if let Some(since) = table.opened {
        let rights: Vec<String> = table.runtime.iter().map(right).collect();
        let rls = if table.rls_at(since) { "RLS " } else { "" };
        postgres.push(format!("{rls}V{since}: {}", rights.join(", ")));
    }
    postgres.retain(|what| what != "–" || table.opened.is_none());
    let name = table.name;
    format!(
        "| `{name}` | {owner} | {parents} | {guards} | {} |\n",
        postgres.join("<br>")
    )
}

fn reference(parent: &Parent) -> String {
    let on_delete = match parent.on_delete {
        OnDelete::Restrict => "RESTRICT",
        OnDelete::Cascade => "CASCADE",
        OnDelete::SetNull => "SET NULL",
    };
    let when = match parent.enforced.or(parent.naming.map(|it| it.since)) {
        Some(since) if parent.loose => format!("{on_delete}, what is written V{since}"),
        Some(since) => format!("{on_delete}, V{since}"),
        None if parent.loose => "loose".to_owned(),
        None => "later".to_owned(),
    };
    let kept = match parent.keeps_parent_since() {
        Some(since) if !parent.loose && parent.enforced != Some(since) => {
            format!("; parent stays V{since}")
        }
        _ => String::new(),
    };
    let of = parent.when.map_or(String::new(), |when| {
        format!(" where `{}` is `{}`", when.column, when.is)
    });
    format!(
        "`{}` → `{}`{of} ({when}{kept})",
        parent.column, parent.table
    )
}

fn right(privilege: &Privilege) -> String {
    match privilege {
        Privilege::Select => "SELECT".to_owned(),
        Privilege::Insert => "INSERT".to_owned(),
        Privilege::Update => "UPDATE".to_owned(),
        Privilege::UpdateOf(columns) => format!("UPDATE of {}", columns.join(" and ")),
        Privilege::Delete => "DELETE".to_owned(),
    }
}

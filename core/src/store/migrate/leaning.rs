//! What a host made that relies on a key which a step takes away: references and views. No step takes it along.

use ringfence_migrations::Step;

use super::stepping::{Stepping, stopped};
use crate::error::Failure;
use crate::schema::{self, Table, Unique};
use crate::store::engine::Engine;
use crate::store::statements::migration::{self, Leaning};

/// How many are told.
const TOLD: usize = 10;

/// Refuses what stands in the way of a step from one version to another, for all steps of a run: half-way a database is of
/// no use to anybody.
pub(super) async fn refuse_leaning(
    stepping: &mut Stepping,
    steps: impl Iterator<Item = (&'static Step, u32, u32)>,
) -> Result<(), Failure> {
    let mut leaning = stepping.tx.all(&migration::LEANING, &[]).await?;
    leaning.retain(|it| !is_ours(it));
    let engine = stepping.engine;
    for (step, from, to) in steps {
        let goes = |it: &&Leaning| {
            schema::table(&it.table).is_some_and(|table| goes(table, &it.key, (from, to), engine))
        };
        let in_the_way: Vec<String> = leaning.iter().filter(goes).map(told).collect();
        if !in_the_way.is_empty() {
            return Err(stopped(refused(step, &in_the_way)));
        }
    }
    Ok(())
}

fn refused(step: &Step, in_the_way: &[String]) -> String {
    let (told, more) = in_the_way.split_at(in_the_way.len().min(TOLD));
    let more = match more.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "{} takes keys away that others rely on, and no step was taken: {}{more}; take these away first, and make them \
         again behind it over the keys that there are then",
        step.name,
        told.join(", ")
    )
}

fn told(it: &Leaning) -> String {
    let Leaning {
        what,
        columns,
        table,
        key,
    } = it;
    let by = match columns.as_str() {
        "" => String::new(),
        columns => format!(" ({columns})"),
    };
    match key.as_str() {
        "" => format!("{what}{by} on {table}"),
        key => format!("{what}{by} on {table} ({key})"),
    }
}

/// Whether it is a reference of the old platform's or the library's, which the steps know.
fn is_ours(it: &Leaning) -> bool {
    let Some(table) = schema::table(&it.what) else {
        return false;
    };
    let mut columns = it.columns.split(", ");
    if columns.clone().any(|column| table.column(column).is_none()) {
        return false;
    }
    let names_its_tenant = columns.any(|column| table.tenant_column() == Some(column));
    let mut parents = table.parents.iter();
    names_its_tenant || parents.any(|parent| parent.legacy.is_some() && parent.column == it.columns)
}

/// Whether a key over these columns is there at the one version and not at the other; without any, the primary key. SQLite
/// looks for a key over the columns whenever it needs one; Postgres keeps the one that was there.
fn goes(table: &Table, columns: &str, (from, to): (u32, u32), engine: Engine) -> bool {
    let at = |version| {
        let keys = table.uniques.iter();
        keys.filter(move |key| key.there_at(version))
    };
    let is_named = |key: &&Unique| match columns {
        "" => key.primary,
        columns => sorted(key.columns.iter().copied()) == sorted(columns.split(", ")),
    };
    let Some(key) = at(from).find(is_named) else {
        return false;
    };
    match engine {
        Engine::Sqlite => {
            let columns = sorted(key.columns.iter().copied());
            !at(to).any(|stays| sorted(stays.columns.iter().copied()) == columns)
        }
        Engine::Postgres => !at(to).any(|stays| stays == key),
    }
}

/// In whatever order a reference names them.
fn sorted<'c>(columns: impl Iterator<Item = &'c str>) -> Vec<&'c str> {
    let mut columns: Vec<&str> = columns.collect();
    columns.sort_unstable();
    columns
}

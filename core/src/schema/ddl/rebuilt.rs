//! SQLite: the one step that makes tables anew, because a primary key and a declared reference cannot be changed there.
//!
//! Each table is put aside under another name, made under its own, filled with its rows in the order in which they lie, rowids
//! included, and left behind; then what stood on it is made. Under `legacy_alter_table` the new name of what is put aside
//! reaches no other table, trigger or view, so that all of them go on meaning the table that comes. `foreign_keys` must be
//! off, or leaving a parent behind would delete its children; a transaction cannot change that, so that the runner sees to
//! it.
//!
//! What the tables are then is said by their [definitions](super::definition).

use std::collections::HashSet;

use super::change::{Change, Difference, change, written};
use super::definition::{Definition, Laid, as_laid, columns, quoted, text as defined};
use super::sqlite;
use super::structure::Object;
use crate::schema::catalogue;
use crate::schema::types::{Special, Table};

/// The tables that the step to this version makes anew.
pub(crate) fn by(step: u32) -> impl Iterator<Item = &'static Table> {
    let all = catalogue().iter();
    all.filter(move |table| table.rekeyed() == Some(step))
}

/// What the step changes, both ways.
pub(super) fn difference(step: u32) -> Difference {
    Difference {
        up: way(step, step.saturating_sub(1), step),
        down: way(step, step, step.saturating_sub(1)),
    }
}

/// What it changes besides.
pub(super) fn beside(step: u32) -> Change {
    changed_beside(step, step.saturating_sub(1), step)
}

/// The objects of a version: those on tables that the step makes anew, and the others.
fn apart(step: u32, version: u32) -> (Vec<Object>, Vec<Object>) {
    let is_anew = |object: &Object| object.on.is_some_and(|on| by(step).any(|it| it.name == on));
    sqlite::objects(version).into_iter().partition(is_anew)
}

fn changed_beside(step: u32, from: u32, to: u32) -> Change {
    change(&apart(step, from).1, &apart(step, to).1)
}

fn way(step: u32, from: u32, to: u32) -> String {
    let (anew, _) = apart(step, to);
    let mut text = changed_beside(step, from, to).text();
    text += &written("PRAGMA legacy_alter_table = ON");
    for table in by(step) {
        text += &block(table, to, &columns(table, to));
        let own = anew.iter().filter(|it| it.on == Some(table.name));
        let indexes = own.filter(|it| it.name.starts_with("index "));
        text.extend(indexes.map(|it| written(&it.create)));
    }
    text += &written("PRAGMA legacy_alter_table = OFF");
    let triggers = anew.iter().filter(|it| it.name.starts_with("trigger "));
    text.extend(triggers.map(|it| written(&it.create)));
    text
}

/// The text of the step, or of its way back, for a database whose tables are laid so: `to` is the version that it leads to.
pub(crate) fn for_what_stands(text: &str, step: u32, to: u32, laid: &[Laid]) -> String {
    by(step).fold(text.to_owned(), |text, table| {
        let own: Vec<&Laid> = laid.iter().filter(|it| it.table == table.name).collect();
        let usual = columns(table, to);
        let columns = own.iter().map(|it| as_laid(it, &usual)).collect::<Vec<_>>();
        text.replacen(&block(table, to, &usual), &block(table, to, &columns), 1)
    })
}

/// The names of indexes and triggers that are ours on these tables before the step or behind it: keys that the old platform's
/// models left out, and what is written by hand, among them.
pub(crate) fn ours(step: u32) -> HashSet<String> {
    let generated = [step.saturating_sub(1), step].map(|version| apart(step, version).0);
    let generated = generated.into_iter().flatten();
    let generated = generated.filter_map(|it| Some(it.name.split_once(' ')?.1.to_owned()));
    let by_hand = by(step).flat_map(|table| {
        let keys = table.uniques.iter().map(|unique| unique.name.to_owned());
        let special = table.special.iter().filter_map(|special| match special {
            Special::Sqlite(what, _) => Some(format!("rf_{}_{what}", table.name)),
            Special::Partial(index, ..) => Some((*index).to_owned()),
            Special::Postgres(..) => None,
        });
        keys.chain(special)
    });
    generated.chain(by_hand).collect()
}

fn block(table: &'static Table, to: u32, columns: &[Definition]) -> String {
    let name = table.name;
    let aside = format!("rf_{name}_aside");
    let copied = columns.iter().filter(|it| !it.generated);
    let copied: Vec<String> = copied.map(|it| quoted(&it.name)).collect();
    let copied = copied.join(", ");
    [
        format!("ALTER TABLE {name} RENAME TO {aside}"),
        defined(table, to, columns),
        format!(
            "INSERT INTO {name} (rowid, {copied})\nSELECT rowid, {copied} FROM {aside} ORDER BY rowid"
        ),
        format!("DROP TABLE {aside}"),
    ]
    .map(|statement| written(&statement))
    .concat()
}

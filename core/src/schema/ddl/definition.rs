//! SQLite: how tables are defined, those of Ringfence's own and those that a step makes anew.
//!
//! What is made anew is the old platform's: a column keeps what it was declared as by whoever made the table, in the place
//! where it stands, because another type could change what is stored; one that somebody added stays in his words. Keys and
//! references are the catalogue's.

use super::structure::{Dialect, Object, held, held_key, key, line, word};
use super::tokens::{Token, tokens};
use crate::schema::types::{Column, Kind, Table, Unique};

pub(super) struct Sqlite;

impl Dialect for Sqlite {
    fn kind(column: &Column) -> String {
        let words = [
            "TEXT", "INTEGER", "BOOLEAN", "DATETIME", "JSON", "FLOAT", "BLOB",
        ];
        word(column.kind, words).to_owned()
    }

    fn default(_column: &Column, value: &str) -> String {
        value.to_owned()
    }

    fn after_columns(table: &Table) -> Vec<String> {
        let declared = held(table, table.since)
            .into_iter()
            .map(|it| format!("CONSTRAINT {} {}", it.constraint, held_key(it)));
        let counted = table.columns.iter().filter(|it| it.since == table.since);
        let counted = counted.filter(|it| it.kind == Kind::Int && !it.null);
        declared
            .chain(counted.map(|it| format!("CHECK (typeof({}) = 'integer')", it.name)))
            .collect()
    }

    fn after_table(table: &Table) -> &'static str {
        match table.has_rowid() {
            true => "",
            false => " WITHOUT ROWID",
        }
    }

    /// Primary keys, and what the old platform made, stand in the definition.
    fn unique(table: &'static Table, unique: &Unique) -> Option<Object> {
        let beside = !unique.primary && unique.since > table.since;
        beside.then(|| unique_index(table, unique))
    }
}

/// A unique key, which a table that is there gets as an index.
pub(super) fn unique_index(table: &'static Table, unique: &Unique) -> Object {
    let (name, columns) = (unique.name, unique.columns.join(", "));
    Object {
        name: format!("index {name}"),
        on: Some(table.name),
        rests_on: None,
        create: format!("CREATE UNIQUE INDEX {name} ON {} ({columns})", table.name),
        drop: format!("DROP INDEX {name}"),
    }
}

/// A column of a table, as a definition says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) name: String,
    text: String,
    /// The engine computes it: it is not written.
    pub(super) generated: bool,
}

/// A column as SQLite tells of it, with the text of its table.
#[derive(Debug, Clone)]
pub(crate) struct Laid {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) declared: String,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    pub(crate) generated: bool,
    pub(crate) text: String,
}

/// The table as it stands from then on.
pub(super) fn definition(table: &'static Table) -> Object {
    let since = table.rekeyed().unwrap_or(table.since);
    Object {
        name: format!("table {}", table.name),
        on: Some(table.name),
        rests_on: None,
        create: text(table, since, &columns(table, since)),
        drop: format!("DROP TABLE {}", table.name),
    }
}

/// The statement that makes the table in the form that it has at this version, with these columns.
pub(super) fn text(table: &'static Table, version: u32, columns: &[Definition]) -> String {
    let name = table.name;
    if !table.rekeyed_at(version) {
        return as_it_was(table, columns);
    }
    let columns = columns.iter().map(|it| it.text.clone());
    let keys = table.uniques.iter().filter(|it| it.there_at(version));
    let keys = keys.filter(|it| it.primary || it.since == table.since);
    let keys = keys.map(|it| format!("CONSTRAINT {} {}", it.name, key(it)));
    let references = held(table, version).into_iter();
    let references = references.filter(|it| it.when.is_none());
    let references = references.map(|it| format!("CONSTRAINT {} {}", it.constraint, held_key(it)));
    let lines: Vec<String> = columns.chain(keys).chain(references).collect();
    format!("CREATE TABLE {name} (\n    {}\n)", lines.join(",\n    "))
}

/// As the old platform made it, and as SQLite adds columns to that.
fn as_it_was(table: &Table, columns: &[Definition]) -> String {
    let is_first = |name: &str| of_the_baseline(table).any(|line| name_of(line) == name);
    let mut text = format!("CREATE TABLE {} (", table.name);
    for (place, column) in columns.iter().enumerate() {
        text += match (place, is_first(&column.name)) {
            (0, _) => "\n    ",
            (_, true) => ",\n    ",
            (_, false) => ", ",
        };
        text += &column.text;
    }
    let constraints = of_the_baseline(table).filter(|line| !is_column(table, line));
    text.extend(constraints.map(|line| format!(",\n    {line}")));
    text + "\n)"
}

/// The columns that stand at this version where the steps alone made them.
pub(super) fn columns(table: &Table, version: u32) -> Vec<Definition> {
    let first = of_the_baseline(table).filter(|line| is_column(table, line));
    let added = table.columns.iter();
    let added = added.filter(|it| it.since > table.since && it.since <= version);
    let texts = first.map(str::to_owned).chain(added.map(line::<Sqlite>));
    let definition = |text: String| Definition {
        name: name_of(&text).to_owned(),
        text,
        generated: false,
    };
    texts.map(definition).collect()
}

/// The lines of the table's definition in the text of the baseline.
fn of_the_baseline(table: &Table) -> impl Iterator<Item = &'static str> {
    let text = ringfence_migrations::STEPS
        .first()
        .map_or("", |step| step.sqlite.up);
    let begins = format!("CREATE TABLE {} (\n", table.name);
    let definition = text
        .split_once(&begins)
        .and_then(|(_, rest)| rest.split_once("\n);"));
    let (lines, _) = definition.unwrap_or_default();
    lines.split(",\n").map(str::trim)
}

fn is_column(table: &Table, line: &str) -> bool {
    table.column(name_of(line)).is_some()
}

fn name_of(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

/// A column that stands: in the usual words where they say the same.
pub(super) fn as_laid(laid: &Laid, usual: &[Definition]) -> Definition {
    let known = usual.iter().find(|it| it.name == laid.name);
    if let Some(known) = known.filter(|it| said(&it.text) == told(laid)) {
        return known.clone();
    }
    let own = match known {
        Some(_) => None,
        None => items(&laid.text)
            .into_iter()
            .find(|item| defines(item, &laid.name)),
    };
    Definition {
        name: laid.name.clone(),
        text: own.map_or_else(|| in_our_words(laid), str::to_owned),
        generated: laid.generated,
    }
}

/// The type, whether it may be null, and the default.
type Said<'t> = (&'t str, bool, Option<&'t str>);

fn told(laid: &Laid) -> Said<'_> {
    (&laid.declared, laid.not_null, laid.default.as_deref())
}

/// What a column's definition says, if it is one of ours.
fn said(text: &str) -> Said<'_> {
    let (_, rest) = text.split_once(' ').unwrap_or_default();
    let (rest, not_null) = match rest.split_once(" NOT NULL") {
        Some((before, "")) => (before, true),
        Some((before, after)) => {
            // The default follows.
            let default = after.strip_prefix(" DEFAULT ");
            return (before, true, default.map(unwrapped));
        }
        None => (rest, false),
    };
    match rest.split_once(" DEFAULT ") {
        Some((declared, default)) => (declared, not_null, Some(unwrapped(default))),
        None => (rest, not_null, None),
    }
}

/// SQLite tells an expression without its parentheses.
fn unwrapped(default: &str) -> &str {
    let inside = default
        .strip_prefix('(')
        .and_then(|it| it.strip_suffix(')'));
    inside.unwrap_or(default)
}

fn in_our_words(laid: &Laid) -> String {
    let default = laid.default.as_ref();
    let default = default.map_or(String::new(), |it| format!(" DEFAULT ({it})"));
    let null = if laid.not_null { " NOT NULL" } else { "" };
    let text = format!("{} {}", quoted(&laid.name), laid.declared);
    format!("{}{default}{null}", text.trim_end())
}

/// A name that somebody else gave, so that it is read as one.
pub(super) fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    match name.chars().all(plain) {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// Columns and constraints of a table's definition, as they were written.
fn items(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut depth, mut begins) = (0_u32, 0);
    for (token, place) in tokens(text) {
        match token {
            Token::Mark('(') => {
                depth += 1;
                if depth == 1 {
                    begins = place.end;
                }
            }
            Token::Mark(mark @ (')' | ',')) if depth == 1 => {
                items.extend(text.get(begins..place.start).map(str::trim));
                begins = place.end;
                depth -= u32::from(mark == ')');
            }
            Token::Mark(')') => depth = depth.saturating_sub(1),
            Token::Word(_) | Token::Mark(_) => {}
        }
    }
    items
}

/// Whether an item is the definition of this column.
fn defines(item: &str, column: &str) -> bool {
    let first = tokens(item).into_iter().next();
    matches!(first, Some((Token::Word(name), _)) if name.eq_ignore_ascii_case(column))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;
    use crate::schema::table;

    #[test]
    fn a_definition_is_read_item_by_item_whatever_its_texts_hold() {
        let text = "CREATE TABLE t (\n\ta TEXT DEFAULT 'x, (y', b NUMERIC(1, 2) /* , */ -- no, none\n, \
                    \"c, d\" CHECK (\"c, d\" IN (1, 2)), [e] AS (a || ',''') STORED, PRIMARY KEY (a, b)) STRICT";
        let items = items(text);
        let names = ["A", "b", "c, d", "e", "PRIMARY"];
        assert_eq!(items.len(), names.len());
        for (item, name) in items.iter().zip(names) {
            let defined = names.into_iter().filter(|it| defines(item, it));
            assert_eq!(defined.collect::<Vec<_>>(), [name]);
        }
        assert_eq!(items[2], "\"c, d\" CHECK (\"c, d\" IN (1, 2))");
    }

    fn laid(declared: &str, not_null: bool, default: Option<&str>) -> Laid {
        Laid {
            table: "inspection_templates".to_owned(),
            name: "is_active".to_owned(),
            declared: declared.to_owned(),
            not_null,
            default: default.map(str::to_owned),
            generated: false,
            text: String::new(),
        }
    }

    #[test]
    fn a_column_keeps_what_it_was_declared_as() {
        let usual = columns(table("inspection_templates").unwrap(), 2);
        let ours = as_laid(&laid("BOOLEAN", true, Some("1")), &usual);
        assert_eq!(ours.text, "is_active BOOLEAN DEFAULT (1) NOT NULL");
        let theirs = as_laid(&laid("INTEGER", true, None), &usual);
        assert_eq!(theirs.text, "is_active INTEGER NOT NULL");
        let theirs = as_laid(&laid("BOOLEAN", false, Some("'x'")), &usual);
        assert_eq!(theirs.text, "is_active BOOLEAN DEFAULT ('x')");
    }

    #[test]
    fn what_somebody_added_stays_in_his_words() {
        let added = Laid {
            name: "Nick Name".to_owned(),
            generated: true,
            text: "CREATE TABLE users (id VARCHAR, \"Nick Name\" TEXT AS (id || ',') VIRTUAL)"
                .to_owned(),
            ..laid("TEXT", false, None)
        };
        let kept = as_laid(&added, &columns(table("users").unwrap(), 2));
        assert_eq!(kept.text, "\"Nick Name\" TEXT AS (id || ',') VIRTUAL");
        assert!(kept.generated);
        let text =
            "CREATE TABLE users (id VARCHAR, /* his */ \"the \"\"Nick\"\"\" TEXT COLLATE NOCASE)";
        let added = Laid {
            name: "the \"Nick\"".to_owned(),
            text: text.to_owned(),
            ..laid("TEXT", false, None)
        };
        let kept = as_laid(&added, &columns(table("users").unwrap(), 2));
        let his = "/* his */ \"the \"\"Nick\"\"\" TEXT COLLATE NOCASE";
        assert_eq!(kept.text, his);
    }
}

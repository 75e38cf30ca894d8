//! How a document reads: a line for each field, or a table.

use std::fmt;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde_json::Value;

use super::escape::escaped;

/// Lines to be printed. Whatever is put in is escaped, so that a line ends only where this says so.
#[derive(Debug, Default)]
pub(crate) struct Text {
    lines: Vec<String>,
}

impl Text {
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// One line.
    pub(crate) fn line(&mut self, line: fmt::Arguments<'_>) {
        self.lines.push(escaped(&line.to_string()).into_owned());
    }

    /// A line for each field, named by the way to it: `tenant.id`.
    pub(crate) fn fields(&mut self, document: &Value) {
        let mut table = plain();
        add_fields(&mut table, "", document);
        self.table(table);
    }

    /// A line for each document, with these of its fields.
    pub(crate) fn rows(&mut self, documents: &[Value], columns: &[&str], headed: bool) {
        let mut table = plain();
        if headed {
            table.set_header(columns.iter().map(|column| column.to_uppercase()));
        }
        for document in documents {
            table.add_row(columns.iter().map(|column| {
                let field = column
                    .split('.')
                    .try_fold(document, |at, part| at.get(part));
                shown(field.unwrap_or(&Value::Null))
            }));
        }
        self.table(table);
    }

    fn table(&mut self, mut table: Table) {
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let lines = table.lines();
        self.lines
            .extend(lines.map(|line| line.trim_end().to_owned()));
    }
}

fn plain() -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn add_fields(table: &mut Table, at: &str, document: &Value) {
    let Value::Object(fields) = document else {
        table.add_row([at.to_owned(), shown(document)]);
        return;
    };
    for (name, value) in fields {
        match at {
            "" => add_fields(table, &escaped(name), value),
            at => add_fields(table, &format!("{at}.{}", escaped(name)), value),
        }
    }
}

/// A value in a cell. What is absent is a dash.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => escaped(text).into_owned(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => escaped(&other.to_string()).into_owned(),
    }
}

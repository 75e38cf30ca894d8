//! How the scan goes through a table: in chunks, each a statement and a snapshot of its own, in the order of an index, so
//! that however large a table is nobody waits for the scan and no row is read twice.

use super::report::kept;
use crate::error::StoreError;
use crate::schema::{Kind, Table};
use crate::store::engine::Engine;
use crate::store::sql::{Expect, FromRow, Row, Rows, Scope, Statement, Value};

/// How many rows are read at once.
pub(crate) const CHUNK: i64 = 4_000;

/// The order in which a table is gone through.
pub(crate) struct Walk {
    /// Where the next chunk begins.
    pub(crate) next: Rows<Position>,
    table: &'static str,
    sqlite: Order,
    postgres: Order,
}

/// Where a row stands in an order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Position(Vec<Value<'static>>);

/// What rows are ordered by.
#[derive(Clone)]
enum Order {
    /// As they lie in the file.
    Rowid,
    By(Vec<(&'static str, Kind)>),
}

impl Walk {
    /// By the key that the table has from this version on, or on SQLite as the rows lie.
    pub(super) fn of_table(table: &'static Table, since: u32) -> Self {
        let key = table.key_at(since).iter();
        let columns = key.filter_map(|name| table.column(name));
        let by_key = Order::By(columns.map(|column| (column.name, column.kind)).collect());
        let sqlite = match table.has_rowid() {
            true => Order::Rowid,
            false => by_key.clone(),
        };
        Self::new(
            table.name,
            format!("SCAN {} next from {since}", table.name),
            sqlite,
            by_key,
        )
    }

    /// By a text, so that no chunk ends between two rows that share it.
    pub(super) fn grouped(table: &'static str, column: &'static str) -> Self {
        let by = Order::By(vec![(column, Kind::Text)]);
        Self::new(table, format!("SCAN {table} next {column}"), by.clone(), by)
    }

    fn new(table: &'static str, name: String, sqlite: Order, postgres: Order) -> Self {
        let statement = Statement::new(
            kept(name),
            Scope::Operator,
            Expect::Any,
            kept(sqlite.next(table)),
            kept(postgres.next(table)),
        );
        Self {
            next: Rows::of(statement),
            table,
            sqlite,
            postgres,
        }
    }

    fn order(&self, engine: Engine) -> &Order {
        match engine {
            Engine::Sqlite => &self.sqlite,
            Engine::Postgres => &self.postgres,
        }
    }

    /// Which rows a chunk holds, as each engine says it.
    pub(super) fn within(&self, engine: Engine) -> String {
        self.order(engine).within()
    }

    /// Where on Postgres the rows stand that were written since this number was the oldest of an open transaction, or
    /// before it by so much that nobody knows any more.
    pub(crate) fn written_since(&self) -> String {
        let columns = self.postgres.columns();
        format!(
            "SELECT {}::bigint, {} FROM {} c WHERE age(c.xmin) <= age($1::text::xid)",
            columns.len(),
            columns.join(", "),
            self.table
        )
    }

    /// Before the first row.
    pub(crate) fn beginning(&self, engine: Engine) -> Position {
        Position(match self.order(engine) {
            Order::Rowid => vec![Value::Int(i64::MIN)],
            Order::By(columns) => {
                let least = |(_, kind): &(_, Kind)| match kind {
                    Kind::Int => Value::Int(i64::MIN),
                    _ => Value::from(""),
                };
                columns.iter().map(least).collect()
            }
        })
    }

    /// The parameters of [`next`](Self::next): where a chunk of so many rows begins.
    pub(crate) fn asked(from: &Position, chunk: i64) -> Vec<Value<'_>> {
        let from = from.0.iter().map(Value::borrowed);
        from.chain([Value::Int(chunk - 1)]).collect()
    }

    /// The parameters of a chunk's statement: where it begins, and where the next one does, if there is one.
    pub(crate) fn chunk(
        &self,
        engine: Engine,
        from: &Position,
        next: Option<&Position>,
    ) -> Vec<Value<'static>> {
        let mut values = from.0.clone();
        match (self.order(engine), next.map(|next| next.0.as_slice())) {
            (Order::Rowid, Some([Value::Int(next)])) => values.push(Value::Int(next - 1)),
            (Order::Rowid, _) => values.push(Value::Int(i64::MAX)),
            (Order::By(_), Some(next)) => values.extend(next.iter().cloned()),
            (Order::By(columns), None) => values.extend(columns.iter().map(|_| Value::Null)),
        }
        values
    }
}

impl Position {
    /// Whether it could be read: what is no text in a key is reached behind all that is.
    pub(crate) fn is_known(&self) -> bool {
        !self.0.is_empty()
    }
}

impl Order {
    fn columns(&self) -> Vec<String> {
        match self {
            Self::Rowid => vec!["c.rowid".to_owned()],
            Self::By(columns) => columns
                .iter()
                .map(|(name, _)| format!("c.{name}"))
                .collect(),
        }
    }

    fn next(&self, table: &str) -> String {
        let columns = self.columns();
        let (count, listed) = (columns.len(), columns.join(", "));
        format!(
            "SELECT {count}, {listed} FROM {table} c WHERE {} > {} ORDER BY {listed} LIMIT 1 OFFSET ${}",
            tuple(&columns),
            tuple(&numbered(1, count)),
            count + 1
        )
    }

    fn within(&self) -> String {
        let columns = self.columns();
        if matches!(self, Self::Rowid) {
            return "c.rowid BETWEEN $1 AND $2".to_owned();
        }
        let count = columns.len();
        let (from, next) = (numbered(1, count), numbered(count + 1, count));
        let place = tuple(&columns);
        format!(
            "{place} >= {} AND ({place} < {} OR ${} IS NULL)",
            tuple(&from),
            tuple(&next),
            count + 1
        )
    }
}

fn numbered(first: usize, count: usize) -> Vec<String> {
    (first..first + count).map(|it| format!("${it}")).collect()
}

fn tuple(members: &[String]) -> String {
    match members {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    }
}

impl FromRow for Position {
    /// Behind the number of its parts.
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let count = usize::try_from(row.get::<i64>(0)?).unwrap_or_default();
        let part = |place| match row.opt_int(place) {
            Ok(Some(number)) => Ok(Value::Int(number)),
            _ => row.get::<String>(place).map(Value::from),
        };
        let parts: Result<_, StoreError> = (1..=count).map(part).collect();
        Ok(Self(parts.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::schema::{self, version};

    #[test]
    fn a_chunk_ends_where_the_next_one_begins_and_the_last_where_the_table_does() {
        let of = |name| Walk::of_table(schema::table(name).unwrap(), version::BASELINE);
        let (drones, links) = (of("drones"), of("user_roles"));
        assert_eq!(drones.within(Engine::Sqlite), "c.rowid BETWEEN $1 AND $2");
        assert_eq!(
            links.within(Engine::Postgres),
            "(c.user_id, c.role_id) >= ($1, $2) AND ((c.user_id, c.role_id) < ($3, $4) OR $3 IS NULL)"
        );
        let (first, next) = (
            drones.beginning(Engine::Sqlite),
            Position(vec![Value::Int(7)]),
        );
        let asked = drones.chunk(Engine::Sqlite, &first, Some(&next));
        assert_eq!(asked, [Value::Int(i64::MIN), Value::Int(6)]);
        let asked = drones.chunk(Engine::Sqlite, &next, None);
        assert_eq!(asked, [Value::Int(7), Value::Int(i64::MAX)]);
        let asked = drones.chunk(Engine::Postgres, &drones.beginning(Engine::Postgres), None);
        assert_eq!(asked, [Value::from(""), Value::Null]);
    }
}

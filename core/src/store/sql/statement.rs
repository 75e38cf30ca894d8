//! A statement: its name, whose rows it may touch, and its text for each engine.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::OnceLock;

use super::record::AtEpoch;
use crate::schema;
use crate::store::engine::Engine;
use crate::store::rigging;

/// Whose rows a statement may touch. The proofs hold each kind to its own rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    not(feature = "testing"),
    allow(unreachable_pub, reason = "public to the proofs alone")
)]
pub enum Scope {
    /// `$1` is the tenant. The transaction binds it; every reference to a tenant-owned table is
    /// constrained by it.
    Tenant,
    /// Touches global tables only; parameters of its own.
    #[allow(
        dead_code,
        reason = "no statement is of this kind; the proofs hold it to its rule"
    )]
    Global,
    /// Across tenants by design: migration, scan, tenants. An explicit list.
    Operator,
    /// Transactions and settings.
    Control,
}

/// One statement of the registry, written with `$n` for both engines. An engine that does not run it has an
/// empty text.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) scope: Scope,
    pub(crate) expect: Expect,
    sqlite: &'static str,
    postgres: &'static str,
    pub(in crate::store) does: Does,
    /// The record that its text is made of, where it has no words of its own.
    pub(crate) made_of: Option<&'static str>,
    numbered: OnceLock<String>,
    moves_epoch: OnceLock<bool>,
}

/// What a statement does, as its declaration says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Read,
    Write,
    Count,
    Anything,
}

/// How many rows a statement must touch. SQLite counts; on Postgres the text itself fails
/// ([`exactly_one`]), so that the transaction cannot commit and nobody has to wait for a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Any number.
    Any,
    /// Exactly one; none means that it changed since it was read.
    One,
    /// Exactly one that is new; none means that something in the database kept it out.
    Inserted,
}

impl Statement {
    pub(in crate::store) const fn new(
        name: &'static str,
        scope: Scope,
        expect: Expect,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Self {
        Self {
            name,
            scope,
            expect,
            sqlite,
            postgres,
            does: Does::Anything,
            made_of: None,
            numbered: OnceLock::new(),
            moves_epoch: OnceLock::new(),
        }
    }

    /// The same statement, whose text is made of this record alone.
    pub(in crate::store) const fn made_of(mut self, record: &'static str) -> Self {
        self.made_of = Some(record);
        self
    }

    /// The text for SQLite, with `$n`; empty where it does not run there.
    pub(crate) fn sqlite(&self) -> &'static str {
        rigging::in_place_of(self.name, Engine::Sqlite).unwrap_or(self.sqlite)
    }

    /// The text for Postgres; empty where it does not run there.
    pub(crate) fn postgres(&self) -> &'static str {
        rigging::in_place_of(self.name, Engine::Postgres).unwrap_or(self.postgres)
    }

    /// The text for SQLite with `?n`: there `$n` would be a named parameter, numbered by its first
    /// appearance.
    pub(crate) fn sqlite_text(&self) -> &str {
        self.numbered.get_or_init(|| numbered(self.sqlite()))
    }
}

impl Statement {
    /// Whether it writes a table whose triggers move the policy epoch.
    pub(crate) fn moves_epoch(&self) -> bool {
        *self.moves_epoch.get_or_init(|| {
            let mut written = self.targets().filter_map(schema::table);
            written.any(|table| table.moves_epoch.is_some())
        })
    }

    /// The tables that it writes, in common table expressions too.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &'static str> {
        let text = if self.postgres.is_empty() {
            self.sqlite
        } else {
            self.postgres
        };
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c == '(' || c == ')')
            .filter(|word| !word.is_empty())
            .collect();
        let mut targets = Vec::new();
        for written in words.windows(3) {
            match *written {
                // `DO UPDATE SET` and `FOR UPDATE` write nothing else than what stands before them.
                ["UPDATE", table, "SET"] => targets.push(table),
                ["INSERT", "INTO", table] | ["DELETE", "FROM", table] => targets.push(table),
                _ => {}
            }
        }
        targets.into_iter()
    }
}

/// Rewrites `$n` to `?n`.
pub(crate) fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let parameter = c == '$' && chars.peek().is_some_and(char::is_ascii_digit);
        out.push(if parameter { '?' } else { c });
    }
    out
}

/// What a statement on Postgres ends with that writes in a common table expression: the row that it must have
/// touched, or a failure that says so. The cast fails on the server, before the COMMIT that is sent behind it,
/// and its text tells what was missing ([`StoreError`](crate::error::StoreError)).
macro_rules! exactly_one {
    ($written:literal, $missing:literal) => {
        concat!(
            " SELECT CASE count(*) WHEN 1 THEN 1 ELSE CAST('ringfence.",
            $missing,
            ":' || count(*) AS integer) END FROM ",
            $written
        )
    };
}
pub(crate) use exactly_one;

/// A statement that reads, by what its rows are gathered into.
#[derive(Debug)]
pub(crate) struct Query<F> {
    statement: Statement,
    found: PhantomData<fn() -> F>,
}

/// A statement that reads rows.
pub(crate) type Rows<T> = Query<Vec<T>>;

/// A statement that reads rows behind the policy epoch, which its first column is.
pub(crate) type Stamped<T> = Query<AtEpoch<T>>;

/// A statement that writes rows of which an event tells.
#[derive(Debug)]
pub(crate) struct Write(Statement);

/// A statement that inserts a row of a record, with so many columns besides.
pub(crate) type Insert<T, const MORE: usize = 0> = OfRecord<T, MORE, false>;

/// A statement that updates a row of a record, with so many columns besides, if it still has the version that was seen.
pub(crate) type Update<T, const MORE: usize = 0> = OfRecord<T, MORE, true>;

/// A statement that writes a row by the columns of its record.
#[derive(Debug)]
pub(crate) struct OfRecord<T, const MORE: usize, const UPDATES: bool> {
    write: Write,
    row: PhantomData<fn(&T)>,
}

impl<T, const MORE: usize, const UPDATES: bool> OfRecord<T, MORE, UPDATES> {
    pub(in crate::store) const fn of(statement: Statement) -> Self {
        Self {
            write: Write::of(statement),
            row: PhantomData,
        }
    }

    pub(in crate::store) const fn statement(&self) -> &Statement {
        self.write.statement()
    }

    pub(in crate::store) const fn write(&self) -> &Write {
        &self.write
    }
}

/// A statement that writes counters, which may be committed without an event.
#[derive(Debug)]
pub(crate) struct Count(Statement);

/// A statement whose answer, if it has one, is read as the driver has it: transactions, settings, catalogues.
pub(crate) type Raw = Statement;

impl Statement {
    pub(in crate::store) const fn of(statement: Self) -> Self {
        statement
    }

    pub(in crate::store) const fn statement(&self) -> &Self {
        self
    }
}

impl<F> Query<F> {
    pub(in crate::store) const fn of(mut statement: Statement) -> Self {
        statement.does = Does::Read;
        Self {
            statement,
            found: PhantomData,
        }
    }

    pub(in crate::store) const fn statement(&self) -> &Statement {
        &self.statement
    }
}

impl<F> Deref for Query<F> {
    type Target = Statement;

    fn deref(&self) -> &Statement {
        &self.statement
    }
}

macro_rules! writing {
    ($($name:ident),+) => {$(
        impl $name {
            pub(in crate::store) const fn of(mut statement: Statement) -> Self {
                statement.does = Does::$name;
                Self(statement)
            }

            pub(in crate::store) const fn statement(&self) -> &Statement {
                &self.0
            }
        }

        impl Deref for $name {
            type Target = Statement;

            fn deref(&self) -> &Statement {
                &self.0
            }
        }
    )+};
}
writing!(Write, Count);

/// Declares statements and `ALL`, the list of them, so that none can be left out of the registry: the name, whose rows
/// it may touch, what it does, and its text.
///
/// A text is `"…"` or `concat!(…)` where the engines agree and `{ sqlite: …, postgres: … }` where they do not; one that
/// only one of them runs is `on sqlite …` or `on postgres …`. A write that must touch one row is `one "…"`, or
/// `inserted "…"` where the row is new. What reads a [`record`](super::record) is made from its columns:
///
/// * `by_id record` is its row with the id `$2`, behind the policy epoch; `by_id ("… AND d.id")` anything of one row.
/// * `page record` is `$3` of its rows behind the id `$2`, likewise; `page record ("…")` those among them.
/// * `of record ("…")` is its rows of which that holds.
/// * `insert record` and `update record` write a row by its columns ([`Insert`], [`Update`]), and `with (columns)` that
///   are not read with it; the version moves by its trigger.
///
/// On Postgres ids are compared in the order of the index over tenant and id. In the column's own order the primary
/// key, which knows of no tenant, would find another tenant's row before it is discarded.
macro_rules! statements {
    (
        $( $(#[$meta:meta])* $name:ident : $scope:ident $kind:ty =
            $( $same:literal )?
            $( concat! $joined:tt )?
            $( one $one:literal )?
            $( inserted $inserted:literal )?
            $( insert $insert:ident $( with ( $($and:ident),+ ) )? )?
            $( update $update:ident $( with ( $($also:ident),+ ) )? )?
            $( by_id $by_id:ident )?
            $( by_id ( $lookup:literal ) )?
            $( page $page:ident $( ( $among:expr ) )? )?
            $( of $of:ident ( $where:expr ) )?
            $( { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? } )?
            $( on sqlite $expect:ident $on_sqlite:literal )?
            $( on postgres $on_postgres:expr )? ;
        )*
    ) => {
        $(
            $(#[$meta])*
            pub(crate) static $name: $kind = <$kind>::of($crate::store::sql::Statement::new(
                stringify!($name),
                $crate::store::sql::Scope::$scope,
                $( $crate::store::sql::Expect::Any, $same, $same )?
                $( $crate::store::sql::Expect::Any, concat! $joined, concat! $joined )?
                $( $crate::store::sql::Expect::One, $one, concat!(
                    "WITH written AS (", $one, " RETURNING 1)",
                    $crate::store::sql::statement::exactly_one!("written", "stale")
                ) )?
                $( $crate::store::sql::Expect::Inserted, $inserted, concat!(
                    "WITH written AS (", $inserted, " RETURNING 1)",
                    $crate::store::sql::statement::exactly_one!("written", "not_written")
                ) )?
                $( $crate::store::sql::Expect::Inserted, $insert!(insert $($($and)+)?), concat!(
                    "WITH written AS (", $insert!(insert $($($and)+)?), " RETURNING 1)",
                    $crate::store::sql::statement::exactly_one!("written", "not_written")
                ) )?
                $( $crate::store::sql::Expect::One, $update!(update $($($also)+)?), concat!(
                    "WITH written AS (", $update!(update $($($also)+)?), " RETURNING 1)",
                    $crate::store::sql::statement::exactly_one!("written", "stale")
                ) )?
                $( $crate::store::sql::Expect::Any,
                    concat!($by_id!(stamped), $by_id!(id), " = $2"),
                    concat!($by_id!(stamped), $by_id!(id), " COLLATE \"C\" = $2") )?
                $( $crate::store::sql::Expect::Any,
                    concat!($lookup, " = $2"), concat!($lookup, " COLLATE \"C\" = $2") )?
                $( $crate::store::sql::Expect::Any,
                    concat!(
                        $page!(stamped), $page!(id), " > $2" $(, " AND ", $among)?,
                        " ORDER BY ", $page!(id), " LIMIT $3"
                    ),
                    concat!(
                        $page!(stamped), $page!(id), " COLLATE \"C\" > $2" $(, " AND ", $among)?,
                        " ORDER BY ", $page!(id), " COLLATE \"C\" LIMIT $3"
                    ) )?
                $( $crate::store::sql::Expect::Any, concat!($of!(rows), $where), concat!($of!(rows), $where) )?
                $( $crate::store::sql::Expect::Any, $sqlite, $postgres )?
                $( $crate::store::sql::Expect::$expect, $on_sqlite, "" )?
                $( $crate::store::sql::Expect::Any, "", $on_postgres )?
            )
            $( .made_of(stringify!($insert)) )?
            $( .made_of(stringify!($update)) )?
            $( .made_of(stringify!($by_id)) )?);
        )*
        pub(crate) static ALL: &[&$crate::store::sql::Statement] = &[ $( $name.statement() ),* ];
    };
}
pub(crate) use statements;

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn parameters_keep_their_numbers_on_sqlite() {
        assert_eq!(
            numbered("select $2, $1 where $10 = '$'"),
            "select ?2, ?1 where ?10 = '$'"
        );
    }
}

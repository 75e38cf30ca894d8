//! Lists that are read by id or in the order of time, whole or narrowed by an index to one value of a column.
//!
//! A list is several statements, because neither engine plans a statement anew for the values that it is given: a filter
//! that may be absent never uses an index. So each column that an index leads with has statements of
//! its own, and the others are looked at row by row.
//!
//! `$1` is the tenant, `$2` and `$3` are the moments between which the rows lie, then come the filters in their order, and
//! at last where the page before ended and the limit. Where it ended is an id, in an order of time with a moment before it,
//! which is absent on the first page.
//!
//! On SQLite another program may have spelled a time in another way. The rows come in the order of the texts, which the
//! index has; between which moments they lie is asked of the moments that the texts mean ([`WITHIN`]).

use jiff::Timestamp;

use super::statement::{Expect, Query, Scope, Stamped, Statement};
use super::time::WITHIN;
use super::value::Value;
use crate::model::{Order, Timeline};
use crate::store::engine::Engine;

/// A condition that a caller may give.
#[derive(Debug)]
pub(crate) struct Filter {
    column: &'static str,
    compared: &'static str,
    used: Used,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Used {
    /// Looked at row by row.
    Looks,
    /// Has an index, behind which the rows come in the order of time.
    Narrows,
    /// Likewise, and is always given.
    Always,
}

impl Filter {
    const fn text(column: &'static str, used: Used) -> Self {
        Self {
            column,
            compared: "=",
            used,
        }
    }

    /// The column is this text.
    pub(crate) const fn is(column: &'static str) -> Self {
        Self::text(column, Used::Looks)
    }

    /// The column is this number or a greater one.
    pub(crate) const fn at_least(column: &'static str) -> Self {
        Self {
            compared: ">=",
            ..Self::text(column, Used::Looks)
        }
    }

    /// The column is this text, by an index ([`listed`](crate::schema)).
    pub(crate) const fn narrows(column: &'static str) -> Self {
        Self::text(column, Used::Narrows)
    }

    /// Likewise, and there is no list without it.
    pub(crate) const fn always(column: &'static str) -> Self {
        Self::text(column, Used::Always)
    }

    /// The condition, on the parameter of this number. Where nothing need be given, not as `x IS NULL OR …`, nor as the
    /// bare `coalesce`: of several of those Postgres expects next to no row, and would sort what it could read in order.
    fn condition(&self, alias: &str, number: usize, given: bool) -> String {
        let Self {
            column, compared, ..
        } = self;
        let holds = format!("{alias}.{column} {compared} ${number}");
        match given {
            true => holds,
            false => format!("nullif(coalesce({holds}, ${number} IS NULL), false) IS NOT NULL"),
        }
    }
}

/// What a list is made from: see [`listings`].
pub(crate) struct Listed {
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) alias: &'static str,
    /// What tells the rows apart.
    pub(crate) id: &'static str,
    /// The tenant's rows: the policy epoch and the columns.
    pub(crate) rows: &'static str,
    /// The tenant's rows, counted behind the policy epoch.
    pub(crate) counted: &'static str,
    pub(crate) time: &'static str,
    pub(crate) filters: Vec<Filter>,
}

/// The number of the first filter's parameter.
const FIRST: usize = 4;

/// A list.
pub(crate) struct Listing<T> {
    /// Narrowed by the filter at this place.
    narrowed: Vec<(usize, Way<T>)>,
    whole: Way<T>,
}

/// A list in each of its orders, and how many rows it has where they are counted.
struct Way<T> {
    /// The places of the filters that are asked for here. Of those that narrow, the first that is given does: those before
    /// it are not given.
    filters: Vec<usize>,
    by_id: Stamped<T>,
    oldest: Stamped<T>,
    newest: Stamped<T>,
    count: Option<Stamped<i64>>,
}

impl<T> Listing<T> {
    pub(crate) fn new(listed: &Listed) -> Self {
        Self::made(listed, false)
    }

    /// A list whose rows are counted, too.
    pub(crate) fn counted(listed: &Listed) -> Self {
        Self::made(listed, true)
    }

    fn made(listed: &Listed, counts: bool) -> Self {
        let narrows = |(_, filter): &(usize, &Filter)| filter.used == Used::Narrows;
        let narrowing = listed.filters.iter().enumerate().filter(narrows);
        Self {
            narrowed: narrowing
                .map(|(place, _)| (place, listed.way(Some(place), counts)))
                .collect(),
            whole: listed.way(None, counts),
        }
    }

    /// By what index the rows are found of which these filters hold.
    fn way(&self, filters: &[Value<'static>]) -> &Way<T> {
        let given = |place: usize| !matches!(filters.get(place), None | Some(Value::Null));
        let mut narrowed = self.narrowed.iter();
        let narrowed = narrowed.find(|(place, _)| given(*place));
        narrowed.map_or(&self.whole, |(_, way)| way)
    }

    /// What asks for the rows of a page, and for one more.
    pub(crate) fn page(
        &self,
        asked: &Timeline,
        filters: Vec<Value<'static>>,
    ) -> (&Stamped<T>, Vec<Value<'static>>) {
        let way = self.way(&filters);
        let query = match asked.order {
            None => &way.by_id,
            Some(Order::Oldest) => &way.oldest,
            Some(Order::Newest) => &way.newest,
        };
        let mut parameters = way.parameters(asked.between(), filters);
        let (moment, id) = asked.left_off();
        if asked.order.is_some() {
            parameters.push(moment.into());
        }
        parameters.extend([Value::from(id), (i64::from(asked.limit) + 1).into()]);
        (query, parameters)
    }

    /// What counts the rows between two moments, where the list counts any.
    pub(crate) fn count(
        &self,
        between: (Timestamp, Timestamp),
        filters: Vec<Value<'static>>,
    ) -> Option<(&Stamped<i64>, Vec<Value<'static>>)> {
        let way = self.way(&filters);
        let query = way.count.as_ref()?;
        Some((query, way.parameters(between, filters)))
    }

    /// Its statements, for the registry.
    pub(in crate::store) fn statements(&self) -> Vec<&Statement> {
        let narrowed = self.narrowed.iter().map(|(_, way)| way);
        let ways = narrowed.chain([&self.whole]);
        let statements = ways.flat_map(|way| {
            let pages = [&way.by_id, &way.oldest, &way.newest].map(Query::statement);
            let count = way.count.as_ref().map(Query::statement);
            pages.into_iter().chain(count)
        });
        statements.collect()
    }
}

impl<T> Way<T> {
    /// The two moments, and those of the filters that are asked for here.
    fn parameters(
        &self,
        (since, until): (Timestamp, Timestamp),
        filters: Vec<Value<'static>>,
    ) -> Vec<Value<'static>> {
        let filters = filters.into_iter().enumerate();
        let asked_for = filters.filter(|(place, _)| self.filters.contains(place));
        let moments = [since.into(), until.into()].into_iter();
        moments.chain(asked_for.map(|(_, value)| value)).collect()
    }
}

/// How the bounds of a page are compared, and the conditions besides.
struct Compared {
    columns: String,
    values: String,
    rest: String,
}

impl Listed {
    fn way<T>(&self, narrowed: Option<usize>, counts: bool) -> Way<T> {
        let of = narrowed.and_then(|place| self.filters.get(place));
        let of = of.map_or(String::new(), |filter| {
            format!("OF_{}_", filter.column.to_ascii_uppercase())
        });
        let (a, key, time) = (self.alias, self.id, self.time);
        let filters = self.asked_for(narrowed);
        let next = FIRST + filters.len();
        let rest = self.conditions(self.numbered(&filters, narrowed));
        let by_id = |engine: Engine| {
            let (order, between) = (bytewise(engine), self.between(engine));
            let (id, limit) = (next, next + 1);
            format!(
                "{a}.{key}{order} > ${id} AND {between}{rest} \
                 ORDER BY {a}.{key}{order} LIMIT ${limit}"
            )
        };
        let (moment, id, limit) = (next, next + 1, next + 2);
        let timed = |order: Order, engine: Engine| {
            let bytes = bytewise(engine);
            let (begins, ends, behind, before, sign) = match order {
                Order::Oldest => (first_of(engine), end_of(engine), ">", "<", ""),
                Order::Newest => (end_of(engine), first_of(engine), "<", ">=", " DESC"),
            };
            let (start, within) = (self.start(engine, &begins, moment), self.within(engine));
            let Compared {
                columns,
                values,
                rest,
            } = self.compared(engine, &filters, narrowed);
            let ordered = columns.replace(", ", &format!("{sign}, "));
            format!(
                "({columns}{a}.{time}, {a}.{key}{bytes}) {behind} ({values}{start}, ${id}) \
                 AND ({columns}{a}.{time}) {before} ({values}{ends}){within}{rest} \
                 ORDER BY {ordered}{a}.{time}{sign}, {a}.{key}{bytes}{sign} LIMIT ${limit}"
            )
        };
        let oldest = |engine| timed(Order::Oldest, engine);
        let newest = |engine| timed(Order::Newest, engine);
        Way {
            filters: filters.clone(),
            by_id: self.statement(&format!("{of}PAGE"), self.rows, by_id),
            oldest: self.statement(&format!("{of}OLDEST_PAGE"), self.rows, oldest),
            newest: self.statement(&format!("{of}NEWEST_PAGE"), self.rows, newest),
            count: counts.then(|| {
                let rows = |engine| {
                    let (first, end) = (first_of(engine), end_of(engine));
                    let within = self.within(engine);
                    format!("{a}.{time} >= {first} AND {a}.{time} < {end}{within}{rest}")
                };
                self.statement(&format!("{of}COUNT"), self.counted, rows)
            }),
        }
    }

    /// What the list is narrowed by, compared together with the time on SQLite: both bounds hold of that one value alone.
    /// Beside an equality SQLite would look for neither bound in the index, and go through all of that value's rows, or take
    /// the index of the times alone; Postgres plans for the values that it is given.
    fn compared(&self, engine: Engine, filters: &[usize], narrowed: Option<usize>) -> Compared {
        let mut filters: Vec<_> = self.numbered(filters, narrowed).collect();
        let held = match engine {
            Engine::Sqlite => filters.iter().position(|(_, _, given)| *given),
            Engine::Postgres => None,
        };
        let held = held.map(|place| filters.remove(place));
        let (columns, values) = held.map_or_else(Default::default, |(number, filter, _)| {
            (
                format!("{}.{}, ", self.alias, filter.column),
                format!("${number}, "),
            )
        });
        Compared {
            columns,
            values,
            rest: self.conditions(filters.into_iter()),
        }
    }

    /// Whether a row that is found by its id lies between the moments. SQLite would take the index of the times and sort
    /// what it finds by id if it could.
    fn between(&self, engine: Engine) -> String {
        let (a, time) = (self.alias, self.time);
        match engine {
            Engine::Postgres => format!("{a}.{time} >= $2 AND {a}.{time} < $3"),
            Engine::Sqlite => format!("{WITHIN}({a}.{time}, $2, $3)"),
        }
    }

    /// Which of the rows that an index gives lie between the moments: on Postgres all of them.
    fn within(&self, engine: Engine) -> String {
        match engine {
            Engine::Postgres => String::new(),
            Engine::Sqlite => format!(" AND {}", self.between(engine)),
        }
    }

    /// Where the page goes on in the order of time: at the moment with which the page before ended, or else at this bound.
    /// On SQLite a row that holds its time in another program's spelling is gone on behind as it is spelled, since the rows
    /// are ordered by that.
    fn start(&self, engine: Engine, bound: &str, moment: usize) -> String {
        let Self {
            table,
            id: key,
            time,
            ..
        } = self;
        let id = moment + 1;
        match engine {
            Engine::Postgres => format!("coalesce(CAST(${moment} AS timestamptz), {bound})"),
            Engine::Sqlite => format!(
                "coalesce((SELECT l.{time} FROM {table} l WHERE l.tenant_id = $1 AND l.{key} = ${id} \
                 AND NOT glob('{CONVENTION}', l.{time})), ${moment}, {bound})"
            ),
        }
    }

    /// The places of the filters that may be given where the list is narrowed so.
    fn asked_for(&self, narrowed: Option<usize>) -> Vec<usize> {
        let places = self.filters.iter().enumerate();
        let may_be = places.filter(|(place, filter)| {
            filter.used != Used::Narrows || narrowed.is_some_and(|narrowed| *place >= narrowed)
        });
        may_be.map(|(place, _)| place).collect()
    }

    /// These filters by their parameters' numbers, and whether one is always given here.
    fn numbered(
        &self,
        filters: &[usize],
        narrowed: Option<usize>,
    ) -> impl Iterator<Item = (usize, &Filter, bool)> {
        let numbers = filters.iter().zip(FIRST..);
        numbers.filter_map(move |(place, number)| {
            let filter = self.filters.get(*place)?;
            let given = narrowed == Some(*place) || filter.used == Used::Always;
            Some((number, filter, given))
        })
    }

    fn conditions<'f>(&self, filters: impl Iterator<Item = (usize, &'f Filter, bool)>) -> String {
        let conditions = filters.map(|(number, filter, given)| {
            format!(" AND {}", filter.condition(self.alias, number, given))
        });
        conditions.collect()
    }

    fn statement<F>(&self, what: &str, head: &str, rest: impl Fn(Engine) -> String) -> Query<F> {
        let text = |engine| kept(format!("{head}{}", rest(engine)));
        let statement = Statement::new(
            kept(format!("{}_{what}", self.name)),
            Scope::Tenant,
            Expect::Any,
            text(Engine::Sqlite),
            text(Engine::Postgres),
        );
        Query::of(statement.made_of(self.table))
    }
}

/// The library's own spelling of a time on SQLite, and of no other that it reads.
const CONVENTION: &str = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]\
                          .[0-9][0-9][0-9][0-9][0-9][0-9]";

/// What every row from the first moment on is stored behind. On SQLite a text is at most 26 hours away from what it means, by its
/// offset from UTC.
fn first_of(engine: Engine) -> String {
    match engine {
        Engine::Postgres => "$2".to_owned(),
        Engine::Sqlite => "date($2, '-2 days')".to_owned(),
    }
}

/// Likewise what every row before the last moment is stored before. There is no date behind the year 9999; every text of a
/// time is before the colon.
fn end_of(engine: Engine) -> String {
    match engine {
        Engine::Postgres => "$3".to_owned(),
        Engine::Sqlite => "coalesce(date($3, '+3 days'), ':')".to_owned(),
    }
}

/// Ids are compared in the order of the index.
fn bytewise(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " COLLATE \"C\"",
    }
}

/// A text that lives as long as the registry.
fn kept(text: String) -> &'static str {
    text.leak()
}

/// Declares lists and `lists`, all statements of them, so that none can be left out of the registry: the name, the rows,
/// `of` the record that they are read by, the column of their time, and the filters; `counted` in place of `of` where the
/// rows are counted, too.
macro_rules! listings {
    ($(
        $(#[$meta:meta])* $name:ident : $row:ty = $how:ident $record:ident by $time:ident
            [$($filter:ident($column:ident)),* $(,)?];
    )+) => {
        $(
            $(#[$meta])*
            pub(crate) static $name: std::sync::LazyLock<$crate::store::sql::listing::Listing<$row>> =
                std::sync::LazyLock::new(|| {
                    $crate::store::sql::listing::listings!(@$how)(&$crate::store::sql::listing::Listed {
                        name: stringify!($name),
                        table: $record!(table),
                        alias: $record!(alias),
                        id: $record!(id_column),
                        rows: $record!(stamped),
                        counted: $record!(counted),
                        time: stringify!($time),
                        filters: vec![$($crate::store::sql::listing::Filter::$filter(stringify!($column))),*],
                    })
                });
        )+

        pub(crate) fn lists() -> impl Iterator<Item = &'static $crate::store::sql::Statement> {
            [$($name.statements()),+].into_iter().flatten()
        }
    };
    (@of) => { $crate::store::sql::listing::Listing::new };
    (@counted) => { $crate::store::sql::listing::Listing::counted };
}
pub(crate) use listings;

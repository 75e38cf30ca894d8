//! The integrity scan's look at the rows of a table: each is read once, with what its references lead to beside it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::edges::{Join, Probe, Wrong, probes};
use super::report::{cut, kept, key};
use super::values;
use super::walk::Walk;
use crate::error::StoreError;
use crate::model::{IntegrityFinding, IntegrityProblem};
use crate::schema::{self, Column, Table};
use crate::store::engine::Engine;
use crate::store::sql::{Expect, Gather, Query, Row, Scope, Statement};

/// One look at the rows of a table, as it is at these versions.
pub(crate) struct Look {
    pub(crate) query: Query<Findings>,
    pub(crate) walk: &'static Walk,
    table: &'static Table,
    columns: Vec<&'static Column>,
    /// Where a row has its key and its tenant.
    key: usize,
    own: usize,
    /// Whether the values are looked at, beside the references.
    reads: bool,
    probes: Vec<Asked>,
    from: u32,
    until: u32,
}

/// A probe, and where a row has what it found.
struct Asked {
    probe: Probe,
    holds: usize,
    tenant: usize,
    theirs: Option<usize>,
    value: usize,
}

/// What a look finds. A row says by its first column which look it answers; its values and what its probes say follow.
#[derive(Default)]
pub(crate) struct Findings(pub(crate) Vec<IntegrityFinding>);

/// Where a row's values begin.
const VALUES: usize = 1;

static LOOKS: LazyLock<Vec<Look>> = LazyLock::new(|| {
    let mut looks = Vec::new();
    for table in schema::catalogue() {
        // Made once in a process and kept to its end, like the statements that stand in the source.
        let walk =
            |since: u32| -> &'static Walk { Box::leak(Box::new(Walk::of_table(table, since))) };
        let walks = [table.since].into_iter().chain(table.rekeyed());
        let walks: Vec<(u32, &'static Walk)> = walks.map(|since| (since, walk(since))).collect();
        let steps: Vec<u32> = steps(table).into_iter().collect();
        for (place, from) in steps.iter().enumerate() {
            let until = steps.get(place + 1).map_or(u32::MAX, |next| next - 1);
            let by_then = walks.iter().rfind(|(since, _)| since <= from);
            looks.extend(
                by_then.and_then(|(_, walk)| look(looks.len(), table, walk, (*from, until))),
            );
        }
    }
    looks
});

pub(super) fn looks() -> &'static [Look] {
    &LOOKS
}

/// The versions at which something else is asked of the table than before.
fn steps(table: &'static Table) -> BTreeSet<u32> {
    let probes = probes(table);
    let begin = probes.iter().map(|probe| probe.from);
    let end = probes.iter().filter_map(|probe| probe.until.checked_add(1));
    let columns = table.columns.iter().map(|column| column.since);
    let rekeyed = table.rekeyed();
    columns.chain(begin).chain(end).chain(rekeyed).collect()
}

/// The library reads the table's values. Those of the logs are what `verify` looks at.
fn is_read(table: &Table) -> bool {
    table.opened.is_some() && !table.log
}

fn look(
    number: usize,
    table: &'static Table,
    walk: &'static Walk,
    (from, until): (u32, u32),
) -> Option<Look> {
    let columns = table.columns.iter().filter(|column| column.since <= from);
    let columns: Vec<&Column> = columns.collect();
    let probes = probes(table).into_iter();
    let probes: Vec<Probe> = probes
        .filter(|probe| (probe.from..=probe.until).contains(&from))
        .collect();
    let reads = is_read(table);
    if !reads && probes.is_empty() {
        return None;
    }
    let mut selected = vec![number.to_string()];
    selected.extend(columns.iter().map(|column| format!("c.{}", column.name)));
    let mut joins: Vec<Join> = Vec::new();
    let mut suspects: Vec<String> = Vec::new();
    let mut asked = Vec::new();
    let mut select = |text: String| {
        selected.push(text);
        selected.len() - 1
    };
    let place = |name: &str| {
        let mut columns = columns.iter();
        Some(VALUES + columns.position(|column| column.name == name)?)
    };
    let key = match table.key_at(table.since) {
        [one] => place(one)?,
        _ => select(key(table)),
    };
    let own = match table.tenant_column().and_then(place) {
        Some(own) => own,
        None => select("NULL".to_owned()),
    };
    for mut probe in probes {
        if let Some(join) = probe.join.take()
            && !joins.contains(&join)
        {
            joins.push(join);
        }
        suspects.push(probe.when.clone());
        asked.push(Asked {
            holds: select(probe.when.clone()),
            tenant: probe.tenant.clone().map_or(own, &mut select),
            theirs: probe.theirs.clone().map(&mut select),
            value: place(probe.column)?,
            probe,
        });
    }
    if reads {
        suspects.extend(columns.iter().filter_map(|column| values::suspect(column)));
    }
    let mut rows = format!("SELECT {} FROM {} c", selected.join(", "), table.name);
    for Join { table, alias, on } in joins {
        rows += &format!(" LEFT JOIN {table} {alias} ON {on}");
    }
    let suspect = match suspects.as_slice() {
        [] => " AND false".to_owned(),
        some => format!(" AND ({})", some.join(" OR ")),
    };
    let text = |engine| format!("{rows} WHERE {}", walk.within(engine));
    // SQLite holds anything in any column, so there each row is looked at, by the very methods that read it later. On
    // Postgres the types hold, and only the rows come of which something may be wrong.
    let sqlite = match reads {
        true => text(Engine::Sqlite),
        false => text(Engine::Sqlite) + &suspect,
    };
    Some(Look {
        query: Query::of(Statement::new(
            kept(format!("SCAN {} from {from}", table.name)),
            Scope::Operator,
            Expect::Any,
            kept(sqlite),
            kept(text(Engine::Postgres) + &suspect),
        )),
        walk,
        table,
        columns,
        key,
        own,
        reads,
        probes: asked,
        from,
        until,
    })
}

impl Gather for Findings {
    fn gather(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        let look = usize::try_from(row.get::<i64>(0)?)
            .ok()
            .and_then(|number| LOOKS.get(number))
            .ok_or_else(|| StoreError::Engine("a row of no look".to_owned()))?;
        look.add_findings(row, &mut self.0);
        Ok(())
    }
}

impl Look {
    pub(super) fn at(&self, version: u32) -> bool {
        (self.from..=self.until).contains(&version)
    }

    /// The table whose rows it looks at.
    pub(crate) fn table(&self) -> &'static str {
        self.table.name
    }

    /// How many checks it makes: one for each thing that is asked beside a row, one for the values.
    pub(crate) fn checks(&self) -> u32 {
        let probes = u32::try_from(self.probes.len()).unwrap_or(u32::MAX);
        probes.saturating_add(u32::from(self.reads))
    }

    fn add_findings(&self, row: &Row<'_>, findings: &mut Vec<IntegrityFinding>) {
        for asked in &self.probes {
            if matches!(row.opt_bool(asked.holds), Ok(Some(true))) {
                findings.push(self.broken(row, asked));
            }
        }
        if self.reads {
            for (place, column) in self.columns.iter().enumerate() {
                findings.extend(self.misfit(row, VALUES + place, column));
            }
        }
    }

    fn broken(&self, row: &Row<'_>, asked: &Asked) -> IntegrityFinding {
        let theirs = asked.theirs.and_then(|place| row.shown(place));
        let problem = match (asked.probe.problem, &theirs) {
            (Wrong::Always(problem), _) => problem,
            (Wrong::NotHere { nowhere, .. }, None) => nowhere,
            (Wrong::NotHere { elsewhere, .. }, Some(_)) => elsewhere,
        };
        IntegrityFinding {
            value: row.shown(asked.value).map(cut),
            tenant: row.shown(asked.tenant),
            refers_to: asked.probe.refers_to.map(str::to_owned),
            refers_to_tenant: theirs,
            ..self.finding(row, asked.probe.column, problem)
        }
    }

    fn misfit(&self, row: &Row<'_>, place: usize, column: &Column) -> Option<IntegrityFinding> {
        let problem = values::problem(row, place, column)?;
        Some(IntegrityFinding {
            value: row
                .shown(place)
                .filter(|_| !values::may_be_secret(column))
                .map(cut),
            tenant: row.shown(self.own),
            ..self.finding(row, column.name, problem)
        })
    }

    fn finding(&self, row: &Row<'_>, column: &str, problem: IntegrityProblem) -> IntegrityFinding {
        let key = row.shown(self.key).unwrap_or_default();
        IntegrityFinding::new(self.table.name, key, column, problem)
    }
}

//! The integrity scan: of an open database, and of what a step meets.

use std::collections::BTreeMap;

use super::recognised::{self, Asked, Origin};
use super::seen::Seen;
use crate::error::Failure;
use crate::model::{IntegrityFinding, IntegrityReport, Progress};
use crate::schema::ddl::{self, Live};
use crate::schema::{self, version};
use crate::store::engine::Engine;
use crate::store::open::Store;
use crate::store::rigging;
use crate::store::sql::{Gather, Query, Value};
use crate::store::statements::migration::{self, LiveColumn};
use crate::store::statements::scan::{self, Deployment, Findings, Keys, Position, ROWS, Walk};
use crate::store::terms::Bound;

/// Who hears of a scan as it goes.
pub(crate) struct Hearing<'h> {
    pub(crate) progress: &'h (dyn Fn(Progress) + Sync),
    /// What was found since it was called last, which the report may have no room for.
    pub(crate) findings: &'h (dyn Fn(&[IntegrityFinding]) + Sync),
}

impl Store {
    /// Every row that breaks an edge that the batches enforce, asked at this version. Nothing of the size of a table is
    /// held, and no snapshot is kept: each chunk of rows is a statement of its own.
    pub(crate) async fn scan(
        &self,
        version: u32,
        hearing: &Hearing<'_>,
    ) -> Result<IntegrityReport, Failure> {
        if !self.may_operate()? {
            return Err(Failure::OperatorRights);
        }
        let version = match version {
            0 if self.can_be_adopted().await? => version::BASELINE,
            known => known,
        };
        let scope = Scope {
            version,
            values: true,
            within: None,
            rows: BTreeMap::new(),
        };
        let seen = &mut Seen::default();
        scan(&mut AsItIs(self), &scope, seen, Some(hearing)).await
    }

    /// Whether the old platform made the database and nobody has adopted it yet. Of what cannot be adopted nothing is
    /// scanned, and the refusal says why: a report without a finding would say that all is well.
    async fn can_be_adopted(&self) -> Result<bool, Failure> {
        let origin = recognised::recognise(&mut AsItIs(self)).await?;
        Ok(matches!(origin, Origin::Platform(_)))
    }
}

/// What a scan looks at.
pub(super) struct Scope<'s> {
    pub(super) version: u32,
    /// Whether it looks at values, beside what rows belong and refer to.
    pub(super) values: bool,
    /// The tables, where it is not all of them.
    pub(super) within: Option<&'s [&'s str]>,
    /// Of some tables the rows, where it is not all of them.
    pub(super) rows: BTreeMap<&'static str, Vec<Position>>,
}

impl Scope<'_> {
    fn takes(&self, table: &str) -> bool {
        self.within.is_none_or(|tables| tables.contains(&table))
    }
}

/// What a scan is made on.
pub(super) trait Scanned {
    fn engine(&self) -> Result<Engine, Failure>;
    async fn found<F: Gather>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, Failure>;
}

/// Makes a scan of what has not been seen.
pub(super) async fn scan(
    scanned: &mut impl Scanned,
    scope: &Scope<'_>,
    seen: &mut Seen,
    hearing: Option<&Hearing<'_>>,
) -> Result<IntegrityReport, Failure> {
    let engine = scanned.engine()?;
    if engine == Engine::Sqlite {
        refuse_hidden_rowids(scanned, scope).await?;
    }
    let mut found = Found::new(hearing);
    for look in scan::looks(scope.version).filter(|look| scope.takes(look.table())) {
        if seen.knows(look.query.statement(), scope.values) {
            continue;
        }
        let mut chunks = match scope.rows.get(look.table()) {
            None => Chunks::of(look.walk, engine),
            Some(rows) => Chunks::of_rows(look.walk, engine, rows.clone()),
        };
        found.begins(look.table(), look.checks());
        let mut passed_over = false;
        while let Some(parameters) = chunks.next(scanned).await? {
            let Findings(mut rows) = scanned.found(&look.query, &parameters).await?;
            if !scope.values {
                let all = rows.len();
                rows.retain(|finding| !finding.problem.is_of_a_value());
                passed_over |= rows.len() < all;
            }
            found.hears(rows);
            found.passes(chunks.passed());
        }
        seen.remembers(look.query.statement(), !passed_over);
    }
    let keys = scan::keys(scope.version).filter(|look| scope.takes(look.table()));
    let keys = keys.filter(|look| !seen.knows(look.query.statement(), true));
    let keys: Vec<&Keys> = keys.collect();
    let live = match keys.as_slice() {
        [] => Vec::new(),
        _ => scanned.found(&migration::LIVE_OBJECTS, &[]).await?,
    };
    for look in keys {
        found.report.checks += 1;
        if look.is_kept(&live) {
            continue;
        }
        found.begins(look.table(), 0);
        let mut behind = Some(Keys::beginning(engine));
        while let Some(place) = behind {
            let doubles = scanned.found(&look.query, &[place]).await?;
            behind = Keys::next(engine, &doubles);
            found.hears(look.findings(doubles));
        }
        seen.remembers(look.query.statement(), true);
    }
    for look in scan::names(scope.version).filter(|_| scope.values && scope.takes("users")) {
        if seen.knows(look.query.statement(), true) {
            continue;
        }
        let mut chunks = Chunks::of(look.walk, engine);
        found.begins("users", 1);
        while let Some(parameters) = chunks.next(scanned).await? {
            let named = scanned.found(&look.query, &parameters).await?;
            found.hears(look.findings(named));
        }
        seen.remembers(look.query.statement(), true);
    }
    if Deployment::at(scope.version) && scope.takes("audit_heads") {
        found.begins("audit_heads", 1);
        let gone = scanned.found(&scan::deployment().query, &[]).await?;
        found.hears(Deployment::findings(gone));
    }
    Ok(found.report)
}

/// A chunk is a range of rowids: rows that have none would be passed over, and the report would say that all is well.
async fn refuse_hidden_rowids(
    scanned: &mut impl Scanned,
    scope: &Scope<'_>,
) -> Result<(), Failure> {
    let live: Vec<Live> = scanned.found(&migration::LIVE_SHAPES, &[]).await?;
    let tables = schema::catalogue().iter();
    let mut tables = tables.filter(|it| it.since <= scope.version && scope.takes(it.name));
    match tables.find_map(|table| ddl::without_rowids(table, &live)) {
        None => Ok(()),
        Some(found) => Err(recognised::unrecognised(format!(
            "the scan cannot go through it: {}: {}",
            found.what, found.why
        ))),
    }
}

/// A table, gone through chunk by chunk.
struct Chunks {
    walk: &'static Walk,
    engine: Engine,
    rows: i64,
    /// Where the next chunk begins.
    from: Option<Position>,
    /// Where each other one begins, if they do not follow each other.
    rest: Option<std::vec::IntoIter<Position>>,
}

impl Chunks {
    fn of(walk: &'static Walk, engine: Engine) -> Self {
        Self {
            walk,
            engine,
            rows: rigging::scan_chunk(scan::CHUNK),
            from: Some(walk.beginning(engine)),
            rest: None,
        }
    }

    /// A chunk for each of these rows.
    fn of_rows(walk: &'static Walk, engine: Engine, rows: Vec<Position>) -> Self {
        let mut rest = rows.into_iter();
        Self {
            rows: 1,
            from: rest.next(),
            rest: Some(rest),
            ..Self::of(walk, engine)
        }
    }

    /// The parameters of the next chunk's statement.
    async fn next(
        &mut self,
        scanned: &mut impl Scanned,
    ) -> Result<Option<Vec<Value<'static>>>, Failure> {
        let Some(from) = self.from.take() else {
            return Ok(None);
        };
        let asked = Walk::asked(&from, self.rows);
        let next = scanned.found(&self.walk.next, &asked).await?;
        let next = next.into_iter().next().filter(Position::is_known);
        let chunk = self.walk.chunk(self.engine, &from, next.as_ref());
        self.from = match &mut self.rest {
            None => next,
            Some(rest) => rest.next(),
        };
        Ok(Some(chunk))
    }

    /// How many rows the chunk held, where it was no last one.
    fn passed(&self) -> u64 {
        self.from.as_ref().map_or(0, |_| self.rows.unsigned_abs())
    }
}

/// What a scan has found so far.
struct Found<'f> {
    report: IntegrityReport,
    hearing: Option<&'f Hearing<'f>>,
    /// How many rows the report holds of a problem of a column.
    held: BTreeMap<Kind, u32>,
    table: &'static str,
    rows: u64,
}

/// Table, column, problem, and what the column refers to.
type Kind = (String, String, &'static str, Option<String>);

impl<'f> Found<'f> {
    fn new(hearing: Option<&'f Hearing<'f>>) -> Self {
        Self {
            report: IntegrityReport::default(),
            hearing,
            held: BTreeMap::new(),
            table: "",
            rows: 0,
        }
    }

    /// A look at a table begins, which makes so many checks.
    fn begins(&mut self, table: &'static str, checks: u32) {
        self.report.checks += checks;
        let is_another = self.table != table;
        self.table = table;
        if is_another {
            self.passes(0);
        }
    }

    /// So many rows are behind it.
    fn passes(&mut self, rows: u64) {
        self.rows += rows;
        if let Some(hearing) = self.hearing {
            (hearing.progress)(Progress {
                stage: self.table.to_owned(),
                done: self.rows,
                total: None,
            });
        }
    }

    fn hears(&mut self, findings: Vec<IntegrityFinding>) {
        if findings.is_empty() {
            return;
        }
        if let Some(hearing) = self.hearing {
            (hearing.findings)(&findings);
        }
        for finding in findings {
            self.report.found += 1;
            self.report.stopping += u64::from(finding.stops);
            let kind = (
                finding.table.clone(),
                finding.column.clone(),
                finding.problem.as_str(),
                finding.refers_to.clone(),
            );
            let held = self.held.entry(kind).or_default();
            if *held < ROWS {
                *held += 1;
                self.report.findings.push(finding);
            }
        }
    }
}

/// A database that is looked at outside of a step.
struct AsItIs<'s>(&'s Store);

impl AsItIs<'_> {
    async fn asked<F: Gather>(
        &self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, Failure> {
        let asked = self.0.single_as_it_is(&Bound::Operator, query, parameters);
        Ok(asked.await?)
    }
}

impl Scanned for AsItIs<'_> {
    fn engine(&self) -> Result<Engine, Failure> {
        Ok(self.0.engine()?)
    }

    async fn found<F: Gather>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, Failure> {
        self.0.single(&Bound::Operator, query, parameters).await
    }
}

impl Asked for AsItIs<'_> {
    fn engine(&self) -> Result<Engine, Failure> {
        Ok(self.0.engine()?)
    }

    async fn has_table(&mut self, name: &'static str) -> Result<bool, Failure> {
        let name = [Value::from(name)];
        Ok(self.asked(&migration::HAS_TABLE, &name).await? == [true])
    }

    async fn revisions(&mut self) -> Result<Vec<String>, Failure> {
        self.asked(&migration::LEGACY_REVISION, &[]).await
    }

    async fn columns(&mut self, table: &'static str) -> Result<Vec<LiveColumn>, Failure> {
        let name = [Value::from(table)];
        self.asked(&migration::TABLE_COLUMNS, &name).await
    }

    async fn shapes(&mut self) -> Result<Vec<Live>, Failure> {
        self.asked(&migration::LIVE_SHAPES, &[]).await
    }
}

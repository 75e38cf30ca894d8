//! What a step on Postgres does before it holds its tables, where they are large: it builds its indexes beside whoever
//! works there, adds its references without a look at the rows, scans, and lets the references be looked after. Then
//! nothing is left that takes longer for a large table than for a small one, but to find what was written meanwhile.
//!
//! What was prepared for a step that is not taken then is taken away again: at once, or by the next run.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ringfence_migrations::{Kind, Step};

use super::refusing::{Looked, refuse_findings};
use super::seen::Seen;
use super::stepping::{Stepping, failed, stopped};
use super::touched;
use crate::error::{Failure, StoreError, Visible};
use crate::schema::ddl::beforehand::{AHEAD, Beforehand, Made, validated};
use crate::schema::ddl::postgres_change;
use crate::schema::{self, Column, Table};
use crate::store::engine::Engine;
use crate::store::open::{Opened, Store};
use crate::store::postgres;
use crate::store::statements::migration;
use crate::store::statements::scan::{Position, looks};

/// A table of so many bytes is large. A smaller one is read and indexed within the step in less time than it would take to
/// prepare that.
const LARGE: i64 = 1 << 20;

/// How often whoever builds an index looks whether it waits for others.
const LOOKS: Duration = Duration::from_secs(1);

/// What was done ahead of a step: nothing, as a rule.
#[derive(Default)]
pub(super) struct Prepared {
    /// The step's version.
    pub(super) step: u32,
    large: Vec<&'static str>,
    made: Vec<Beforehand>,
    /// What was written before this is behind the step.
    since: String,
}

impl Prepared {
    pub(super) fn is_of(&self, step: &Step) -> bool {
        self.step == step.version
    }

    /// The step's text, with what was made taken over.
    pub(super) fn taken_over(&self, text: String) -> String {
        let made = self.made.iter();
        made.fold(text, |text, it| it.taken_over(&text))
    }
}

impl Store {
    /// Prepares a step for these tables. Who takes the first step of a run looks at every table there is.
    pub(super) async fn prepare(
        &self,
        step: &'static Step,
        large: Vec<&'static str>,
        is_first: bool,
    ) -> Result<Prepared, Failure> {
        tracing::info!(
            target: "ringfence::migrate", step = step.name, tables = large.join(", "),
            "prepared beside whoever works in the large tables"
        );
        let mut stepping = self.begin_step(false).await?;
        let rest = stepping.rest(step).await?;
        stepping.abandon().await?;
        let mut made = Vec::new();
        for it in postgres_change(step.version).beforehand(&rest, step.version, &large) {
            let stands = match &it.made {
                Made::Index { begins, over } => self.build(step, &it, [begins, over]).await?,
                Made::Reference { added, .. } => {
                    self.alone(step, added, &it.tables).await?;
                    true
                }
                Made::Again => true,
            };
            if stands {
                made.push(it);
            }
        }

        let before = step.version - 1;
        let mut touched = touched::before_up(&step.postgres, step.version);
        touched.extend(touched::of_batch(step));
        let mut stepping = self.begin_step(false).await?;
        let since = stepping.now().await?;
        let looked = Looked {
            within: (!is_first).then_some(touched.as_slice()),
            ..Looked::at(before)
        };
        refuse_findings(&mut stepping, step, looked, &mut Seen::default()).await?;
        stepping.abandon().await?;
        for it in &made {
            if let Made::Reference { validated, .. } = &it.made {
                self.alone(step, validated, &it.tables).await?;
            }
        }

        // What was written while all that went on, so that little is left for the step.
        let mut prepared = Prepared {
            step: step.version,
            large,
            made,
            since,
        };
        let mut stepping = self.begin_step(false).await?;
        let since = stepping.now().await?;
        let rows = stepping.written_since(&prepared, step).await?;
        let again: Vec<&str> = rows.keys().copied().collect();
        let looked = Looked {
            within: Some(&again),
            rows,
            ..Looked::at(before)
        };
        refuse_findings(&mut stepping, step, looked, &mut Seen::default()).await?;
        stepping.abandon().await?;
        prepared.since = since;
        Ok(prepared)
    }

    /// Runs what takes locks of these tables in a transaction of its own.
    async fn alone(&self, step: &Step, text: &str, tables: &[&str]) -> Result<(), Failure> {
        let mut stepping = self.begin_step(false).await?;
        let made = stepping.patiently(text, tables).await;
        made.map_err(|error| failed(step, error))?;
        stepping.commit().await
    }

    /// Builds an index beside whoever works in the table. Whether it was built: where the login may not take its time for
    /// it, the step makes it itself.
    async fn build(
        &self,
        step: &Step,
        it: &Beforehand,
        [begins, over]: [&str; 2],
    ) -> Result<bool, Failure> {
        let Opened::Postgres(store) = self.opened()? else {
            return Ok(false);
        };
        let connections = store.connections();
        let text = format!("{begins}{}.{over}", connections.schema());
        let asked = connections.asked().await?;
        let building = async {
            let built = asked.client()?.batch_execute(&text).await;
            built.map_err(|error| postgres::classify(&error))
        };
        let Some(table) = it.tables.first() else {
            return Ok(false);
        };
        let built = tokio::select! {
            built = building => built,
            waited = self.waited_too_long(table) => Err(waited),
        };
        match built {
            Ok(()) => {
                drop(asked.answered());
                Ok(true)
            }
            Err(error @ (StoreError::Busy | StoreError::Lost(_) | StoreError::Closed)) => {
                Err(error.into())
            }
            Err(error) => {
                tracing::warn!(
                    target: "ringfence::migrate", step = step.name, error = %Visible(&error),
                    "an index could not be built beside whoever works in the table: the step builds it"
                );
                drop(asked.answered());
                self.clear(|name| name == it.name).await?;
                Ok(false)
            }
        }
    }

    /// Ends when the index that is built on this table has waited for others for as long as a migration may.
    async fn waited_too_long(&self, table: &str) -> StoreError {
        let mut since: Option<Instant> = None;
        loop {
            tokio::time::sleep(LOOKS).await;
            // Where there is no other connection to look by, nobody waits for less.
            let Ok((true, patience)) = self.build_waits(table).await else {
                since = None;
                continue;
            };
            let begun = *since.get_or_insert_with(|| {
                tracing::info!(
                    target: "ringfence::migrate", tables = table,
                    "an index waits for those who were at work when it was begun"
                );
                Instant::now()
            });
            if begun.elapsed() >= patience {
                return StoreError::Busy;
            }
        }
    }

    async fn build_waits(&self, table: &str) -> Result<(bool, Duration), Failure> {
        let Opened::Postgres(store) = self.opened()? else {
            return Ok((false, Duration::MAX));
        };
        let mut stepping = self.begin_step(false).await?;
        let asked = migration::BUILD_WAITS.postgres();
        let rows = stepping.postgres_rows(asked, &[&table]).await?;
        stepping.abandon().await?;
        let waits = rows.first().is_some_and(|row| row.get(0));
        Ok((waits, store.connections().migration_wait()))
    }

    /// Takes away what a step made ahead that was not taken.
    pub(super) async fn clear_preparations(&self) -> Result<(), Failure> {
        self.clear(|_| true).await
    }

    async fn clear(&self, which: impl Fn(&str) -> bool) -> Result<(), Failure> {
        if self.engine()? == Engine::Sqlite {
            return Ok(());
        }
        let mut stepping = self.begin_step(false).await?;
        let asked = migration::LEFT_AHEAD.postgres();
        for row in stepping.postgres_rows(asked, &[&AHEAD]).await? {
            let (name, table, gone): (String, String, String) =
                (row.get(0), row.get(1), row.get(2));
            if which(&name) {
                stepping.patiently(&gone, &[&table]).await?;
            }
        }
        stepping.commit().await
    }

    /// Likewise after a failure, which is what the caller is told.
    pub(super) async fn clear_preparations_of_what_failed(&self) {
        if let Err(failure) = self.clear_preparations().await {
            tracing::warn!(
                target: "ringfence::migrate", error = %Visible(&failure),
                "what a step made ahead stays until the next run"
            );
        }
    }

    /// Has every row of these references looked at.
    pub(super) async fn validate(&self, references: Vec<Reference>) -> Result<(), Failure> {
        for Reference { table, name } in references {
            let mut stepping = self.begin_step(false).await?;
            match stepping.patiently(&validated(table, name), &[table]).await {
                Err(StoreError::Violation(_)) => return Err(broken(table, name)),
                looked => looked?,
            }
            stepping.commit().await?;
        }
        Ok(())
    }
}

/// A reference by its table and its name.
pub(super) struct Reference {
    table: &'static str,
    name: &'static str,
}

fn broken(table: &str, name: &str) -> Failure {
    stopped(format!(
        "a row of {table} breaks the reference {name}, which holds for every new one: the integrity scan names it"
    ))
}

impl Stepping {
    /// Which of the tables that the step is to hold are large.
    pub(super) async fn large(
        &mut self,
        step: &'static Step,
    ) -> Result<Vec<&'static str>, Failure> {
        if matches!(step.kind, Kind::Baseline | Kind::Backfill) {
            return Ok(Vec::new());
        }
        let mut touched = touched::before_up(&step.postgres, step.version);
        let asked = migration::LARGE_TABLES.postgres();
        let found = self.postgres_rows(asked, &[&touched, &LARGE]).await?;
        let large: Vec<String> = found.iter().map(|row| row.get(0)).collect();
        touched.retain(|table| large.iter().any(|it| it == table));
        Ok(touched)
    }

    /// The references that hold at this version for every new row, and of which not every other was looked at.
    pub(super) async fn unvalidated(&mut self, version: u32) -> Result<Vec<Reference>, Failure> {
        let asked = migration::UNVALIDATED.postgres();
        let left = self.postgres_rows(asked, &[]).await?;
        let left: Vec<(String, String)> = left.iter().map(|row| (row.get(0), row.get(1))).collect();
        let ours = schema::edges().filter(|(table, parent)| {
            let mut left = left.iter();
            parent.enforced_at(version)
                && left.any(|(on, name)| on == table.name && name == parent.constraint)
        });
        let references = ours.map(|(table, parent)| Reference {
            table: table.name,
            name: parent.constraint,
        });
        Ok(references.collect())
    }

    /// A number that says of each row whether it was written from here on, or may have been.
    async fn now(&mut self) -> Result<String, Failure> {
        let asked = migration::WRITTEN_SINCE.postgres();
        let rows = self.postgres_rows(asked, &[]).await?;
        Ok(rows.first().map(|row| row.get(0)).unwrap_or_default())
    }

    /// Where the rows of the large tables stand that are looked at once more: of most none, of some those that were written
    /// since they were looked at.
    pub(super) async fn written_since(
        &mut self,
        prepared: &Prepared,
        step: &'static Step,
    ) -> Result<BTreeMap<&'static str, Vec<Position>>, Failure> {
        let mut written = BTreeMap::new();
        let before = step.version.saturating_sub(1);
        for look in looks(before).filter(|it| prepared.large.contains(&it.table())) {
            let rows = match looked_at_again(step, look.table()) {
                Again::All => continue,
                Again::None => Vec::new(),
                Again::Written => {
                    let text = look.walk.written_since();
                    let rows = self.postgres_rows(&text, &[&prepared.since]).await?;
                    postgres::gathered(&rows)?
                }
            };
            written.insert(look.table(), rows);
        }
        Ok(written)
    }
}

/// Which rows of a large table a step looks at once more that has prepared it.
enum Again {
    None,
    Written,
    All,
}

fn looked_at_again(step: &Step, table: &str) -> Again {
    let Some(table) = schema::table(table) else {
        return Again::All;
    };
    let is_own = touched::of_batch(step).contains(&table.name);
    let mut parents = table.parents.iter();
    match step.kind {
        // The step that holds the boundary of its batch looks again.
        Kind::Expand => Again::None,
        Kind::Enforce if !is_own => Again::None,
        // No key holds what the row itself chooses between: what it leads to may have gone.
        _ if parents.any(|parent| parent.when.is_some()) => Again::All,
        // Keys have held its references since before they were looked at.
        Kind::Enforce if is_held_by_keys(table) => Again::None,
        _ => Again::Written,
    }
}

/// Whether nothing stops a step in this table but references.
fn is_held_by_keys(table: &Table) -> bool {
    let filled = |column: &Column| column.filled.is_some();
    table.name != "tenants" && !table.columns.iter().any(filled)
}

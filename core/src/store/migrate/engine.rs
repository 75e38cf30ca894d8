//! The transaction of one step, on either engine.

use ringfence_migrations::{Step, Texts};

use super::adopted::{self, Types};
use super::history::{self, TABLE};
use super::refinery::{OverPostgres, OverSqlite, marking, runner};
use super::scan;
use super::values::Findings;
use super::{ADOPTED_REVISION, Note, RecordNote};
use crate::error::{Failure, SchemaCode, SchemaMismatch, StoreError};
use crate::model::{IntegrityFinding, IntegrityReport};
use crate::schema::{self, version};
use crate::store::postgres::{Misfit, SchemaLock, Standing};
use crate::store::statements::migration::AppliedStep;
use crate::store::statements::{log, migration};
use crate::store::tx::EngineTx;
use crate::store::{Bound, DEPLOYMENT, Engine, Judged, Log, Store, Tx, Value, WriteTx};

/// An operator's transaction in which one step is made.
pub(super) struct Stepping {
    tx: Tx,
    /// What the login is, on Postgres.
    standing: Option<Standing>,
}

impl Store {
    /// The history, without making its table.
    pub(super) async fn migration_history(&self) -> Result<Vec<AppliedStep>, Failure> {
        let table = [Value::from(TABLE)];
        let found = self
            .single(&Bound::Operator, &migration::HAS_TABLE, &table)
            .await?;
        if found != [true] {
            // A bare login that may not look into the schema sees no table there.
            if !self.may_operate()? {
                self.inside(self.check_rights(0)).await?;
            }
            return Ok(Vec::new());
        }
        match self
            .single(&Bound::Operator, &migration::HISTORY, &[])
            .await
        {
            // A login that may not even read this was not granted the runtime role: say so.
            Err(error @ StoreError::OperatorRights(_)) => {
                self.inside(self.check_rights(version::LATEST)).await?;
                Err(error.into())
            }
            outcome => Ok(outcome?),
        }
    }

    /// Keeps other migrations out until it is dropped. On SQLite each step's own transaction does.
    pub(super) async fn lock_schema(&self) -> Result<Option<SchemaLock>, Failure> {
        match self.engine()? {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(store) => {
                if !store.connections().may_operate() {
                    return Err(Failure::OperatorRights);
                }
                Ok(Some(store.connections().lock_schema().await?))
            }
        }
    }

    pub(super) async fn begin_step(&self) -> Result<Stepping, Failure> {
        let (engine, standing) = match self.engine()? {
            Engine::Sqlite(store) => (EngineTx::Sqlite(store.begin_step()?), None),
            Engine::Postgres(store) => {
                let (tx, standing) = store.connections().begin_step().await?;
                (EngineTx::Postgres(Box::new(tx)), Some(standing))
            }
        };
        Ok(Stepping {
            tx: Tx::new(engine, Bound::Operator, self.clock()?.clone()),
            standing,
        })
    }

    /// What a step wrote on SQLite went past the writer, who keeps the log short.
    pub(super) fn checkpoint(&self) -> Result<(), Failure> {
        if let Engine::Sqlite(store) = self.engine()? {
            store.checkpoint();
        }
        Ok(())
    }

    /// Whether login and runtime role may do what they must at this version, and nothing beyond.
    pub(super) async fn check_rights(&self, version: u32) -> Result<(), Failure> {
        match self.engine()? {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(store) => {
                let client = store.connections().client().await?;
                let standing = store.connections().standing();
                standing.check_rights(&client, version).await
            }
        }
    }

    /// Every row that breaks an edge that the batches enforce, asked at this version.
    pub(crate) async fn scan(&self, version: u32) -> Result<IntegrityReport, Failure> {
        if !self.may_operate()? {
            return Err(Failure::OperatorRights);
        }
        let version = match version {
            0 if self.can_be_adopted().await? => version::BASELINE,
            known => known,
        };
        let mut report = IntegrityReport {
            checks: 0,
            findings: Vec::new(),
        };
        for check in scan::checks(version) {
            let found = self.single(&Bound::Operator, &check.query, &[]).await?;
            report.findings.extend(check.findings(found));
            report.checks += 1;
        }
        for look in scan::looks(version) {
            let Findings(found) = self.single(&Bound::Operator, &look.query, &[]).await?;
            report.findings.extend(found);
            report.checks += 1;
        }
        Ok(report)
    }

    /// Whether the legacy platform made the database and nobody has adopted it yet.
    async fn can_be_adopted(&self) -> Result<bool, StoreError> {
        let alembic = [Value::from("alembic_version")];
        let found = self
            .single(&Bound::Operator, &migration::HAS_TABLE, &alembic)
            .await?;
        if found != [true] {
            return Ok(false);
        }
        let revision = self
            .single(&Bound::Operator, &migration::LEGACY_REVISION, &[])
            .await?;
        Ok(revision == [ADOPTED_REVISION])
    }

    /// Whether the database login may do what operators do.
    pub(crate) fn may_operate(&self) -> Result<bool, Failure> {
        Ok(match self.engine()? {
            Engine::Sqlite(_) => true,
            Engine::Postgres(store) => store.connections().may_operate(),
        })
    }
}

impl Stepping {
    /// The version that the database stands at, by a history that this library knows.
    pub(super) async fn current(&mut self) -> Result<u32, Failure> {
        if !self.has_table(TABLE).await? {
            return Ok(0);
        }
        let applied = self.tx.all(&migration::HISTORY, &[]).await?;
        let current = history::current(&applied);
        super::refuse_newer(current)?;
        let on_sqlite = matches!(self.tx.engine, EngineTx::Sqlite(_));
        history::refuse_divergent(&applied, on_sqlite)?;
        Ok(current)
    }

    pub(super) async fn legacy_revision(&mut self) -> Result<Option<String>, Failure> {
        if !self.has_table("alembic_version").await? {
            return Ok(None);
        }
        Ok(self.tx.opt(&migration::LEGACY_REVISION, &[]).await?)
    }

    /// Whether any table of the catalogue is there.
    pub(super) async fn has_tables(&mut self) -> Result<bool, Failure> {
        for table in schema::catalogue() {
            if self.has_table(table.name).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How the tables of the baseline differ from what the old platform made them, if they do.
    pub(super) async fn unlike_baseline(&mut self) -> Result<Option<String>, Failure> {
        let types = match self.tx.engine {
            EngineTx::Sqlite(_) => Types::Sqlite,
            EngineTx::Postgres(_) => Types::Postgres,
        };
        let baseline = schema::catalogue().iter();
        for table in baseline.filter(|table| table.since == version::BASELINE) {
            let name = [Value::from(table.name)];
            let found = self.tx.all(&migration::TABLE_COLUMNS, &name).await?;
            if let Some(difference) = adopted::difference(table, types, &found) {
                return Ok(Some(difference));
            }
        }
        Ok(None)
    }

    async fn has_table(&mut self, name: &str) -> Result<bool, Failure> {
        Ok(self
            .tx
            .one(&migration::HAS_TABLE, &[Value::from(name.to_owned())])
            .await?)
    }

    pub(super) fn texts(&self, step: &'static Step) -> &'static Texts {
        match self.tx.engine {
            EngineTx::Sqlite(_) => &step.sqlite,
            EngineTx::Postgres(_) => &step.postgres,
        }
    }

    /// Keeps every other writer from these tables, so that what is counted or scanned from here on is what the step
    /// meets. On SQLite nobody else writes once the step's transaction has begun.
    pub(super) async fn hold(
        &mut self,
        tables: &[&'static str],
        version: u32,
    ) -> Result<(), Failure> {
        if !matches!(self.tx.engine, EngineTx::Postgres(_)) {
            return Ok(());
        }
        if version >= version::AUDIT_LOG {
            // Every writer locks the head of its log first.
            self.tx.one(&log::LOG_HEAD, &[]).await?;
        }
        if !tables.is_empty() {
            let lock = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.join(", "));
            self.batch(&lock).await?;
        }
        Ok(())
    }

    /// Every row that breaks an edge that the batches enforce, and where `values` says so every value that the
    /// library does not know.
    pub(super) async fn scan(
        &mut self,
        version: u32,
        values: bool,
    ) -> Result<Vec<IntegrityFinding>, Failure> {
        let mut findings = Vec::new();
        for check in scan::checks(version) {
            findings.extend(check.findings(self.tx.all(&check.query, &[]).await?));
        }
        for look in scan::looks(version).filter(|_| values) {
            let Findings(found) = self.tx.found(&look.query, &[]).await?;
            findings.extend(found);
        }
        Ok(findings)
    }

    /// Runs the step's SQL and writes its history row.
    pub(super) async fn apply(&mut self, step: &'static Step) -> Result<(), Failure> {
        match &mut self.tx.engine {
            EngineTx::Sqlite(tx) => {
                let runner = runner(step, |step| &step.sqlite)?;
                runner
                    .run(&mut OverSqlite(tx.connection()))
                    .map_err(|error| failed(step, from_refinery(&error)))?;
            }
            EngineTx::Postgres(tx) => {
                let runner = runner(step, |step| &step.postgres)?;
                let mut over = OverPostgres(tx.raw().await?);
                runner
                    .run_async(&mut over)
                    .await
                    .map_err(|error| failed(step, from_refinery(&error)))?;
            }
        }
        Ok(())
    }

    /// Writes the history row of a step that the database has already.
    pub(super) async fn mark_applied(&mut self, step: &'static Step) -> Result<(), Failure> {
        match &mut self.tx.engine {
            EngineTx::Sqlite(tx) => {
                let runner = marking(runner(step, |step| &step.sqlite)?, step)?;
                runner
                    .run(&mut OverSqlite(tx.connection()))
                    .map_err(|error| failed(step, from_refinery(&error)))?;
            }
            EngineTx::Postgres(tx) => {
                let runner = marking(runner(step, |step| &step.postgres)?, step)?;
                let mut over = OverPostgres(tx.raw().await?);
                runner
                    .run_async(&mut over)
                    .await
                    .map_err(|error| failed(step, from_refinery(&error)))?;
            }
        }
        Ok(())
    }

    /// Runs the step's rollback and removes its history row.
    pub(super) async fn take_back(&mut self, step: &'static Step) -> Result<(), Failure> {
        let texts = self.texts(step);
        self.batch(texts.down)
            .await
            .map_err(|error| failed(step, error))?;
        let version = Value::from(i64::from(step.version));
        match &mut self.tx.engine {
            EngineTx::Sqlite(tx) => {
                tx.execute(&migration::HISTORY_FORGET, &[version])?;
            }
            EngineTx::Postgres(tx) => {
                tx.enqueue(&migration::HISTORY_FORGET, vec![version])
                    .await?;
                tx.flush().await?;
            }
        }
        Ok(())
    }

    /// On Postgres: the runtime role and what it may do at this version.
    pub(super) async fn settle_rights(&mut self, version: u32) -> Result<(), Failure> {
        match (&mut self.tx.engine, &self.standing) {
            (EngineTx::Postgres(tx), Some(standing)) => {
                standing.settle(tx.raw().await?, version).await
            }
            _ => Ok(()),
        }
    }

    /// On Postgres: what settling the rights would mend.
    pub(super) async fn unsettled_rights(
        &mut self,
        version: u32,
    ) -> Result<Option<Misfit>, Failure> {
        match (&mut self.tx.engine, &self.standing) {
            (EngineTx::Postgres(tx), Some(standing)) => {
                Ok(standing.unsettled(tx.raw().await?, version).await?)
            }
            _ => Ok(None),
        }
    }

    /// Locks the deployment's head, writes the note and moves the head.
    pub(super) async fn record(mut self, record: RecordNote, note: Note) -> Result<Self, Failure> {
        let before = self.tx.one(&log::LOG_HEAD, &[]).await?;
        let clock = self.tx.clock().clone();
        let judged = Judged {
            epoch: String::new(),
            now: clock.now(),
        };
        let mut writing = WriteTx::new(self.tx, before.head, judged);
        record(&note, &mut writing).await?;
        let (mut engine, heads) = writing.into_parts();
        let head = heads.own;
        match &mut engine {
            EngineTx::Sqlite(tx) => {
                let moved = log::head_move(Value::from(DEPLOYMENT), &head)?;
                tx.execute(&log::LOG_HEAD_MOVE, &moved)?;
            }
            EngineTx::Postgres(tx) => {
                tx.write_log(Log::Own, DEPLOYMENT, &head).await?;
                tx.flush().await?;
            }
        }
        Ok(Self {
            tx: Tx::new(engine, Bound::Operator, clock),
            standing: self.standing,
        })
    }

    pub(super) async fn commit(self) -> Result<(), Failure> {
        match self.tx.engine {
            EngineTx::Sqlite(mut tx) => tx.commit()?,
            EngineTx::Postgres(mut tx) => match tx.commit().await? {
                crate::store::postgres::Committed::Yes => {}
                crate::store::postgres::Committed::AnswerLost => {
                    return Err(StoreError::OutcomeUnknown.into());
                }
            },
        }
        Ok(())
    }

    /// Ends without a change.
    pub(super) async fn abandon(self) -> Result<(), Failure> {
        match self.tx.engine {
            EngineTx::Sqlite(mut tx) => tx.roll_back(),
            EngineTx::Postgres(tx) => tx.roll_back().await,
        }
        Ok(())
    }

    /// The one integer of a counting query of the migrations.
    pub(super) async fn count(&mut self, text: &str) -> Result<i64, Failure> {
        Ok(match &mut self.tx.engine {
            EngineTx::Sqlite(tx) => tx
                .connection()
                .query_row(text, [], |row| row.get(0))
                .map_err(crate::store::sqlite::classify)?,
            EngineTx::Postgres(tx) => tx
                .raw()
                .await?
                .query_one(text, &[])
                .await
                .and_then(|row| row.try_get(0))
                .map_err(|error| crate::store::postgres::classify(&error))?,
        })
    }

    async fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        match &mut self.tx.engine {
            EngineTx::Sqlite(tx) => {
                tx.connection()
                    .execute_batch(text)
                    .map_err(crate::store::sqlite::classify)?;
            }
            EngineTx::Postgres(tx) => tx
                .raw()
                .await?
                .batch_execute(text)
                .await
                .map_err(|error| crate::store::postgres::classify(&error))?,
        }
        Ok(())
    }
}

/// What a step's SQL met that is no fault of the connection: something in the database stands in its way.
fn failed(step: &Step, error: StoreError) -> Failure {
    match error {
        StoreError::Engine(_) | StoreError::Violation(_) => {
            tracing::error!(target: "ringfence::migrate", step = step.name, %error, "step failed");
            Failure::Schema(SchemaMismatch {
                code: SchemaCode::StepFailed,
                detail: format!(
                    "{} does not fit what the database holds; it was taken back whole, and the host's log says \
                     what stood in its way",
                    step.name
                ),
            })
        }
        other => other.into(),
    }
}

/// The driver's error inside refinery's.
fn from_refinery(error: &refinery_core::Error) -> StoreError {
    if let refinery_core::error::Kind::Connection(_, cause) = error.kind() {
        if let Some(cause) = cause.downcast_ref::<rusqlite::Error>() {
            return crate::store::sqlite::classify_ref(cause);
        }
        if let Some(cause) = cause.downcast_ref::<tokio_postgres::Error>() {
            return crate::store::postgres::classify(cause);
        }
    }
    StoreError::Engine(format!("refinery: {error:?}"))
}

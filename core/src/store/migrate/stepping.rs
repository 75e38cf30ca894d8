//! The transaction of one step, on either engine.

use ringfence_migrations::{Kind, Step, Texts};
use tokio_postgres::types::ToSql;

use super::refinery::{OverPostgres, OverSqlite, marking, runner};
use super::run::{Note, RecordNote};
use super::scan::Scanned;
use super::{adopted, history};
use crate::environment::Environment;
use crate::error::{Failure, SchemaCode, SchemaMismatch, StoreError, Visible};
use crate::schema::ddl::{self, LiveKind, Rest};
use crate::schema::{self, DEPLOYMENT, version};
use crate::store::engine::Engine;
use crate::store::postgres::{self, Committed, Misfit, PostgresTx, Standing};
use crate::store::sql::{Gather, Query, Value};
use crate::store::sqlite::{self, SqliteTx};
use crate::store::statements::migration::HISTORY_TABLE;
use crate::store::statements::scan::{Named, Rekeyed};
use crate::store::statements::{log, migration};
use crate::store::terms::{Bound, Judged, Log};
use crate::store::tx::{EngineTx, OnEngine, Reading, Writing};

/// An operator's transaction in which one step is made.
pub(super) struct Stepping {
    pub(super) tx: Reading<StepTx>,
    pub(super) engine: Engine,
}

/// The engine's transaction of a step; on Postgres with what the login is.
pub(super) enum StepTx {
    Sqlite(SqliteTx),
    Postgres(Box<PostgresTx>, Standing),
}

impl OnEngine for StepTx {
    fn on(&mut self) -> EngineTx<'_> {
        match self {
            Self::Sqlite(tx) => EngineTx::Sqlite(tx),
            Self::Postgres(tx, _) => EngineTx::Postgres(tx),
        }
    }
}

impl Stepping {
    pub(super) fn new(tx: StepTx, clock: Environment) -> Self {
        let engine = match &tx {
            StepTx::Sqlite(_) => Engine::Sqlite,
            StepTx::Postgres(..) => Engine::Postgres,
        };
        Self {
            tx: Reading::new(tx, Bound::Operator, clock),
            engine,
        }
    }

    fn engine(&self) -> Engine {
        self.engine
    }

    /// The version that the database stands at, by a history that this library knows.
    pub(super) async fn current(&mut self) -> Result<u32, Failure> {
        if !self.has_table(HISTORY_TABLE).await? {
            return Ok(0);
        }
        let applied = self.tx.all(&migration::HISTORY, &[]).await?;
        let current = history::current(&applied);
        history::refuse_newer(current)?;
        history::refuse_divergent(&applied, self.engine())?;
        Ok(current)
    }

    pub(super) async fn has_table(&mut self, name: &'static str) -> Result<bool, Failure> {
        let name = [Value::from(name)];
        Ok(self.tx.one(&migration::HAS_TABLE, &name).await?)
    }

    pub(super) fn texts(&mut self, step: &'static Step) -> &'static Texts {
        history::texts(step, self.engine())
    }

    /// Keeps every other writer from these tables, so that what is counted or scanned from here on is what the step
    /// meets. On SQLite nobody else writes once the step's transaction has begun.
    pub(super) async fn hold(
        &mut self,
        tables: &[&'static str],
        version: u32,
    ) -> Result<(), Failure> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        // Every writer locks the head of its log first.
        let has_log = version >= version::AUDIT_LOG;
        if let StepTx::Postgres(tx, _) = self.tx.engine()
            && !tables.is_empty()
        {
            let head = migration::DEPLOYMENT_HEAD.postgres();
            tx.hold(has_log.then_some(head), tables).await?;
        }
        if has_log {
            let locked = self.tx.opt(&log::LOG_HEAD, &[]).await?;
            locked.ok_or_else(StoreError::no_log)?;
        }
        Ok(())
    }

    /// Whose keys are missing, or are not their names'.
    pub(super) async fn unkeyed_names(&mut self) -> Result<Vec<Rekeyed>, Failure> {
        let named: Named = self.tx.found(&migration::USERNAMES, &[]).await?;
        Ok(named.rekeyed())
    }

    /// Gives the names of users their keys that another program stored in another form than they are compared in, or
    /// may have. The database cannot make them: SQLite knows nothing of Unicode, and Postgres of its forms in one
    /// encoding only.
    pub(super) async fn key_names(&mut self) -> Result<Vec<Rekeyed>, Failure> {
        let users = self.unkeyed_names().await?;
        for user in &users {
            let asked = vec![
                Value::from(user.tenant.clone()),
                Value::from(user.id.clone()),
                Value::from(user.key.clone()),
            ];
            match self.tx.engine() {
                StepTx::Sqlite(tx) => drop(tx.execute(&migration::NAME_KEY, &asked)?),
                StepTx::Postgres(tx, _) => tx.enqueue(&migration::NAME_KEY, asked).await?,
            }
        }
        if let StepTx::Postgres(tx, _) = self.tx.engine() {
            tx.flush().await?;
        }
        Ok(users)
    }

    /// Makes the step, with what was made ahead taken over in its text, and writes its history row. Returns what of it stood
    /// already, and was not made again.
    pub(super) async fn apply(
        &mut self,
        step: &'static Step,
        taken_over: impl FnOnce(String) -> String,
    ) -> Result<Vec<String>, Failure> {
        let mut rest = self.rest(step).await?;
        rest.text = taken_over(rest.text);
        let of_the_host = self.of_the_host(step)?;
        if rest.text == self.texts(step).up {
            self.run(step).await?;
        } else {
            self.batch(&rest.text)
                .await
                .map_err(|error| failed(step, error))?;
            self.mark_applied(step).await?;
        }
        self.batches(step, &of_the_host).await?;
        if self.rebuilds(step) {
            self.check_references(step)?;
        }
        Ok(rest.found)
    }

    /// What is left to do of a step in this database.
    pub(super) async fn rest(&mut self, step: &'static Step) -> Result<Rest, Failure> {
        let engine = self.engine();
        let text = self.texts(step).up;
        if step.kind == Kind::Baseline {
            let (text, found) = (text.to_owned(), Vec::new());
            return Ok(Rest { text, found });
        }
        let mut live = self.tx.all(&migration::LIVE_OBJECTS, &[]).await?;
        live.retain(|object| {
            let column = || schema::table(&object.table)?.column(&object.name);
            object.kind != LiveKind::Column
                || column().is_some_and(|column| adopted::fits(engine, column, &object.definition))
        });
        let change = match engine {
            Engine::Sqlite => ddl::sqlite_change(step.version),
            Engine::Postgres => ddl::postgres_change(step.version),
        };
        let mut rest = change.beside(text, &live);
        if self.rebuilds(step) {
            rest.text = self.for_what_stands(&rest.text, step.version, step.version)?;
        }
        Ok(rest)
    }

    /// Runs the step's SQL as it stands and writes its history row.
    async fn run(&mut self, step: &'static Step) -> Result<(), Failure> {
        match self.tx.engine() {
            StepTx::Sqlite(tx) => {
                let runner = runner(step, Engine::Sqlite)?;
                runner
                    .run(&mut OverSqlite(tx.connection()))
                    .map_err(|error| failed(step, from_refinery(&error)))?;
            }
            StepTx::Postgres(tx, _) => {
                let runner = runner(step, Engine::Postgres)?;
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
        match self.tx.engine() {
            StepTx::Sqlite(tx) => {
                let runner = marking(runner(step, Engine::Sqlite)?, step)?;
                runner
                    .run(&mut OverSqlite(tx.connection()))
                    .map_err(|error| failed(step, from_refinery(&error)))?;
            }
            StepTx::Postgres(tx, _) => {
                let runner = marking(runner(step, Engine::Postgres)?, step)?;
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
        let identified = self.identified().await?;
        let mut texts = Vec::new();
        if self.engine() == Engine::Postgres {
            let live = self.tx.all(&migration::LIVE_OBJECTS, &[]).await?;
            texts = ddl::postgres_returns(step.version, &live);
        }
        let down = self.texts(step).down;
        texts.push(match self.rebuilds(step) {
            true => self.for_what_stands(down, step.version, step.version - 1)?,
            false => down.to_owned(),
        });
        texts.extend(self.of_the_host(step)?);
        self.batches(step, &texts).await?;
        if self.rebuilds(step) {
            self.check_references(step)?;
        }
        self.identify_again(identified, step.version - 1).await?;
        let version = Value::from(i64::from(step.version));
        match self.tx.engine() {
            StepTx::Sqlite(tx) => {
                tx.execute(&migration::HISTORY_FORGET, &[version])?;
            }
            StepTx::Postgres(tx, _) => {
                tx.enqueue(&migration::HISTORY_FORGET, vec![version])
                    .await?;
                tx.flush().await?;
            }
        }
        Ok(())
    }

    /// On Postgres: the runtime role and what it may do at this version.
    pub(super) async fn settle_rights(&mut self, version: u32) -> Result<(), Failure> {
        match self.tx.engine() {
            StepTx::Sqlite(_) => Ok(()),
            StepTx::Postgres(tx, standing) => standing.settle(tx.raw().await?, version).await,
        }
    }

    /// On Postgres: what settling the rights would mend.
    pub(super) async fn unsettled_rights(
        &mut self,
        version: u32,
    ) -> Result<Option<Misfit>, Failure> {
        match self.tx.engine() {
            StepTx::Sqlite(_) => Ok(None),
            StepTx::Postgres(tx, standing) => {
                Ok(standing.unsettled(tx.raw().await?, version).await?)
            }
        }
    }

    /// Locks the deployment's head, writes the note and moves the head.
    pub(super) async fn record(mut self, record: RecordNote, note: Note) -> Result<Self, Failure> {
        let before = self.tx.opt(&log::LOG_HEAD, &[]).await?;
        let before = before.ok_or_else(StoreError::no_log)?;
        let tail = self.tx.opt(&log::LOG_TAIL, &[]).await?;
        before.head.must_end_with(tail.as_ref())?;
        let clock = self.tx.clock().clone();
        let judged = Judged::without_policy(clock.now());
        let mut writing = Writing::new(self.tx, before.head, judged);
        record(&note, &mut writing).await?;
        let (mut tx, heads) = writing.into_parts();
        let head = heads.own;
        match &mut tx {
            StepTx::Sqlite(tx) => {
                let moved = log::head_move(Value::from(DEPLOYMENT), &head)?;
                tx.execute(&log::LOG_HEAD_MOVE, &moved)?;
            }
            StepTx::Postgres(tx, _) => {
                tx.write_log(Log::Own, DEPLOYMENT, &head).await?;
                tx.flush().await?;
            }
        }
        Ok(Self::new(tx, clock))
    }

    pub(super) async fn commit(self) -> Result<(), Failure> {
        match self.tx.into_engine() {
            StepTx::Sqlite(mut tx) => tx.commit()?,
            StepTx::Postgres(mut tx, _) => match tx.commit(None).await? {
                Committed::Yes => {}
                Committed::AnswerLost => {
                    return Err(StoreError::OutcomeUnknown.into());
                }
            },
        }
        Ok(())
    }

    /// Ends without a change.
    pub(super) async fn abandon(self) -> Result<(), Failure> {
        match self.tx.into_engine() {
            StepTx::Sqlite(mut tx) => tx.roll_back(),
            StepTx::Postgres(tx, _) => tx.roll_back().await,
        }
        Ok(())
    }

    /// The one integer of a counting query of the migrations.
    pub(super) async fn count(&mut self, text: &str) -> Result<i64, Failure> {
        Ok(match self.tx.engine() {
            StepTx::Sqlite(tx) => tx
                .connection()
                .query_row(text, [], |row| row.get(0))
                .map_err(sqlite::classify)?,
            StepTx::Postgres(tx, _) => tx
                .raw()
                .await?
                .query_one(text, &[])
                .await
                .and_then(|row| row.try_get(0))
                .map_err(|error| postgres::classify(&error))?,
        })
    }

    /// What Postgres answers, and nothing on SQLite.
    pub(super) async fn postgres_rows(
        &mut self,
        text: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<tokio_postgres::Row>, StoreError> {
        let StepTx::Postgres(tx, _) = self.tx.engine() else {
            return Ok(Vec::new());
        };
        let rows = tx.raw().await?.query(text, parameters).await;
        rows.map_err(|error| postgres::classify(&error))
    }

    /// On Postgres: runs what takes locks of these tables, as [`PostgresTx::patiently`] does.
    pub(super) async fn patiently(
        &mut self,
        text: &str,
        tables: &[&str],
    ) -> Result<(), StoreError> {
        match self.tx.engine() {
            StepTx::Sqlite(_) => Ok(()),
            StepTx::Postgres(tx, _) => tx.patiently(text, tables).await,
        }
    }

    /// Runs texts of a step, one after the other.
    async fn batches(&mut self, step: &Step, texts: &[String]) -> Result<(), Failure> {
        for text in texts {
            let ran = self.batch(text).await;
            ran.map_err(|error| failed(step, error))?;
        }
        Ok(())
    }

    pub(super) async fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        match self.tx.engine() {
            StepTx::Sqlite(tx) => {
                tx.connection()
                    .execute_batch(text)
                    .map_err(sqlite::classify)?;
            }
            StepTx::Postgres(tx, _) => tx
                .raw()
                .await?
                .batch_execute(text)
                .await
                .map_err(|error| postgres::classify(&error))?,
        }
        Ok(())
    }
}

impl Scanned for Stepping {
    fn engine(&self) -> Result<Engine, Failure> {
        Ok(self.engine)
    }

    async fn found<F: Gather>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, Failure> {
        Ok(self.tx.found(query, parameters).await?)
    }
}

/// A step is not taken, or was taken back, because of something else in the database than rows.
pub(super) fn stopped(detail: String) -> Failure {
    Failure::Schema(SchemaMismatch {
        code: SchemaCode::StepFailed,
        detail,
    })
}

/// What a step's SQL met that is no fault of the connection: something in the database stands in its way.
pub(super) fn failed(step: &Step, error: StoreError) -> Failure {
    match error {
        StoreError::Engine(_) | StoreError::Violation(_) => {
            tracing::error!(target: "ringfence::migrate", step = step.name, error = %Visible(&error), "step failed");
            stopped(format!(
                "{} does not fit what the database holds; it was taken back whole, and the host's log says \
                 what stood in its way",
                step.name
            ))
        }
        other => other.into(),
    }
}

/// The driver's error inside refinery's.
fn from_refinery(error: &refinery_core::Error) -> StoreError {
    if let refinery_core::error::Kind::Connection(_, cause) = error.kind() {
        if let Some(cause) = cause.downcast_ref::<rusqlite::Error>() {
            return sqlite::classify_ref(cause);
        }
        if let Some(cause) = cause.downcast_ref::<tokio_postgres::Error>() {
            return postgres::classify(cause);
        }
    }
    StoreError::Engine(format!("refinery: {error:?}"))
}

//! A transaction bound to a scope: what services read and write through.
//!
//! A statement of tenant scope never receives its tenant from a caller: the transaction binds `$1`
//! to the tenant that it was opened for. So a service cannot name another tenant, even by mistake.
//!
//! Whoever opens a transaction knows the engine that it runs on, and holds it as that engine's: a lane of Postgres has a
//! [`Writing<PostgresTx>`]. Services are lent the very same as a [`WriteTx`], which does not say.

use std::ops::{Deref, DerefMut};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::postgres::PostgresTx;
use super::sql::record::{Edited, Stored};
use super::sql::{
    Count, Found, Gather, Insert, Query, Statement, Update, Value, Write, in_columns,
};
use super::sqlite::SqliteTx;
use super::statements::log::{self, Head};
use super::statements::tenants::TENANT;
use super::terms::{Bound, Heads, Judged, Log, TenantHead, bind};
use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use crate::model::TenantId;

/// An engine's transaction, of the closed set of them.
pub(crate) enum EngineTx<'t> {
    Sqlite(&'t mut SqliteTx),
    Postgres(&'t mut PostgresTx),
}

/// What is a transaction of one of the engines.
pub(crate) trait OnEngine: Send {
    fn on(&mut self) -> EngineTx<'_>;
}

impl OnEngine for SqliteTx {
    fn on(&mut self) -> EngineTx<'_> {
        EngineTx::Sqlite(self)
    }
}

impl OnEngine for PostgresTx {
    fn on(&mut self) -> EngineTx<'_> {
        EngineTx::Postgres(self)
    }
}

/// A transaction that reads, on whichever engine.
pub(crate) type Tx = Reading<dyn OnEngine>;

/// A transaction that writes, on whichever engine.
pub(crate) type WriteTx = Writing<dyn OnEngine>;

/// A read on one snapshot. It runs where it is called, and anew on another snapshot where its plans turn out to be stale.
pub(crate) type ReadFn<T> =
    Box<dyn for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Failure>> + Send + Sync>;

/// A transaction that reads.
pub(crate) struct Reading<E: ?Sized> {
    bound: Bound,
    /// The tenant that `$1` is bound to.
    tenant: String,
    clock: Environment,
    engine: E,
}

impl<E> Reading<E> {
    pub(super) fn new(engine: E, bound: Bound, clock: Environment) -> Self {
        let tenant = bound.log_owner().to_owned();
        Self {
            bound,
            tenant,
            clock,
            engine,
        }
    }

    /// The engine's transaction, to be ended.
    pub(super) fn into_engine(self) -> E {
        self.engine
    }
}

impl<E: ?Sized> Reading<E> {
    /// The engine's transaction.
    pub(super) fn engine(&mut self) -> &mut E {
        &mut self.engine
    }

    pub(super) fn clock(&self) -> &Environment {
        &self.clock
    }
}

impl<E: OnEngine + ?Sized> Reading<E> {
    /// Lets an operator's transaction act on one tenant's rows: statements of tenant scope are bound
    /// to it from here on.
    pub(crate) fn act_in(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        self.bound.lets_act_in_any()?;
        tenant.as_str().clone_into(&mut self.tenant);
        Ok(())
    }

    /// What is judged by from here on. A tenant that does not exist has no epoch; every other one has.
    pub(crate) async fn judged(&mut self) -> Result<Option<Judged>, StoreError> {
        if self.bound == Bound::Operator {
            return Ok(Some(Judged::without_policy(self.clock.now())));
        }
        let found = self.opt(&log::POLICY_EPOCH, &[]).await?;
        if found.is_none() && self.opt(&TENANT, &[]).await?.is_some() {
            return Err(StoreError::no_log());
        }
        Ok(found.map(|row| Judged::by(row, &self.clock)))
    }

    /// All rows of a statement.
    pub(crate) async fn all<F: Found>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<Vec<F::Row>, StoreError> {
        Ok(self.found(query, parameters).await?.into_rows())
    }

    /// The first row of a statement, if it has one.
    pub(crate) async fn opt<F: Found>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<Option<F::Row>, StoreError> {
        Ok(self.all(query, parameters).await?.into_iter().next())
    }

    /// The one row that a statement must have.
    pub(crate) async fn one<F: Found>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F::Row, StoreError> {
        self.opt(query, parameters)
            .await?
            .ok_or_else(|| StoreError::Engine(format!("{} has no row", query.name)))
    }

    /// What the rows of a statement are gathered into.
    pub(super) async fn found<F: Gather>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        let parameters = bind(&self.bound, &self.tenant, query, parameters)?;
        match self.engine.on() {
            EngineTx::Sqlite(tx) => tx.query(query, &parameters),
            EngineTx::Postgres(tx) => tx.query(query, &parameters).await,
        }
    }
}

/// A transaction that writes. Its tenant's log head is locked, so the writers of a tenant are serial.
pub(crate) struct Writing<E: ?Sized> {
    heads: Heads,
    judged: Judged,
    /// How many events the unit has recorded.
    recorded: u64,
    wrote: bool,
    policy_written: bool,
    counted: bool,
    tx: Reading<E>,
}

impl<E: ?Sized> Deref for Writing<E> {
    type Target = Reading<E>;

    fn deref(&self) -> &Reading<E> {
        &self.tx
    }
}

impl<E: ?Sized> DerefMut for Writing<E> {
    fn deref_mut(&mut self) -> &mut Reading<E> {
        &mut self.tx
    }
}

impl<E> Writing<E> {
    pub(super) fn new(tx: Reading<E>, head: Head, judged: Judged) -> Self {
        let heads = Heads {
            own: head,
            tenant: None,
        };
        Self {
            heads,
            judged,
            recorded: 0,
            wrote: false,
            policy_written: false,
            counted: false,
            tx,
        }
    }

    /// The engine's transaction and the heads as the units left them.
    pub(super) fn into_parts(self) -> (E, Heads) {
        (self.tx.engine, self.heads)
    }
}

impl<E: OnEngine + ?Sized> Writing<E> {
    /// What the call is judged by in this transaction.
    pub(crate) fn judgement(&self) -> &Judged {
        &self.judged
    }

    /// The time that decisions of this transaction are made at.
    pub(crate) fn now(&self) -> Timestamp {
        self.judged.now
    }

    /// Locks the log of a tenant that an operator acts in, behind the deployment's own; says whether it has one.
    pub(crate) async fn lock_log(&mut self, tenant: &TenantId) -> Result<bool, StoreError> {
        self.tx.act_in(tenant)?;
        let Some(locked) = self.tx.opt(&log::LOG_HEAD, &[]).await? else {
            return match self.tx.opt(&TENANT, &[]).await? {
                Some(_) => Err(StoreError::no_log()),
                None => Ok(false),
            };
        };
        let tail = self.tx.opt(&log::LOG_TAIL, &[]).await?;
        locked.head.must_end_with(tail.as_ref())?;
        self.heads.tenant = Some(TenantHead {
            tenant: tenant.clone(),
            head: locked.head,
            grown: false,
        });
        Ok(true)
    }

    /// The head of a log that the transaction holds.
    pub(crate) fn head(&self, log: Log) -> Option<&Head> {
        match log {
            Log::Own => Some(&self.heads.own),
            Log::OfTenant => self.heads.tenant.as_ref().map(|locked| &locked.head),
        }
    }

    /// Where the next event of this unit stands in its own log.
    pub(crate) fn next_seq(&self) -> u64 {
        self.heads.own.size
    }

    /// Writes rows, as many as the statement says. Postgres sends the write with whatever comes next, so its
    /// refusal may only show there; the unit of work fails all the same.
    pub(crate) async fn write(
        &mut self,
        write: &'static Write,
        parameters: Vec<Value<'_>>,
    ) -> Result<(), StoreError> {
        self.wrote = true;
        self.policy_written |= write.moves_epoch();
        self.send(write, parameters).await
    }

    /// Inserts a row of a record.
    pub(crate) async fn insert<T: Stored>(
        &mut self,
        insert: &'static Insert<T>,
        row: &T,
    ) -> Result<(), StoreError> {
        self.insert_with(insert, row, []).await
    }

    /// Likewise, with what the record does not hold.
    pub(crate) async fn insert_with<T: Stored, const MORE: usize>(
        &mut self,
        insert: &'static Insert<T, MORE>,
        row: &T,
        more: [Value<'_>; MORE],
    ) -> Result<(), StoreError> {
        let mut parameters = row.all();
        parameters.extend(more);
        self.write(insert.write(), parameters).await
    }

    /// Inserts rows of a record: one by one on SQLite, where a statement is as cheap as its row, and on Postgres by a
    /// statement that takes them in columns. Of those that came before nothing is kept.
    pub(crate) async fn insert_many<T: Stored>(
        &mut self,
        one: &'static Insert<T>,
        many: &'static Write,
        rows: &[T],
    ) -> Result<(), StoreError> {
        if let EngineTx::Sqlite(_) = self.tx.engine.on() {
            for row in rows {
                self.insert(one, row).await?;
            }
            return Ok(());
        }
        let columns = in_columns(rows.iter().map(Stored::all).collect());
        self.write(many, columns.collect()).await?;
        match self.tx.engine.on() {
            EngineTx::Sqlite(_) => Ok(()),
            EngineTx::Postgres(tx) => tx.flush().await,
        }
    }

    /// Updates a row of a record, if it still has the version that was seen.
    pub(crate) async fn update<T: Edited>(
        &mut self,
        update: &'static Update<T>,
        row: &T,
        seen: i64,
    ) -> Result<(), StoreError> {
        self.update_with(update, row, [], seen).await
    }

    /// Likewise, with what the record does not hold.
    pub(crate) async fn update_with<T: Edited, const MORE: usize>(
        &mut self,
        update: &'static Update<T, MORE>,
        row: &T,
        more: [Value<'_>; MORE],
        seen: i64,
    ) -> Result<(), StoreError> {
        let mut parameters = row.edited();
        parameters.extend(more);
        parameters.push(seen.into());
        self.write(update.write(), parameters).await
    }

    /// Writes counters of refused logins, the one thing that needs no event: a flood of attempts is counted
    /// in a row, and the count stands in the next event. A unit whose only writes are these may be
    /// committed although the log does not move.
    pub(crate) async fn count(
        &mut self,
        count: &'static Count,
        parameters: Vec<Value<'_>>,
    ) -> Result<(), StoreError> {
        self.counted = true;
        self.send(count, parameters).await
    }

    /// The number of the next event that this unit records, from 0: each has a salt of its own.
    pub(crate) fn number_event(&mut self) -> u64 {
        self.recorded += 1;
        self.recorded - 1
    }

    /// Adds an event to a log. On Postgres it leaves with those of the whole group. The head is moved by
    /// [`grow`](Self::grow).
    pub(crate) fn append(
        &mut self,
        log: Log,
        event: Vec<Value<'static>>,
    ) -> Result<(), StoreError> {
        self.wrote = true;
        let owner = match (&self.heads.tenant, log) {
            (Some(locked), Log::OfTenant) => locked.tenant.as_str(),
            _ => self.tx.bound.log_owner(),
        };
        let bound = &self.tx.bound;
        match self.tx.engine.on() {
            EngineTx::Sqlite(tx) => {
                let insert = &log::EVENT_INSERT;
                tx.execute(insert, &bind(bound, owner, insert, &event)?)?;
            }
            EngineTx::Postgres(tx) => tx.append(log, event),
        }
        Ok(())
    }

    /// Moves the head of a log, in memory, behind what was appended to it.
    pub(crate) fn grow(&mut self, log: Log, size: u64, range: Vec<u8>) {
        let head = match (&mut self.heads.tenant, log) {
            (Some(locked), Log::OfTenant) => {
                locked.grown = true;
                &mut locked.head
            }
            _ => &mut self.heads.own,
        };
        (head.size, head.range) = (size, range);
    }

    async fn send(
        &mut self,
        statement: &'static Statement,
        parameters: Vec<Value<'_>>,
    ) -> Result<(), StoreError> {
        let parameters = bind(&self.tx.bound, &self.tx.tenant, statement, &parameters)?;
        match self.tx.engine.on() {
            EngineTx::Sqlite(tx) => tx.execute(statement, &parameters),
            EngineTx::Postgres(tx) => {
                let owned = parameters.into_iter().map(Value::into_owned).collect();
                tx.enqueue(statement, owned).await
            }
        }
    }

    /// The heads as the units so far leave them.
    pub(super) fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Whether the policy was written since it was last judged, so that the epoch has moved.
    pub(super) fn policy_written(&self) -> bool {
        self.policy_written
    }

    /// Judges anew what comes from here on: the policy was written, or somebody has come since.
    pub(super) async fn judge_again(&mut self) -> Result<(), StoreError> {
        let judged = self.tx.judged().await?;
        self.judged = judged.unwrap_or_else(|| Judged::without_policy(self.judged.now));
        self.policy_written = false;
        Ok(())
    }

    /// Whether the units that stand wrote counters: there is something to commit although no log moved.
    pub(super) fn counted(&self) -> bool {
        self.counted
    }

    /// Takes back what a unit that failed did to the heads and the counters.
    pub(super) fn undo_unit(&mut self, heads: Heads, counted: bool) {
        self.heads = heads;
        self.counted = counted;
    }

    pub(super) fn begin_unit(&mut self) {
        self.wrote = false;
        self.recorded = 0;
    }

    /// Whether a unit of work wrote rows without recording an event: it must not be committed.
    pub(super) fn wrote_unrecorded(&self) -> bool {
        self.wrote && self.recorded == 0
    }
}

//! A transaction bound to a scope: what services read and write through.
//!
//! A statement of tenant scope never receives its tenant from a caller: the transaction binds `$1`
//! to the tenant that it was opened for. So a service cannot name another tenant, even by mistake.

use jiff::Timestamp;

use super::postgres::PostgresTx;
use super::record::Stored;
use super::sqlite::SqliteTx;
use super::statements::log::{self, EpochRow, Head};
use super::{Count, Found, Gather, Insert, Query, Scope, Statement, Update, Value, Write};
use crate::environment::Environment;
use crate::error::StoreError;
use crate::model::TenantId;

/// Whose rows a transaction works on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Bound {
    /// One tenant, on Postgres under the runtime role and row-level security.
    Tenant(TenantId),
    /// Operators: across tenants, on Postgres as the login itself.
    Operator,
}

/// The tenant id under which the deployment's own log stands. No tenant can have it.
pub(crate) const DEPLOYMENT: &str = "~deployment";

impl Bound {
    /// Under which tenant id this transaction's log stands.
    pub(super) fn log_owner(&self) -> &str {
        match self {
            Self::Tenant(tenant) => tenant.as_str(),
            Self::Operator => DEPLOYMENT,
        }
    }

    /// Whether a transaction may turn to one tenant's rows, whosoever they are.
    fn lets_act_in_any(&self) -> Result<(), StoreError> {
        match self {
            Self::Operator => Ok(()),
            Self::Tenant(_) => Err(StoreError::Engine(
                "a tenant's transaction cannot change its tenant".to_owned(),
            )),
        }
    }
}

/// What a call is judged by: read after the call arrived, in the transaction that acts, behind whatever this waited
/// for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The tenant's policy epoch; empty for operators.
    pub(crate) epoch: String,
    /// The time that decisions are made at: the server's on Postgres, the host's clock on SQLite.
    pub(crate) now: Timestamp,
}

impl Judged {
    pub(super) fn by(row: EpochRow, clock: &Environment) -> Self {
        Self {
            epoch: row.epoch,
            now: decided_at(clock, row.server),
        }
    }
}

/// A transaction that reads.
pub(crate) struct Tx {
    pub(super) engine: EngineTx,
    bound: Bound,
    /// The tenant that `$1` is bound to.
    tenant: String,
    clock: Environment,
}

pub(super) enum EngineTx {
    Sqlite(SqliteTx),
    Postgres(Box<PostgresTx>),
}

impl Tx {
    pub(super) fn new(engine: EngineTx, bound: Bound, clock: Environment) -> Self {
        let tenant = bound.log_owner().to_owned();
        Self {
            engine,
            bound,
            tenant,
            clock,
        }
    }

    pub(super) fn clock(&self) -> &Environment {
        &self.clock
    }

    /// Lets an operator's transaction act on one tenant's rows: statements of tenant scope are bound
    /// to it from here on.
    pub(crate) fn act_in(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        self.bound.lets_act_in_any()?;
        tenant.as_str().clone_into(&mut self.tenant);
        Ok(())
    }

    /// What is judged by from here on. A tenant that does not exist has no epoch.
    pub(crate) async fn judged(&mut self) -> Result<Option<Judged>, StoreError> {
        if self.bound == Bound::Operator {
            let (epoch, now) = (String::new(), self.clock.now());
            return Ok(Some(Judged { epoch, now }));
        }
        let found = self.opt(&log::POLICY_EPOCH, &[]).await?;
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
        match &mut self.engine {
            EngineTx::Sqlite(tx) => tx.query(query, &parameters),
            EngineTx::Postgres(tx) => tx.query(query, &parameters).await,
        }
    }
}

/// Prepends the tenant where the statement is of tenant scope, and refuses a statement that the
/// transaction may not run.
pub(super) fn bind<'v>(
    bound: &Bound,
    tenant: &'v str,
    statement: &'static Statement,
    parameters: &'v [Value<'_>],
) -> Result<Vec<Value<'v>>, StoreError> {
    let mut all = Vec::with_capacity(parameters.len() + 1);
    match (statement.scope, bound) {
        (Scope::Tenant, _) => all.push(Value::from(tenant)),
        (Scope::Global, _) | (Scope::Operator, Bound::Operator) => {}
        (Scope::Operator, Bound::Tenant(_)) | (Scope::Control, _) => {
            return Err(StoreError::Engine(format!(
                "{} may not run in this transaction",
                statement.name
            )));
        }
    }
    all.extend(parameters.iter().map(Value::borrowed));
    Ok(all)
}

/// The time of a decision: what the server's clock said, or the host's where there is no server.
pub(super) fn decided_at(clock: &Environment, server: Option<Timestamp>) -> Timestamp {
    server.map_or_else(|| clock.now(), |said| clock.server_time(said))
}

/// Which of the logs that a transaction may hold the heads of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// The one of whoever the transaction is bound to: the tenant's, or the deployment's.
    Own,
    /// The one of the tenant that an operator acts in.
    OfTenant,
}

/// The heads that a transaction holds, as the units so far leave them. The deployment's is locked before a
/// tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heads {
    pub(super) own: Head,
    pub(super) tenant: Option<TenantHead>,
}

/// The head of the tenant that an operator acts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TenantHead {
    pub(super) tenant: TenantId,
    pub(super) head: Head,
    /// Whether events were appended behind it.
    pub(super) grown: bool,
}

/// A transaction that writes. Its tenant's log head is locked, so the writers of a tenant are serial.
pub(crate) struct WriteTx {
    pub(super) tx: Tx,
    heads: Heads,
    judged: Judged,
    /// How many events the unit has recorded.
    recorded: u64,
    wrote: bool,
    policy_written: bool,
    counted: bool,
}

impl std::ops::Deref for WriteTx {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl std::ops::DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

impl WriteTx {
    pub(super) fn new(tx: Tx, head: Head, judged: Judged) -> Self {
        let heads = Heads {
            own: head,
            tenant: None,
        };
        Self {
            tx,
            heads,
            judged,
            recorded: 0,
            wrote: false,
            policy_written: false,
            counted: false,
        }
    }

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
            return Ok(false);
        };
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
        self.write(insert.write(), row.all()).await
    }

    /// Updates a row of a record, if it still has the version that was seen.
    pub(crate) async fn update<T: Stored>(
        &mut self,
        update: &'static Update<T>,
        row: &T,
        seen: i64,
    ) -> Result<(), StoreError> {
        self.write(update.write(), row.edited(seen)).await
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
        match &mut self.tx.engine {
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
        match &mut self.tx.engine {
            EngineTx::Sqlite(tx) => tx.execute(statement, &parameters),
            EngineTx::Postgres(tx) => {
                let owned = parameters.into_iter().map(Value::into_owned).collect();
                tx.enqueue(statement, owned).await
            }
        }
    }

    /// The engine's transaction and the heads as the units left them.
    pub(super) fn into_parts(self) -> (EngineTx, Heads) {
        (self.tx.engine, self.heads)
    }

    /// The heads as the units so far leave them.
    pub(super) fn heads(&self) -> &Heads {
        &self.heads
    }

    /// The engine's transaction, for the lanes of Postgres.
    pub(super) fn postgres(&mut self) -> &mut PostgresTx {
        match &mut self.tx.engine {
            EngineTx::Postgres(tx) => tx,
            EngineTx::Sqlite(_) => unreachable!("a lane of Postgres runs on Postgres"),
        }
    }

    /// Whether the policy was written since it was last judged, so that the epoch has moved.
    pub(super) fn policy_written(&self) -> bool {
        self.policy_written
    }

    /// Judges anew what comes from here on: the policy was written, or somebody has come since.
    pub(super) async fn judge_again(&mut self) -> Result<(), StoreError> {
        let judged = self.tx.judged().await?;
        self.judged = judged.unwrap_or_else(|| Judged {
            epoch: String::new(),
            now: self.judged.now,
        });
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Bound, DEPLOYMENT, Scope, Statement, Value, bind};
    use crate::model::TenantId;
    use crate::store::statement::Expect;

    fn tenant() -> Bound {
        Bound::Tenant(TenantId::from("north"))
    }

    /// The scope of a statement, whether a tenant's transaction may run it, and whether an operator's may.
    const MAY_RUN: [(Scope, bool, bool); 4] = [
        (Scope::Tenant, true, true),
        (Scope::Global, true, true),
        (Scope::Operator, false, true),
        (Scope::Control, false, false),
    ];

    #[test]
    fn a_tenants_transaction_runs_nothing_that_reaches_beyond_it() {
        for (scope, by_tenant, by_operator) in MAY_RUN {
            let statement: &'static Statement = Box::leak(Box::new(Statement::new(
                "PROBE",
                scope,
                Expect::Any,
                "",
                "",
            )));
            for (bound, may) in [(tenant(), by_tenant), (Bound::Operator, by_operator)] {
                let bound_to = bind(&bound, bound.log_owner(), statement, &[]);
                assert_eq!(bound_to.is_ok(), may, "{scope:?} under {bound:?}");
            }
        }
    }

    #[test]
    fn the_tenant_comes_before_the_callers_parameters_and_from_the_transaction() {
        static BY_ID: Statement = Statement::new("PROBE", Scope::Tenant, Expect::Any, "", "");
        for (bound, owner) in [(tenant(), "north"), (Bound::Operator, DEPLOYMENT)] {
            let given = [Value::from("d-1")];
            let all = bind(&bound, bound.log_owner(), &BY_ID, &given).unwrap();
            assert_eq!(all, [Value::from(owner), Value::from("d-1")]);
        }
    }

    #[test]
    fn only_an_operators_transaction_turns_to_a_tenant() {
        assert!(Bound::Operator.lets_act_in_any().is_ok());
        assert!(tenant().lets_act_in_any().is_err());
    }
}

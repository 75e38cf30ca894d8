//! A transaction bound to a scope: what services read and write through.
//!
//! A statement of tenant scope never receives its tenant from a caller: the transaction binds `$1`
//! to the tenant that it was opened for. So a service cannot name another tenant, even by mistake.

use super::postgres::PostgresTx;
use super::sqlite::SqliteTx;
use super::statements::log;
use super::{FromRow, Row, Scope, Statement, Value};
use crate::error::StoreError;
use crate::model::TenantId;

/// Whose rows a transaction works on.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

/// A transaction that reads.
pub(crate) struct Tx {
    pub(super) engine: EngineTx,
    bound: Bound,
    /// The tenant that `$1` is bound to.
    tenant: String,
}

pub(super) enum EngineTx {
    Sqlite(SqliteTx),
    Postgres(Box<PostgresTx>),
}

impl Tx {
    pub(super) fn new(engine: EngineTx, bound: Bound) -> Self {
        let tenant = bound.log_owner().to_owned();
        Self {
            engine,
            bound,
            tenant,
        }
    }

    /// Lets an operator's transaction act on one tenant's rows: statements of tenant scope are bound
    /// to it from here on.
    pub(crate) fn act_in(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        match self.bound {
            Bound::Operator => {
                tenant.as_str().clone_into(&mut self.tenant);
                Ok(())
            }
            Bound::Tenant(_) => Err(StoreError::Engine(
                "a tenant's transaction cannot change its tenant".to_owned(),
            )),
        }
    }

    /// Ends [`act_in`](Self::act_in): back to the deployment's own rows.
    pub(crate) fn act_for_deployment(&mut self) {
        self.bound.log_owner().clone_into(&mut self.tenant);
    }

    /// All rows of a statement.
    pub(crate) async fn all<T: FromRow>(
        &mut self,
        statement: &'static Statement,
        parameters: &[Value<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let parameters = bind(&self.bound, &self.tenant, statement, parameters)?;
        match &mut self.engine {
            EngineTx::Sqlite(tx) => tx.query(statement, &parameters),
            EngineTx::Postgres(tx) => tx.query(statement, &parameters).await,
        }
    }

    /// The first row of a statement, if it has one.
    pub(crate) async fn opt<T: FromRow>(
        &mut self,
        statement: &'static Statement,
        parameters: &[Value<'_>],
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(statement, parameters).await?.into_iter().next())
    }

    /// The one row that a statement must have.
    pub(crate) async fn one<T: FromRow>(
        &mut self,
        statement: &'static Statement,
        parameters: &[Value<'_>],
    ) -> Result<T, StoreError> {
        self.opt(statement, parameters)
            .await?
            .ok_or_else(|| StoreError::Engine(format!("{} has no row", statement.name)))
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

/// The head of a log, locked for the whole transaction: where the next leaf goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Head {
    /// The random identity of the log.
    pub(crate) log_id: String,
    /// How many leaves the log has.
    pub(crate) size: u64,
    /// The compact range over them: 32-byte hashes, widest subtree first.
    pub(crate) range: Vec<u8>,
}

impl FromRow for Head {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            log_id: row.text(0)?,
            size: u64::try_from(row.int(1)?)
                .map_err(|_| StoreError::Undecodable("a log of negative size".to_owned()))?,
            range: row.blob(2)?,
        })
    }
}

/// A head that is locked, and the transaction that holds it as the server calls it (empty on SQLite).
pub(super) struct LockedHead {
    pub(super) head: Head,
    pub(super) transaction: String,
}

impl FromRow for LockedHead {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            head: Head::from_row(row)?,
            transaction: row.text(3)?,
        })
    }
}

/// A transaction that writes. Its tenant's log head is locked, so the writers of a tenant are serial.
pub(crate) struct WriteTx {
    pub(super) tx: Tx,
    /// The head as this unit of work leaves it.
    pub(crate) head: Head,
    epoch: String,
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
    pub(super) fn new(tx: Tx, head: Head, epoch: String) -> Self {
        Self {
            tx,
            head,
            epoch,
            wrote: false,
            policy_written: false,
            counted: false,
        }
    }

    /// The tenant's policy epoch in this transaction.
    pub(crate) fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Writes rows, as many as the statement says. Postgres sends the write with whatever comes next, so its refusal may only show
    /// there; the unit of work fails all the same.
    pub(crate) async fn write(
        &mut self,
        statement: &'static Statement,
        parameters: Vec<Value<'static>>,
    ) -> Result<(), StoreError> {
        self.wrote = true;
        self.policy_written |= statement.moves_epoch();
        self.send(statement, parameters).await
    }

    /// Writes counters of refused logins, the one thing that needs no event: a flood of attempts is counted
    /// in a row, and the count stands in the next event. A unit whose only writes are these may be
    /// committed although the log does not move; a statement that writes anything else is refused here, so
    /// that the rule holds for all other rows.
    pub(crate) async fn count(
        &mut self,
        statement: &'static Statement,
        parameters: Vec<Value<'static>>,
    ) -> Result<(), StoreError> {
        if !statement.counts() {
            return Err(StoreError::Engine(format!(
                "{} is not a counter",
                statement.name
            )));
        }
        self.counted = true;
        self.send(statement, parameters).await
    }

    /// Adds a leaf and its detail to the log, which moves the head. On Postgres they leave with those of the
    /// whole group.
    pub(crate) fn append(
        &mut self,
        leaf: Vec<Value<'static>>,
        detail: Vec<Value<'static>>,
    ) -> Result<(), StoreError> {
        self.wrote = true;
        let (bound, owner) = (&self.tx.bound, self.tx.bound.log_owner());
        match &mut self.tx.engine {
            EngineTx::Sqlite(tx) => {
                for (statement, row) in [(&log::LEAF_INSERT, leaf), (&log::DETAIL_INSERT, detail)] {
                    tx.execute(statement, &bind(bound, owner, statement, &row)?)?;
                }
            }
            EngineTx::Postgres(tx) => tx.append(leaf, detail),
        }
        Ok(())
    }

    async fn send(
        &mut self,
        statement: &'static Statement,
        parameters: Vec<Value<'static>>,
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

    /// The engine's transaction and the head as the unit left it.
    pub(super) fn into_parts(self) -> (EngineTx, Head) {
        (self.tx.engine, self.head)
    }

    /// The engine's transaction, for the lanes of Postgres.
    pub(super) fn postgres(&mut self) -> &mut PostgresTx {
        match &mut self.tx.engine {
            EngineTx::Postgres(tx) => tx,
            EngineTx::Sqlite(_) => unreachable!("a lane of Postgres runs on Postgres"),
        }
    }

    /// Whether the policy was written since [`take_policy_written`](Self::take_policy_written).
    pub(super) fn policy_written(&self) -> bool {
        self.policy_written
    }

    /// Whether the policy was written since this was asked last, so that the epoch has moved.
    pub(super) fn take_policy_written(&mut self) -> bool {
        std::mem::take(&mut self.policy_written)
    }

    /// The epoch as the units so far have left it.
    pub(super) fn set_epoch(&mut self, epoch: String) {
        self.epoch = epoch;
    }

    /// Whether the units that stand wrote counters: there is something to commit although no log moved.
    pub(super) fn counted(&self) -> bool {
        self.counted
    }

    /// Takes back what a unit that failed did to the head and the counters.
    pub(super) fn undo_unit(&mut self, head: Head, counted: bool) {
        self.head = head;
        self.counted = counted;
    }

    pub(super) fn begin_unit(&mut self) -> Head {
        self.wrote = false;
        self.head.clone()
    }

    /// Whether a unit of work wrote rows without moving the log: it must not be committed.
    pub(super) fn wrote_unrecorded(&self, before: &Head) -> bool {
        self.wrote && self.head.size == before.size
    }
}

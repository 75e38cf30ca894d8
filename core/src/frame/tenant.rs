//! How a method of a session runs: its transaction, the policy as of that, its event.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;

use crate::audit::record::{Detail, Event, Recorded, Signature, append};
use crate::database::Database;
use crate::error::{Failure, Refusal, Result, StoreError};
use crate::model::{Action, Entity, Permission, TenantId, UserId};
use crate::policy::standing::{self, Standing};
use crate::store::{Bound, FromRow, Gather, Lane, Row, Statement, Tx, Value, WriteTx};

/// What a session and its groups share.
pub(crate) struct SessionScope {
    database: Arc<Database>,
    tenant: TenantId,
    bound: Bound,
    actor: UserId,
    /// The user's session epoch when the session was opened: another one ends the session.
    session_epoch: i64,
    /// What the policy said of the actor when it was last read, and at which epoch.
    standing: RwLock<Arc<Standing>>,
}

/// One call of a method: who calls, and what was drawn for it before any transaction began.
pub(crate) struct Call {
    pub(crate) tenant: TenantId,
    pub(crate) actor: UserId,
    pub(crate) signature: Signature,
    /// As of the transaction that the call runs in.
    pub(crate) standing: Arc<Standing>,
}

/// The body of a method that writes: an async function over the transaction and owned arguments, so that
/// it may run again.
pub(crate) type Work<A, T> =
    for<'t> fn(&'t Call, &'t mut WriteTx, &'t A) -> BoxFuture<'t, Result<Recorded<T>, Failure>>;

/// The body of a method that reads more than one statement.
pub(crate) type Look<A, T> =
    for<'t> fn(&'t Call, &'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, Failure>>;

impl Call {
    /// The one decision: the actor holds the permission, or the call is refused for what it names.
    pub(crate) fn authorize(&self, permission: Permission, entity: &Entity) -> Result<(), Failure> {
        if self.standing.allows(permission) {
            Ok(())
        } else {
            Err(Failure::Forbidden(Refusal {
                permission,
                entity: entity.clone(),
            }))
        }
    }
}

impl SessionScope {
    /// Opens a session for an actor whom somebody has authenticated.
    pub(crate) async fn open(
        database: Arc<Database>,
        tenant: TenantId,
        actor: UserId,
    ) -> Result<Arc<Self>, Failure> {
        let user = actor.clone();
        let now = database.environment.now();
        let (standing, session_epoch) = database
            .store
            .read(
                Bound::Tenant(tenant.clone()),
                Box::new(move |tx| {
                    Box::pin(async move {
                        let epoch = standing::epoch(tx).await?;
                        let standing = standing::read(tx, &user, epoch, now).await?;
                        let session_epoch = standing.session_epoch;
                        Ok((standing, session_epoch))
                    })
                }),
            )
            .await?;
        let standing = RwLock::new(Arc::new(standing));
        Ok(Arc::new(Self {
            database,
            bound: Bound::Tenant(tenant.clone()),
            tenant,
            actor,
            session_epoch,
            standing,
        }))
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn cached(&self) -> Arc<Standing> {
        Arc::clone(&self.standing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps a standing, after the commit that read it.
    fn keep(&self, standing: Arc<Standing>) {
        *self
            .standing
            .write()
            .unwrap_or_else(PoisonError::into_inner) = standing;
    }

    fn signature(&self) -> Result<Signature, Failure> {
        Ok(Signature {
            actor: self.actor.as_str().to_owned(),
            time: self.database.environment.now(),
            salt: self.database.environment.random()?,
        })
    }

    /// The row of one statement that the entity's id names.
    pub(crate) async fn row<T: FromRow + 'static>(
        self: &Arc<Self>,
        permission: Permission,
        entity: Entity,
        statement: &'static Statement,
        parameters: Vec<Value<'static>>,
    ) -> Result<T> {
        let kind = entity.kind;
        let found = self.found(permission, entity, true, statement, parameters);
        let row = found.await?.into_iter().next();
        Ok(row.ok_or(Failure::NotFound(kind))?)
    }

    /// The rows of one statement, which may be none.
    pub(crate) async fn rows<T: FromRow + 'static>(
        self: &Arc<Self>,
        permission: Permission,
        kind: &'static str,
        statement: &'static Statement,
        parameters: Vec<Value<'static>>,
    ) -> Result<Vec<T>> {
        let entity = Entity::every(kind);
        self.found(permission, entity, false, statement, parameters)
            .await
    }

    /// What one statement finds, whose first column is the policy epoch.
    ///
    /// While the epoch is the one at which the policy was last read, that is all: one statement. Anything
    /// else (nothing found, the policy moved, a permission missing) takes the whole way, in the order in
    /// which every method decides.
    async fn found<T: FromRow + 'static>(
        self: &Arc<Self>,
        permission: Permission,
        entity: Entity,
        must_exist: bool,
        statement: &'static Statement,
        parameters: Vec<Value<'static>>,
    ) -> Result<Vec<T>> {
        let cached = self.cached();
        if cached.holds_at(|| self.database.environment.now()) {
            let store = &self.database.store;
            let found = store.single::<AtEpoch<T>>(&self.bound, statement, &parameters);
            let AtEpoch { epoch, rows } = found.await.map_err(Failure::from)?;
            if epoch.as_ref() == Some(&cached.epoch) && cached.allows(permission) {
                return Ok(rows);
            }
        }
        let asked = (permission, entity, must_exist, statement, parameters);
        self.read(
            asked,
            |call, tx, (permission, entity, must_exist, statement, parameters)| {
                Box::pin(async move {
                    let rows: Vec<Stamped<T>> = tx.all(statement, parameters).await?;
                    if *must_exist && rows.is_empty() {
                        return Err(Failure::NotFound(entity.kind));
                    }
                    call.authorize(*permission, entity)?;
                    Ok(rows.into_iter().map(|stamped| stamped.row).collect())
                })
            },
        )
        .await
    }

    /// The decision alone, as of now; a refusal is recorded.
    pub(crate) async fn permit(
        self: &Arc<Self>,
        permission: Permission,
        entity: Entity,
    ) -> Result<()> {
        self.read((permission, entity), |call, _, (permission, entity)| {
            Box::pin(async move { call.authorize(*permission, entity) })
        })
        .await
    }

    /// Several statements on one snapshot, behind the decision whether the actor may call at all.
    pub(crate) async fn read<A: Send + Sync + 'static, T: Send + 'static>(
        self: &Arc<Self>,
        args: A,
        look: Look<A, T>,
    ) -> Result<T> {
        let signature = self.signature()?;
        let cached = self.cached();
        let scope = Arc::clone(self);
        let outcome = self
            .database
            .store
            .read(
                self.bound.clone(),
                Box::new(move |tx| {
                    Box::pin(async move {
                        let epoch = standing::epoch(tx).await?;
                        let standing = scope.standing_at(tx, cached, epoch, signature.time).await?;
                        let call = scope.call(signature, Arc::clone(&standing));
                        Ok((look(&call, tx, &args).await, standing))
                    })
                }),
            )
            .await;
        match outcome {
            Ok((outcome, standing)) => {
                self.keep(standing);
                self.settle(outcome).await
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Runs the body of a method that writes, with its event, as one unit of work.
    pub(crate) async fn write<A: Send + Sync + 'static, T: Send + 'static>(
        self: &Arc<Self>,
        lane: Lane,
        args: A,
        work: Work<A, T>,
    ) -> Result<T> {
        let signature = self.signature()?;
        let scope = Arc::clone(self);
        let args = Arc::new(args);
        let done = self
            .database
            .store
            .write(self.bound.clone(), lane, move |tx| {
                let (scope, args, signature) =
                    (Arc::clone(&scope), Arc::clone(&args), signature.clone());
                Box::pin(async move {
                    let epoch = tx.epoch().to_owned();
                    let cached = scope.cached();
                    let standing = scope.standing_at(tx, cached, epoch, signature.time).await?;
                    let call = scope.call(signature, Arc::clone(&standing));
                    let recorded = work(&call, tx, &args).await?;
                    let value = recorded.commit(tx, &call.signature)?;
                    Ok((value, standing))
                })
            });
        let outcome = done.await.map(|(value, standing)| {
            self.keep(standing);
            value
        });
        self.settle(outcome).await
    }

    fn call(&self, signature: Signature, standing: Arc<Standing>) -> Call {
        Call {
            tenant: self.tenant.clone(),
            actor: self.actor.clone(),
            signature,
            standing,
        }
    }

    /// What the policy says in this transaction: the cached standing while the epoch is the same and no
    /// assignment has ended, else read anew. A session that was ended is refused.
    async fn standing_at(
        &self,
        tx: &mut Tx,
        cached: Arc<Standing>,
        epoch: String,
        now: jiff::Timestamp,
    ) -> Result<Arc<Standing>, Failure> {
        let standing = if cached.epoch == epoch && cached.holds_at(|| now) {
            cached
        } else {
            Arc::new(standing::read(tx, &self.actor, epoch, now).await?)
        };
        if standing.session_epoch == self.session_epoch {
            Ok(standing)
        } else {
            Err(Failure::Unauthenticated)
        }
    }

    /// Makes the public result; a refusal is recorded first.
    async fn settle<T>(&self, outcome: Result<T, Failure>) -> Result<T> {
        if let Err(Failure::Forbidden(refusal)) = &outcome {
            self.record_refusal(refusal.clone()).await;
        }
        Ok(outcome?)
    }

    /// Records a refusal in the caller's log, in a transaction of its own. A refusal that cannot be
    /// recorded is still one.
    async fn record_refusal(&self, refusal: Refusal) {
        if let Err(failure) = self.denied(refusal).await {
            tracing::warn!(target: "ringfence::policy", %failure, "a refusal was not recorded");
        }
    }

    async fn denied(&self, refusal: Refusal) -> Result<(), Failure> {
        let signature = self.signature()?;
        let bound = self.bound.clone();
        let done = self.database.store.write(bound, Lane::Normal, move |tx| {
            let (refusal, signature) = (refusal.clone(), signature.clone());
            Box::pin(async move {
                let event = Event {
                    action: Action::Denied,
                    detail: Detail::new().with("permission", refusal.permission.as_str()),
                    entity: refusal.entity,
                };
                append(tx, &signature, event)
            })
        });
        done.await
    }
}

/// A row behind the policy epoch that its statement reads with it.
pub(crate) struct Stamped<T> {
    pub(crate) row: T,
}

impl<T: FromRow> FromRow for Stamped<T> {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            row: T::from_row(&row.skip(1))?,
        })
    }
}

/// Rows, and the policy epoch that each of them stands behind: one statement reads one epoch.
pub(crate) struct AtEpoch<T> {
    /// None where there is no row.
    pub(crate) epoch: Option<String>,
    pub(crate) rows: Vec<T>,
}

impl<T> Default for AtEpoch<T> {
    fn default() -> Self {
        Self {
            epoch: None,
            rows: Vec::new(),
        }
    }
}

impl<T: FromRow> Gather for AtEpoch<T> {
    fn gather(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        if self.epoch.is_none() {
            self.epoch = Some(row.text(0)?);
        }
        self.rows.gather(&row.skip(1))
    }
}

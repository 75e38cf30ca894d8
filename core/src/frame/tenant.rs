//! How a method of a session runs: its transaction, the policy as of that, its event.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::body::Body;
use super::log::OpenLog;
use super::permit::{AboutTheCaller, Permit, Permitted, Written};
use crate::audit::record::Signature;
use crate::database::Database;
use crate::error::{Failure, Refusal, Result};
use crate::model::{Entity, Permission, TenantId, UserId};
use crate::password::StoredPassword;
use crate::policy::standing::{self, Standing};
use crate::store::{
    AtEpoch, Bound, FromRow, Judged, Lane, Stamped, Tx, Value, WriteTx, heard, rigging,
};

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
    /// The time that decisions are made at, which is the transaction's; [`Signature::time`] is for rows and events.
    pub(crate) now: Timestamp,
    /// As of the transaction that the call runs in.
    pub(crate) standing: Arc<Standing>,
}

impl Call {
    /// The one decision: the actor holds the permission, or the call is refused for what it names.
    pub(crate) fn authorize(
        &self,
        permission: Permission,
        entity: &Entity,
    ) -> Result<Permit, Failure> {
        if self.standing.allows(permission) {
            Ok(Permit::granted())
        } else {
            Err(Failure::Forbidden(Refusal {
                permission,
                entity: entity.clone(),
            }))
        }
    }

    /// What every caller is told of itself.
    #[allow(
        clippy::unused_self,
        reason = "there is a caller, whose standing was read"
    )]
    pub(crate) fn tell<T: AboutTheCaller>(&self, found: T) -> Permitted<T> {
        Permitted::about_the_caller(found)
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
        let (standing, session_epoch) = database
            .store
            .read(
                Bound::Tenant(tenant.clone()),
                Box::new(move |tx| {
                    Box::pin(async move {
                        let judged = standing::judged(tx).await?;
                        let standing = standing::read(tx, &user, &judged).await?;
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

    /// A new id.
    pub(crate) fn id<T: From<String>>(&self) -> Result<T, Failure> {
        self.database.environment.id()
    }

    /// The host's time: what is decided is decided at [`Call::now`].
    pub(crate) fn now(&self) -> Timestamp {
        self.database.environment.now()
    }

    /// Hashes a password that is set, off the async threads.
    pub(crate) async fn store_password(
        &self,
        password: Option<String>,
    ) -> Result<StoredPassword, Failure> {
        self.database.store_password(password).await
    }

    /// The tenant's log, for who may read it.
    pub(crate) async fn log(self: &Arc<Self>) -> Result<OpenLog> {
        let log = Entity::every("log");
        self.permit(Permission::AuditRead, log).await?;
        let database = Arc::clone(&self.database);
        Ok(OpenLog::new(database, self.bound.clone()))
    }

    fn cached(&self) -> Result<Arc<Standing>, Failure> {
        if let Ok(standing) = self.standing.try_read() {
            return Ok(Arc::clone(&standing));
        }
        // A thread that a child of fork does not have would never give its copy of the lock back.
        self.database.store.must_be_of_this_process()?;
        let standing = self.standing.read();
        Ok(Arc::clone(
            &standing.unwrap_or_else(PoisonError::into_inner),
        ))
    }

    /// Keeps a standing, after the commit that read it.
    fn keep(&self, standing: Arc<Standing>) {
        *self
            .standing
            .write()
            .unwrap_or_else(PoisonError::into_inner) = standing;
    }

    /// The row of one statement that the entity's id names.
    pub(crate) async fn row<T: FromRow + 'static>(
        self: &Arc<Self>,
        permission: Permission,
        entity: Entity,
        query: &'static Stamped<T>,
        parameters: Vec<Value<'static>>,
    ) -> Result<T> {
        let kind = entity.kind;
        let found = self.found(permission, entity, true, query, parameters);
        let row = found.await?.into_iter().next();
        Ok(row.ok_or(Failure::NotFound(kind))?)
    }

    /// The rows of one statement, which may be none.
    pub(crate) async fn rows<T: FromRow + 'static>(
        self: &Arc<Self>,
        permission: Permission,
        kind: &'static str,
        query: &'static Stamped<T>,
        parameters: Vec<Value<'static>>,
    ) -> Result<Vec<T>> {
        let entity = Entity::every(kind);
        self.found(permission, entity, false, query, parameters)
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
        query: &'static Stamped<T>,
        parameters: Vec<Value<'static>>,
    ) -> Result<Vec<T>> {
        let cached = self.cached()?;
        if let Some(rows) = self
            .by_standing(&cached, permission, query, &parameters)
            .await?
        {
            return Ok(rows);
        }
        let asked = (permission, entity, must_exist, query, parameters);
        self.read(asked, looked_up).await
    }

    /// What one statement finds, if the policy still is what it was when it was last read and allows it.
    async fn by_standing<T: FromRow>(
        &self,
        cached: &Standing,
        permission: Permission,
        query: &'static Stamped<T>,
        parameters: &[Value<'_>],
    ) -> Result<Option<Vec<T>>, Failure> {
        let store = &self.database.store;
        let AtEpoch { epoch, rows } = if cached.ends() {
            let timed = store.single_timed(&self.bound, query, parameters);
            let (found, now) = timed.await?;
            if !cached.holds_at(now) {
                return Ok(None);
            }
            found
        } else {
            store.single(&self.bound, query, parameters).await?
        };
        let holds = epoch.as_ref() == Some(&cached.epoch) && cached.allows(permission);
        Ok((holds && rigging::remembers()).then_some(rows))
    }

    /// The decision alone, as of now; a refusal is recorded.
    pub(crate) async fn permit(
        self: &Arc<Self>,
        permission: Permission,
        entity: Entity,
    ) -> Result<()> {
        self.read((permission, entity), decided).await
    }

    /// Several statements on one snapshot, behind the decision whether the actor may call at all.
    pub(crate) async fn read<A, T, L>(self: &Arc<Self>, args: A, look: L) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        L: for<'t> Body<'t, Call, Tx, A, Found = Permitted<T>>,
    {
        let signature = self.database.signature(self.actor.as_str())?;
        let cached = self.cached()?;
        let scope = Arc::clone(self);
        let outcome = self
            .database
            .store
            .read(
                self.bound.clone(),
                Box::new(move |tx| {
                    Box::pin(async move {
                        let judged = standing::judged(tx).await?;
                        let standing = scope.standing_at(tx, cached, &judged).await?;
                        let call = scope.call(signature, judged.now, Arc::clone(&standing));
                        let found = look.run(&call, tx, &args).await.map(Permitted::release);
                        Ok((found, standing))
                    })
                }),
            )
            .await;
        // In the poll in which the look ended, so that whoever gives up cannot take the refusal along.
        let (reply, answer) = oneshot::channel();
        match outcome {
            Ok((outcome, standing)) => {
                self.keep(standing);
                self.settle(outcome, reply);
            }
            Err(failure) => drop(reply.send(Err(failure))),
        }
        Ok(heard(answer).await?)
    }

    /// Runs the body of a method that writes, with its event, as one unit of work.
    pub(crate) async fn write<A, T, W>(self: &Arc<Self>, lane: Lane, args: A, work: W) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        W: for<'t> Body<'t, Call, WriteTx, A, Found = Written<T>>,
    {
        let signature = self.database.signature(self.actor.as_str())?;
        let (scope, asking) = (Arc::clone(self), Arc::clone(self));
        let args = Arc::new(args);
        let (reply, answer) = oneshot::channel();
        self.database.store.submit(
            self.database.errand(self.bound.clone(), lane),
            move |tx| {
                let (scope, args, signature) =
                    (Arc::clone(&scope), Arc::clone(&args), signature.clone());
                Box::pin(async move {
                    let judged = tx.judgement().clone();
                    let cached = scope.cached()?;
                    let standing = scope.standing_at(tx, cached, &judged).await?;
                    let call = scope.call(signature, judged.now, Arc::clone(&standing));
                    let recorded = work.run(&call, tx, &args).await?;
                    let value = recorded.release().commit(tx, &call.signature)?;
                    Ok((value, standing))
                })
            },
            move |outcome| {
                let outcome = outcome.map(|(value, standing)| {
                    asking.keep(standing);
                    value
                });
                asking.settle(outcome, reply);
            },
        );
        Ok(heard(answer).await?)
    }

    fn call(&self, signature: Signature, now: Timestamp, standing: Arc<Standing>) -> Call {
        Call {
            tenant: self.tenant.clone(),
            actor: self.actor.clone(),
            signature,
            now,
            standing,
        }
    }

    /// What the policy says in this transaction: the cached standing while the epoch is the same and no
    /// assignment has ended, else read anew. A session that was ended is refused.
    async fn standing_at(
        &self,
        tx: &mut Tx,
        cached: Arc<Standing>,
        judged: &Judged,
    ) -> Result<Arc<Standing>, Failure> {
        let still_holds = cached.epoch == judged.epoch && cached.holds_at(judged.now);
        let standing = if still_holds && rigging::remembers() {
            cached
        } else {
            Arc::new(standing::read(tx, &self.actor, judged).await?)
        };
        if standing.session_epoch == self.session_epoch {
            Ok(standing)
        } else {
            Err(Failure::Unauthenticated)
        }
    }

    /// Tells the caller how a call ended; a refusal is recorded first, whether the caller still waits or not.
    fn settle<T: Send + 'static>(
        &self,
        outcome: Result<T, Failure>,
        reply: oneshot::Sender<Result<T, Failure>>,
    ) {
        match outcome {
            Err(Failure::Forbidden(refusal)) => {
                let told = Failure::Forbidden(refusal.clone());
                self.database
                    .refused(&self.tenant, &self.actor, refusal, || {
                        drop(reply.send(Err(told)));
                    });
            }
            outcome => drop(reply.send(outcome)),
        }
    }
}

/// The whole way of a lookup: the row or rows first, then the decision.
async fn looked_up<T: FromRow>(
    call: &Call,
    tx: &mut Tx,
    (permission, entity, must_exist, query, parameters): &(
        Permission,
        Entity,
        bool,
        &'static Stamped<T>,
        Vec<Value<'static>>,
    ),
) -> Result<Permitted<Vec<T>>, Failure> {
    let rows = tx.all(query, parameters).await?;
    if *must_exist && rows.is_empty() {
        return Err(Failure::NotFound(entity.kind));
    }
    Ok(call.authorize(*permission, entity)?.read(rows))
}

/// The decision alone.
#[allow(
    clippy::unused_async,
    reason = "the body of a method that reads nothing else"
)]
async fn decided(
    call: &Call,
    _: &mut Tx,
    (permission, entity): &(Permission, Entity),
) -> Result<Permitted<()>, Failure> {
    Ok(call.authorize(*permission, entity)?.read(()))
}

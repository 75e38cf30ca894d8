//! How a method of a session runs: its transaction, the policy as of that, its event.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::body::Body;
use super::log::OpenLog;
use super::permit::{Permitted, Written};
use super::tenant::{Call, SessionScope};
use crate::audit::record::Signature;
use crate::database::{Due, Whose};
use crate::error::{Failure, Result, StoreError};
use crate::model::{Entity, Permission};
use crate::password::StoredPassword;
use crate::policy::standing::{self, Standing};
use crate::store::{AtEpoch, FromRow, Lane, Stamped, Tx, Value, WriteTx, rigging};

/// A call of a method that a session is asked for, by the name that its events carry.
#[derive(Clone, Copy)]
pub(crate) struct Method<'s> {
    scope: &'s Arc<SessionScope>,
    name: &'static str,
    due: Due,
}

impl SessionScope {
    /// A call of the method of this name, such as `drones.register`, which begins now.
    pub(crate) fn method(self: &Arc<Self>, name: &'static str) -> Method<'_> {
        let due = self.database.due();
        Method {
            scope: self,
            name,
            due,
        }
    }
}

impl Method<'_> {
    fn signature(self) -> Result<Signature, Failure> {
        let scope = self.scope;
        scope.database.signature(scope.actor.as_str(), self.name)
    }

    /// The tenant's log, for who may read it.
    pub(crate) async fn log(self) -> Result<OpenLog> {
        let log = Entity::every("log");
        self.permit(Permission::AuditRead, log).await?;
        let database = Arc::clone(&self.scope.database);
        Ok(OpenLog::new(database, self.scope.bound.clone()))
    }

    /// Hashes a password that is set, off the async threads.
    pub(crate) async fn store_password(
        self,
        password: Option<String>,
    ) -> Result<StoredPassword, Failure> {
        let SessionScope {
            database, tenant, ..
        } = &**self.scope;
        let whose = Whose::Sets(tenant.clone());
        database.store_password(self.due, whose, password).await
    }

    /// The row of one statement that the entity's id names.
    pub(crate) async fn row<T: FromRow + 'static>(
        self,
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
        self,
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
        self,
        permission: Permission,
        entity: Entity,
        must_exist: bool,
        query: &'static Stamped<T>,
        parameters: Vec<Value<'static>>,
    ) -> Result<Vec<T>> {
        let cached = self.scope.cached()?;
        let found = async {
            if let Some(rows) = self
                .by_standing(&cached, permission, query, &parameters)
                .await?
            {
                return Ok(rows);
            }
            let asked = (permission, entity, must_exist, query, parameters);
            self.look(asked, looked_up).await
        };
        Ok(self.scope.database.within(self.due, found).await?)
    }

    /// What one statement finds, if the policy still is what it was when it was last read and allows it.
    async fn by_standing<T: FromRow>(
        self,
        cached: &Standing,
        permission: Permission,
        query: &'static Stamped<T>,
        parameters: &[Value<'_>],
    ) -> Result<Option<Vec<T>>, Failure> {
        let store = &self.scope.database.store;
        let AtEpoch { epoch, rows } = if cached.ends() {
            let timed = store.single_timed(&self.scope.bound, query, parameters);
            let (found, now) = timed.await?;
            if !cached.holds_at(now) {
                return Ok(None);
            }
            found
        } else {
            store.single(&self.scope.bound, query, parameters).await?
        };
        let holds = epoch.as_ref() == Some(&cached.epoch) && cached.allows(permission);
        Ok((holds && rigging::remembers()).then_some(rows))
    }

    /// The decision alone, as of now; a refusal is recorded.
    pub(crate) async fn permit(self, permission: Permission, entity: Entity) -> Result<()> {
        self.read((permission, entity), decided).await
    }

    /// Several statements on one snapshot, behind the decision whether the actor may call at all.
    pub(crate) async fn read<A, T, L>(self, args: A, look: L) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        L: for<'t> Body<'t, Call, Tx, A, Found = Permitted<T>>,
    {
        let found = self.look(args, look);
        Ok(self.scope.database.within(self.due, found).await?)
    }

    async fn look<A, T, L>(self, args: A, look: L) -> Result<T, Failure>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        L: for<'t> Body<'t, Call, Tx, A, Found = Permitted<T>>,
    {
        let signature = self.signature()?;
        let cached = self.scope.cached()?;
        let (scope, args) = (Arc::clone(self.scope), Arc::new(args));
        let outcome = self
            .scope
            .database
            .store
            .read(
                self.scope.bound.clone(),
                Box::new(move |tx| {
                    let (scope, args) = (Arc::clone(&scope), Arc::clone(&args));
                    let (signature, cached) = (signature.clone(), Arc::clone(&cached));
                    Box::pin(async move {
                        let judged = standing::judged(tx).await?;
                        let standing = scope.standing_at(tx, cached, &judged).await?;
                        let call = scope.call(signature, judged.now, Arc::clone(&standing));
                        match look.run(&call, tx, &args).await.map(Permitted::release) {
                            // The whole read has to run again.
                            Err(Failure::Store(stale @ StoreError::StalePlan(_))) => {
                                Err(stale.into())
                            }
                            found => Ok((found, standing)),
                        }
                    })
                }),
            )
            .await;
        // In the poll in which the look ended, so that whoever gives up cannot take the refusal along.
        let (reply, answer) = oneshot::channel();
        match outcome {
            Ok((outcome, standing)) => {
                self.scope.keep(standing);
                self.scope.settle(outcome, reply);
            }
            Err(failure) => drop(reply.send(Err(failure))),
        }
        // Whoever records refusals has gone with its runtime.
        answer
            .await
            .unwrap_or(Err(StoreError::OutcomeUnknown.into()))
    }

    /// Runs the body of a method that writes, with its event, as one unit of work.
    pub(crate) fn write<A, T, W>(
        self,
        lane: Lane,
        args: A,
        work: W,
    ) -> impl Future<Output = Result<T>> + Send
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        W: for<'t> Body<'t, Call, WriteTx, A, Found = Written<T>>,
    {
        let settle = |scope: Arc<SessionScope>, outcome, reply| scope.settle(outcome, reply);
        self.submitted(lane, args, work, settle)
    }

    /// Likewise. How the unit ended decides about something besides the database, which happens once, whether the caller
    /// waits or not, off the threads that run units, and before the caller hears.
    pub(crate) fn write_then<A, T, W, E>(
        self,
        lane: Lane,
        args: A,
        work: W,
        end: E,
    ) -> impl Future<Output = Result<T>> + Send
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        W: for<'t> Body<'t, Call, WriteTx, A, Found = Written<T>>,
        E: FnOnce(Result<T, Failure>) -> Result<T, Failure> + Send + Sync + 'static,
    {
        let settle = |scope: Arc<SessionScope>, outcome, reply| {
            let database = Arc::clone(&scope.database);
            database.at_last(move || scope.settle(end(outcome), reply));
        };
        self.submitted(lane, args, work, settle)
    }

    /// Runs the body as one unit of work; `settle` is told how it ended.
    async fn submitted<A, T, W, S>(self, lane: Lane, args: A, work: W, settle: S) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        W: for<'t> Body<'t, Call, WriteTx, A, Found = Written<T>>,
        S: FnOnce(Arc<SessionScope>, Result<T, Failure>, oneshot::Sender<Result<T, Failure>>)
            + Send
            + Sync
            + 'static,
    {
        let signature = self.signature()?;
        let (scope, asking) = (Arc::clone(self.scope), Arc::clone(self.scope));
        let args = Arc::new(args);
        let (reply, answer) = oneshot::channel();
        let database = &self.scope.database;
        let errand = database.errand(self.due, self.scope.bound.clone(), lane);
        let ticket = Arc::clone(&errand.ticket);
        database.store.submit(
            errand,
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
                settle(asking, outcome, reply);
            },
        );
        Ok(database.heard(self.due, &ticket, answer).await?)
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

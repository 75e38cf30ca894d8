//! What a session and its groups share, and what a call is judged by.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::epochs::Epochs;
use super::permit::{AboutTheCaller, Permit, Permitted};
use crate::audit::record::Signature;
use crate::database::fences::KnownFences;
use crate::database::keyring::Keyring;
use crate::database::{Database, Due};
use crate::error::{Failure, Refusal, Result};
use crate::model::{Entity, Permission, TenantId, UserId};
use crate::policy::standing::{self, Standing};
use crate::store::{Bound, Judged, Tx, rigging};

/// What a session and its groups share.
pub(crate) struct SessionScope {
    pub(super) database: Arc<Database>,
    pub(super) tenant: TenantId,
    pub(super) bound: Bound,
    pub(super) actor: UserId,
    /// The user's session epochs at which the session goes on: any other ends it.
    epochs: Epochs,
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
    /// Of the session that calls.
    epochs: Epochs,
}

impl Call {
    /// The session goes on behind a step of its own user's epoch, which this transaction makes. It is told before the
    /// COMMIT: a unit may be done although nobody hears of it.
    pub(crate) fn goes_on_behind(&self, step: i64) {
        self.epochs.add(self.standing.session_epoch, step);
    }

    /// The one decision: the actor holds the permission, or the call is refused for what it names.
    pub(crate) fn authorize(
        &self,
        permission: Permission,
        entity: &Entity,
    ) -> Result<Permit, Failure> {
        if self.standing.allows(permission) {
            Ok(Permit::granted(self.standing.role_for(permission)))
        } else {
            Err(self.refuse(permission, entity))
        }
    }

    /// The refusal of this call for lack of a permission.
    pub(crate) fn refuse(&self, permission: Permission, entity: &Entity) -> Failure {
        Failure::Forbidden(Refusal {
            permission,
            entity: entity.clone(),
            method: self.signature.method,
        })
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
    /// Opens a session for an actor whom somebody has authenticated, and at which session epoch: where sessions have
    /// been ended since, this one has, too. Whom the host vouches for is authenticated now.
    pub(crate) async fn open(
        database: Arc<Database>,
        due: Due,
        tenant: TenantId,
        actor: UserId,
        since: Option<i64>,
    ) -> Result<Arc<Self>, Failure> {
        let user = actor.clone();
        let read = database.store.read(
            Bound::Tenant(tenant.clone()),
            Box::new(move |tx| {
                let user = user.clone();
                Box::pin(async move {
                    let judged = standing::judged(tx).await?;
                    standing::read(tx, &user, &judged).await
                })
            }),
        );
        let standing = database.within(due, read).await?;
        if since.is_some_and(|since| since != standing.session_epoch) {
            return Err(Failure::Unauthenticated);
        }
        let epochs = Epochs::opened_at(standing.session_epoch);
        let standing = RwLock::new(Arc::new(standing));
        Ok(Arc::new(Self {
            database,
            bound: Bound::Tenant(tenant.clone()),
            tenant,
            actor,
            epochs,
            standing,
        }))
    }

    /// By how much a user's session epoch is to move, so that the sessions which are open end.
    pub(crate) fn epoch_step(&self) -> Result<i64, Failure> {
        let drawn = u32::from_le_bytes(self.database.environment.random()?);
        Ok(i64::from(drawn) + 1)
    }

    /// Runs work that is neither a statement nor short, off every executor.
    pub(crate) async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.database.off_thread(work).await
    }

    /// A new id.
    pub(crate) fn id<T: From<String>>(&self) -> Result<T, Failure> {
        self.database.environment.id()
    }

    /// Fresh random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], Failure> {
        self.database.environment.random()
    }

    /// What credentials are sealed with.
    pub(crate) fn keyring(&self) -> Arc<Keyring> {
        Arc::clone(&self.database.keyring)
    }

    /// The fences of plans that were read before.
    pub(crate) fn known_fences(&self) -> Arc<KnownFences> {
        Arc::clone(&self.database.fences)
    }

    /// The host's time: what is decided is decided at [`Call::now`].
    pub(crate) fn now(&self) -> Timestamp {
        self.database.environment.now()
    }

    pub(super) fn cached(&self) -> Result<Arc<Standing>, Failure> {
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
    pub(super) fn keep(&self, standing: Arc<Standing>) {
        *self
            .standing
            .write()
            .unwrap_or_else(PoisonError::into_inner) = standing;
    }

    pub(super) fn call(
        &self,
        signature: Signature,
        now: Timestamp,
        standing: Arc<Standing>,
    ) -> Call {
        Call {
            tenant: self.tenant.clone(),
            actor: self.actor.clone(),
            signature,
            now,
            standing,
            epochs: self.epochs.clone(),
        }
    }

    /// What the policy says in this transaction: the cached standing while the epoch is the same and no
    /// assignment has ended, else read anew. A session that was ended is refused.
    pub(super) async fn standing_at(
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
        if self.epochs.contain(standing.session_epoch) {
            Ok(standing)
        } else {
            Err(Failure::Unauthenticated)
        }
    }

    /// Tells the caller how a call ended; a refusal is recorded first, whether the caller still waits or not.
    pub(super) fn settle<T: Send + 'static>(
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

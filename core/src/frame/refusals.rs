//! Recording refusals, in bounded number and whoever still waits.
//!
//! The first refusal of an actor, for a permission and a kind of thing, is an event at once. Those that follow within
//! a window are counted in memory, and the count is an event when the window ends or the database is shut down: a
//! flood is two events, and a process that is killed loses no more than one window's count.

use std::sync::Arc;
use std::time::Duration;

use crate::audit::detail::Detail;
use crate::audit::record::{Event, append};
use crate::database::Database;
use crate::database::refusals::{Counted, Counting, Kind};
use crate::error::{Failure, Refusal, StoreError, Visible};
use crate::model::{Entity, TenantId, UserId};
use crate::store::{Bound, rigging};

/// How long refusals of one kind are counted before they are told.
const WINDOW: Duration = Duration::from_secs(60);

impl Database {
    /// Records a refusal of this actor, or counts it. `then` is called once that is done, whether it could be
    /// recorded or not: a refusal that cannot be recorded is still one.
    pub(crate) fn refused(
        self: &Arc<Self>,
        tenant: &TenantId,
        actor: &UserId,
        refusal: Refusal,
        then: impl FnOnce() + Send + Sync + 'static,
    ) {
        let kind = Kind {
            tenant: tenant.clone(),
            actor: actor.clone(),
            permission: refusal.permission,
            entity: refusal.entity.kind,
            method: refusal.method,
        };
        if self.count(&kind, 0, 1) {
            return then();
        }
        let detail = Detail::new().with("permission", kind.permission.as_str());
        self.record_refusal(kind, refusal.entity, detail, 1, then);
    }

    /// Records what refusals were counted so far, finishes what was handed over and closes every connection.
    pub(crate) async fn shut_down(self: &Arc<Self>) -> Result<(), Failure> {
        let database = Arc::clone(self);
        let closed = self.off_thread(move || {
            for (kind, counted) in database.refusals.close() {
                database.record_counted(kind, &counted);
            }
            database.store.shut_down()
        });
        Ok(closed.await??)
    }

    /// Counts refusals in their window, and says whether there was one: the first to come begins it, with `begins`
    /// counted in it. While the database shuts down nothing is counted.
    fn count(self: &Arc<Self>, kind: &Kind, begins: u64, follows: u64) -> bool {
        // The host's clock, before the lock.
        let since = self.environment.now();
        match self.refusals.count(kind, since, begins, follows) {
            Counting::Counted => true,
            Counting::Closed => false,
            Counting::Begins => {
                let ended = kind.clone();
                self.later(rigging::refusal_window(WINDOW), move |database| {
                    database.end_window(ended)
                });
                false
            }
        }
    }

    fn end_window(self: &Arc<Self>, kind: Kind) {
        let ended = self.refusals.take(&kind);
        if let Some(counted) = ended {
            self.record_counted(kind, &counted);
        }
    }

    /// The event names a method where it was one alone; its detail names them all.
    fn record_counted(self: &Arc<Self>, mut kind: Kind, counted: &Counted) {
        if counted.more == 0 {
            return;
        }
        let mut methods = counted.methods.iter();
        kind.method = match (methods.next(), methods.next()) {
            (Some(only), None) => only,
            _ => "",
        };
        let methods: Vec<&str> = counted.methods.iter().copied().collect();
        let detail = Detail::new()
            .with("permission", kind.permission.as_str())
            .with("methods", methods)
            .with("more", counted.more)
            .with("since", counted.since.to_string());
        let entity = Entity::every(kind.entity);
        self.record_refusal(kind, entity, detail, counted.more, || {});
    }

    /// Hands over the event that tells of so many refusals. They are counted again where it is not recorded, and the
    /// database stays open until it has been tried.
    fn record_refusal(
        self: &Arc<Self>,
        kind: Kind,
        entity: Entity,
        detail: Detail,
        told: u64,
        then: impl FnOnce() + Send + Sync + 'static,
    ) {
        let signature = match self.signature(kind.actor.as_str(), kind.method) {
            Ok(signature) => signature,
            Err(failure) => {
                self.not_recorded(&kind, told, &failure);
                return then();
            }
        };
        let event = Event::refused(entity, detail);
        let errand = Self::record(Bound::Tenant(kind.tenant.clone()));
        let database = Arc::clone(self);
        self.store.submit(
            errand,
            move |tx| {
                let (event, signature) = (event.clone(), signature.clone());
                Box::pin(async move { append(tx, &signature, [event]) })
            },
            move |outcome| {
                if let Err(failure) = outcome {
                    database.not_recorded(&kind, told, &failure);
                }
                then();
            },
        );
    }

    /// Counts again what no event tells of: the next one of its kind will. Where there is no log any more, or a broken one,
    /// none will.
    fn not_recorded(self: &Arc<Self>, kind: &Kind, told: u64, failure: &Failure) {
        tracing::warn!(target: "ringfence::policy", failure = %Visible(&failure), "a refusal was not recorded");
        if !matches!(
            failure,
            Failure::Unauthenticated | Failure::Store(StoreError::Corrupt(_))
        ) {
            self.count(kind, told, told);
        }
    }
}

//! Recording refusals, in bounded number and whoever still waits.
//!
//! The first refusal of an actor, for a permission and a kind of thing, is an event at once. Those that follow within
//! a window are counted in memory, and the count is an event when the window ends or the database is shut down: a
//! flood is two events, and a process that is killed loses no more than one window's count.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::audit::record::{Detail, Event, Signature, append};
use crate::database::Database;
use crate::error::{Failure, Refusal};
use crate::model::{Action, Entity, Permission, TenantId, UserId};
use crate::store::{Bound, Errand, Lane};

/// How long refusals of one kind are counted before they are told.
const WINDOW: Duration = Duration::from_secs(60);

/// The refusals that no event tells of yet.
#[derive(Default)]
pub(crate) struct Refusals {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    windows: HashMap<Kind, Counted>,
    /// Nothing is counted any more: each refusal is recorded by itself.
    closing: bool,
}

/// What is counted together.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Kind {
    tenant: TenantId,
    actor: UserId,
    permission: Permission,
    entity: &'static str,
}

/// How many refusals followed the one that was recorded.
struct Counted {
    since: Timestamp,
    more: u64,
}

impl Refusals {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
        };
        let mut state = self.refusals.state();
        if !state.closing {
            match state.windows.entry(kind.clone()) {
                Entry::Occupied(mut window) => {
                    window.get_mut().more += 1;
                    drop(state);
                    then();
                    return;
                }
                Entry::Vacant(place) => {
                    let since = self.environment.now();
                    place.insert(Counted { since, more: 0 });
                    let ended = kind.clone();
                    self.later(WINDOW, move |database| database.end_window(&ended));
                }
            }
        }
        drop(state);
        let detail = Detail::new().with("permission", kind.permission.as_str());
        self.record_refusal(&kind, refusal.entity, detail, then);
    }

    /// Records what was counted so far, and counts no more: before the database is shut down.
    pub(crate) fn record_counted_refusals(&self) {
        let mut state = self.refusals.state();
        state.closing = true;
        let windows = std::mem::take(&mut state.windows);
        drop(state);
        for (kind, counted) in windows {
            self.record_counted(&kind, &counted);
        }
    }

    fn end_window(&self, kind: &Kind) {
        let ended = self.refusals.state().windows.remove(kind);
        if let Some(counted) = ended {
            self.record_counted(kind, &counted);
        }
    }

    fn record_counted(&self, kind: &Kind, counted: &Counted) {
        if counted.more == 0 {
            return;
        }
        let detail = Detail::new()
            .with("permission", kind.permission.as_str())
            .with("more", counted.more)
            .with("since", counted.since.to_string());
        self.record_refusal(kind, Entity::every(kind.entity), detail, || {});
    }

    fn record_refusal(
        &self,
        kind: &Kind,
        entity: Entity,
        detail: Detail,
        then: impl FnOnce() + Send + Sync + 'static,
    ) {
        let seed = match self.environment.random() {
            Ok(seed) => seed,
            Err(failure) => {
                not_recorded(&failure);
                return then();
            }
        };
        let signature = Signature {
            actor: kind.actor.as_str().to_owned(),
            time: self.environment.now(),
            seed,
        };
        let event = Event {
            action: Action::Denied,
            entity,
            detail,
        };
        let errand = Errand {
            bound: Bound::Tenant(kind.tenant.clone()),
            lane: Lane::Normal,
            not_after: None,
            record: true,
        };
        self.store.submit(
            errand,
            move |tx| {
                let (event, signature) = (event.clone(), signature.clone());
                Box::pin(async move { append(tx, &signature, [event]) })
            },
            move |outcome| {
                if let Err(failure) = outcome {
                    not_recorded(&failure);
                }
                then();
            },
        );
    }
}

fn not_recorded(failure: &Failure) {
    tracing::warn!(target: "ringfence::policy", %failure, "a refusal was not recorded");
}

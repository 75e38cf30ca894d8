//! Telling the host of a tenant's broken log where whoever calls must not hear of it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Database;
use crate::error::{Failure, Visible};
use crate::model::TenantId;
use crate::store::rigging;

/// How long a tenant is told of once.
const WINDOW: Duration = Duration::from_secs(60);

/// The tenants that the host was told of.
#[derive(Default)]
pub(super) struct Alarms(Mutex<HashSet<TenantId>>);

impl Alarms {
    /// Whether the host is told of it now.
    fn is_first(&self, tenant: &TenantId) -> bool {
        self.told().insert(tenant.clone())
    }

    fn end_window(&self, tenant: &TenantId) {
        self.told().remove(tenant);
    }

    fn told(&self) -> MutexGuard<'_, HashSet<TenantId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Database {
    /// Says that nobody logs in to this tenant because its log is gone or broken: once in a window, however many try.
    pub(crate) fn nobody_logs_in(self: &Arc<Self>, tenant: &TenantId, broken: &Failure) {
        if !self.alarms.is_first(tenant) {
            return;
        }
        tracing::error!(
            target: "ringfence::policy",
            tenant = %Visible(tenant.as_str()),
            failure = %Visible(broken),
            "nobody logs in to a tenant whose log is gone or broken"
        );
        let told = tenant.clone();
        self.later(rigging::refusal_window(WINDOW), move |database| {
            database.alarms.end_window(&told);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_told_of_a_tenant_once_in_a_window() {
        let (alarms, north, south) = (Alarms::default(), "north".into(), "south".into());
        assert!(alarms.is_first(&north));
        assert!(!alarms.is_first(&north));
        assert!(alarms.is_first(&south));
        alarms.end_window(&north);
        assert!(alarms.is_first(&north));
        assert!(!alarms.is_first(&south));
    }
}

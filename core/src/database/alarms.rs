//! Of which tenants the host was told lately.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::TenantId;

/// The tenants that the host was told of.
#[derive(Default)]
pub(crate) struct Alarms(Mutex<HashSet<TenantId>>);

impl Alarms {
    /// Whether the host is told of it now.
    pub(crate) fn is_first(&self, tenant: &TenantId) -> bool {
        self.told().insert(tenant.clone())
    }

    pub(crate) fn end_window(&self, tenant: &TenantId) {
        self.told().remove(tenant);
    }

    fn told(&self) -> MutexGuard<'_, HashSet<TenantId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

//! Telling the host of a tenant's broken log where whoever calls must not hear of it.

use std::sync::Arc;
use std::time::Duration;

use crate::database::Database;
use crate::error::{Failure, Visible};
use crate::model::TenantId;
use crate::store::rigging;

/// How long a tenant is told of once.
const WINDOW: Duration = Duration::from_secs(60);

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

//! The logs: a tenant's, and the deployment's own.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Action, AuditEvent, Cursor, EventFilter, EventPage, LogVerification, PageRequest,
};

use crate::table::handles;

handles! {
    /// A tenant's audit log: `audit.read`.
    class Audit(Arc<ringfence::Audit>) {
        /// Events in the order of the log, a page at a time: those from `since` on and before `until`.
        ///
        /// Raises `Invalid`; `Forbidden` without `audit.read`.
        fn events(;
            action: Option<Action> = None,
            entity_type: Option<String> = None,
            entity_id: Option<String> = None,
            actor: Option<String> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> EventPage => |log| {
            let filter = EventFilter { action, entity_type, entity_id, actor, since, until };
            log.events(filter, PageRequest { limit, after })
        };

        /// The event at this place in the log, from 0.
        ///
        /// Raises `NotFound`; `Forbidden` without `audit.read`.
        fn event(seq: i64) -> AuditEvent;

        /// Recomputes the whole log from its rows and compares it with the root that it stands at. A log that does not
        /// verify is a result, and raises nothing.
        ///
        /// Raises `Forbidden` without `audit.read`.
        fn verify() -> LogVerification;
    }

    /// The deployment's own log: what operators did. It outlives every tenant.
    class DeploymentLog(ringfence::DeploymentLog) {
        /// Events in the order of the log, a page at a time: those from `since` on and before `until`.
        ///
        /// Raises `Invalid`.
        fn events(;
            action: Option<Action> = None,
            entity_type: Option<String> = None,
            entity_id: Option<String> = None,
            actor: Option<String> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> EventPage => |log| {
            let filter = EventFilter { action, entity_type, entity_id, actor, since, until };
            log.events(filter, PageRequest { limit, after })
        };

        /// The event at this place in the log, from 0.
        ///
        /// Raises `NotFound`.
        fn event(seq: i64) -> AuditEvent;

        /// Recomputes the whole log from its rows and compares it with the root that it stands at.
        fn verify() -> LogVerification;
    }
}

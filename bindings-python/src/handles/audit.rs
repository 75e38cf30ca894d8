//! The logs: a tenant's, and the deployment's own.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Action, AuditEvent, Cursor, EventFilter, EventPage, LegacyEvent, LegacyEventFilter,
    LegacyEventId, LegacyEventPage, LegacyRequest, LegacyRequestFilter, LegacyRequestId,
    LegacyRequestPage, LogVerification, Order, PageRequest, TimedPageRequest, UserId,
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

        /// The event with this id that the old platform wrote down.
        ///
        /// Raises `NotFound`; `Forbidden` without `audit.read`.
        fn legacy_event(id: LegacyEventId) -> LegacyEvent;

        /// What happened on the old platform, a page at a time: in the order of the ids, or in which it was asked for
        /// (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `audit.read`.
        fn legacy_events(;
            event_type: Option<String> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> LegacyEventPage => |log| {
            let filter = LegacyEventFilter { event_type, since, until };
            log.legacy_events(filter, TimedPageRequest { limit, after, order })
        };

        /// How many of the old platform's events these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `audit.read`.
        fn count_legacy_events(;
            event_type: Option<String> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |log| {
            log.count_legacy_events(LegacyEventFilter { event_type, since, until })
        };

        /// The request with this id that the old platform was asked.
        ///
        /// Raises `NotFound`; `Forbidden` without `audit.read`.
        fn legacy_request(id: LegacyRequestId) -> LegacyRequest;

        /// What the old platform was asked with this tenant's tokens, a page at a time: in the order of the ids, or in
        /// which it was asked for (`order`). Requests without a token are no tenant's.
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `audit.read`.
        fn legacy_requests(;
            actor_id: Option<UserId> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> LegacyRequestPage => |log| {
            let filter = LegacyRequestFilter { actor_id, since, until };
            log.legacy_requests(filter, TimedPageRequest { limit, after, order })
        };

        /// How many of those requests these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `audit.read`.
        fn count_legacy_requests(;
            actor_id: Option<UserId> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |log| {
            log.count_legacy_requests(LegacyRequestFilter { actor_id, since, until })
        };
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

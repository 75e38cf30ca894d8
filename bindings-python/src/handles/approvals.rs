//! Recorded decisions.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    ApprovalEntity, ApprovalRecord, ApprovalRecordFilter, ApprovalRecordId, ApprovalRecordPage,
    ApprovalStatus, Cursor, Order, Resource, TimedPageRequest, UserId,
};

use crate::table::handles;

handles! {
    /// A tenant's recorded decisions: `approval.read`, `approval.write`.
    class Approvals(Arc<ringfence::Approvals>) {
        /// The recorded decision with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `approval.read`.
        fn get(id: ApprovalRecordId) -> ApprovalRecord;

        /// Recorded decisions, a page at a time: in the order of their ids, or in which they were recorded (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `approval.read`.
        fn list(;
            entity_id: Option<String> = None,
            approved_by: Option<UserId> = None,
            status: Option<ApprovalStatus> = None,
            entity_type: Option<ApprovalEntity> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> ApprovalRecordPage => |approvals| {
            let filter = ApprovalRecordFilter { entity_id, approved_by, status, entity_type, since, until };
            approvals.list(filter, TimedPageRequest { limit, after, order })
        };

        /// How many recorded decisions these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `approval.read`.
        fn count(;
            entity_id: Option<String> = None,
            approved_by: Option<UserId> = None,
            status: Option<ApprovalStatus> = None,
            entity_type: Option<ApprovalEntity> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |approvals| {
            approvals.count(ApprovalRecordFilter { entity_id, approved_by, status, entity_type, since, until })
        };

        /// Records what the caller decided about something of the tenant, which stays from then on. A decision is
        /// recorded once: another one about the same thing stands beside it.
        ///
        /// Raises `Invalid` for an id that cannot be, and for runs, reports, users and roles, about which nothing is
        /// recorded (`resource`); `NotFound` for what it is about; `Forbidden` without `approval.write`.
        fn record(resource: Resource, status: ApprovalStatus) -> ApprovalRecord;
    }
}

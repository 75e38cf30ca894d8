//! Defects, and what was done about them.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Cursor, DefectActionPage, DefectDetails, DefectFilter, DefectId, DefectPage, DefectStatus,
    ObservationId, Order, TimedPageRequest,
};

use crate::table::handles;

handles! {
    /// A tenant's defects: `defect.read`.
    class Defects(Arc<ringfence::Defects>) {
        /// The defect with this id, with what was done about it.
        ///
        /// Raises `NotFound`; `Forbidden` without `defect.read`.
        fn get(id: DefectId) -> DefectDetails;

        /// Defects, a page at a time: in the order of their ids, or in which they were made out (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `defect.read`.
        fn list(;
            status: Option<DefectStatus> = None,
            observation_id: Option<ObservationId> = None,
            assigned_to: Option<String> = None,
            min_severity: Option<i64> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> DefectPage => |defects| {
            let filter = DefectFilter { status, observation_id, assigned_to, min_severity, since, until };
            defects.list(filter, TimedPageRequest { limit, after, order })
        };

        /// How many defects these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `defect.read`.
        fn count(;
            status: Option<DefectStatus> = None,
            observation_id: Option<ObservationId> = None,
            assigned_to: Option<String> = None,
            min_severity: Option<i64> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |defects| {
            let filter = DefectFilter { status, observation_id, assigned_to, min_severity, since, until };
            defects.count(filter)
        };

        /// What was done about a defect, a page at a time: in the order of the ids, or in which it was done (`order`).
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `defect.read`.
        fn actions(
            defect: DefectId;
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> DefectActionPage => |defects| {
            defects.actions(defect, TimedPageRequest { limit, after, order })
        };
    }
}

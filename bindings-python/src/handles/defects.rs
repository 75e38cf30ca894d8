//! Defects, and what was done about them.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Cursor, Defect, DefectAction, DefectActionPage, DefectDetails, DefectFilter, DefectId,
    DefectPage, DefectStats, DefectStatus, DefectUpdate, NewDefect, NewDefectAction, ObservationId,
    Order, TimedPageRequest, UserId,
};

use crate::arguments::Given::{self, Absent};
use crate::table::handles;

handles! {
    /// A tenant's defects: `defect.read`, `defect.write`.
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

        /// How many defects there are, and how many stand where.
        ///
        /// Raises `Forbidden` without `defect.read`.
        fn stats() -> DefectStats;

        /// Makes a defect out of an observation, which has one at most. Without a title it is named by the observation's
        /// item, without a description it has its note, without a severity it is as grave.
        ///
        /// Raises `Invalid` naming the field; `NotFound` for the observation; `Forbidden` without `defect.write`;
        /// `Conflict` (`taken`) when the observation has a defect.
        fn create(
            observation_id: ObservationId;
            title: Option<String> = None,
            description: Option<String> = None,
            severity: Option<i64> = None,
        ) -> Defect => |defects| defects.create(NewDefect { observation_id, title, description, severity });

        /// Changes what is said of a defect that is not CLOSED; what is left out stays as it is.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `defect.write`; `Conflict` for a stale version
        /// (`stale_version`) or a defect that is CLOSED (`illegal_transition`).
        fn update(
            id: DefectId;
            title: Given<String> = Absent,
            description: Given<Option<String>> = Absent,
            severity: Given<i64> = Absent,
            version: Option<i64> = None,
        ) -> Defect => |defects| {
            let update = DefectUpdate {
                title: title.value(),
                description: description.into(),
                severity: severity.value(),
                version,
            };
            defects.update(id, update)
        };

        /// Gives a defect that is not CLOSED to a user of the tenant, who begins with it: it is ASSIGNED, wherever it
        /// stood.
        ///
        /// Raises `Invalid`; `NotFound` for the defect or the user; `Forbidden` without `defect.write`; `Conflict` for a
        /// stale version (`stale_version`) or a defect that is CLOSED (`illegal_transition`).
        fn assign(id: DefectId, user: UserId; version: Option<i64> = None) -> Defect;

        /// Takes a defect one step further: OPEN, ASSIGNED, IN_PROGRESS, FIXED, VERIFIED, CLOSED. What is FIXED gets an
        /// inspection task by which it is looked at again. The note is kept with the action.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `defect.write`; `Conflict` for a stale version
        /// (`stale_version`) or any other step (`illegal_transition`).
        fn advance(
            id: DefectId,
            to: DefectStatus;
            version: Option<i64> = None,
            note: Option<String> = None,
        ) -> Defect;

        /// Tells of something that was done about a defect; the defect stays as it is.
        ///
        /// Raises `Invalid` naming the field, `action_type` among them where it is one that the library writes itself;
        /// `NotFound`; `Forbidden` without `defect.write`.
        fn add_action(
            defect: DefectId,
            action_type: String;
            note: Option<String> = None,
        ) -> DefectAction => |defects| defects.add_action(defect, NewDefectAction { action_type, note });

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

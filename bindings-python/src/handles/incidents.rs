//! Incidents, and what is flown because of them.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Cursor, DroneId, Incident, IncidentFilter, IncidentId, IncidentLevel, IncidentPage,
    IncidentStatus, IncidentTask, NewIncident, NewIncidentTask, Order, TaskId, TemplateId,
    TimedPageRequest,
};

use crate::table::handles;

handles! {
    /// A tenant's incidents: `incident.read`, `incident.write`.
    class Incidents(Arc<ringfence::Incidents>) {
        /// The incident with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `incident.read`.
        fn get(id: IncidentId) -> Incident;

        /// Incidents, a page at a time: in the order of their ids, or in which they were reported (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `incident.read`.
        fn list(;
            linked_task_id: Option<TaskId> = None,
            status: Option<IncidentStatus> = None,
            level: Option<IncidentLevel> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> IncidentPage => |incidents| {
            let filter = IncidentFilter { linked_task_id, status, level, since, until };
            incidents.list(filter, TimedPageRequest { limit, after, order })
        };

        /// How many incidents these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `incident.read`.
        fn count(;
            linked_task_id: Option<TaskId> = None,
            status: Option<IncidentStatus> = None,
            level: Option<IncidentLevel> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |incidents| {
            incidents.count(IncidentFilter { linked_task_id, status, level, since, until })
        };

        /// Reports an incident. `location_geom` is WKT or GeoJSON.
        ///
        /// Raises `Invalid` naming the field; `Forbidden` without `incident.write`.
        fn create(title: String, level: IncidentLevel, location_geom: String) -> Incident
            => |incidents| incidents.create(NewIncident { title, level, location_geom });

        /// Makes a mission that flies to an incident and the inspection task of what is to be looked at there, and links
        /// the task to the incident: all of it or nothing.
        ///
        /// Raises `Invalid`; `NotFound` for the incident, the template or the drone; `Forbidden` without `incident.write`,
        /// `mission.write` or `inspection.read`; `Conflict` for an incident that is not OPEN (`illegal_transition`), or a
        /// template that is not active (`inactive_template`).
        fn create_task(id: IncidentId, template_id: TemplateId; drone_id: Option<DroneId> = None) -> IncidentTask
            => |incidents| incidents.create_task(id, NewIncidentTask { template_id, drone_id });

        /// Closes an incident. The comment stands in the event. Its mission and its task go on.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `incident.write`; `Conflict` for one that is closed
        /// (`illegal_transition`).
        fn close_incident(id: IncidentId; comment: Option<String> = None) -> Incident;
    }
}

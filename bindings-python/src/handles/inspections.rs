//! Inspections: templates, tasks, observations and reports.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Cursor, DroneId, ExportFilter, ExportFormat, ExportId, ExportPage, InspectionExport,
    InspectionTask, InspectionTaskUpdate, InspectionTemplate, MissionId, NewInspectionTask,
    NewObservation, NewTemplate, NewTemplateItem, Observation, ObservationFilter, ObservationId,
    ObservationPage, ObservationUpdate, Order, PageRequest, RecordedObservations, TaskFilter,
    TaskId, TaskPage, TaskStatus, TemplateFilter, TemplateId, TemplateItem, TemplateItemId,
    TemplateItemPage, TemplateItemUpdate, TemplatePage, TemplateUpdate, TimedPageRequest,
};

use crate::arguments::Given::{self, Absent};
use crate::observations::Observations;
use crate::table::handles;

handles! {
    /// A tenant's inspections: `inspection.read`, `inspection.write`, `inspection.export`.
    class Inspections(Arc<ringfence::Inspections>) {
        /// The template with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `inspection.read`.
        fn template(id: TemplateId) -> InspectionTemplate;

        /// Templates in the order of their ids, a page at a time.
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        fn templates(;
            category: Option<String> = None,
            is_active: Option<bool> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> TemplatePage => |inspections| {
            let filter = TemplateFilter { category, is_active };
            inspections.templates(filter, PageRequest { limit, after })
        };

        /// How many templates these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        fn count_templates(;
            category: Option<String> = None,
            is_active: Option<bool> = None,
        ) -> i64 => |inspections| {
            let filter = TemplateFilter { category, is_active };
            inspections.count_templates(filter)
        };

        /// The items of a template in the order of their ids, a page at a time.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.read`.
        fn items(
            template: TemplateId;
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> TemplateItemPage => |inspections| inspections.items(template, PageRequest { limit, after });

        /// Creates a template, active and without items.
        ///
        /// Raises `Invalid` naming the field; `Forbidden` without `inspection.write`.
        fn create_template(name: String, category: String; description: Option<String> = None) -> InspectionTemplate
            => |inspections| inspections.create_template(NewTemplate { name, category, description });

        /// Changes a template; what is left out stays as it is. One that is no longer active keeps its tasks and gets no
        /// new ones.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
        /// (`stale_version`).
        fn update_template(
            id: TemplateId;
            name: Given<String> = Absent,
            category: Given<String> = Absent,
            description: Given<Option<String>> = Absent,
            is_active: Given<bool> = Absent,
            version: Option<i64> = None,
        ) -> InspectionTemplate => |inspections| {
            let update = TemplateUpdate {
                name: name.value(),
                category: category.value(),
                description: description.into(),
                is_active: is_active.value(),
                version,
            };
            inspections.update_template(id, update)
        };

        /// Deletes a template that no task was made of, and with it its items.
        ///
        /// Raises `NotFound`; `Forbidden` without `inspection.write`; `Conflict` (`in_use`) while a task refers to it.
        fn delete_template(id: TemplateId) -> Nothing;

        /// Adds an item to a template.
        ///
        /// Raises `Invalid` naming the field; `NotFound` for the template; `Forbidden` without `inspection.write`;
        /// `Conflict` (`taken`) when the template has an item of this code.
        fn add_item(
            template: TemplateId,
            code: String,
            title: String;
            severity_default: Option<i64> = None,
            required: Option<bool> = None,
            sort_order: Option<i64> = None,
        ) -> TemplateItem => |inspections| {
            let new = NewTemplateItem { code, title, severity_default, required, sort_order };
            inspections.add_item(template, new)
        };

        /// Changes an item of a template; what is left out stays as it is. Observations keep the code that they name.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
        /// (`stale_version`) or a code that the template has already (`taken`).
        fn update_item(
            id: TemplateItemId;
            code: Given<String> = Absent,
            title: Given<String> = Absent,
            severity_default: Given<i64> = Absent,
            required: Given<bool> = Absent,
            sort_order: Given<i64> = Absent,
            version: Option<i64> = None,
        ) -> TemplateItem => |inspections| {
            let update = TemplateItemUpdate {
                code: code.value(),
                title: title.value(),
                severity_default: severity_default.value(),
                required: required.value(),
                sort_order: sort_order.value(),
                version,
            };
            inspections.update_item(id, update)
        };

        /// Takes an item out of its template. Observations that name its code stay.
        ///
        /// Raises `NotFound`; `Forbidden` without `inspection.write`.
        fn remove_item(id: TemplateItemId) -> Nothing;

        /// The task with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `inspection.read`.
        fn task(id: TaskId) -> InspectionTask;

        /// Tasks, a page at a time: in the order of their ids, or in which they were created (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        fn tasks(;
            status: Option<TaskStatus> = None,
            template_id: Option<TemplateId> = None,
            mission_id: Option<MissionId> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> TaskPage => |inspections| {
            let filter = TaskFilter { status, template_id, mission_id, since, until };
            inspections.tasks(filter, TimedPageRequest { limit, after, order })
        };

        /// How many tasks these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        fn count_tasks(;
            status: Option<TaskStatus> = None,
            template_id: Option<TemplateId> = None,
            mission_id: Option<MissionId> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |inspections| {
            let filter = TaskFilter { status, template_id, mission_id, since, until };
            inspections.count_tasks(filter)
        };

        /// Creates a task of a template, as a draft. `area_geom` is well-known text (WKT) or GeoJSON.
        ///
        /// Raises `Invalid` naming the field; `NotFound` for the template or the mission; `Forbidden` without
        /// `inspection.write`; `Conflict` for a template that is not active (`inactive_template`).
        fn create_task(
            name: String,
            template_id: TemplateId;
            mission_id: Option<MissionId> = None,
            area_geom: Option<String> = None,
            priority: Option<i64> = None,
        ) -> InspectionTask => |inspections| {
            let new = NewInspectionTask { name, template_id, mission_id, area_geom, priority };
            inspections.create_task(new)
        };

        /// Changes a task that is not DONE; what is left out stays as it is, and `mission_id=None` takes the mission away.
        ///
        /// Raises `Invalid`; `NotFound` for the task or the mission; `Forbidden` without `inspection.write`; `Conflict`
        /// for a stale version (`stale_version`) or a task that is DONE (`illegal_transition`).
        fn update_task(
            id: TaskId;
            name: Given<String> = Absent,
            mission_id: Given<Option<MissionId>> = Absent,
            area_geom: Given<String> = Absent,
            priority: Given<i64> = Absent,
            version: Option<i64> = None,
        ) -> InspectionTask => |inspections| {
            let update = InspectionTaskUpdate {
                name: name.value(),
                mission_id: mission_id.into(),
                area_geom: area_geom.value(),
                priority: priority.value(),
                version,
            };
            inspections.update_task(id, update)
        };

        /// Takes a task one step further: DRAFT, SCHEDULED, RUNNING, DONE.
        ///
        /// Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
        /// (`stale_version`) or any other step (`illegal_transition`).
        fn advance_task(id: TaskId, to: TaskStatus; version: Option<i64> = None) -> InspectionTask;

        /// Deletes a task that nothing refers to.
        ///
        /// Raises `NotFound`; `Forbidden` without `inspection.write`; `Conflict` (`in_use`) while an observation, a report
        /// or an incident refers to it.
        fn delete_task(id: TaskId) -> Nothing;

        /// The observation with this id.
        ///
        /// Raises `NotFound`; `Forbidden` without `inspection.read`.
        fn observation(id: ObservationId) -> Observation;

        /// Observations, a page at a time: in the order of their ids, or in which they were seen (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        fn observations(;
            task_id: Option<TaskId> = None,
            drone_id: Option<DroneId> = None,
            item_code: Option<String> = None,
            min_severity: Option<i64> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> ObservationPage => |inspections| {
            let filter = ObservationFilter { task_id, drone_id, item_code, min_severity, since, until };
            inspections.observations(filter, TimedPageRequest { limit, after, order })
        };

        /// How many observations these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        fn count_observations(;
            task_id: Option<TaskId> = None,
            drone_id: Option<DroneId> = None,
            item_code: Option<String> = None,
            min_severity: Option<i64> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |inspections| {
            let filter = ObservationFilter { task_id, drone_id, item_code, min_severity, since, until };
            inspections.count_observations(filter)
        };

        /// Records something that was seen during an inspection. Degrees are WGS 84, the altitude is in metres.
        ///
        /// Raises `Invalid` naming the field, `item_code` among them where the task's template has items and none of this
        /// code; `NotFound` for the task or the drone; `Forbidden` without `inspection.write`.
        fn record(
            task: TaskId,
            item_code: String,
            position_lat: f64,
            position_lon: f64,
            alt_m: f64;
            ts: Option<Timestamp> = None,
            drone_id: Option<DroneId> = None,
            severity: Option<i64> = None,
            note: Option<String> = None,
            media_url: Option<String> = None,
            confidence: Option<f64> = None,
        ) -> Observation => |inspections| {
            let new = NewObservation {
                item_code, position_lat, position_lon, alt_m, ts, drone_id, severity, note, media_url, confidence,
            };
            inspections.record(task, new)
        };

        /// Records many at once, in their order: all of them, or none. Each is a dict with the arguments of `record` by
        /// their names.
        ///
        /// Raises `Invalid` naming the observation and its field (`observations[3].severity`), or for none at all;
        /// `NotFound` for the task or a drone; `Forbidden` without `inspection.write`.
        fn record_many(task: TaskId, observations: Observations) -> RecordedObservations
            => |inspections| inspections.record_many(task, observations.0);

        /// Corrects an observation; what is left out stays as it is.
        ///
        /// Raises `Invalid`, also for a new `item_code` that the task's template does not have where it has items;
        /// `NotFound` for the observation or the drone; `Forbidden` without `inspection.write`; `Conflict` for a stale
        /// version (`stale_version`).
        fn update_observation(
            id: ObservationId;
            item_code: Given<String> = Absent,
            position_lat: Given<f64> = Absent,
            position_lon: Given<f64> = Absent,
            alt_m: Given<f64> = Absent,
            ts: Given<Timestamp> = Absent,
            drone_id: Given<Option<DroneId>> = Absent,
            severity: Given<i64> = Absent,
            note: Given<String> = Absent,
            media_url: Given<Option<String>> = Absent,
            confidence: Given<Option<f64>> = Absent,
            version: Option<i64> = None,
        ) -> Observation => |inspections| {
            let update = ObservationUpdate {
                item_code: item_code.value(),
                position_lat: position_lat.value(),
                position_lon: position_lon.value(),
                alt_m: alt_m.value(),
                ts: ts.value(),
                drone_id: drone_id.into(),
                severity: severity.value(),
                note: note.value(),
                media_url: media_url.into(),
                confidence: confidence.into(),
                version,
            };
            inspections.update_observation(id, update)
        };

        /// Writes a report of a task into a file of a folder, which is named after the report's id.
        ///
        /// Raises `Invalid` for a format that the library does not know, and for a folder that is not there or cannot be
        /// written to; `NotFound`; `Forbidden` without `inspection.export`; `Unavailable` (`disk_full`).
        fn export(task: TaskId, format: ExportFormat, folder: String) -> InspectionExport;

        /// The report with this id: what is known of the file, which the library does not keep.
        ///
        /// Raises `NotFound`; `Forbidden` without `inspection.read`.
        fn report(id: ExportId) -> InspectionExport;

        /// Reports, a page at a time: in the order of their ids, or in which they were made (`order`).
        ///
        /// Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        fn exports(;
            task_id: Option<TaskId> = None,
            format: Option<ExportFormat> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
            order: Option<Order> = None,
        ) -> ExportPage => |inspections| {
            let filter = ExportFilter { task_id, format, since, until };
            inspections.exports(filter, TimedPageRequest { limit, after, order })
        };

        /// How many reports these select.
        ///
        /// Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        fn count_exports(;
            task_id: Option<TaskId> = None,
            format: Option<ExportFormat> = None,
            since: Option<Timestamp> = None,
            until: Option<Timestamp> = None,
        ) -> i64 => |inspections| {
            let filter = ExportFilter { task_id, format, since, until };
            inspections.count_exports(filter)
        };
    }
}

//! Inspections: templates, tasks, observations and reports.

use std::sync::Arc;

use jiff::Timestamp;
use pyo3::prelude::*;
use ringfence::model::{
    Cursor, DroneId, ExportFilter, ExportFormat, ExportId, ExportPage, InspectionExport,
    InspectionTask, InspectionTemplate, MissionId, Observation, ObservationFilter, ObservationId,
    ObservationPage, Order, PageRequest, TaskFilter, TaskId, TaskPage, TaskStatus, TemplateFilter,
    TemplateId, TemplateItemPage, TemplatePage, TimedPageRequest,
};

use crate::table::handles;

handles! {
    /// A tenant's inspections: `inspection.read`.
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

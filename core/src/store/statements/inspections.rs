//! Inspections: templates, tasks, observations and reports.

use crate::model::{
    InspectionExport, InspectionTask, InspectionTemplate, Observation, TemplateItem,
};
use crate::store::sql::listing::listings;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Insert, Rows, Stamped, Update, Write, statements};

record! {
    template: InspectionTemplate, inspection_templates as it { id, created_at, version }
    edited { name, category, description, is_active }
}
record! {
    template_item: TemplateItem, inspection_template_items as ii { id, template_id, created_at, version }
    edited { code, title, severity_default, required, sort_order }
}
record! {
    task: InspectionTask, inspection_tasks as k { id, template_id, created_at, version }
    edited { name, mission_id, area_geom, priority, status }
}
record! {
    observation: Observation, inspection_observations as o { id, task_id, created_at, version }
    edited {
        drone_id, ts, position_lat, position_lon, alt_m, item_code, severity, note, media_url, confidence
    }
}
record! {
    export: InspectionExport, inspection_exports as x { id, task_id, format, file_path, created_at }
}

listings! {
    TASKS: InspectionTask = counted task by created_at
        [narrows(mission_id), narrows(template_id), narrows(status)];
    OBSERVATIONS: Observation = counted observation by ts
        [narrows(task_id), narrows(drone_id), is(item_code), at_least(severity)];
    EXPORTS: InspectionExport = counted export by created_at [narrows(task_id), is(format)];
}

/// Which templates a filter selects: category `$from`, activity `$then`.
macro_rules! filter {
    ($from:literal, $then:literal) => {
        concat!(
            "(CAST(",
            $from,
            " AS TEXT) IS NULL OR it.category = ",
            $from,
            ") \
             AND (CAST(",
            $then,
            " AS BOOLEAN) IS NULL OR it.is_active = ",
            $then,
            ")"
        )
    };
}

/// What a statement on Postgres ends with that writes as many rows as a list holds.
macro_rules! all_of {
    ($written:literal, $list:literal) => {
        concat!(
            " SELECT CASE count(*) WHEN cardinality(",
            $list,
            ") THEN 1 \
             ELSE CAST('ringfence.not_written:' || count(*) AS integer) END FROM ",
            $written
        )
    };
}

statements! {
    TEMPLATE_BY_ID: Tenant Stamped<InspectionTemplate> = by_id template;
    TEMPLATE_PAGE: Tenant Stamped<InspectionTemplate> = page template (filter!("$4", "$5"));
    TEMPLATE_COUNT: Tenant Stamped<i64> = concat!(template!(counted), filter!("$2", "$3"));
    TEMPLATE_INSERT: Tenant Insert<InspectionTemplate> = insert template;
    TEMPLATE_UPDATE: Tenant Update<InspectionTemplate> = update template;
    TEMPLATE_DELETE: Tenant Write = one
        "DELETE FROM inspection_templates WHERE tenant_id = $1 AND id = $2 AND version = $3";
    TEMPLATE_ITEM_BY_ID: Tenant Stamped<TemplateItem> = by_id template_item;
    TEMPLATE_ITEM_INSERT: Tenant Insert<TemplateItem> = insert template_item;
    TEMPLATE_ITEM_UPDATE: Tenant Update<TemplateItem> = update template_item;
    TEMPLATE_ITEM_DELETE: Tenant Write = one
        "DELETE FROM inspection_template_items WHERE tenant_id = $1 AND id = $2 AND version = $3";
    ITEMS_OF_TEMPLATE: Tenant Rows<TemplateItem> =
        of template_item ("ii.template_id = $2 ORDER BY ii.sort_order, ii.id");
    ITEMS_DELETE: Tenant Write =
        "DELETE FROM inspection_template_items WHERE tenant_id = $1 AND template_id = $2";
    /// Another item of a template with this code.
    ITEM_OF_CODE: Tenant Rows<i64> =
        "SELECT 1 FROM inspection_template_items ii \
         WHERE ii.tenant_id = $1 AND ii.template_id = $2 AND ii.code = $3 AND ii.id <> $4";
    /// Items of one template, `$4`.
    TEMPLATE_ITEM_PAGE: Tenant Stamped<TemplateItem> = page template_item ("ii.template_id = $4");
    TASK_BY_ID: Tenant Stamped<InspectionTask> = by_id task;
    TASK_INSERT: Tenant Insert<InspectionTask> = insert task;
    TASK_UPDATE: Tenant Update<InspectionTask> = update task;
    TASK_DELETE: Tenant Write = one
        "DELETE FROM inspection_tasks WHERE tenant_id = $1 AND id = $2 AND version = $3";
    OBSERVATION_BY_ID: Tenant Stamped<Observation> = by_id observation;
    OBSERVATION_INSERT: Tenant Insert<Observation> = insert observation;
    /// Many rows of the record, in columns.
    OBSERVATIONS_INSERT: Tenant Write = on postgres concat!(
        "WITH written AS (\
         INSERT INTO inspection_observations (tenant_id, id, task_id, created_at, version, drone_id, ts, position_lat, \
         position_lon, alt_m, item_code, severity, note, media_url, confidence) \
         SELECT $1, n.id, n.task_id, n.created_at, n.version, n.drone_id, n.ts, n.position_lat, n.position_lon, n.alt_m, \
         n.item_code, n.severity, n.note, n.media_url, n.confidence \
         FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::text[], $7::timestamptz[], \
         $8::float8[], $9::float8[], $10::float8[], $11::text[], $12::bigint[], $13::text[], $14::text[], \
         $15::float8[]) AS n(id, task_id, created_at, version, drone_id, ts, position_lat, position_lon, alt_m, \
         item_code, severity, note, media_url, confidence) RETURNING 1)",
        all_of!("written", "$2")
    );
    OBSERVATION_UPDATE: Tenant Update<Observation> = update observation;
    EXPORT_INSERT: Tenant Insert<InspectionExport> = insert export;
    EXPORT_BY_ID: Tenant Stamped<InspectionExport> = by_id export;
}

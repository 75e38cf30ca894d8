//! Inspections and the defects that come of them: batches 07A-3 B1 and B2 and 07A-4.

use crate::model::{DefectStatus, ExportFormat, TaskStatus};
use crate::schema::batch::Batch::{CoreB1, CoreB2, CoreC};
use crate::schema::declare::{
    READ_AND_WRITE, adopted, bool, float, int, names_user, replaces, row_version, text, time,
};
use crate::schema::types::Privilege::{Insert, Select, Update};
use crate::schema::types::{OnDelete, Table};

pub(super) fn tables() -> Vec<Table> {
    let inspections = [
        templates(),
        template_items(),
        tasks(),
        observations(),
        exports(),
    ];
    let defects = [defects(), defect_actions()];
    inspections.into_iter().chain(defects).collect()
}

fn templates() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("name").limit(100),
        text("category").limit(50),
        text("description").null(),
        bool("is_active"),
        time("created_at"),
        row_version(),
    ];
    adopted("inspection_templates", CoreB1, columns)
        .indexed(&["category", "created_at", "is_active", "name", "tenant_id"])
        .runtime(READ_AND_WRITE)
        .build()
}

fn template_items() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("template_id"),
        text("code").limit(50),
        text("title").limit(100),
        int("severity_default"),
        bool("required"),
        int("sort_order"),
        time("created_at"),
        row_version(),
    ];
    adopted("inspection_template_items", CoreB1, columns)
        .parents(&[replaces(
            "template_id",
            "inspection_templates",
            OnDelete::Cascade,
        )])
        .indexed(&["code", "created_at", "template_id", "tenant_id"])
        .indexed_within_the_tenant(&[(
            "ix_inspection_template_items_tenant_template_id",
            &["tenant_id", "template_id"],
        )])
        .runtime(READ_AND_WRITE)
        .build()
}

fn tasks() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("name").limit(100),
        text("template_id"),
        text("mission_id").null(),
        text("area_geom"),
        int("priority"),
        text("status").limit(20).one_of(TaskStatus::TEXTS),
        time("created_at"),
        row_version(),
    ];
    adopted("inspection_tasks", CoreB1, columns)
        .parents(&[
            replaces("mission_id", "missions", OnDelete::SetNull),
            replaces("template_id", "inspection_templates", OnDelete::Restrict),
        ])
        .indexed(&[
            "created_at",
            "mission_id",
            "name",
            "priority",
            "status",
            "template_id",
            "tenant_id",
        ])
        .listed("created_at", &["mission_id", "status", "template_id"])
        .runtime(READ_AND_WRITE)
        .build()
}

fn observations() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("task_id"),
        text("drone_id").null(),
        time("ts"),
        float("position_lat"),
        float("position_lon"),
        float("alt_m"),
        text("item_code").limit(50),
        int("severity"),
        text("note"),
        text("media_url").null(),
        float("confidence").null(),
        time("created_at"),
        row_version(),
    ];
    adopted("inspection_observations", CoreB2, columns)
        .parents(&[
            replaces("drone_id", "drones", OnDelete::SetNull),
            replaces("task_id", "inspection_tasks", OnDelete::Cascade),
        ])
        .indexed(&[
            "created_at",
            "drone_id",
            "item_code",
            "task_id",
            "tenant_id",
            "ts",
        ])
        .listed("ts", &["drone_id", "task_id"])
        .runtime(&[Select, Insert, Update])
        .build()
}

fn exports() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("task_id"),
        text("format").limit(10).one_of(ExportFormat::TEXTS),
        text("file_path"),
        time("created_at"),
    ];
    adopted("inspection_exports", CoreB2, columns)
        .parents(&[replaces("task_id", "inspection_tasks", OnDelete::Cascade)])
        .indexed(&["created_at", "format", "task_id", "tenant_id"])
        .listed("created_at", &["task_id"])
        .runtime(&[Select, Insert])
        .build()
}

fn defects() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("observation_id"),
        text("title").limit(200),
        text("description").null(),
        int("severity"),
        text("status").limit(20).one_of(DefectStatus::TEXTS),
        text("assigned_to").null(),
        time("created_at"),
        row_version(),
    ];
    adopted("defects", CoreC, columns)
        .parents(&[
            replaces(
                "observation_id",
                "inspection_observations",
                OnDelete::Cascade,
            ),
            names_user("assigned_to").or_text(),
        ])
        .indexed(&[
            "assigned_to",
            "created_at",
            "observation_id",
            "status",
            "tenant_id",
        ])
        .listed("created_at", &["assigned_to", "observation_id", "status"])
        .runtime(&[Select, Insert, Update])
        .build()
}

fn defect_actions() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("defect_id"),
        text("action_type").limit(50),
        text("note"),
        time("created_at"),
    ];
    adopted("defect_actions", CoreC, columns)
        .parents(&[replaces("defect_id", "defects", OnDelete::Cascade)])
        .indexed(&["action_type", "created_at", "defect_id", "tenant_id"])
        .listed_only("created_at", &["defect_id"])
        .runtime(&[Select, Insert])
        .build()
}

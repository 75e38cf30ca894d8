//! Inspections and the defects that come of them: batches 07A-3 and 07A-4, which are still to come.

use crate::schema::types::{Batch, OnDelete, Table};
use crate::schema::version;
use crate::schema::words::{
    TENANT, bool, composite, float, index, int, loose, tenant, text, time, unique,
};

pub(super) const INSPECTION_TEMPLATES: Table = Table {
    name: "inspection_templates",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreB1,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("name").limit(100),
        text("category").limit(50),
        text("description").null(),
        bool("is_active"),
        time("created_at"),
    ],
    parents: &[tenant("inspection_templates_tenant_id_fkey")],
    uniques: &[unique("inspection_templates_pkey", &["id"], "id")],
    indexes: &[
        index("ix_inspection_templates_category", &["category"]),
        index("ix_inspection_templates_created_at", &["created_at"]),
        index("ix_inspection_templates_is_active", &["is_active"]),
        index("ix_inspection_templates_name", &["name"]),
        index("ix_inspection_templates_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

pub(super) const INSPECTION_TEMPLATE_ITEMS: Table = Table {
    name: "inspection_template_items",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreB1,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("template_id"),
        text("code").limit(50),
        text("title").limit(100),
        int("severity_default"),
        bool("required"),
        int("sort_order"),
        time("created_at"),
    ],
    parents: &[
        composite(
            "template_id",
            "inspection_templates",
            "fk_inspection_template_items_tenant_template",
        )
        .replaces(
            "inspection_template_items_template_id_fkey",
            OnDelete::Cascade,
        ),
        tenant("inspection_template_items_tenant_id_fkey"),
    ],
    uniques: &[unique("inspection_template_items_pkey", &["id"], "id")],
    indexes: &[
        index("ix_inspection_template_items_code", &["code"]),
        index("ix_inspection_template_items_created_at", &["created_at"]),
        index("ix_inspection_template_items_template_id", &["template_id"]),
        index("ix_inspection_template_items_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

pub(super) const INSPECTION_TASKS: Table = Table {
    name: "inspection_tasks",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreB1,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("name").limit(100),
        text("template_id"),
        text("mission_id").null(),
        text("area_geom"),
        int("priority"),
        text("status").limit(20),
        time("created_at"),
    ],
    parents: &[
        composite(
            "mission_id",
            "missions",
            "fk_inspection_tasks_tenant_mission",
        )
        .replaces("inspection_tasks_mission_id_fkey", OnDelete::SetNull),
        composite(
            "template_id",
            "inspection_templates",
            "fk_inspection_tasks_tenant_template",
        )
        .replaces("inspection_tasks_template_id_fkey", OnDelete::Restrict),
        tenant("inspection_tasks_tenant_id_fkey"),
    ],
    uniques: &[unique("inspection_tasks_pkey", &["id"], "id")],
    indexes: &[
        index("ix_inspection_tasks_created_at", &["created_at"]),
        index("ix_inspection_tasks_mission_id", &["mission_id"]),
        index("ix_inspection_tasks_name", &["name"]),
        index("ix_inspection_tasks_priority", &["priority"]),
        index("ix_inspection_tasks_status", &["status"]),
        index("ix_inspection_tasks_template_id", &["template_id"]),
        index("ix_inspection_tasks_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

pub(super) const INSPECTION_OBSERVATIONS: Table = Table {
    name: "inspection_observations",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreB2,
    key: &["id"],
    columns: &[
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
    ],
    parents: &[
        composite(
            "drone_id",
            "drones",
            "fk_inspection_observations_tenant_drone",
        )
        .replaces("inspection_observations_drone_id_fkey", OnDelete::SetNull),
        composite(
            "task_id",
            "inspection_tasks",
            "fk_inspection_observations_tenant_task",
        )
        .replaces("inspection_observations_task_id_fkey", OnDelete::Cascade),
        tenant("inspection_observations_tenant_id_fkey"),
    ],
    uniques: &[unique("inspection_observations_pkey", &["id"], "id")],
    indexes: &[
        index("ix_inspection_observations_created_at", &["created_at"]),
        index("ix_inspection_observations_drone_id", &["drone_id"]),
        index("ix_inspection_observations_item_code", &["item_code"]),
        index("ix_inspection_observations_task_id", &["task_id"]),
        index("ix_inspection_observations_tenant_id", &["tenant_id"]),
        index("ix_inspection_observations_ts", &["ts"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

pub(super) const INSPECTION_EXPORTS: Table = Table {
    name: "inspection_exports",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreB2,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("task_id"),
        text("format").limit(10),
        text("file_path"),
        time("created_at"),
    ],
    parents: &[
        composite(
            "task_id",
            "inspection_tasks",
            "fk_inspection_exports_tenant_task",
        )
        .replaces("inspection_exports_task_id_fkey", OnDelete::Cascade),
        tenant("inspection_exports_tenant_id_fkey"),
    ],
    uniques: &[unique("inspection_exports_pkey", &["id"], "id")],
    indexes: &[
        index("ix_inspection_exports_created_at", &["created_at"]),
        index("ix_inspection_exports_format", &["format"]),
        index("ix_inspection_exports_task_id", &["task_id"]),
        index("ix_inspection_exports_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

pub(super) const DEFECTS: Table = Table {
    name: "defects",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreC,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("observation_id"),
        text("title").limit(200),
        text("description").null(),
        int("severity"),
        text("status").limit(20),
        text("assigned_to").null(),
        time("created_at"),
    ],
    parents: &[
        composite(
            "observation_id",
            "inspection_observations",
            "fk_defects_tenant_observation",
        )
        .replaces("defects_observation_id_fkey", OnDelete::Cascade),
        tenant("defects_tenant_id_fkey"),
        loose("assigned_to", "users", "fk_defects_tenant_assigned_to"),
    ],
    uniques: &[unique("defects_pkey", &["id"], "id")],
    indexes: &[
        index("ix_defects_assigned_to", &["assigned_to"]),
        index("ix_defects_created_at", &["created_at"]),
        index("ix_defects_observation_id", &["observation_id"]),
        index("ix_defects_status", &["status"]),
        index("ix_defects_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

pub(super) const DEFECT_ACTIONS: Table = Table {
    name: "defect_actions",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreC,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("defect_id"),
        text("action_type").limit(50),
        text("note"),
        time("created_at"),
    ],
    parents: &[
        composite("defect_id", "defects", "fk_defect_actions_tenant_defect")
            .replaces("defect_actions_defect_id_fkey", OnDelete::Cascade),
        tenant("defect_actions_tenant_id_fkey"),
    ],
    uniques: &[unique("defect_actions_pkey", &["id"], "id")],
    indexes: &[
        index("ix_defect_actions_action_type", &["action_type"]),
        index("ix_defect_actions_created_at", &["created_at"]),
        index("ix_defect_actions_defect_id", &["defect_id"]),
        index("ix_defect_actions_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

//! Incidents, alerts, the old platform's command requests and its approval records, all still to harden.

use crate::schema::types::{Batch, OnDelete, Table};
use crate::schema::version;
use crate::schema::words::{
    TENANT, bool, composite, index, int, json, loose, tenant, text, time, unique,
};

pub(super) const INCIDENTS: Table = Table {
    name: "incidents",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::Operations,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("title").limit(200),
        text("level").limit(20),
        text("location_geom"),
        text("status").limit(20),
        text("linked_task_id").null(),
        time("created_at"),
    ],
    parents: &[
        composite(
            "linked_task_id",
            "inspection_tasks",
            "fk_incidents_tenant_linked_task",
        )
        .replaces("incidents_linked_task_id_fkey", OnDelete::SetNull),
        tenant("incidents_tenant_id_fkey"),
    ],
    uniques: &[unique("incidents_pkey", &["id"], "id")],
    indexes: &[
        index("ix_incidents_created_at", &["created_at"]),
        index("ix_incidents_level", &["level"]),
        index("ix_incidents_linked_task_id", &["linked_task_id"]),
        index("ix_incidents_status", &["status"]),
        index("ix_incidents_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    guards: None,
    hardened: None,
    runtime: &[],
};

/// `drone_id` is whatever the telemetry said.
pub(super) const ALERTS: Table = Table {
    name: "alerts",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::Operations,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("drone_id"),
        text("alert_type"),
        text("severity"),
        text("status"),
        text("message"),
        json("detail"),
        time("first_seen_at"),
        time("last_seen_at"),
        text("acked_by").null(),
        time("acked_at").null(),
        text("closed_by").null(),
        time("closed_at").null(),
    ],
    parents: &[
        tenant("alerts_tenant_id_fkey"),
        loose("drone_id", "drones", "fk_alerts_tenant_drone"),
        loose("acked_by", "users", "fk_alerts_tenant_acked_by"),
        loose("closed_by", "users", "fk_alerts_tenant_closed_by"),
    ],
    uniques: &[unique("alerts_pkey", &["id"], "id")],
    indexes: &[
        index("ix_alerts_acked_at", &["acked_at"]),
        index("ix_alerts_acked_by", &["acked_by"]),
        index("ix_alerts_alert_type", &["alert_type"]),
        index("ix_alerts_closed_at", &["closed_at"]),
        index("ix_alerts_closed_by", &["closed_by"]),
        index("ix_alerts_drone_id", &["drone_id"]),
        index("ix_alerts_first_seen_at", &["first_seen_at"]),
        index("ix_alerts_last_seen_at", &["last_seen_at"]),
        index("ix_alerts_severity", &["severity"]),
        index("ix_alerts_status", &["status"]),
        index("ix_alerts_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    guards: None,
    hardened: None,
    runtime: &[],
};

pub(super) const COMMAND_REQUESTS: Table = Table {
    name: "command_requests",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::Operations,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("drone_id"),
        text("command_type"),
        json("params"),
        text("idempotency_key"),
        bool("expect_ack"),
        text("status"),
        bool("ack_ok").null(),
        text("ack_message").null(),
        int("attempts"),
        text("issued_by").null(),
        time("issued_at"),
        time("updated_at"),
    ],
    parents: &[
        composite("drone_id", "drones", "fk_command_requests_tenant_drone")
            .replaces("command_requests_drone_id_fkey", OnDelete::Cascade),
        tenant("command_requests_tenant_id_fkey"),
        loose("issued_by", "users", "fk_command_requests_tenant_issued_by"),
    ],
    uniques: &[
        unique("command_requests_pkey", &["id"], "id"),
        unique(
            "uq_command_requests_tenant_idempotency",
            &["tenant_id", "idempotency_key"],
            "idempotency_key",
        ),
    ],
    indexes: &[
        index("ix_command_requests_command_type", &["command_type"]),
        index("ix_command_requests_drone_id", &["drone_id"]),
        index("ix_command_requests_idempotency_key", &["idempotency_key"]),
        index("ix_command_requests_issued_at", &["issued_at"]),
        index("ix_command_requests_issued_by", &["issued_by"]),
        index("ix_command_requests_status", &["status"]),
        index("ix_command_requests_tenant_id", &["tenant_id"]),
        index("ix_command_requests_updated_at", &["updated_at"]),
    ],
    log: false,
    append_only: None,
    guards: None,
    hardened: None,
    runtime: &[],
};

/// `entity_id` refers to no table: which one depends on `entity_type`, which is free text.
pub(super) const APPROVAL_RECORDS: Table = Table {
    name: "approval_records",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::Operations,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("entity_type").limit(50),
        text("entity_id"),
        text("status").limit(20),
        text("approved_by"),
        time("created_at"),
    ],
    parents: &[
        tenant("approval_records_tenant_id_fkey"),
        loose(
            "approved_by",
            "users",
            "fk_approval_records_tenant_approved_by",
        ),
    ],
    uniques: &[unique("approval_records_pkey", &["id"], "id")],
    indexes: &[
        index("ix_approval_records_approved_by", &["approved_by"]),
        index("ix_approval_records_created_at", &["created_at"]),
        index("ix_approval_records_entity_id", &["entity_id"]),
        index("ix_approval_records_entity_type", &["entity_type"]),
        index("ix_approval_records_status", &["status"]),
        index("ix_approval_records_tenant_id", &["tenant_id"]),
    ],
    log: false,
    append_only: None,
    guards: None,
    hardened: None,
    runtime: &[],
};

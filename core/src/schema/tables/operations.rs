//! Incidents, alerts and the old platform's command requests: batch 07A-6. Its approval records: batch 07A-7.

use crate::model::{
    AlertSeverity, AlertStatus, AlertType, ApprovalEntity, ApprovalStatus, IncidentStatus,
    LegacyCommandStatus, LegacyCommandType,
};
use crate::schema::batch::Batch::{Approvals, Links};
use crate::schema::declare::{
    adopted, bool, int, json, names_user, refers, refers_when, replaces, text, time,
};
use crate::schema::types::Privilege::{Insert, Select, Update};
use crate::schema::types::{OnDelete, Table};

pub(super) fn tables() -> Vec<Table> {
    [
        incidents(),
        alerts(),
        command_requests(),
        approval_records(),
    ]
    .into()
}

/// `level` was free text: what it holds is no finding.
fn incidents() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("title").limit(200),
        text("level").limit(20),
        text("location_geom"),
        text("status").limit(20).one_of(IncidentStatus::TEXTS),
        text("linked_task_id").null(),
        time("created_at"),
    ];
    adopted("incidents", Links, columns)
        .parents(&[replaces(
            "linked_task_id",
            "inspection_tasks",
            OnDelete::SetNull,
        )])
        .indexed(&[
            "created_at",
            "level",
            "linked_task_id",
            "status",
            "tenant_id",
        ])
        .listed("created_at", &["linked_task_id", "status"])
        .runtime(&[Select, Insert, Update])
        .build()
}

/// `drone_id` was whatever the telemetry said: the old platform never declared it a reference.
fn alerts() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("drone_id"),
        text("alert_type").one_of(AlertType::TEXTS),
        text("severity").one_of(AlertSeverity::TEXTS),
        text("status").one_of(AlertStatus::TEXTS),
        text("message"),
        json("detail"),
        time("first_seen_at"),
        time("last_seen_at"),
        text("acked_by").null(),
        time("acked_at").null(),
        text("closed_by").null(),
        time("closed_at").null(),
    ];
    adopted("alerts", Links, columns)
        .parents(&[
            refers("drone_id", "drones"),
            names_user("acked_by"),
            names_user("closed_by"),
        ])
        .indexed(&[
            "acked_at",
            "acked_by",
            "alert_type",
            "closed_at",
            "closed_by",
            "drone_id",
            "first_seen_at",
            "last_seen_at",
            "severity",
            "status",
            "tenant_id",
        ])
        .indexed_within_the_tenant(&[(
            "ix_alerts_tenant_drone_id_status",
            &["tenant_id", "drone_id", "status"],
        )])
        .listed("first_seen_at", &["drone_id", "status"])
        .runtime(&[Select, Insert, Update])
        .build()
}

fn command_requests() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("drone_id"),
        text("command_type").one_of(LegacyCommandType::TEXTS),
        json("params"),
        text("idempotency_key"),
        bool("expect_ack"),
        text("status").one_of(LegacyCommandStatus::TEXTS),
        bool("ack_ok").null(),
        text("ack_message").null(),
        int("attempts"),
        text("issued_by").null(),
        time("issued_at"),
        time("updated_at"),
    ];
    adopted("command_requests", Links, columns)
        .parents(&[
            replaces("drone_id", "drones", OnDelete::Cascade),
            names_user("issued_by"),
        ])
        .unique(
            "uq_command_requests_tenant_idempotency",
            &["tenant_id", "idempotency_key"],
        )
        .indexed(&[
            "command_type",
            "drone_id",
            "idempotency_key",
            "issued_at",
            "issued_by",
            "status",
            "tenant_id",
            "updated_at",
        ])
        .listed("issued_at", &["drone_id", "status"])
        .runtime(&[Select, Insert, Update])
        .build()
}

/// `entity_id` leads to the table that `entity_type` names, which was free text.
fn approval_records() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("entity_type").limit(50).one_of(ApprovalEntity::TEXTS),
        text("entity_id"),
        text("status").limit(20).one_of(ApprovalStatus::TEXTS),
        text("approved_by"),
        time("created_at"),
    ];
    let about = |is, table| refers_when("entity_type", is, "entity_id", table);
    adopted("approval_records", Approvals, columns)
        .parents(&[
            refers("approved_by", "users"),
            about("mission", "missions"),
            about("inspection_template", "inspection_templates"),
            about("inspection_task", "inspection_tasks"),
            about("inspection_observation", "inspection_observations"),
            about("defect", "defects"),
            about("incident", "incidents"),
            about("alert", "alerts"),
            about("drone", "drones"),
        ])
        .indexed(&[
            "approved_by",
            "created_at",
            "entity_id",
            "entity_type",
            "status",
            "tenant_id",
        ])
        .listed("created_at", &["entity_id"])
        .listed_with_the_batch("created_at", &["approved_by", "status"])
        .runtime(&[Select, Insert])
        .build()
}

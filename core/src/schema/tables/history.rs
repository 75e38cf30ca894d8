//! What the old platform wrote down about itself: batch 07A-10. `system` stands in for a tenant in its request log, so that
//! its tenant was never declared a reference; and what it wrote outlived the tenants that it deleted.

use crate::model::NOBODYS;
use crate::schema::batch::Batch::History;
use crate::schema::declare::{adopted_log, int, json, loose, names_tenant, text, time};
use crate::schema::types::Privilege::Select;
use crate::schema::types::Table;

pub(super) fn tables() -> Vec<Table> {
    [events(), audit_logs()].into()
}

/// Domain events.
fn events() -> Table {
    let columns = vec![
        text("event_id"),
        text("event_type"),
        text("tenant_id"),
        time("ts"),
        text("actor_id").null(),
        text("correlation_id").null(),
        json("payload"),
    ];
    adopted_log("events", History, "event_id", columns)
        .parents(&[names_tenant(), loose("actor_id", "users")])
        .indexed(&[
            "actor_id",
            "correlation_id",
            "event_type",
            "tenant_id",
            "ts",
        ])
        .listed("ts", &["event_type"])
        .runtime(&[Select])
        .build()
}

/// Requests, those without a token filed under the tenant `system`.
fn audit_logs() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("actor_id").null(),
        text("action"),
        text("resource"),
        text("method"),
        int("status_code"),
        time("ts"),
        json("detail"),
    ];
    adopted_log("audit_logs", History, "id", columns)
        .parents(&[names_tenant().but_for(NOBODYS), loose("actor_id", "users")])
        .indexed(&["actor_id", "tenant_id", "ts"])
        .listed("ts", &["actor_id"])
        .runtime(&[Select])
        .build()
}

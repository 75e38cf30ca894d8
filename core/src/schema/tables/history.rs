//! What the old platform wrote down about itself. `system` stands in for a tenant in its request log, so that its
//! tenant was never declared a reference.

use crate::schema::batch::Batch::History;
use crate::schema::declare::{TENANT, adopted_as, int, json, loose, text, time};
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
    adopted_as("events", History, TENANT, vec!["event_id"], columns)
        .parents(&[loose("tenant_id", "tenants"), loose("actor_id", "users")])
        .indexed(&[
            "actor_id",
            "correlation_id",
            "event_type",
            "tenant_id",
            "ts",
        ])
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
    adopted_as("audit_logs", History, TENANT, vec!["id"], columns)
        .parents(&[loose("tenant_id", "tenants"), loose("actor_id", "users")])
        .indexed(&["actor_id", "tenant_id", "ts"])
        .build()
}

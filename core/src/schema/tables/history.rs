//! What the old platform wrote down about itself. `system` stands in for a tenant in its request log.

use crate::schema::types::{Batch, Table};
use crate::schema::version;
use crate::schema::words::{TENANT, index, int, json, loose, text, time, unique};

/// Domain events. Their tenant was never declared a reference.
pub(super) const EVENTS: Table = Table {
    name: "events",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::History,
    key: &["event_id"],
    columns: &[
        text("event_id"),
        text("event_type"),
        text("tenant_id"),
        time("ts"),
        text("actor_id").null(),
        text("correlation_id").null(),
        json("payload"),
    ],
    parents: &[
        loose("tenant_id", "tenants", "fk_events_tenant"),
        loose("actor_id", "users", "fk_events_tenant_actor"),
    ],
    uniques: &[unique("events_pkey", &["event_id"], "event_id")],
    indexes: &[
        index("ix_events_actor_id", &["actor_id"]),
        index("ix_events_correlation_id", &["correlation_id"]),
        index("ix_events_event_type", &["event_type"]),
        index("ix_events_tenant_id", &["tenant_id"]),
        index("ix_events_ts", &["ts"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

/// Requests, those without a token filed under the tenant `system`.
pub(super) const AUDIT_LOGS: Table = Table {
    name: "audit_logs",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::History,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("actor_id").null(),
        text("action"),
        text("resource"),
        text("method"),
        int("status_code"),
        time("ts"),
        json("detail"),
    ],
    parents: &[
        loose("tenant_id", "tenants", "fk_audit_logs_tenant"),
        loose("actor_id", "users", "fk_audit_logs_tenant_actor"),
    ],
    uniques: &[unique("audit_logs_pkey", &["id"], "id")],
    indexes: &[
        index("ix_audit_logs_actor_id", &["actor_id"]),
        index("ix_audit_logs_tenant_id", &["tenant_id"]),
        index("ix_audit_logs_ts", &["ts"]),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: None,
    hardened: None,
    runtime: &[],
};

//! The Merkle log. No table of it refers to `tenants`: the deployment's own log has no tenant, and a log
//! outlives what it tells of.

use crate::model::Action;
use crate::schema::types::Privilege::{Insert, Select, UpdateOf};
use crate::schema::types::{Batch, Table};
use crate::schema::version;
use crate::schema::words::{TENANT, blob, int, text, time, unique};

/// One row a log: its identity, its size and its compact range. The size never shrinks.
pub(super) const AUDIT_HEADS: Table = Table {
    name: "audit_heads",
    owner: TENANT,
    since: version::AUDIT_LOG,
    batch: Batch::Log,
    key: &["tenant_id"],
    columns: &[
        text("tenant_id").since(version::AUDIT_LOG),
        text("log_id").since(version::AUDIT_LOG),
        int("size").since(version::AUDIT_LOG),
        blob("range").since(version::AUDIT_LOG),
    ],
    parents: &[],
    uniques: &[unique("audit_heads_pkey", &["tenant_id"], "tenant_id").since(version::AUDIT_LOG)],
    indexes: &[],
    log: true,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: Some(version::AUDIT_LOG),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select, UpdateOf(&["size", "range"])],
};

/// The leaves.
pub(super) const AUDIT_EVENTS: Table = Table {
    name: "audit_events",
    owner: TENANT,
    since: version::AUDIT_LOG,
    batch: Batch::Log,
    key: &["tenant_id", "seq"],
    columns: &[
        text("tenant_id").since(version::AUDIT_LOG),
        int("seq").since(version::AUDIT_LOG),
        time("time").since(version::AUDIT_LOG),
        text("actor").since(version::AUDIT_LOG),
        text("action")
            .one_of(Action::TEXTS)
            .since(version::AUDIT_LOG),
        text("entity_type").since(version::AUDIT_LOG),
        text("entity_id").since(version::AUDIT_LOG),
        blob("detail_hash").since(version::AUDIT_LOG),
        blob("leaf_hash").since(version::AUDIT_LOG),
        blob("subtrees").since(version::AUDIT_LOG),
    ],
    parents: &[],
    uniques: &[unique("audit_events_pkey", &["tenant_id", "seq"], "seq").since(version::AUDIT_LOG)],
    indexes: &[],
    log: true,
    append_only: Some(version::AUDIT_LOG),
    moves_epoch: None,
    counters: false,
    guards: Some(version::AUDIT_LOG),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select, Insert],
};

/// What a leaf commits to by a salted hash.
pub(super) const AUDIT_DETAILS: Table = Table {
    name: "audit_details",
    owner: TENANT,
    since: version::AUDIT_LOG,
    batch: Batch::Log,
    key: &["tenant_id", "seq"],
    columns: &[
        text("tenant_id").since(version::AUDIT_LOG),
        int("seq").since(version::AUDIT_LOG),
        blob("salt").since(version::AUDIT_LOG),
        text("detail").since(version::AUDIT_LOG),
        text("origin").null().since(version::AUDIT_LOG),
    ],
    parents: &[],
    uniques: &[unique("audit_details_pkey", &["tenant_id", "seq"], "seq").since(version::AUDIT_LOG)],
    indexes: &[],
    log: true,
    append_only: Some(version::AUDIT_LOG),
    moves_epoch: None,
    counters: false,
    guards: Some(version::AUDIT_LOG),
    hardened: Some(version::IDENTITY_ENFORCE),
    runtime: &[Select, Insert],
};

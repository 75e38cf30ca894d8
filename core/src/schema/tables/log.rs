//! The Merkle log. No table of it refers to `tenants`: the deployment's own log has no tenant, and a log outlives what
//! it tells of. The runtime role is let at it with the first batch, which needs it.

use crate::model::{Action, Outcome};
use crate::schema::batch::Batch::Log;
use crate::schema::declare::{blob, int, own, text, time};
use crate::schema::types::Privilege::{Insert, Select, UpdateOf};
use crate::schema::types::{Special, Table};
use crate::schema::version::{AUDIT_LOG, IDENTITY_ENFORCE};

pub(super) fn tables() -> Vec<Table> {
    [heads(), events()].into()
}

/// One row a log: its identity, its size and its compact range (the concatenated 32-byte hashes of the perfect
/// subtrees, largest first). The size never shrinks.
fn heads() -> Table {
    let columns = vec![
        text("tenant_id"),
        text("log_id"),
        int("size"),
        blob("range"),
    ];
    own("audit_heads", Log, vec!["tenant_id"], columns)
        .of_the_log(IDENTITY_ENFORCE)
        .runtime(&[Select, UpdateOf(&["size", "range"])])
        .special(&[
            Special::Sqlite("insert", AUDIT_LOG),
            Special::Sqlite("update", AUDIT_LOG),
            Special::Sqlite("delete", AUDIT_LOG),
            Special::Postgres("append_only", AUDIT_LOG),
            Special::Postgres("delete", AUDIT_LOG),
            Special::Postgres("truncate", AUDIT_LOG),
        ])
        .build()
}

/// The events, from 0 without a gap: what a leaf commits to, and behind it what it commits to by `detail_hash` only, so
/// that it can be erased. `subtrees` holds the hashes of the interior nodes that the leaf completes, lowest first: node
/// (level, index) stands in row (index + 1) * 2^level - 1, at byte (level - 1) * 32.
fn events() -> Table {
    let columns = vec![
        text("tenant_id"),
        int("seq"),
        time("time"),
        text("actor"),
        text("role_id").null(),
        text("method"),
        text("action").one_of(Action::TEXTS),
        text("outcome").one_of(Outcome::TEXTS),
        text("entity_type"),
        text("entity_id"),
        blob("detail_hash"),
        blob("leaf_hash"),
        blob("subtrees"),
        blob("salt").null(),
        text("detail").null(),
        text("origin").null(),
        text("correlation_id").null(),
    ];
    own("audit_events", Log, vec!["tenant_id", "seq"], columns)
        .of_the_log(IDENTITY_ENFORCE)
        .append_only()
        .runtime(&[Select, Insert])
        .special(&[
            Special::Sqlite("insert", AUDIT_LOG),
            Special::Postgres("append", AUDIT_LOG),
        ])
        .build()
}

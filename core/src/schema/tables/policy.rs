//! What the decision reads besides the roles: inheritance, denies, and the epoch that says whether any of it
//! has changed.

use crate::schema::types::Privilege::{Delete, Insert, Select, Update, UpdateOf};
use crate::schema::types::{Batch, Table};
use crate::schema::version;
use crate::schema::words::{TENANT, composite, index, int, text, time, unique};

/// One random value a tenant, replaced whenever anything that a decision reads changes.
pub(super) const POLICY_EPOCHS: Table = Table {
    name: "policy_epochs",
    owner: TENANT,
    since: version::POLICY,
    batch: Batch::Policy,
    key: &["tenant_id"],
    columns: &[
        text("tenant_id").since(version::POLICY),
        text("epoch").since(version::POLICY),
    ],
    parents: &[],
    uniques: &[unique("policy_epochs_pkey", &["tenant_id"], "tenant_id").since(version::POLICY)],
    indexes: &[],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: Some(version::POLICY),
    hardened: Some(version::POLICY),
    runtime: &[Select, Insert, UpdateOf(&["epoch"])],
};

pub(super) const ROLE_INHERITANCE: Table = Table {
    name: "role_inheritance",
    owner: TENANT,
    since: version::POLICY,
    batch: Batch::Policy,
    key: &["tenant_id", "role_id", "inherits_role_id"],
    columns: &[
        text("tenant_id").since(version::POLICY),
        text("role_id").since(version::POLICY),
        text("inherits_role_id").since(version::POLICY),
        time("created_at").since(version::POLICY),
    ],
    parents: &[
        composite("role_id", "roles", "fk_role_inheritance_tenant_role")
            .cascade()
            .enforced(version::POLICY),
        composite(
            "inherits_role_id",
            "roles",
            "fk_role_inheritance_tenant_inherited",
        )
        .cascade()
        .enforced(version::POLICY),
    ],
    uniques: &[unique(
        "role_inheritance_pkey",
        &["tenant_id", "role_id", "inherits_role_id"],
        "inherits_role_id",
    )
    .since(version::POLICY)],
    indexes: &[index(
        "ix_role_inheritance_tenant_inherited",
        &["tenant_id", "inherits_role_id"],
    )
    .since(version::POLICY)],
    log: false,
    append_only: None,
    moves_epoch: Some(version::POLICY),
    counters: false,
    guards: Some(version::POLICY),
    hardened: Some(version::POLICY),
    runtime: &[Select, Insert, Delete],
};

pub(super) const ROLE_DENIES: Table = Table {
    name: "role_denies",
    owner: TENANT,
    since: version::POLICY,
    batch: Batch::Policy,
    key: &["tenant_id", "role_id", "permission"],
    columns: &[
        text("tenant_id").since(version::POLICY),
        text("role_id").since(version::POLICY),
        text("permission").since(version::POLICY),
        time("created_at").since(version::POLICY),
    ],
    parents: &[composite("role_id", "roles", "fk_role_denies_tenant_role")
        .cascade()
        .enforced(version::POLICY)],
    uniques: &[unique(
        "role_denies_pkey",
        &["tenant_id", "role_id", "permission"],
        "permission",
    )
    .since(version::POLICY)],
    indexes: &[],
    log: false,
    append_only: None,
    moves_epoch: Some(version::POLICY),
    counters: false,
    guards: Some(version::POLICY),
    hardened: Some(version::POLICY),
    runtime: &[Select, Insert, Delete],
};

/// Refused logins by the beginning of the user name's digest, so that what was typed there leaves no trace; the empty
/// subject counts those under names that nobody has. Counters, with nothing to guard, and the one table that
/// is written without an event.
pub(super) const LOGIN_THROTTLES: Table = Table {
    name: "login_throttles",
    owner: TENANT,
    since: version::POLICY,
    batch: Batch::Policy,
    key: &["tenant_id", "subject"],
    columns: &[
        text("tenant_id").since(version::POLICY),
        text("subject").since(version::POLICY),
        int("failures").since(version::POLICY),
        int("refused").since(version::POLICY),
        int("in_flight").since(version::POLICY),
        time("window_started_at").since(version::POLICY),
        time("blocked_until").null().since(version::POLICY),
        time("in_flight_until").null().since(version::POLICY),
    ],
    parents: &[],
    uniques: &[
        unique("login_throttles_pkey", &["tenant_id", "subject"], "subject").since(version::POLICY),
    ],
    indexes: &[],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: true,
    guards: None,
    hardened: Some(version::POLICY),
    runtime: &[Select, Insert, Update, Delete],
};

//! What the decision reads besides the roles: inheritance, denies, and the epoch that says whether any of it has
//! changed.

use crate::schema::batch::Batch::Policy;
use crate::schema::declare::{READ_AND_WRITE, int, own, refers, text, time};
use crate::schema::types::Privilege::{Delete, Insert, Select, UpdateOf};
use crate::schema::types::{Special, Table};
use crate::schema::version::POLICY;

pub(super) fn tables() -> Vec<Table> {
    [epochs(), inheritance(), denies(), throttles()].into()
}

/// One random value a tenant, replaced whenever anything that a decision reads changes; random, because a counter that
/// is rolled back comes again. A row of its own: in the log's head, an open transaction of the old platform on users
/// would block every write of the tenant. While its tenant stands, an epoch is only ever replaced, in its row.
fn epochs() -> Table {
    let columns = vec![text("tenant_id"), text("epoch")];
    own("policy_epochs", Policy, vec!["tenant_id"], columns)
        .runtime(&[Select, Insert, UpdateOf(&["epoch"])])
        .special(&[
            Special::Sqlite("delete", POLICY),
            Special::Postgres("delete", POLICY),
            Special::Postgres("truncate", POLICY),
        ])
        .build()
}

/// `role_id` has what `inherits_role_id` has.
fn inheritance() -> Table {
    let columns = vec![
        text("tenant_id"),
        text("role_id"),
        text("inherits_role_id"),
        time("created_at"),
    ];
    let key = vec!["tenant_id", "role_id", "inherits_role_id"];
    own("role_inheritance", Policy, key, columns)
        .parents(&[
            refers("role_id", "roles").cascade(),
            refers("inherits_role_id", "roles").cascade(),
        ])
        .indexed_within_the_tenant(&[(
            "ix_role_inheritance_tenant_inherits_role",
            &["tenant_id", "inherits_role_id"],
        )])
        .moves_epoch(POLICY, &[])
        .runtime(&[Select, Insert, Delete])
        .build()
}

fn denies() -> Table {
    let columns = vec![
        text("tenant_id"),
        text("role_id"),
        text("permission"),
        time("created_at"),
    ];
    let key = vec!["tenant_id", "role_id", "permission"];
    own("role_denies", Policy, key, columns)
        .parents(&[refers("role_id", "roles").cascade()])
        .moves_epoch(POLICY, &[])
        .runtime(&[Select, Insert, Delete])
        .build()
}

/// Refused logins, counted and not written row by row, and those that are being verified. `subject` is the beginning of
/// the user name's SHA-256, too short to confirm a guess: what was typed there is sometimes a password; the empty one
/// counts those under names that nobody has, so that it refers to no user. Counters, with nothing to guard, and the one
/// table that is written without an event.
fn throttles() -> Table {
    let columns = vec![
        text("tenant_id"),
        text("subject"),
        int("failures"),
        int("refused"),
        int("in_flight"),
        time("window_started_at"),
        time("blocked_until").null(),
        time("in_flight_until").null(),
    ];
    own(
        "login_throttles",
        Policy,
        vec!["tenant_id", "subject"],
        columns,
    )
    .counters()
    .runtime(READ_AND_WRITE)
    .build()
}

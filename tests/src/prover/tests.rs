//! The facts about the proof: what passes, what must not, and that no predicate of what passes can
//! be weakened unnoticed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod interference;
mod mutation;
mod refused;
mod registry;
mod sound;

use super::TenantTables;
use ringfence::testing::Engine;

/// The engines that a case is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Both,
    Sqlite,
    Postgres,
}

impl On {
    fn engines(self) -> &'static [Engine] {
        match self {
            On::Both => &Engine::ALL,
            On::Sqlite => &[Engine::Sqlite],
            On::Postgres => &[Engine::Postgres],
        }
    }
}

fn tables() -> TenantTables {
    let owned = [
        "approvals",
        "audit_events",
        "audit_heads",
        "drone_credentials",
        "drones",
        "login_throttles",
        "mission_runs",
        "missions",
        "policy_epochs",
        "role_denies",
        "role_inheritance",
        "role_permissions",
        "roles",
        "user_roles",
        "users",
    ];
    let pairs = owned
        .into_iter()
        .map(|table| (table, "tenant_id"))
        .chain([("tenants", "id")]);
    TenantTables::new(pairs, ["permissions"])
}

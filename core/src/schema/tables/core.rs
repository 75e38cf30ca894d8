//! Drones, missions and what hangs on them: batch 07A-2.

use crate::model::{Decision, MissionState, PlanType, Vendor};
use crate::schema::types::Privilege::{Delete, Insert, Select, Update};
use crate::schema::types::{Batch, OnDelete, Table};
use crate::schema::version;
use crate::schema::words::{
    TENANT, composite, index, int, json, loose, pages, tenant, tenant_id_id, text, time, unique,
};

pub(super) const DRONES: Table = Table {
    name: "drones",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreA,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("name"),
        text("vendor").one_of(Vendor::TEXTS),
        json("capabilities"),
        time("created_at"),
        time("updated_at"),
        int("version").since(version::CORE_A_EXPAND),
    ],
    parents: &[tenant("drones_tenant_id_fkey").enforced(version::CORE_A_ENFORCE)],
    uniques: &[
        unique("drones_pkey", &["id"], "id"),
        unique("uq_drones_tenant_name", &["tenant_id", "name"], "name"),
        tenant_id_id("uq_drones_tenant_id_id").since(version::CORE_A_EXPAND),
    ],
    indexes: &[
        index("ix_drones_created_at", &["created_at"]),
        index("ix_drones_name", &["name"]),
        index("ix_drones_tenant_id", &["tenant_id"]),
        index("ix_drones_updated_at", &["updated_at"]),
        pages("ix_drones_tenant_id_c").since(version::CORE_A_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: Some(version::CORE_A_ENFORCE),
    hardened: Some(version::CORE_A_ENFORCE),
    runtime: &[Select, Insert, Update, Delete],
};

pub(super) const DRONE_CREDENTIALS: Table = Table {
    name: "drone_credentials",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreA,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("drone_id"),
        json("secret"),
        time("created_at"),
    ],
    parents: &[
        composite("drone_id", "drones", "fk_drone_credentials_tenant_drone")
            .replaces("drone_credentials_drone_id_fkey", OnDelete::Cascade)
            .enforced(version::CORE_A_ENFORCE),
        tenant("drone_credentials_tenant_id_fkey").enforced(version::CORE_A_ENFORCE),
    ],
    uniques: &[
        unique("drone_credentials_pkey", &["id"], "id"),
        unique("drone_credentials_drone_id_key", &["drone_id"], "drone_id"),
        tenant_id_id("uq_drone_credentials_tenant_id_id").since(version::CORE_A_EXPAND),
    ],
    indexes: &[
        index("ix_drone_credentials_created_at", &["created_at"]),
        index("ix_drone_credentials_drone_id", &["drone_id"]),
        index("ix_drone_credentials_tenant_id", &["tenant_id"]),
        index(
            "ix_drone_credentials_tenant_drone_id",
            &["tenant_id", "drone_id"],
        )
        .since(version::CORE_A_EXPAND),
        pages("ix_drone_credentials_tenant_id_c").since(version::CORE_A_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: Some(version::CORE_A_ENFORCE),
    hardened: Some(version::CORE_A_ENFORCE),
    runtime: &[Select, Insert, Update, Delete],
};

/// `plan` holds a whole `.plan` file, `plan_sha256` its digest; `payload` holds the summary. `edited_by` changed the
/// content last, which made `edited_version`; a trigger empties it when anybody else edits.
pub(super) const MISSIONS: Table = Table {
    name: "missions",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreA,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("name"),
        text("drone_id").null(),
        text("plan_type").one_of(PlanType::TEXTS),
        json("payload"),
        json("constraints"),
        text("state").one_of(MissionState::TEXTS),
        text("created_by"),
        time("created_at"),
        time("updated_at"),
        int("version").since(version::CORE_A_EXPAND),
        text("edited_by").null().since(version::CORE_A_EXPAND),
        int("edited_version").null().since(version::CORE_A_EXPAND),
        text("plan_sha256").null().since(version::CORE_A_EXPAND),
        text("plan").null().since(version::CORE_A_EXPAND),
    ],
    parents: &[
        composite("drone_id", "drones", "fk_missions_tenant_drone")
            .replaces("missions_drone_id_fkey", OnDelete::SetNull)
            .enforced(version::CORE_A_ENFORCE),
        tenant("missions_tenant_id_fkey").enforced(version::CORE_A_ENFORCE),
        loose("created_by", "users", "fk_missions_tenant_created_by"),
        loose("edited_by", "users", "fk_missions_tenant_edited_by"),
    ],
    uniques: &[
        unique("missions_pkey", &["id"], "id"),
        tenant_id_id("uq_missions_tenant_id_id").since(version::CORE_A_EXPAND),
    ],
    indexes: &[
        index("ix_missions_created_at", &["created_at"]),
        index("ix_missions_drone_id", &["drone_id"]),
        index("ix_missions_name", &["name"]),
        index("ix_missions_state", &["state"]),
        index("ix_missions_tenant_id", &["tenant_id"]),
        index("ix_missions_updated_at", &["updated_at"]),
        index("ix_missions_tenant_drone_id", &["tenant_id", "drone_id"])
            .since(version::CORE_A_EXPAND),
        index("ix_missions_tenant_state", &["tenant_id", "state"]).since(version::CORE_A_EXPAND),
        pages("ix_missions_tenant_id_c").since(version::CORE_A_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: Some(version::CORE_A_ENFORCE),
    hardened: Some(version::CORE_A_ENFORCE),
    runtime: &[Select, Insert, Update, Delete],
};

pub(super) const MISSION_RUNS: Table = Table {
    name: "mission_runs",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreA,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("mission_id"),
        text("state").one_of(MissionState::TEXTS),
        time("started_at"),
        time("ended_at").null(),
    ],
    parents: &[
        composite("mission_id", "missions", "fk_mission_runs_tenant_mission")
            .replaces("mission_runs_mission_id_fkey", OnDelete::Cascade)
            .enforced(version::CORE_A_ENFORCE),
        tenant("mission_runs_tenant_id_fkey").enforced(version::CORE_A_ENFORCE),
    ],
    uniques: &[
        unique("mission_runs_pkey", &["id"], "id"),
        tenant_id_id("uq_mission_runs_tenant_id_id").since(version::CORE_A_EXPAND),
    ],
    indexes: &[
        index("ix_mission_runs_ended_at", &["ended_at"]),
        index("ix_mission_runs_mission_id", &["mission_id"]),
        index("ix_mission_runs_started_at", &["started_at"]),
        index("ix_mission_runs_state", &["state"]),
        index("ix_mission_runs_tenant_id", &["tenant_id"]),
        index(
            "ix_mission_runs_tenant_mission_id",
            &["tenant_id", "mission_id"],
        )
        .since(version::CORE_A_EXPAND),
        pages("ix_mission_runs_tenant_id_c").since(version::CORE_A_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: Some(version::CORE_A_ENFORCE),
    hardened: Some(version::CORE_A_ENFORCE),
    runtime: &[Select, Insert, Update, Delete],
};

/// Decisions about missions. `audit_seq` marks the rows that Ringfence wrote: four eyes are held for those, and
/// `content_sha256` and `plan_sha256` say what each was about.
pub(super) const APPROVALS: Table = Table {
    name: "approvals",
    owner: TENANT,
    since: version::BASELINE,
    batch: Batch::CoreA,
    key: &["id"],
    columns: &[
        text("id"),
        text("tenant_id"),
        text("mission_id"),
        text("approver_id"),
        text("decision").one_of(Decision::TEXTS),
        text("comment").null(),
        time("created_at"),
        int("audit_seq").null().since(version::CORE_A_EXPAND),
        text("content_sha256").null().since(version::CORE_A_EXPAND),
        text("plan_sha256").null().since(version::CORE_A_EXPAND),
    ],
    parents: &[
        composite("mission_id", "missions", "fk_approvals_tenant_mission")
            .replaces("approvals_mission_id_fkey", OnDelete::Cascade)
            .enforced(version::CORE_A_ENFORCE),
        tenant("approvals_tenant_id_fkey").enforced(version::CORE_A_ENFORCE),
        loose("approver_id", "users", "fk_approvals_tenant_approver"),
    ],
    uniques: &[
        unique("approvals_pkey", &["id"], "id"),
        tenant_id_id("uq_approvals_tenant_id_id").since(version::CORE_A_EXPAND),
    ],
    indexes: &[
        index("ix_approvals_approver_id", &["approver_id"]),
        index("ix_approvals_created_at", &["created_at"]),
        index("ix_approvals_mission_id", &["mission_id"]),
        index("ix_approvals_tenant_id", &["tenant_id"]),
        index(
            "ix_approvals_tenant_mission_id",
            &["tenant_id", "mission_id"],
        )
        .since(version::CORE_A_EXPAND),
        pages("ix_approvals_tenant_id_c").since(version::CORE_A_EXPAND),
    ],
    log: false,
    append_only: None,
    moves_epoch: None,
    counters: false,
    guards: Some(version::CORE_A_ENFORCE),
    hardened: Some(version::CORE_A_ENFORCE),
    runtime: &[Select, Insert, Delete],
};

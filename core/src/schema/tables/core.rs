//! Drones, missions and what hangs on them: batch 07A-2.

use crate::model::{Decision, MissionState, PlanType, Vendor};
use crate::schema::batch::Batch::CoreA;
use crate::schema::declare::{
    READ_AND_WRITE, adopted, int, json, loose, names_user, replaces, row_version, text, time,
};
use crate::schema::types::Privilege::{Delete, Insert, Select};
use crate::schema::types::{OnDelete, Special, Table};
use crate::schema::version::{CORE_A_EXPAND, POLICY};

pub(super) fn tables() -> Vec<Table> {
    let all = [drones(), credentials(), missions(), runs(), approvals()];
    all.into()
}

fn drones() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("name"),
        text("vendor").one_of(Vendor::TEXTS),
        json("capabilities"),
        time("created_at"),
        time("updated_at"),
        row_version(),
    ];
    adopted("drones", CoreA, columns)
        .unique("uq_drones_tenant_name", &["tenant_id", "name"])
        .indexed(&["created_at", "name", "tenant_id", "updated_at"])
        .runtime(READ_AND_WRITE)
        .build()
}

fn credentials() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("drone_id"),
        json("secret"),
        time("created_at"),
    ];
    adopted("drone_credentials", CoreA, columns)
        .parents(&[replaces("drone_id", "drones", OnDelete::Cascade)])
        .unique("drone_credentials_drone_id_key", &["drone_id"])
        .indexed(&["created_at", "drone_id", "tenant_id"])
        .indexed_within_the_tenant(&[(
            "ix_drone_credentials_tenant_drone_id",
            &["tenant_id", "drone_id"],
        )])
        .runtime(READ_AND_WRITE)
        .build()
}

/// `plan` holds a whole `.plan` file, `plan_sha256` its digest; `payload` holds the summary. The file comes last:
/// SQLite walks all pages of a long value to reach a column behind it. `edited_by` changed the content last, which made
/// `edited_version`; a trigger empties it when anybody else edits.
fn missions() -> Table {
    let columns = vec![
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
        row_version(),
        text("edited_by").null().expanded(),
        int("edited_version").null().expanded(),
        text("plan_sha256").null().expanded(),
        text("plan").null().expanded(),
    ];
    adopted("missions", CoreA, columns)
        .parents(&[
            replaces("drone_id", "drones", OnDelete::SetNull),
            names_user("created_by"),
            loose("edited_by", "users"),
        ])
        .indexed(&[
            "created_at",
            "drone_id",
            "name",
            "state",
            "tenant_id",
            "updated_at",
        ])
        .indexed_within_the_tenant(&[
            ("ix_missions_tenant_drone_id", &["tenant_id", "drone_id"]),
            ("ix_missions_tenant_state", &["tenant_id", "state"]),
        ])
        .listed("created_at", &["drone_id", "state"])
        .runtime(READ_AND_WRITE)
        .special(&[
            Special::Sqlite("version", CORE_A_EXPAND),
            Special::Sqlite("editor", CORE_A_EXPAND),
            Special::Postgres("editor", CORE_A_EXPAND),
        ])
        .build()
}

fn runs() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("mission_id"),
        text("state").one_of(MissionState::TEXTS),
        time("started_at"),
        time("ended_at").null(),
    ];
    adopted("mission_runs", CoreA, columns)
        .parents(&[replaces("mission_id", "missions", OnDelete::Cascade)])
        .indexed(&["ended_at", "mission_id", "started_at", "state", "tenant_id"])
        .indexed_within_the_tenant(&[(
            "ix_mission_runs_tenant_mission_id",
            &["tenant_id", "mission_id"],
        )])
        .listed_only("started_at", &["mission_id"])
        .runtime(READ_AND_WRITE)
        .build()
}

/// Decisions about missions. `audit_seq` marks the rows that Ringfence wrote: four eyes are held for those, and
/// `content_sha256` and `plan_sha256` say what each was about.
fn approvals() -> Table {
    let columns = vec![
        text("id"),
        text("tenant_id"),
        text("mission_id"),
        text("approver_id"),
        text("decision").one_of(Decision::TEXTS),
        text("comment").null(),
        time("created_at"),
        int("audit_seq").null().expanded(),
        text("content_sha256").null().expanded(),
        text("plan_sha256").null().expanded(),
    ];
    adopted("approvals", CoreA, columns)
        .parents(&[
            replaces("mission_id", "missions", OnDelete::Cascade),
            names_user("approver_id"),
        ])
        .indexed(&["approver_id", "created_at", "mission_id", "tenant_id"])
        .indexed_within_the_tenant(&[(
            "ix_approvals_tenant_mission_id",
            &["tenant_id", "mission_id"],
        )])
        .listed_only("created_at", &["mission_id"])
        .runtime(&[Select, Insert, Delete])
        .special(&[
            Special::Sqlite("four_eyes_insert", POLICY),
            Special::Sqlite("four_eyes_update", POLICY),
            Special::Postgres("four_eyes", POLICY),
        ])
        .build()
}

//! Missions, their plans, approvals and runs.

use crate::model::{Approval, Mission, MissionRun};
use crate::store::sql::listing::listings;
use crate::store::sql::record::record;
use crate::store::sql::statement::{Insert, Rows, Stamped, Update, Write, statements};

// The plan itself may be megabytes: only its hash is among these.
record! {
    mission: Mission, missions as m { id, created_by, created_at, version, plan_sha256 }
    stamped { updated_at, edited_by } edited { name, drone_id, plan_type, payload, constraints, state }
}
record! { plan: PlanColumns, missions as m { plan, plan_sha256 } }
record! { run: MissionRun, mission_runs as r { id, mission_id, state, started_at, ended_at } }
record! {
    approval: Approval, approvals as a {
        id, mission_id, approver_id, decision, comment, created_at, content_sha256, plan_sha256
    }
}

listings! {
    MISSIONS: Mission = of mission by created_at
        [narrows(drone_id), narrows(state), is(plan_type), is(created_by)];
    APPROVALS: Approval = of approval by created_at [always(mission_id)];
    RUNS: MissionRun = of run by started_at [always(mission_id)];
}

statements! {
    MISSION_BY_ID: Tenant Stamped<Mission> = by_id mission;
    MISSION_PLAN: Tenant Stamped<PlanColumns> = by_id plan;
    MISSION_INSERT: Tenant Insert<Mission, 2> = insert mission with (plan, edited_version);
    /// An edit that does not move `edited_version` to the version that it makes is somebody else's, and empties
    /// `edited_by`.
    MISSION_UPDATE: Tenant Update<Mission, 1> = update mission with (edited_version);
    /// The version moves by its trigger; `$5` is the one that was read.
    MISSION_MOVE: Tenant Write = one
        "UPDATE missions SET state = $3, updated_at = $4 \
         WHERE tenant_id = $1 AND id = $2 AND version = $5";
    MISSION_DELETE: Tenant Write = one
        "DELETE FROM missions WHERE tenant_id = $1 AND id = $2 AND version = $3";
    /// Whether the tenant lets an author approve.
    SELF_APPROVAL: Tenant Rows<bool> = "SELECT t.self_approval FROM tenants t WHERE t.id = $1";
    APPROVAL_INSERT: Tenant Insert<Approval, 1> = insert approval with (audit_seq);
    APPROVALS_OF_MISSION: Tenant Rows<Approval> = of approval ("a.mission_id = $2");
    APPROVALS_DELETE: Tenant Write =
        "DELETE FROM approvals WHERE tenant_id = $1 AND mission_id = $2";
    RUN_BY_ID: Tenant Stamped<MissionRun> = by_id run;
    RUN_INSERT: Tenant Insert<MissionRun> = insert run;
    /// The open runs of a mission: one, or several where the old platform opened another with every resume.
    OPEN_RUNS: Tenant Rows<MissionRun> = of run ("r.mission_id = $2 AND r.ended_at IS NULL");
    OPEN_RUNS_END: Tenant Write =
        "UPDATE mission_runs SET state = $3, ended_at = $4 \
         WHERE tenant_id = $1 AND mission_id = $2 AND ended_at IS NULL";
}

/// The plan's columns of a mission: both filled or both empty.
pub(crate) struct PlanColumns {
    pub(crate) plan: Option<String>,
    pub(crate) plan_sha256: Option<String>,
}

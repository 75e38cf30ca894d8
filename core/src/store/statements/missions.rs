//! Missions, their plans, approvals and runs.

use crate::model::{Approval, Mission, MissionRun};
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

/// Which missions a filter selects: state `$4`, drone `$5`, plan type `$6`, creator `$7`.
macro_rules! filter {
    () => {
        "(CAST($4 AS TEXT) IS NULL OR m.state = $4) \
         AND (CAST($5 AS TEXT) IS NULL OR m.drone_id = $5) \
         AND (CAST($6 AS TEXT) IS NULL OR m.plan_type = $6) \
         AND (CAST($7 AS TEXT) IS NULL OR m.created_by = $7)"
    };
}

statements! {
    MISSION_BY_ID: Tenant Stamped<Mission> = by_id mission;
    MISSION_PAGE: Tenant Stamped<Mission> = page mission (filter!());
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
    /// Approvals of one mission, `$4`.
    APPROVAL_PAGE: Tenant Stamped<Approval> = page approval ("a.mission_id = $4");
    APPROVALS_OF_MISSION: Tenant Rows<Approval> = of approval ("a.mission_id = $2");
    APPROVALS_DELETE: Tenant Write =
        "DELETE FROM approvals WHERE tenant_id = $1 AND mission_id = $2";
    RUN_BY_ID: Tenant Stamped<MissionRun> = by_id run;
    /// Runs of one mission, `$4`.
    RUN_PAGE: Tenant Stamped<MissionRun> = page run ("r.mission_id = $4");
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

//! Missions, their plans, approvals and runs.

use crate::error::StoreError;
use crate::model::{Approval, Mission, MissionRun};
use crate::store::statement::statements;
use crate::store::{FromRow, Row};

/// In the order in which [`Mission`] is read. The plan itself may be megabytes: only its hash is among them.
macro_rules! mission {
    () => {
        "m.id, m.name, m.drone_id, m.plan_type, m.payload, m.constraints, m.state, m.created_by, \
         m.created_at, m.updated_at, m.version, m.plan_sha256, m.edited_by"
    };
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

/// In the order in which [`MissionRun`] is read.
macro_rules! run {
    () => {
        "r.id, r.mission_id, r.state, r.started_at, r.ended_at"
    };
}

/// In the order in which [`Approval`] is read.
macro_rules! approval {
    () => {
        "a.id, a.mission_id, a.approver_id, a.decision, a.comment, a.created_at, a.content_sha256, \
         a.plan_sha256"
    };
}

statements! {
    MISSION_BY_ID: Tenant = by_id (
        "SELECT ", epoch!(), ", ", mission!(), " FROM missions m WHERE m.tenant_id = $1 AND m.id"
    );
    MISSION_PAGE: Tenant = {
        sqlite: concat!(
            "SELECT ", epoch!(), ", ", mission!(),
            " FROM missions m WHERE m.tenant_id = $1 AND m.id > $2 AND ", filter!(),
            " ORDER BY m.id LIMIT $3"
        ),
        postgres: concat!(
            "SELECT ", epoch!(), ", ", mission!(),
            " FROM missions m WHERE m.tenant_id = $1 AND m.id COLLATE \"C\" > $2 AND ", filter!(),
            " ORDER BY m.id COLLATE \"C\" LIMIT $3"
        ),
    };
    MISSION_PLAN: Tenant = by_id (
        "SELECT ", epoch!(), ", m.plan, m.plan_sha256 \
         FROM missions m WHERE m.tenant_id = $1 AND m.id"
    );
    MISSION_INSERT: Tenant = inserted
        "INSERT INTO missions (tenant_id, id, name, drone_id, plan_type, payload, constraints, state, \
         created_by, created_at, updated_at, plan, plan_sha256, edited_by, edited_version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, 1)";
    /// The version moves by its trigger; `$10` is the one that was read. An edit that does not move
    /// `edited_version` is somebody else's, and empties `edited_by`.
    MISSION_UPDATE: Tenant = one
        "UPDATE missions SET name = $3, drone_id = $4, plan_type = $5, payload = $6, constraints = $7, \
         state = $8, updated_at = $9, edited_by = $11, edited_version = version + 1 \
         WHERE tenant_id = $1 AND id = $2 AND version = $10";
    /// The version moves by its trigger; `$5` is the one that was read.
    MISSION_MOVE: Tenant = one
        "UPDATE missions SET state = $3, updated_at = $4 \
         WHERE tenant_id = $1 AND id = $2 AND version = $5";
    MISSION_DELETE: Tenant = one
        "DELETE FROM missions WHERE tenant_id = $1 AND id = $2 AND version = $3";
    /// Whether the tenant lets an author approve.
    SELF_APPROVAL: Tenant = "SELECT t.self_approval FROM tenants t WHERE t.id = $1";
    APPROVAL_INSERT: Tenant = inserted
        "INSERT INTO approvals (tenant_id, id, mission_id, approver_id, decision, comment, created_at, \
         audit_seq, content_sha256, plan_sha256) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// Approvals of one mission, `$4`.
    APPROVAL_PAGE: Tenant = {
        sqlite: concat!(
            "SELECT ", approval!(), " FROM approvals a \
             WHERE a.tenant_id = $1 AND a.id > $2 AND a.mission_id = $4 ORDER BY a.id LIMIT $3"
        ),
        postgres: concat!(
            "SELECT ", approval!(), " FROM approvals a \
             WHERE a.tenant_id = $1 AND a.id COLLATE \"C\" > $2 AND a.mission_id = $4 \
             ORDER BY a.id COLLATE \"C\" LIMIT $3"
        ),
    };
    APPROVALS_OF_MISSION: Tenant = concat (
        "SELECT ", approval!(), " FROM approvals a WHERE a.tenant_id = $1 AND a.mission_id = $2"
    );
    APPROVALS_DELETE: Tenant =
        "DELETE FROM approvals WHERE tenant_id = $1 AND mission_id = $2";
    RUN_BY_ID: Tenant = by_id (
        "SELECT ", epoch!(), ", ", run!(), " FROM mission_runs r WHERE r.tenant_id = $1 AND r.id"
    );
    /// Runs of one mission, `$4`.
    RUN_PAGE: Tenant = {
        sqlite: concat!(
            "SELECT ", run!(), " FROM mission_runs r \
             WHERE r.tenant_id = $1 AND r.id > $2 AND r.mission_id = $4 ORDER BY r.id LIMIT $3"
        ),
        postgres: concat!(
            "SELECT ", run!(), " FROM mission_runs r \
             WHERE r.tenant_id = $1 AND r.id COLLATE \"C\" > $2 AND r.mission_id = $4 \
             ORDER BY r.id COLLATE \"C\" LIMIT $3"
        ),
    };
    RUN_INSERT: Tenant = inserted
        "INSERT INTO mission_runs (tenant_id, id, mission_id, state, started_at) \
         VALUES ($1, $2, $3, $4, $5)";
    /// The open runs of a mission: one, or several where the old platform opened another with every resume.
    OPEN_RUNS: Tenant = concat (
        "SELECT ", run!(), " FROM mission_runs r \
         WHERE r.tenant_id = $1 AND r.mission_id = $2 AND r.ended_at IS NULL"
    );
    OPEN_RUNS_END: Tenant =
        "UPDATE mission_runs SET state = $3, ended_at = $4 \
         WHERE tenant_id = $1 AND mission_id = $2 AND ended_at IS NULL";
}

/// The plan's columns of a mission: both filled or both empty.
pub(crate) struct PlanColumns {
    pub(crate) text: Option<String>,
    pub(crate) sha256: Option<String>,
}

impl FromRow for PlanColumns {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            text: row.opt_text(0)?,
            sha256: row.opt_text(1)?,
        })
    }
}

impl FromRow for Mission {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?.into(),
            name: row.text(1)?,
            drone_id: row.opt_text(2)?.map(Into::into),
            plan_type: row.open(3)?,
            payload: row.json(4)?,
            constraints: row.json(5)?,
            state: row.open(6)?,
            created_by: row.text(7)?.into(),
            created_at: row.time(8)?,
            updated_at: row.time(9)?,
            version: row.int(10)?,
            plan_sha256: row.opt_text(11)?,
            edited_by: row.opt_text(12)?.map(Into::into),
        })
    }
}

impl FromRow for MissionRun {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?.into(),
            mission_id: row.text(1)?.into(),
            state: row.open(2)?,
            started_at: row.time(3)?,
            ended_at: row.opt_time(4)?,
        })
    }
}

impl FromRow for Approval {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?.into(),
            mission_id: row.text(1)?.into(),
            approver_id: row.text(2)?.into(),
            decision: row.open(3)?,
            comment: row.opt_text(4)?,
            created_at: row.time(5)?,
            content_sha256: row.opt_text(6)?,
            plan_sha256: row.opt_text(7)?,
        })
    }
}

//! What the decision reads.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::model::RoleId;
use crate::store::sql::record::read_in_order;
use crate::store::sql::statement::{Rows, statements};
use crate::store::sql::{FromRow, Row};

/// The roles that a user (`$2`) holds as of `$3`, inherited ones included, and until when.
///
/// A role that is held twice stands there twice: the deny of the one that lasts longer still counts.
macro_rules! held_roles {
    () => {
        "WITH RECURSIVE held(role_id, until) AS ( \
           SELECT ur.role_id, ur.expires_at FROM user_roles ur \
           WHERE ur.tenant_id = $1 AND ur.user_id = $2 \
           AND (ur.expires_at IS NULL OR ur.expires_at > $3) \
         UNION \
           SELECT ri.inherits_role_id, h.until FROM role_inheritance ri \
           JOIN held h ON h.role_id = ri.role_id WHERE ri.tenant_id = $1) "
    };
}

/// A role (`$2`, which `$id` is compared with) and what it inherits.
macro_rules! rules_of_role {
    ($id:literal) => {
        concat!(
            "WITH RECURSIVE held(role_id) AS ( \
               SELECT r.id FROM roles r WHERE r.tenant_id = $1 AND ",
            $id,
            " = $2 \
             UNION \
               SELECT ri.inherits_role_id FROM role_inheritance ri \
               JOIN held h ON h.role_id = ri.role_id WHERE ri.tenant_id = $1) \
             SELECT 'grant', h.role_id, p.name, CAST(NULL AS timestamptz) FROM held h \
             JOIN role_permissions rp ON rp.tenant_id = $1 AND rp.role_id = h.role_id \
             JOIN permissions p ON p.id = rp.permission_id \
             UNION ALL \
             SELECT 'deny', h.role_id, d.permission, CAST(NULL AS timestamptz) FROM held h \
             JOIN role_denies d ON d.tenant_id = $1 AND d.role_id = h.role_id"
        )
    };
}

statements! {
    /// Whether a user may act at all, and whether the tenant has its log.
    ACTOR: Tenant Rows<Actor> = by_id (
        "SELECT t.disabled_at, u.is_active, u.session_epoch, \
         (SELECT count(*) FROM audit_heads h WHERE h.tenant_id = $1) FROM users u \
         JOIN tenants t ON t.id = $1 WHERE u.tenant_id = $1 AND u.id"
    );
    RULES_OF_USER: Tenant Rows<Rule> = concat!(
        held_roles!(),
        "SELECT 'grant', h.role_id, p.name, h.until FROM held h \
         JOIN role_permissions rp ON rp.tenant_id = $1 AND rp.role_id = h.role_id \
         JOIN permissions p ON p.id = rp.permission_id \
         UNION ALL \
         SELECT 'deny', h.role_id, d.permission, h.until FROM held h \
         JOIN role_denies d ON d.tenant_id = $1 AND d.role_id = h.role_id"
    );
    ROLE_NAMES_OF_USER: Tenant Rows<String> = concat!(
        held_roles!(),
        "SELECT DISTINCT r.name FROM held h JOIN roles r ON r.tenant_id = $1 AND r.id = h.role_id"
    );
    /// What a role grants or denies, with what it inherits; `$2` is the role.
    RULES_OF_ROLE: Tenant Rows<Rule> = {
        sqlite: rules_of_role!("r.id"),
        postgres: rules_of_role!("r.id COLLATE \"C\""),
    };
    /// Active users who hold the permission `*`, however they come by it, through an assignment without end.
    HOLDERS_OF_ALL: Tenant Rows<String> =
        "WITH RECURSIVE giving(role_id) AS ( \
           SELECT rp.role_id FROM role_permissions rp \
           JOIN permissions p ON p.id = rp.permission_id \
           WHERE rp.tenant_id = $1 AND p.name = '*' \
         UNION \
           SELECT ri.role_id FROM role_inheritance ri \
           JOIN giving g ON g.role_id = ri.inherits_role_id WHERE ri.tenant_id = $1) \
         SELECT DISTINCT ur.user_id FROM giving g \
         JOIN user_roles ur ON ur.tenant_id = $1 AND ur.role_id = g.role_id \
         JOIN users u ON u.tenant_id = $1 AND u.id = ur.user_id \
         WHERE ur.expires_at IS NULL AND u.is_active";
    DRONE_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM drones d WHERE d.tenant_id = $1 AND d.id");
    MISSION_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM missions m WHERE m.tenant_id = $1 AND m.id");
    RUN_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM mission_runs r WHERE r.tenant_id = $1 AND r.id");
    INCIDENT_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM incidents n WHERE n.tenant_id = $1 AND n.id");
    ALERT_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM alerts al WHERE al.tenant_id = $1 AND al.id");
    LEGACY_COMMAND_EXISTS: Tenant Rows<i64> =
        by_id ("SELECT 1 FROM command_requests lc WHERE lc.tenant_id = $1 AND lc.id");
    USER_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM users u WHERE u.tenant_id = $1 AND u.id");
    ROLE_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM roles r WHERE r.tenant_id = $1 AND r.id");
    TEMPLATE_EXISTS: Tenant Rows<i64> =
        by_id ("SELECT 1 FROM inspection_templates it WHERE it.tenant_id = $1 AND it.id");
    TASK_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM inspection_tasks k WHERE k.tenant_id = $1 AND k.id");
    OBSERVATION_EXISTS: Tenant Rows<i64> =
        by_id ("SELECT 1 FROM inspection_observations o WHERE o.tenant_id = $1 AND o.id");
    EXPORT_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM inspection_exports x WHERE x.tenant_id = $1 AND x.id");
    DEFECT_EXISTS: Tenant Rows<i64> = by_id ("SELECT 1 FROM defects f WHERE f.tenant_id = $1 AND f.id");
}

/// Whether somebody may act at all.
pub(crate) struct Actor {
    pub(crate) disabled_at: Option<Timestamp>,
    pub(crate) is_active: bool,
    pub(crate) session_epoch: i64,
    pub(crate) logs: i64,
}

read_in_order! { Actor { disabled_at, is_active, session_epoch, logs } }

/// A permission that a role of the user grants or denies, the user's own roles and inherited ones alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Which of the two.
    pub(crate) effect: Effect,
    /// The role that it stands in.
    pub(crate) role: RoleId,
    /// The permission's name as it is stored.
    pub(crate) name: String,
    /// When the assignment ends through which the user has the role; `None`: never.
    pub(crate) until: Option<Timestamp>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The user may, unless another rule denies it.
    Grant,
    /// The user may not, whatever another rule grants.
    Deny,
}

impl FromRow for Rule {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let effect = row.made(0, |text| match text {
            "grant" => Some(Effect::Grant),
            "deny" => Some(Effect::Deny),
            _ => None,
        })?;
        Ok(Self {
            effect,
            role: row.get(1)?,
            name: row.get(2)?,
            until: row.get(3)?,
        })
    }
}

//! Tenants.

use crate::error::StoreError;
use crate::model::Tenant;
use crate::store::statement::statements;
use crate::store::{FromRow, Row};

/// In the order in which [`Tenant`] is read.
macro_rules! columns {
    () => {
        "t.id, t.name, t.created_at, t.disabled_at, t.self_approval"
    };
}

statements! {
    TENANT: Tenant = concat ("SELECT ", columns!(), " FROM tenants t WHERE t.id = $1");
    TENANT_PAGE: Operator = {
        sqlite: concat!(
            "SELECT ", columns!(), " FROM tenants t WHERE t.id > $1 ORDER BY t.id LIMIT $2"
        ),
        postgres: concat!(
            "SELECT ", columns!(),
            " FROM tenants t WHERE t.id COLLATE \"C\" > $1 ORDER BY t.id COLLATE \"C\" LIMIT $2"
        ),
    };
    /// Its log and its policy epoch are made by triggers.
    TENANT_INSERT: Tenant = inserted "INSERT INTO tenants (id, name, created_at) VALUES ($1, $2, $3)";
    TENANT_DISABLE: Tenant = one
        "UPDATE tenants SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";
    TENANT_ENABLE: Tenant = one
        "UPDATE tenants SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL";
    TENANT_SELF_APPROVAL: Tenant = one "UPDATE tenants SET self_approval = $2 WHERE id = $1";
}

impl FromRow for Tenant {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?.into(),
            name: row.text(1)?,
            created_at: row.time(2)?,
            disabled_at: row.opt_time(3)?,
            self_approval: row.bool(4)?,
        })
    }
}

//! Tenants.

use crate::model::Tenant;
use crate::store::sql::record::read_in_order;
use crate::store::sql::statement::{Rows, Write, statements};

/// In the order in which [`Tenant`] is read.
macro_rules! columns {
    () => {
        "t.id, t.name, t.created_at, t.disabled_at, t.self_approval"
    };
}

statements! {
    TENANT: Tenant Rows<Tenant> = concat!("SELECT ", columns!(), " FROM tenants t WHERE t.id = $1");
    TENANT_PAGE: Operator Rows<Tenant> = {
        sqlite: concat!(
            "SELECT ", columns!(), " FROM tenants t WHERE t.id > $1 ORDER BY t.id LIMIT $2"
        ),
        postgres: concat!(
            "SELECT ", columns!(),
            " FROM tenants t WHERE t.id COLLATE \"C\" > $1 ORDER BY t.id COLLATE \"C\" LIMIT $2"
        ),
    };
    /// Its log and its policy epoch are made by triggers.
    TENANT_INSERT: Tenant Write = inserted "INSERT INTO tenants (id, name, created_at) VALUES ($1, $2, $3)";
    TENANT_RENAME: Tenant Write = one "UPDATE tenants SET name = $2 WHERE id = $1";
    TENANT_DISABLE: Tenant Write = one
        "UPDATE tenants SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";
    TENANT_ENABLE: Tenant Write = one
        "UPDATE tenants SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL";
    TENANT_SELF_APPROVAL: Tenant Write = one "UPDATE tenants SET self_approval = $2 WHERE id = $1";
}

read_in_order! { Tenant { id, name, created_at, disabled_at, self_approval } }

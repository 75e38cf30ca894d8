//! Drones.

use crate::error::StoreError;
use crate::model::Drone;
use crate::store::statement::statements;
use crate::store::{FromRow, Row};

/// In the order in which [`Drone`] is read.
macro_rules! columns {
    () => {
        "d.id, d.name, d.vendor, d.capabilities, d.created_at, d.updated_at, d.version"
    };
}

/// Which rows a filter selects: vendor `$4`, name `$5`.
macro_rules! filter {
    () => {
        "(CAST($4 AS TEXT) IS NULL OR d.vendor = $4) AND (CAST($5 AS TEXT) IS NULL OR d.name = $5)"
    };
}

statements! {
    DRONE_BY_ID: Tenant = by_id (
        "SELECT ", epoch!(), ", ", columns!(), " FROM drones d WHERE d.tenant_id = $1 AND d.id"
    );
    DRONE_PAGE: Tenant = {
        sqlite: concat!(
            "SELECT ", epoch!(), ", ", columns!(),
            " FROM drones d WHERE d.tenant_id = $1 AND d.id > $2 AND ", filter!(),
            " ORDER BY d.id LIMIT $3"
        ),
        postgres: concat!(
            "SELECT ", epoch!(), ", ", columns!(),
            " FROM drones d WHERE d.tenant_id = $1 AND d.id COLLATE \"C\" > $2 AND ", filter!(),
            " ORDER BY d.id COLLATE \"C\" LIMIT $3"
        ),
    };
    DRONE_INSERT: Tenant = inserted
        "INSERT INTO drones (tenant_id, id, name, vendor, capabilities, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6)";
    /// The version moves by its trigger; `$7` is the one that was read.
    DRONE_UPDATE: Tenant = one
        "UPDATE drones SET name = $3, vendor = $4, capabilities = $5, updated_at = $6 \
         WHERE tenant_id = $1 AND id = $2 AND version = $7";
    DRONE_DELETE: Tenant = one
        "DELETE FROM drones WHERE tenant_id = $1 AND id = $2 AND version = $3";
}

impl FromRow for Drone {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?.into(),
            name: row.text(1)?,
            vendor: row.open(2)?,
            capabilities: row.json(3)?,
            created_at: row.time(4)?,
            updated_at: row.time(5)?,
            version: row.int(6)?,
        })
    }
}

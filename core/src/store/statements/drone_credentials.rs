//! What drones are spoken to with.

use jiff::Timestamp;

use crate::model::{DroneId, Json, TenantId};
use crate::store::sql::record::record;
use crate::store::sql::statement::{Insert, Rows, Write, statements};

record! { credential: StoredCredential, drone_credentials as c { id, drone_id, secret, created_at } }

statements! {
    /// The credential of a drone.
    CREDENTIAL_OF: Tenant Rows<StoredCredential> = of credential ("c.drone_id = $2");
    /// Credentials in the order of their ids. On Postgres whoever writes one besides waits until the transaction has ended.
    CREDENTIALS_HELD: Tenant Rows<StoredCredential> = {
        sqlite: concat!(credential!(rows), "c.id > $2 ORDER BY c.id LIMIT $3"),
        postgres: concat!(
            credential!(rows), "c.id COLLATE \"C\" > $2 ORDER BY c.id COLLATE \"C\" LIMIT $3 FOR UPDATE"
        ),
    };
    CREDENTIAL_INSERT: Tenant Insert<StoredCredential> = insert credential;
    CREDENTIAL_UPDATE: Tenant Write = one
        "UPDATE drone_credentials SET secret = $3 WHERE tenant_id = $1 AND id = $2";
    CREDENTIAL_DELETE: Tenant Write = one "DELETE FROM drone_credentials WHERE tenant_id = $1 AND id = $2";
    /// Tenants with credentials that do not begin as sealed ones do.
    PLAIN_CREDENTIALS: Operator Rows<TenantId> =
        "SELECT DISTINCT c.tenant_id FROM drone_credentials c \
         WHERE substr(CAST(c.secret AS TEXT), 1, 24) <> '{\"sealed\":{\"v\":1,\"key\":\"'";
}

/// A credential as it is stored: its secret is sealed, or the old platform's.
pub(crate) struct StoredCredential {
    pub(crate) id: String,
    pub(crate) drone_id: DroneId,
    pub(crate) secret: Json,
    pub(crate) created_at: Timestamp,
}

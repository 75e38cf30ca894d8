//! The log's head, its leaves and their details.

use crate::store::statement::statements;
use crate::store::{Head, StoreError, Value};

statements! {
    /// Locks the head, so that the writers of a tenant are serial, and says which transaction this is.
    LOG_HEAD: Tenant = {
        sqlite: "SELECT h.log_id, h.size, h.range, '' FROM audit_heads h WHERE h.tenant_id = $1",
        postgres: "SELECT h.log_id, h.size, h.range, pg_current_xact_id()::text \
                   FROM audit_heads h WHERE h.tenant_id = $1 FOR UPDATE",
    };
    LOG_HEAD_MOVE: Tenant =
        "UPDATE audit_heads SET size = $2, range = $3 WHERE tenant_id = $1";
    POLICY_EPOCH: Tenant =
        "SELECT e.epoch FROM policy_epochs e WHERE e.tenant_id = $1";
    LEAF_INSERT: Tenant =
        "INSERT INTO audit_events (tenant_id, seq, time, actor, action, entity_type, entity_id, \
         detail_hash, leaf_hash, subtrees) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DETAIL_INSERT: Tenant =
        "INSERT INTO audit_details (tenant_id, seq, salt, detail, origin) VALUES ($1, $2, $3, $4, $5)";
}

/// The parameters of [`LOG_HEAD_MOVE`].
pub(crate) fn head_move<'v>(owner: Value<'v>, head: &Head) -> Result<Vec<Value<'v>>, StoreError> {
    let size = i64::try_from(head.size)
        .map_err(|_| StoreError::Engine("the log is larger than a sequence number".to_owned()))?;
    Ok(vec![
        owner,
        Value::from(size),
        Value::from(head.range.clone()),
    ])
}

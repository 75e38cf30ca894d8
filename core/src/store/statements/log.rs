//! The log's head, its leaves and their details.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::model::{AuditEvent, Json, hex};
use crate::store::sql::record::{epoch, read_in_order};
use crate::store::sql::statement::{Rows, Stamped, Write, exactly_one, statements};
use crate::store::sql::{FromRow, Row, Value};

/// In the order in which [`AuditEvent`] is read.
macro_rules! columns {
    () => {
        "a.seq, a.time, a.actor, a.action, a.entity_type, a.entity_id, d.detail, a.leaf_hash"
    };
}

/// Events with their details, where those are not erased.
macro_rules! joined {
    () => {
        " FROM audit_events a LEFT JOIN audit_details d ON d.tenant_id = $1 AND d.seq = a.seq"
    };
}

statements! {
    /// Locks the head, so that the writers of a tenant are serial, and says which transaction this is.
    LOG_HEAD: Tenant Rows<LockedHead> = {
        sqlite: "SELECT h.log_id, h.size, h.range, '' FROM audit_heads h WHERE h.tenant_id = $1",
        postgres: "SELECT h.log_id, h.size, h.range, pg_current_xact_id()::text \
                   FROM audit_heads h WHERE h.tenant_id = $1 FOR UPDATE",
    };
    /// The head as it stands, without a lock.
    LOG_HEAD_SEEN: Tenant Rows<Head> =
        "SELECT h.log_id, h.size, h.range FROM audit_heads h WHERE h.tenant_id = $1";
    /// A stretch of the log, from `$2` on and before `$3`.
    LEAVES: Tenant Rows<StoredLeaf> =
        "SELECT a.seq, a.time, a.actor, a.action, a.entity_type, a.entity_id, a.detail_hash, \
         a.leaf_hash, a.subtrees, d.salt, d.detail FROM audit_events a \
         LEFT JOIN audit_details d ON d.tenant_id = $1 AND d.seq = a.seq \
         WHERE a.tenant_id = $1 AND a.seq >= $2 AND a.seq < $3 ORDER BY a.seq LIMIT $4";
    /// A leaf, and the interior nodes that it completes. Asked after a lost COMMIT, which SQLite knows none of.
    LEAF_NODES: Tenant Rows<LeafNodes> = {
        sqlite: "",
        postgres: "SELECT a.leaf_hash, a.subtrees FROM audit_events a WHERE a.tenant_id = $1 AND a.seq = $2",
    };
    /// An event that the head does not count.
    LEAF_BEYOND: Tenant Rows<i64> =
        "SELECT a.seq FROM audit_events a WHERE a.tenant_id = $1 AND a.seq >= \
         (SELECT h.size FROM audit_heads h WHERE h.tenant_id = $1) ORDER BY a.seq LIMIT 1";
    EVENT_BY_SEQ: Tenant Stamped<AuditEvent> = concat!(
        "SELECT ", epoch!(), ", ", columns!(), joined!(), " WHERE a.tenant_id = $1 AND a.seq = $2"
    );
    EVENT_PAGE: Tenant Stamped<AuditEvent> = concat!(
        "SELECT ", epoch!(), ", ", columns!(), joined!(),
        " WHERE a.tenant_id = $1 AND a.seq > $2 \
         AND (CAST($4 AS TEXT) IS NULL OR a.action = $4) \
         AND (CAST($5 AS TEXT) IS NULL OR a.entity_type = $5) \
         AND (CAST($6 AS TEXT) IS NULL OR a.entity_id = $6) \
         AND (CAST($7 AS TEXT) IS NULL OR a.actor = $7) \
         AND a.time >= $8 AND a.time < $9 ORDER BY a.seq LIMIT $3"
    );
    /// What is judged by, and on Postgres the server's clock: a statement of its own behind the one that locks the
    /// head, because what stands beside a lock is computed before the wait for it.
    POLICY_EPOCH: Tenant Rows<EpochRow> = {
        sqlite: "SELECT e.epoch, NULL FROM policy_epochs e WHERE e.tenant_id = $1",
        postgres: "SELECT e.epoch, clock_timestamp() FROM policy_epochs e WHERE e.tenant_id = $1",
    };
    /// The server's clock, beside a statement that stands alone.
    SERVER_TIME: Global Rows<Timestamp> = on postgres "SELECT clock_timestamp()";
    LEAF_INSERT: Tenant Write = on sqlite Inserted
        "INSERT INTO audit_events (tenant_id, seq, time, actor, action, entity_type, entity_id, \
         detail_hash, leaf_hash, subtrees) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DETAIL_INSERT: Tenant Write = on sqlite Inserted
        "INSERT INTO audit_details (tenant_id, seq, salt, detail, origin) VALUES ($1, $2, $3, $4, $5)";
    LOG_HEAD_MOVE: Tenant Write = on sqlite One
        "UPDATE audit_heads SET size = $2, range = $3 WHERE tenant_id = $1";
    /// All three for a whole group, its leaves and their details in columns. The guards let a leaf in behind
    /// the head: the counts are there so that the head moves when all are in.
    LOG_APPEND: Tenant Write = on postgres concat!(
        "WITH leaves AS (\
         INSERT INTO audit_events (tenant_id, seq, time, actor, action, entity_type, entity_id, \
         detail_hash, leaf_hash, subtrees) \
         SELECT $1, l.seq, l.time, l.actor, l.action, l.entity_type, l.entity_id, l.detail_hash, \
         l.leaf_hash, l.subtrees FROM unnest($4::bigint[], $5::timestamptz[], $6::text[], $7::text[], \
         $8::text[], $9::text[], $10::bytea[], $11::bytea[], $12::bytea[]) \
         AS l(seq, time, actor, action, entity_type, entity_id, detail_hash, leaf_hash, subtrees) \
         RETURNING seq), \
         details AS (\
         INSERT INTO audit_details (tenant_id, seq, salt, detail, origin) \
         SELECT $1, d.seq, d.salt, d.detail, d.origin \
         FROM unnest($13::bigint[], $14::bytea[], $15::text[], $16::text[]) \
         AS d(seq, salt, detail, origin) RETURNING seq), \
         moved AS (\
         UPDATE audit_heads SET size = $2, range = $3 WHERE tenant_id = $1 \
         AND (SELECT count(*) FROM leaves) = cardinality($4) \
         AND (SELECT count(*) FROM details) = cardinality($13) RETURNING 1)",
        exactly_one!("moved", "not_written")
    );
}

/// The head of a log: where the next leaf goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Head {
    /// The random identity of the log.
    pub(crate) log_id: String,
    /// How many leaves the log has.
    pub(crate) size: u64,
    /// The compact range over them: 32-byte hashes, widest subtree first.
    pub(crate) range: Vec<u8>,
}

impl FromRow for Head {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            log_id: row.get(0)?,
            size: u64::try_from(row.get::<i64>(1)?)
                .map_err(|_| StoreError::Undecodable("a log of negative size".to_owned()))?,
            range: row.get(2)?,
        })
    }
}

/// A head that is locked for the whole transaction, and what the server calls that (empty on SQLite).
pub(crate) struct LockedHead {
    pub(crate) head: Head,
    pub(crate) transaction: String,
}

impl FromRow for LockedHead {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            head: Head::from_row(row)?,
            transaction: row.get(3)?,
        })
    }
}

/// The policy epoch, and the clock of a server.
pub(crate) struct EpochRow {
    pub(crate) epoch: String,
    pub(crate) server: Option<Timestamp>,
}

read_in_order! { EpochRow { epoch, server } }

/// A leaf and its detail, as they are stored.
pub(crate) struct StoredLeaf {
    pub(crate) seq: i64,
    pub(crate) time: Timestamp,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) entity_type: String,
    pub(crate) entity_id: String,
    pub(crate) detail_hash: Vec<u8>,
    pub(crate) leaf_hash: Vec<u8>,
    pub(crate) subtrees: Vec<u8>,
    /// Absent once it has been erased, like the detail.
    pub(crate) salt: Option<Vec<u8>>,
    pub(crate) detail: Option<String>,
}

read_in_order! {
    StoredLeaf {
        seq, time, actor, action, entity_type, entity_id, detail_hash, leaf_hash, subtrees, salt, detail
    }
}

/// The hash of a leaf, and those of the subtrees that it completes.
pub(crate) struct LeafNodes {
    pub(crate) leaf_hash: Vec<u8>,
    pub(crate) subtrees: Vec<u8>,
}

read_in_order! { LeafNodes { leaf_hash, subtrees } }

/// The parameters of [`LOG_HEAD_MOVE`], and the first ones of [`LOG_APPEND`].
pub(crate) fn head_move<'v>(owner: Value<'v>, head: &Head) -> Result<Vec<Value<'v>>, StoreError> {
    let size = i64::try_from(head.size)
        .map_err(|_| StoreError::Engine("the log is larger than a sequence number".to_owned()))?;
    Ok(vec![
        owner,
        Value::from(size),
        Value::from(head.range.clone()),
    ])
}

impl FromRow for AuditEvent {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let mut cells = row.cells();
        Ok(Self {
            seq: cells.next()?,
            at: cells.next()?,
            actor: cells.next()?,
            action: cells.next()?,
            entity_type: cells.next()?,
            entity_id: cells.next()?,
            detail: cells.next::<Option<String>>()?.map(Json::from),
            leaf_hash: hex(&cells.next::<Vec<u8>>()?),
        })
    }
}

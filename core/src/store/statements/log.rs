//! The log's head and its events.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::model::{Action, AuditEvent, Json, Outcome, RoleId, Textual, hex};
use crate::store::sql::record::{epoch, read_in_order};
use crate::store::sql::statement::{Rows, Stamped, Write, exactly_one, statements};
use crate::store::sql::{FromRow, Row, Value};

/// In the order in which [`AuditEvent`] is read.
macro_rules! columns {
    () => {
        "a.seq, a.time, a.actor, a.role_id, a.method, a.action, a.outcome, a.entity_type, a.entity_id, a.detail, \
         a.origin, a.correlation_id, a.leaf_hash"
    };
}

statements! {
    /// Locks the head, so that the writers of a tenant are serial, and says which transaction this is.
    LOG_HEAD: Tenant Rows<LockedHead> = {
        sqlite: "SELECT h.log_id, h.size, h.range, '' FROM audit_heads h WHERE h.tenant_id = $1",
        postgres: "SELECT h.log_id, h.size, h.range, pg_current_xact_id()::text \
                   FROM audit_heads h WHERE h.tenant_id = $1 FOR UPDATE",
    };
    /// The head and what is judged by, in one: on SQLite nobody else writes meanwhile.
    LOG_HEAD_AND_EPOCH: Tenant Rows<HeadAndEpoch> = {
        sqlite: concat!(
            "SELECT h.log_id, h.size, h.range, ", epoch!(), " FROM audit_heads h WHERE h.tenant_id = $1"
        ),
        postgres: "",
    };
    /// The head as it stands, without a lock.
    LOG_HEAD_SEEN: Tenant Rows<Head> =
        "SELECT h.log_id, h.size, h.range FROM audit_heads h WHERE h.tenant_id = $1";
    /// A stretch of the log, from `$2` on and before `$3`.
    LEAVES: Tenant Rows<StoredLeaf> =
        "SELECT a.seq, a.time, a.actor, a.role_id, a.method, a.action, a.outcome, a.entity_type, a.entity_id, \
         a.detail_hash, a.leaf_hash, a.subtrees, a.salt, a.detail, a.origin, a.correlation_id FROM audit_events a \
         WHERE a.tenant_id = $1 AND a.seq >= $2 AND a.seq < $3 ORDER BY a.seq LIMIT $4";
    /// The leaf that the log ends with, whatever its head says, and the interior nodes that it completes.
    LOG_TAIL: Tenant Rows<Tail> =
        "SELECT a.leaf_hash, a.subtrees, a.seq FROM audit_events a WHERE a.tenant_id = $1 ORDER BY a.seq DESC LIMIT 1";
    /// A leaf, and the interior nodes that it completes. Asked after a lost COMMIT, which SQLite knows none of.
    LEAF_NODES: Tenant Rows<LeafNodes> = {
        sqlite: "",
        postgres: "SELECT a.leaf_hash, a.subtrees FROM audit_events a WHERE a.tenant_id = $1 AND a.seq = $2",
    };
    /// An event that the head does not count.
    LEAF_BEYOND: Tenant Rows<Beyond> =
        "SELECT a.seq FROM audit_events a WHERE a.tenant_id = $1 AND a.seq >= \
         (SELECT h.size FROM audit_heads h WHERE h.tenant_id = $1) ORDER BY a.seq LIMIT 1";
    EVENT_BY_SEQ: Tenant Stamped<AuditEvent> = concat!(
        "SELECT ", epoch!(), ", ", columns!(), " FROM audit_events a WHERE a.tenant_id = $1 AND a.seq = $2"
    );
    EVENT_PAGE: Tenant Stamped<AuditEvent> = concat!(
        "SELECT ", epoch!(), ", ", columns!(), " FROM audit_events a \
         WHERE a.tenant_id = $1 AND a.seq > $2 \
         AND (CAST($4 AS TEXT) IS NULL OR a.action = $4) \
         AND (CAST($5 AS TEXT) IS NULL OR a.entity_type = $5) \
         AND (CAST($6 AS TEXT) IS NULL OR a.entity_id = $6) \
         AND (CAST($7 AS TEXT) IS NULL OR a.actor = $7) \
         AND (CAST($8 AS timestamptz) IS NULL OR a.time >= $8) \
         AND (CAST($9 AS timestamptz) IS NULL OR a.time < $9) ORDER BY a.seq LIMIT $3"
    );
    /// What is judged by, and on Postgres the server's clock: a statement of its own behind the one that locks the
    /// head, because what stands beside a lock is computed before the wait for it.
    POLICY_EPOCH: Tenant Rows<EpochRow> = {
        sqlite: "SELECT e.epoch, NULL FROM policy_epochs e WHERE e.tenant_id = $1",
        postgres: "SELECT e.epoch, clock_timestamp() FROM policy_epochs e WHERE e.tenant_id = $1",
    };
    /// The server's clock, beside a statement that stands alone.
    SERVER_TIME: Global Rows<Timestamp> = on postgres "SELECT clock_timestamp()";
    EVENT_INSERT: Tenant Write = on sqlite Inserted
        "INSERT INTO audit_events (tenant_id, seq, time, actor, role_id, method, action, outcome, entity_type, \
         entity_id, detail_hash, leaf_hash, subtrees, salt, detail, origin, correlation_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    LOG_HEAD_MOVE: Tenant Write = on sqlite One
        "UPDATE audit_heads SET size = $2, range = $3 WHERE tenant_id = $1";
    /// Both for a whole group, its events in columns. The guards let an event in behind the head: the count is there
    /// so that the head moves when all are in.
    LOG_APPEND: Tenant Write = on postgres concat!(
        "WITH events AS (\
         INSERT INTO audit_events (tenant_id, seq, time, actor, role_id, method, action, outcome, entity_type, \
         entity_id, detail_hash, leaf_hash, subtrees, salt, detail, origin, correlation_id) \
         SELECT $1, e.seq, e.time, e.actor, e.role_id, e.method, e.action, e.outcome, e.entity_type, \
         e.entity_id, e.detail_hash, e.leaf_hash, e.subtrees, e.salt, e.detail, e.origin, e.correlation_id \
         FROM unnest($4::bigint[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], \
         $11::text[], $12::text[], $13::bytea[], $14::bytea[], $15::bytea[], $16::bytea[], $17::text[], \
         $18::text[], $19::text[]) AS e(seq, time, actor, role_id, method, action, outcome, entity_type, \
         entity_id, detail_hash, leaf_hash, subtrees, salt, detail, origin, correlation_id) RETURNING seq), \
         moved AS (\
         UPDATE audit_heads SET size = $2, range = $3 WHERE tenant_id = $1 \
         AND (SELECT count(*) FROM events) = cardinality($4) RETURNING 1)",
        exactly_one!("moved", "not_written")
    );
}

/// Bytes of a hash.
const HASH_LEN: usize = 32;

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
        let unreadable = |_| StoreError::Corrupt("the head of a log cannot be read".to_owned());
        Ok(Self {
            log_id: row.get(0).map_err(unreadable)?,
            size: u64::try_from(row.get::<i64>(1).map_err(unreadable)?)
                .map_err(|_| StoreError::Corrupt("a log of negative size".to_owned()))?,
            range: row.get(2).map_err(unreadable)?,
        })
    }
}

impl Head {
    /// The root of the smallest of its subtrees.
    fn last_root(&self) -> Option<&[u8]> {
        let before = self.range.len().checked_sub(HASH_LEN)?;
        self.range.get(before..)
    }

    /// Refuses a head that is not where its log ends: whoever appended behind it would write over events, leave a gap,
    /// or build on hashes that no event has. The rest of the range is what `verify` looks at.
    pub(in crate::store) fn must_end_with(&self, tail: Option<&Tail>) -> Result<(), StoreError> {
        let fits = match tail {
            None => self.size == 0 && self.range.is_empty(),
            Some(tail) => {
                self.size.checked_sub(1) == Some(tail.seq)
                    && self.last_root() == Some(tail.nodes.tip())
            }
        };
        if fits {
            Ok(())
        } else {
            Err(StoreError::Corrupt(format!(
                "the head of log {} at {} does not stand where its events end",
                self.log_id, self.size
            )))
        }
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

/// A head, and the policy epoch of its tenant.
pub(crate) struct HeadAndEpoch {
    pub(crate) head: Head,
    pub(crate) epoch: Option<String>,
}

impl FromRow for HeadAndEpoch {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            head: Head::from_row(row)?,
            epoch: row.get(3)?,
        })
    }
}

/// The policy epoch, and the clock of a server.
pub(crate) struct EpochRow {
    pub(crate) epoch: String,
    pub(crate) server: Option<Timestamp>,
}

read_in_order! { EpochRow { epoch, server } }

/// An event as it is stored. What cannot be read is not what was recorded: no fault of whoever looks.
pub(crate) struct StoredLeaf {
    pub(crate) seq: Option<i64>,
    pub(crate) committed: Option<Committed>,
    pub(crate) subtrees: Option<Vec<u8>>,
    pub(crate) erasable: Option<StoredErasable>,
}

/// What a leaf commits to, and its hash.
pub(crate) struct Committed {
    pub(crate) time: Timestamp,
    pub(crate) actor: String,
    pub(crate) role_id: Option<String>,
    pub(crate) method: String,
    pub(crate) action: String,
    pub(crate) outcome: String,
    pub(crate) entity_type: String,
    pub(crate) entity_id: String,
    pub(crate) detail_hash: Vec<u8>,
    pub(crate) leaf_hash: Vec<u8>,
}

read_in_order! {
    Committed {
        time, actor, role_id, method, action, outcome, entity_type, entity_id, detail_hash, leaf_hash
    }
}

/// What a leaf commits to by the detail's hash only.
pub(crate) struct StoredErasable {
    pub(crate) salt: Option<Vec<u8>>,
    pub(crate) detail: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) correlation_id: Option<String>,
}

read_in_order! { StoredErasable { salt, detail, origin, correlation_id } }

impl FromRow for StoredLeaf {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        const COMMITTED: usize = 1;
        const SUBTREES: usize = 11;
        const ERASABLE: usize = 12;
        Ok(Self {
            seq: row.get(0).ok(),
            committed: Committed::from_row(&row.skip(COMMITTED)).ok(),
            subtrees: row.get(SUBTREES).ok(),
            erasable: StoredErasable::from_row(&row.skip(ERASABLE)).ok(),
        })
    }
}

/// The place of an event that the head does not count, where it is a number.
pub(crate) struct Beyond(pub(crate) Option<i64>);

impl FromRow for Beyond {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(row.get(0).ok()))
    }
}

/// The hash of a leaf, and those of the subtrees that it completes.
pub(crate) struct LeafNodes {
    pub(crate) leaf_hash: Vec<u8>,
    pub(crate) subtrees: Vec<u8>,
}

impl FromRow for LeafNodes {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let unreadable =
            |_| StoreError::Corrupt("the hashes of an event cannot be read".to_owned());
        Ok(Self {
            leaf_hash: row.get(0).map_err(unreadable)?,
            subtrees: row.get(1).map_err(unreadable)?,
        })
    }
}

impl LeafNodes {
    /// The hash of the widest subtree that the leaf completes: the end of the range after it.
    pub(in crate::store) fn tip(&self) -> &[u8] {
        let widest = self.subtrees.len().checked_sub(self.leaf_hash.len());
        let widest = widest.and_then(|at| self.subtrees.get(at..));
        widest.unwrap_or(&self.leaf_hash)
    }
}

/// The leaf that a log ends with.
pub(crate) struct Tail {
    nodes: LeafNodes,
    seq: u64,
}

impl FromRow for Tail {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let unreadable = |_| StoreError::Corrupt("the place of an event cannot be read".to_owned());
        let seq = row.get::<i64>(2).map_err(unreadable)?;
        Ok(Self {
            nodes: LeafNodes::from_row(row)?,
            seq: u64::try_from(seq)
                .map_err(|_| StoreError::Corrupt("an event at a negative place".to_owned()))?,
        })
    }
}

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

/// Shows whatever is stored: an event that somebody has changed is what a reader of the log looks for.
impl FromRow for AuditEvent {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let shown = |column| row.shown(column).unwrap_or_default();
        let no_place = |_| StoreError::Corrupt("the place of an event cannot be read".to_owned());
        Ok(Self {
            seq: row.get(0).map_err(no_place)?,
            at: row.get(1).ok(),
            actor: shown(2),
            role_id: row.shown(3).map(RoleId::from),
            method: shown(4),
            action: Action::stored(&shown(5)),
            outcome: Outcome::stored(&shown(6)),
            entity_type: shown(7),
            entity_id: shown(8),
            detail: row.shown(9).map(Json::from),
            origin: row.shown(10),
            correlation_id: row.shown(11),
            leaf_hash: row
                .get::<Vec<u8>>(12)
                .map(|hash| hex(&hash))
                .unwrap_or_default(),
        })
    }
}

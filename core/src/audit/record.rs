//! Writing one event: its leaf, its detail and the head that it moves.

use jiff::Timestamp;
use serde_json::{Map, Value as JsonValue};

use super::leaf::{self, Leaf, SALT_LEN};
use super::tree::Range;
use crate::error::{Failure, StoreError};
use crate::model::{Action, Entity};
use crate::store::{Value, WriteTx};

/// What an event says.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) action: Action,
    pub(crate) entity: Entity,
    pub(crate) detail: Detail,
}

/// The detail of an event: before and after of the changed columns, and what else is worth knowing.
/// Secrets are named, never shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Detail(Map<String, JsonValue>);

impl Detail {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A fact beside the columns.
    pub(crate) fn with(mut self, name: &str, value: impl Into<JsonValue>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A column of a new row.
    pub(crate) fn set(self, column: &str, after: impl Into<JsonValue>) -> Self {
        self.side("after", column, after.into())
    }

    /// A column of a row that is gone.
    pub(crate) fn gone(self, column: &str, before: impl Into<JsonValue>) -> Self {
        self.side("before", column, before.into())
    }

    /// A column, where it changed.
    pub(crate) fn changed(
        self,
        column: &str,
        before: impl Into<JsonValue>,
        after: impl Into<JsonValue>,
    ) -> Self {
        let (before, after) = (before.into(), after.into());
        if before == after {
            return self;
        }
        self.side("before", column, before)
            .side("after", column, after)
    }

    fn side(mut self, side: &str, column: &str, value: JsonValue) -> Self {
        let entry = self
            .0
            .entry(side)
            .or_insert_with(|| JsonValue::Object(Map::new()));
        if let JsonValue::Object(columns) = entry {
            columns.insert(column.to_owned(), value);
        }
        self
    }

    fn into_text(self) -> String {
        JsonValue::Object(self.0).to_string()
    }
}

/// What a unit of work hands back: its result, and the event without which it cannot be committed.
pub(crate) struct Recorded<T> {
    value: T,
    event: Event,
}

impl<T> Recorded<T> {
    pub(crate) fn new(value: T, action: Action, entity: Entity, detail: Detail) -> Self {
        Self {
            value,
            event: Event {
                action,
                entity,
                detail,
            },
        }
    }

    /// Appends the event to the log and releases the result.
    pub(crate) fn commit(self, tx: &mut WriteTx, signature: &Signature) -> Result<T, Failure> {
        append(tx, signature, self.event)?;
        Ok(self.value)
    }
}

/// Who acts, when, and the salt of the detail: drawn before the unit, so that it can run again.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) actor: String,
    pub(crate) time: Timestamp,
    pub(crate) salt: [u8; SALT_LEN],
}

/// Appends one event to the log whose head the transaction holds.
pub(crate) fn append(tx: &mut WriteTx, signature: &Signature, event: Event) -> Result<(), Failure> {
    let detail = event.detail.into_text();
    let detail_hash = leaf::detail_hash(&signature.salt, detail.as_bytes());
    let seq = tx.head.size;
    let leaf_hash = Leaf {
        log_id: &tx.head.log_id,
        seq,
        time: signature.time,
        actor: &signature.actor,
        action: event.action.as_str(),
        entity_type: event.entity.kind,
        entity_id: &event.entity.id,
        detail_hash,
    }
    .hash();
    let mut range = Range::from_bytes(seq, &tx.head.range)
        .map_err(|broken| StoreError::Corrupt(format!("the head of a log: {broken:?}")))?;
    let subtrees = range.append(leaf_hash);
    let number = i64::try_from(seq)
        .map_err(|_| StoreError::Corrupt("a log of more than 2^63 events".to_owned()))?;
    let leaf = vec![
        Value::from(number),
        Value::from(signature.time),
        Value::from(signature.actor.clone()),
        Value::from(event.action.as_str()),
        Value::from(event.entity.kind),
        Value::from(event.entity.id),
        Value::from(detail_hash.to_vec()),
        Value::from(leaf_hash.to_vec()),
        Value::from(subtrees),
    ];
    let detail = vec![
        Value::from(number),
        Value::from(signature.salt.to_vec()),
        Value::from(detail),
        Value::Null,
    ];
    tx.append(leaf, detail)?;
    tx.head.size = seq + 1;
    tx.head.range = range.to_bytes();
    Ok(())
}

//! Writing events, and the head that they move.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::detail::Detail;
use super::leaf::{Erasable, Leaf, SALT_LEN};
use super::tree::Range;
use crate::error::{Failure, StoreError};
use crate::model::{Action, Entity, Outcome, RoleId};
use crate::schema::DEPLOYMENT;
use crate::store::{Log, Value, WriteTx};

/// What an event says.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) action: Action,
    pub(crate) outcome: Outcome,
    /// The role in force: the one of the actor's that let it act, where a decision rests on one.
    pub(crate) role: Option<RoleId>,
    pub(crate) entity: Entity,
    pub(crate) detail: Detail,
}

impl Event {
    /// Of something that was done.
    pub(crate) fn done(action: Action, entity: Entity, detail: Detail) -> Self {
        Self {
            action,
            outcome: Outcome::Done,
            role: None,
            entity,
            detail,
        }
    }

    /// Of something that was refused.
    pub(crate) fn refused(entity: Entity, detail: Detail) -> Self {
        Self {
            outcome: Outcome::Refused,
            ..Self::done(Action::Denied, entity, detail)
        }
    }
}

/// What a unit of work hands back: its result, and the events without which what it wrote cannot be committed.
pub(crate) struct Recorded<T> {
    value: T,
    events: Vec<Event>,
}

impl<T> Recorded<T> {
    pub(crate) fn new(value: T, event: Event) -> Self {
        Self {
            value,
            events: vec![event],
        }
    }

    /// With an event more, of what else moved.
    pub(crate) fn and(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// The result of a unit that had nothing to write, and wrote nothing.
    pub(crate) fn unchanged(value: T) -> Self {
        Self {
            value,
            events: Vec::new(),
        }
    }

    /// Appends the events to the log and releases the result.
    pub(crate) fn commit(self, tx: &mut WriteTx, signature: &Signature) -> Result<T, Failure> {
        append(tx, signature, self.events)?;
        Ok(self.value)
    }

    /// Appends the events of an operator's act to the deployment's log and, where the act is upon a tenant, to
    /// that tenant's: there nobody of its own acted, and the detail names the operator.
    pub(crate) fn commit_for_operator(
        self,
        tx: &mut WriteTx,
        signature: &Signature,
    ) -> Result<T, Failure> {
        append(tx, signature, self.events.clone())?;
        if tx.head(Log::OfTenant).is_some() {
            let outside = Signature {
                actor: DEPLOYMENT.to_owned(),
                ..signature.clone()
            };
            let told = self.events.into_iter().map(|event| Event {
                detail: event.detail.with("operator", signature.actor.as_str()),
                ..event
            });
            append_to(tx, Log::OfTenant, &outside, told)?;
        }
        Ok(self.value)
    }
}

/// Who acts, by which method, when, and what the salts of the details are made of: drawn before the unit, so that it can run again.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) actor: String,
    /// The method that was called, such as `drones.register`.
    pub(crate) method: &'static str,
    pub(crate) time: Timestamp,
    pub(crate) seed: [u8; SALT_LEN],
}

impl Signature {
    /// The salt of the unit's event of this number. The seed is kept nowhere: who knows one salt knows no other.
    fn salt(&self, number: u64) -> [u8; SALT_LEN] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(number.to_be_bytes());
        hash.finalize().into()
    }
}

/// Appends events to the log of whoever the transaction is bound to.
pub(crate) fn append(
    tx: &mut WriteTx,
    signature: &Signature,
    events: impl IntoIterator<Item = Event>,
) -> Result<(), Failure> {
    append_to(tx, Log::Own, signature, events)
}

/// Appends events to a log whose head the transaction holds. The head is read and moved once.
fn append_to(
    tx: &mut WriteTx,
    log: Log,
    signature: &Signature,
    events: impl IntoIterator<Item = Event>,
) -> Result<(), Failure> {
    let head = tx
        .head(log)
        .cloned()
        .ok_or_else(|| Failure::Internal("a log that is not locked".to_owned()))?;
    let mut size = head.size;
    let mut range = Range::from_bytes(size, &head.range)
        .map_err(|broken| StoreError::Corrupt(format!("the head of a log: {broken:?}")))?;
    for event in events {
        let salt = signature.salt(tx.number_event());
        let row = row(&head.log_id, size, &mut range, signature, &salt, event)?;
        tx.append(log, row)?;
        size += 1;
    }
    if size > head.size {
        tx.grow(log, size, range.to_bytes());
    }
    Ok(())
}

/// The row of an event, whose hash the range takes in.
fn row(
    log_id: &str,
    seq: u64,
    range: &mut Range,
    signature: &Signature,
    salt: &[u8; SALT_LEN],
    event: Event,
) -> Result<Vec<Value<'static>>, Failure> {
    let detail = event.detail.into_text();
    let erasable = Erasable {
        detail: &detail,
        origin: None,
        correlation_id: None,
    };
    let detail_hash = erasable.hash(salt);
    let leaf_hash = Leaf {
        log_id,
        seq,
        time: signature.time,
        actor: &signature.actor,
        role_id: event.role.as_ref().map(RoleId::as_str),
        method: signature.method,
        action: event.action.as_str(),
        outcome: event.outcome.as_str(),
        entity_type: event.entity.kind,
        entity_id: &event.entity.id,
        detail_hash,
    }
    .hash();
    let subtrees = range.append(leaf_hash);
    let number = i64::try_from(seq)
        .map_err(|_| StoreError::Corrupt("a log of more than 2^63 events".to_owned()))?;
    Ok(vec![
        Value::from(number),
        Value::from(signature.time),
        Value::from(signature.actor.clone()),
        Value::from(event.role),
        Value::from(signature.method),
        Value::from(event.action),
        Value::from(event.outcome),
        Value::from(event.entity.kind),
        Value::from(event.entity.id),
        Value::from(detail_hash.to_vec()),
        Value::from(leaf_hash.to_vec()),
        Value::from(subtrees),
        Value::from(salt.to_vec()),
        Value::from(detail),
        Value::Null,
        Value::Null,
    ])
}

//! Recomputing a log, row by row.

use super::leaf::{Erasable, Leaf, SALT_LEN};
use super::tree::{HASH_LEN, Range};
use crate::model::{LogOutcome, LogVerification, hex};
use crate::store::statements::log::{Beyond, Head, StoredErasable, StoredLeaf};

/// What became of what a leaf commits to by a hash only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    AsRecorded,
    /// The whole of it is gone. Nothing erases yet, so that no event can say that this was meant.
    Gone,
    Otherwise,
}

impl StoredErasable {
    fn kept(&self, detail_hash: &[u8; HASH_LEN]) -> Kept {
        match (&self.salt, &self.detail, &self.origin, &self.correlation_id) {
            (None, None, None, None) => Kept::Gone,
            (Some(salt), Some(detail), origin, correlation_id) => {
                let told = Erasable {
                    detail,
                    origin: origin.as_deref(),
                    correlation_id: correlation_id.as_deref(),
                };
                match <[u8; SALT_LEN]>::try_from(salt.as_slice()) {
                    Ok(salt) if told.hash(&salt) == *detail_hash => Kept::AsRecorded,
                    _ => Kept::Otherwise,
                }
            }
            _ => Kept::Otherwise,
        }
    }
}

/// A log being recomputed from its first leaf on.
pub(crate) struct Verifier {
    log_id: String,
    range: Range,
}

impl Verifier {
    pub(crate) fn new(log_id: String) -> Self {
        Self {
            log_id,
            range: Range::default(),
        }
    }

    /// How many leaves were found to be as recorded.
    pub(crate) fn size(&self) -> u64 {
        self.range.size()
    }

    /// Takes the next leaf, or says what is wrong with it.
    pub(crate) fn take(&mut self, row: &StoredLeaf) -> Result<(), LogOutcome> {
        let expected = i64::try_from(self.range.size()).unwrap_or(i64::MAX);
        let seq = expected;
        if row.seq.is_some_and(|stored| stored != expected) {
            return Err(LogOutcome::EventMissing { seq });
        }
        let differs = LogOutcome::LeafDiffers { seq };
        let Some(leaf) = row.committed.as_ref().filter(|_| row.seq.is_some()) else {
            return Err(differs);
        };
        let detail_hash =
            <[u8; HASH_LEN]>::try_from(leaf.detail_hash.as_slice()).map_err(|_| differs.clone())?;
        let leaf_hash = Leaf {
            log_id: &self.log_id,
            seq: self.range.size(),
            time: leaf.time,
            actor: &leaf.actor,
            role_id: leaf.role_id.as_deref(),
            method: &leaf.method,
            action: &leaf.action,
            outcome: &leaf.outcome,
            entity_type: &leaf.entity_type,
            entity_id: &leaf.entity_id,
            detail_hash,
        }
        .hash();
        if leaf_hash.as_slice() != leaf.leaf_hash {
            return Err(differs);
        }
        let kept = row.erasable.as_ref().map(|it| it.kept(&detail_hash));
        match kept.unwrap_or(Kept::Otherwise) {
            Kept::AsRecorded => {}
            Kept::Gone => return Err(LogOutcome::DetailMissing { seq }),
            Kept::Otherwise => return Err(LogOutcome::DetailDiffers { seq }),
        }
        if row.subtrees.as_ref() != Some(&self.range.append(leaf_hash)) {
            return Err(LogOutcome::NodesDiffer { seq });
        }
        Ok(())
    }

    /// Compares the whole with the head that the log stands at. `beyond` is an event past its size.
    pub(crate) fn finish(self, head: &Head, beyond: Option<Beyond>) -> LogVerification {
        let outcome = if self.range.size() < head.size {
            LogOutcome::EventMissing {
                seq: self.range.size().try_into().unwrap_or(i64::MAX),
            }
        } else if let Some(Beyond(seq)) = beyond {
            let seq = seq.unwrap_or(i64::MAX);
            LogOutcome::EventBeyondSize { seq }
        } else if self.range.to_bytes() != head.range {
            LogOutcome::RootDiffers
        } else {
            LogOutcome::Intact
        };
        found(head, outcome)
    }
}

/// What a verification found at this head.
pub(crate) fn found(head: &Head, outcome: LogOutcome) -> LogVerification {
    let size = i64::try_from(head.size).unwrap_or(i64::MAX);
    let log_id = head.log_id.clone();
    // One that cannot be read has no root, and is none that was computed: no outcome is `Intact` then.
    let range = Range::from_bytes(head.size, &head.range);
    LogVerification {
        log_id,
        size,
        root_hash: range.map_or_else(|_| String::new(), |range| hex(&range.root())),
        outcome,
    }
}

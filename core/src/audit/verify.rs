//! Recomputing a log, row by row.

use super::leaf::{Erasable, Leaf, SALT_LEN};
use super::tree::{HASH_LEN, Range};
use crate::model::{LogOutcome, LogVerification, hex};
use crate::store::statements::log::{Head, StoredLeaf};

impl StoredLeaf {
    /// Whether what the leaf commits to by this hash is there as it was recorded, or was erased whole.
    fn agrees_with(&self, detail_hash: &[u8; HASH_LEN]) -> bool {
        match (&self.salt, &self.detail, &self.origin, &self.correlation_id) {
            (None, None, None, None) => true,
            (Some(salt), Some(detail), origin, correlation_id) => {
                let told = Erasable {
                    detail,
                    origin: origin.as_deref(),
                    correlation_id: correlation_id.as_deref(),
                };
                let salt = <[u8; SALT_LEN]>::try_from(salt.as_slice());
                salt.is_ok_and(|salt| told.hash(&salt) == *detail_hash)
            }
            _ => false,
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
        let seq = row.seq;
        if seq != expected {
            return Err(LogOutcome::EventMissing { seq: expected });
        }
        let differs = LogOutcome::LeafDiffers { seq };
        let detail_hash =
            <[u8; HASH_LEN]>::try_from(row.detail_hash.as_slice()).map_err(|_| differs.clone())?;
        let leaf_hash = Leaf {
            log_id: &self.log_id,
            seq: self.range.size(),
            time: row.time,
            actor: &row.actor,
            role_id: row.role_id.as_deref(),
            method: &row.method,
            action: &row.action,
            outcome: &row.outcome,
            entity_type: &row.entity_type,
            entity_id: &row.entity_id,
            detail_hash,
        }
        .hash();
        if leaf_hash.as_slice() != row.leaf_hash {
            return Err(differs);
        }
        if !row.agrees_with(&detail_hash) {
            return Err(LogOutcome::DetailDiffers { seq });
        }
        if self.range.append(leaf_hash) != row.subtrees {
            return Err(LogOutcome::NodesDiffer { seq });
        }
        Ok(())
    }

    /// Compares the whole with the head that the log stands at. `beyond` is an event past its size.
    pub(crate) fn finish(self, head: &Head, beyond: Option<i64>) -> LogVerification {
        let outcome = if self.range.size() < head.size {
            LogOutcome::EventMissing {
                seq: self.range.size().try_into().unwrap_or(i64::MAX),
            }
        } else if let Some(seq) = beyond {
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
    match Range::from_bytes(head.size, &head.range) {
        Ok(range) => LogVerification {
            log_id,
            size,
            root_hash: hex(&range.root()),
            outcome,
        },
        Err(_) => {
            let outcome = match outcome {
                LogOutcome::Intact => LogOutcome::RootDiffers,
                worse => worse,
            };
            LogVerification {
                log_id,
                size,
                root_hash: String::new(),
                outcome,
            }
        }
    }
}

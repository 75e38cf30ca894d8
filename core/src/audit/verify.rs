//! Recomputing a log, row by row.

use super::leaf::{self, Leaf, SALT_LEN};
use super::tree::{HASH_LEN, Range};
use crate::model::{LogOutcome, LogVerification, hex};
use crate::store::statements::log::{Head, StoredLeaf};

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
            action: &row.action,
            entity_type: &row.entity_type,
            entity_id: &row.entity_id,
            detail_hash,
        }
        .hash();
        if leaf_hash.as_slice() != row.leaf_hash {
            return Err(differs);
        }
        if let (Some(salt), Some(detail)) = (&row.salt, &row.detail) {
            let salt = <[u8; SALT_LEN]>::try_from(salt.as_slice());
            let held =
                salt.is_ok_and(|salt| leaf::detail_hash(&salt, detail.as_bytes()) == detail_hash);
            if !held {
                return Err(LogOutcome::DetailDiffers { seq });
            }
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

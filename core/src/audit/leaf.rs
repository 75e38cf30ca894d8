//! The leaf, version 1: the bytes that an audit event's hash is made of.
//!
//! A change here orphans every log that exists: the vectors of `docs/spec/audit-log.md` stand in the tests.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::tree::Hash;

/// The version byte that every leaf begins with.
const VERSION: u8 = 1;
/// RFC 6962, section 2.1: leaves and nodes are hashed apart, so that neither passes for the other.
const LEAF_PREFIX: u8 = 0x00;
/// Bytes of a salt.
pub(crate) const SALT_LEN: usize = 32;

/// What one event commits to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf<'a> {
    /// The log's identity.
    pub log_id: &'a str,
    /// The event's place in the log, from 0.
    pub seq: u64,
    /// When it happened; what is finer than a microsecond is not committed to.
    pub time: Timestamp,
    /// Who did it.
    pub actor: &'a str,
    /// What was done, as it is stored.
    pub action: &'a str,
    /// What kind of thing it was done to.
    pub entity_type: &'a str,
    /// That thing's id.
    pub entity_id: &'a str,
    /// [`detail_hash`] of the event's detail.
    pub detail_hash: Hash,
}

impl Leaf<'_> {
    /// The leaf's bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let fields: [&[u8]; 8] = [
            self.log_id.as_bytes(),
            &self.seq.to_be_bytes(),
            &self.time.as_microsecond().to_be_bytes(),
            self.actor.as_bytes(),
            self.action.as_bytes(),
            self.entity_type.as_bytes(),
            self.entity_id.as_bytes(),
            &self.detail_hash,
        ];
        let mut bytes =
            Vec::with_capacity(1 + fields.iter().map(|field| 4 + field.len()).sum::<usize>());
        bytes.push(VERSION);
        for field in fields {
            // Neither engine holds a text of 1 GiB, so that the length always fits.
            let len = u32::try_from(field.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&len.to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }

    /// The leaf's hash in the tree: SHA-256 of 0x00 and the leaf's bytes.
    pub(crate) fn hash(&self) -> Hash {
        Sha256::new()
            .chain_update([LEAF_PREFIX])
            .chain_update(self.encode())
            .finalize()
            .into()
    }
}

/// What a leaf holds of its detail: SHA-256 of the salt and the detail's bytes. Without the salt nobody can guess
/// an erased detail by trying.
pub(crate) fn detail_hash(salt: &[u8; SALT_LEN], detail: &[u8]) -> Hash {
    Sha256::new()
        .chain_update(salt)
        .chain_update(detail)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::audit::tree::Range;
    use crate::model::hex::hex;

    const LOG: &str = "00112233445566778899aabbccddeeff";

    fn salt(first: u8) -> [u8; SALT_LEN] {
        std::array::from_fn(|i| first.wrapping_add(u8::try_from(i).unwrap()))
    }

    fn vector_leaves() -> [Leaf<'static>; 3] {
        let create = Leaf {
            log_id: LOG,
            seq: 0,
            time: Timestamp::from_microsecond(1_767_225_600_123_456).unwrap(),
            actor: "0190d3a8-0000-7000-8000-000000000001",
            action: "create",
            entity_type: "drone",
            entity_id: "0190d3a8-0000-7000-8000-000000000002",
            detail_hash: detail_hash(&salt(0), b"{\"name\":\"Heron\"}"),
        };
        let denied = Leaf {
            log_id: LOG,
            seq: 1,
            time: Timestamp::from_microsecond(-1).unwrap(),
            actor: "zoë",
            action: "denied",
            entity_type: "mission",
            entity_id: "",
            detail_hash: detail_hash(&salt(32), b"{}"),
        };
        let late = Leaf {
            seq: 1 << 40,
            action: "update",
            ..create
        };
        [create, denied, late]
    }

    #[test]
    fn the_vectors_of_the_specification_hold() {
        let spec = include_str!("../../../docs/spec/audit-log.md");
        let mut range = Range::default();
        let mut vectors = Vec::new();
        for leaf in vector_leaves() {
            vectors.push(("detail hash", hex(&leaf.detail_hash)));
            vectors.push(("leaf", hex(&leaf.encode())));
            vectors.push(("leaf hash", hex(&leaf.hash())));
            range.append(leaf.hash());
            vectors.push(("root", hex(&range.root())));
        }
        let listed: Vec<_> = spec
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.split_once(" = "))
            .map(|(name, value)| (name.trim(), value.to_owned()))
            .collect();
        assert_eq!(listed, vectors);
    }

    #[test]
    fn moving_a_byte_from_one_field_to_the_next_changes_the_leaf() {
        let [leaf, ..] = vector_leaves();
        let moved = Leaf {
            actor: "a",
            action: "bc",
            ..leaf
        };
        let other = Leaf {
            actor: "ab",
            action: "c",
            ..leaf
        };
        assert_ne!(moved.hash(), other.hash());
    }

    #[test]
    fn every_field_counts() {
        let [leaf, ..] = vector_leaves();
        let changed = [
            Leaf {
                log_id: "x",
                ..leaf
            },
            Leaf { seq: 7, ..leaf },
            Leaf {
                time: Timestamp::UNIX_EPOCH,
                ..leaf
            },
            Leaf { actor: "x", ..leaf },
            Leaf {
                action: "x",
                ..leaf
            },
            Leaf {
                entity_type: "x",
                ..leaf
            },
            Leaf {
                entity_id: "x",
                ..leaf
            },
            Leaf {
                detail_hash: [0; 32],
                ..leaf
            },
        ];
        for other in changed {
            assert_ne!(other.hash(), leaf.hash());
        }
    }

    #[test]
    fn the_salt_counts_in_the_details_hash() {
        assert_ne!(detail_hash(&salt(0), b"{}"), detail_hash(&salt(1), b"{}"));
    }
}

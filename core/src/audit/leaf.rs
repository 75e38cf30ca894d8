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
    /// The role in force, where the decision rests on one.
    pub role_id: Option<&'a str>,
    /// The method that was called.
    pub method: &'a str,
    /// What was done, as it is stored.
    pub action: &'a str,
    /// How it came out, as it is stored.
    pub outcome: &'a str,
    /// What kind of thing it was done to.
    pub entity_type: &'a str,
    /// That thing's id.
    pub entity_id: &'a str,
    /// [`Erasable::hash`] of what the event says besides.
    pub detail_hash: Hash,
}

impl Leaf<'_> {
    /// The leaf's bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let fields: [Option<&[u8]>; 11] = [
            Some(self.log_id.as_bytes()),
            Some(&self.seq.to_be_bytes()),
            Some(&self.time.as_microsecond().to_be_bytes()),
            Some(self.actor.as_bytes()),
            self.role_id.map(str::as_bytes),
            Some(self.method.as_bytes()),
            Some(self.action.as_bytes()),
            Some(self.outcome.as_bytes()),
            Some(self.entity_type.as_bytes()),
            Some(self.entity_id.as_bytes()),
            Some(&self.detail_hash),
        ];
        let mut bytes = vec![VERSION];
        push_fields(&mut bytes, &fields);
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

/// The length that stands for a field that is absent. No field is that long.
const ABSENT: u32 = u32::MAX;

/// Each field as its length in bytes and its bytes, so that no byte can move from one to the next, and none that is
/// absent passes for one that is empty.
fn push_fields(bytes: &mut Vec<u8>, fields: &[Option<&[u8]>]) {
    for field in fields {
        // Neither engine holds a text of 1 GiB, so that the length always fits.
        let len = field.map_or(ABSENT, |it| u32::try_from(it.len()).unwrap_or(ABSENT));
        bytes.extend_from_slice(&len.to_be_bytes());
        bytes.extend_from_slice(field.unwrap_or_default());
    }
}

/// What a leaf holds by a hash only, so that it can be erased.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Erasable<'a> {
    /// The detail, as it is stored.
    pub detail: &'a str,
    /// Where the call came from, as the host says.
    pub origin: Option<&'a str>,
    /// What the host knows the call by.
    pub correlation_id: Option<&'a str>,
}

impl Erasable<'_> {
    /// SHA-256 of the salt and the three. Without the salt nobody can guess what was erased by trying.
    pub(crate) fn hash(&self, salt: &[u8; SALT_LEN]) -> Hash {
        let mut bytes = salt.to_vec();
        let fields = [
            Some(self.detail.as_bytes()),
            self.origin.map(str::as_bytes),
            self.correlation_id.map(str::as_bytes),
        ];
        push_fields(&mut bytes, &fields);
        Sha256::digest(bytes).into()
    }
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

    fn heron() -> Erasable<'static> {
        Erasable {
            detail: "{\"name\":\"Heron\"}",
            origin: None,
            correlation_id: None,
        }
    }

    fn empty() -> Erasable<'static> {
        Erasable {
            detail: "{}",
            ..heron()
        }
    }

    fn vector_leaves() -> [Leaf<'static>; 3] {
        let create = Leaf {
            log_id: LOG,
            seq: 0,
            time: Timestamp::from_microsecond(1_767_225_600_123_456).unwrap(),
            actor: "0190d3a8-0000-7000-8000-000000000001",
            role_id: Some("0190d3a8-0000-7000-8000-000000000003"),
            method: "drones.register",
            action: "create",
            outcome: "done",
            entity_type: "drone",
            entity_id: "0190d3a8-0000-7000-8000-000000000002",
            detail_hash: heron().hash(&salt(0)),
        };
        let denied = Leaf {
            log_id: LOG,
            seq: 1,
            time: Timestamp::from_microsecond(-1).unwrap(),
            actor: "zoë",
            role_id: None,
            method: "missions.approve",
            action: "denied",
            outcome: "refused",
            entity_type: "mission",
            entity_id: "",
            detail_hash: Erasable {
                origin: Some("2001:db8::1"),
                correlation_id: Some("req-7"),
                ..empty()
            }
            .hash(&salt(32)),
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
                role_id: None,
                ..leaf
            },
            Leaf {
                role_id: Some(""),
                ..leaf
            },
            Leaf {
                method: "x",
                ..leaf
            },
            Leaf {
                action: "x",
                ..leaf
            },
            Leaf {
                outcome: "x",
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
    fn the_salt_and_each_field_count_in_the_details_hash() {
        let told = Erasable {
            detail: "a",
            origin: Some("b"),
            correlation_id: Some("c"),
        };
        let others = [
            told.hash(&salt(1)),
            Erasable {
                detail: "x",
                ..told
            }
            .hash(&salt(0)),
            Erasable {
                origin: None,
                ..told
            }
            .hash(&salt(0)),
            Erasable {
                correlation_id: None,
                ..told
            }
            .hash(&salt(0)),
            Erasable {
                origin: Some(""),
                ..told
            }
            .hash(&salt(0)),
            // A byte that moved from one field to the next.
            Erasable {
                detail: "ab",
                origin: None,
                ..told
            }
            .hash(&salt(0)),
        ];
        for other in others {
            assert_ne!(other, told.hash(&salt(0)));
        }
    }
}

//! The tree of RFC 6962, section 2.1, grown leaf by leaf from its compact range.
//!
//! A tree of `n` leaves is a row of perfect subtrees, one for each bit that is set in `n`, the largest first. Their
//! roots are the *compact range*: all that is needed to append a leaf and to know the root. Each leaf completes the
//! interior nodes whose last leaf it is; their hashes are stored with it, so that any node can be read again.

use sha2::{Digest, Sha256};

/// A SHA-256.
pub(crate) type Hash = [u8; HASH_LEN];
/// Bytes of a hash.
pub(crate) const HASH_LEN: usize = 32;
/// RFC 6962, section 2.1.
const NODE_PREFIX: u8 = 0x01;

/// The hash of an interior node.
pub(crate) fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([NODE_PREFIX])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The compact range of a whole tree: the roots of its perfect subtrees from left to right, that is from the largest
/// to the smallest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Range {
    size: u64,
    roots: Vec<Hash>,
}

/// A stored range that no tree of that size has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a compact range of {bytes} bytes does not belong to a tree of {size} leaves")]
pub(crate) struct BrokenRange {
    /// Leaves of the tree.
    pub size: u64,
    /// Bytes that the range has.
    pub bytes: usize,
}

impl Range {
    /// Reads a range as it is stored: `size` leaves, and the roots one after another.
    pub(crate) fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, BrokenRange> {
        let (roots, rest) = bytes.as_chunks::<HASH_LEN>();
        let expected = usize::try_from(size.count_ones()).unwrap_or(usize::MAX);
        if roots.len() != expected || !rest.is_empty() {
            return Err(BrokenRange {
                size,
                bytes: bytes.len(),
            });
        }
        Ok(Self {
            size,
            roots: roots.to_vec(),
        })
    }

    /// The range as it is stored.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.roots.concat()
    }

    /// How many leaves the tree has.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf and returns the hashes of the interior nodes that it completes, from level 1 upwards, one after
    /// another: none for an even place in the log.
    pub(crate) fn append(&mut self, leaf: Hash) -> Vec<u8> {
        let completed = completed_levels(self.size);
        let mut subtrees = Vec::with_capacity(completed as usize * HASH_LEN);
        let mut node = leaf;
        for _ in 0..completed {
            // As many roots end the range as bits end the size: `from_bytes` holds their number to it.
            let Some(left) = self.roots.pop() else { break };
            node = node_hash(&left, &node);
            subtrees.extend_from_slice(&node);
        }
        self.roots.push(node);
        self.size += 1;
        subtrees
    }

    /// The root of the tree: of an empty one SHA-256 of nothing.
    pub(crate) fn root(&self) -> Hash {
        match self.roots.split_last() {
            None => Sha256::new().finalize().into(),
            Some((last, larger)) => larger
                .iter()
                .rev()
                .fold(*last, |right, left| node_hash(left, &right)),
        }
    }
}

/// How many interior nodes the leaf at `seq` completes: those at levels 1 to this one.
pub(crate) fn completed_levels(seq: u64) -> u32 {
    seq.trailing_ones()
}

/// An interior node: the `index`-th perfect subtree of 2^`level` leaves, with `level` at least 1.
#[cfg(test)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// Its height above the leaves.
    pub level: u32,
    /// Its place among the nodes of that height, from 0.
    pub index: u64,
}

#[cfg(test)]
impl Node {
    /// Where its hash is stored: in the row of the leaf that completes it, at this offset of that row's `subtrees`.
    /// `None` for what is not an interior node, or stands beyond what a log can count.
    pub(crate) fn position(self) -> Option<(u64, usize)> {
        let above = self.level.checked_sub(1)?;
        let leaves = 1_u64.checked_shl(self.level)?;
        let seq = self.index.checked_add(1)?.checked_mul(leaves)? - 1;
        Some((seq, usize::try_from(above).ok()? * HASH_LEN))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use proptest::prelude::*;

    use super::*;
    use crate::model::hex::hex;

    /// RFC 6962, section 2.1, word for word.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::new().finalize().into(),
            [leaf] => *leaf,
            _ => {
                let k = largest_power_below(leaves.len());
                node_hash(&mth(&leaves[..k]), &mth(&leaves[k..]))
            }
        }
    }

    fn largest_power_below(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    fn leaves(n: usize, seed: u64) -> Vec<Hash> {
        (0..n as u64)
            .map(|i| {
                let data = [seed.to_be_bytes(), i.to_be_bytes()].concat();
                Sha256::new()
                    .chain_update([0])
                    .chain_update(data)
                    .finalize()
                    .into()
            })
            .collect()
    }

    #[test]
    fn the_empty_tree_has_the_rfcs_root() {
        assert_eq!(
            hex(&Range::default().root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    /// The roots that Certificate Transparency's own test data gives for its eight leaves.
    #[test]
    fn the_reference_trees_of_certificate_transparency_agree() {
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut range = Range::default();
        for (input, root) in inputs.iter().zip(roots) {
            range.append(
                Sha256::new()
                    .chain_update([0])
                    .chain_update(input)
                    .finalize()
                    .into(),
            );
            assert_eq!(hex(&range.root()), root);
        }
    }

    #[test]
    fn a_stored_range_of_the_wrong_length_is_refused() {
        for (size, bytes) in [
            (0, 32),
            (1, 0),
            (1, 31),
            (1, 33),
            (2, 64),
            (3, 32),
            (u64::MAX, 32),
        ] {
            assert_eq!(
                Range::from_bytes(size, &vec![0; bytes]),
                Err(BrokenRange { size, bytes })
            );
        }
    }

    #[test]
    fn only_interior_nodes_have_a_position() {
        assert_eq!(Node { level: 1, index: 0 }.position(), Some((1, 0)));
        assert_eq!(Node { level: 1, index: 2 }.position(), Some((5, 0)));
        assert_eq!(Node { level: 3, index: 1 }.position(), Some((15, 64)));
        for (level, index) in [(0, 0), (64, 0), (63, 1), (1, u64::MAX)] {
            assert_eq!(Node { level, index }.position(), None);
        }
    }

    proptest! {
        // Sizes up to 70 pass every shape of a tree of seven levels; hashing is slow in a debug build.
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn growing_leaf_by_leaf_gives_the_rfcs_root(n in 0_usize..70, seed: u64) {
            let leaves = leaves(n, seed);
            let mut range = Range::default();
            for (i, leaf) in leaves.iter().enumerate() {
                prop_assert_eq!(range.root(), mth(&leaves[..i]));
                range.append(*leaf);
                let stored = range.to_bytes();
                range = Range::from_bytes(range.size(), &stored).unwrap();
            }
            prop_assert_eq!(range.size(), n as u64);
            prop_assert_eq!(range.root(), mth(&leaves));
        }

        #[test]
        fn every_interior_node_is_read_back_from_its_position(n in 1_usize..140, seed: u64) {
            let leaves = leaves(n, seed);
            let mut range = Range::default();
            let rows: Vec<_> = leaves.iter().map(|leaf| range.append(*leaf)).collect();
            for (seq, row) in rows.iter().enumerate() {
                prop_assert_eq!(row.len(), completed_levels(seq as u64) as usize * HASH_LEN);
            }
            for level in 1_u32..9 {
                for (index, leaves) in leaves.chunks_exact(1 << level).enumerate() {
                    let (seq, offset) = Node { level, index: index as u64 }.position().unwrap();
                    prop_assert_eq!(&rows[seq as usize][offset..offset + HASH_LEN], mth(leaves));
                }
            }
        }

        #[test]
        fn a_changed_leaf_changes_the_root(n in 1_usize..70, seed: u64, at: prop::sample::Index, bit in 0_usize..256) {
            let mut leaves = leaves(n, seed);
            let root = mth(&leaves);
            leaves[at.index(n)][bit / 8] ^= 1 << (bit % 8);
            let mut range = Range::default();
            for leaf in leaves {
                range.append(leaf);
            }
            prop_assert_ne!(range.root(), root);
        }
    }
}

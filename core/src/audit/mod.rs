//! The Merkle log: what a leaf commits to, and how the tree grows.
//!
//! Pure functions over bytes; `docs/spec/audit-log.md` is the specification, with test vectors. Which rows hold what,
//! and when they are written, is the store's and the services' affair.

pub(crate) mod leaf;
pub(crate) mod record;
pub(crate) mod tree;

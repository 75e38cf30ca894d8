//! The Merkle log: what a leaf commits to, and how the tree grows.
//!
//! [`leaf`] and [`tree`] are pure functions over bytes, and `docs/spec/audit-log.md` is their specification, with test
//! vectors. [`detail`] is what an event says; [`record`] writes it as part of a unit of work; [`verify`] recomputes a
//! log from its rows.

pub(crate) mod detail;
pub(crate) mod leaf;
pub(crate) mod record;
pub(crate) mod tree;
pub(crate) mod verify;

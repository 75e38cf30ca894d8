//! The two engines.

/// A database engine that Ringfence works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "testing",
    derive(serde::Deserialize),
    serde(rename_all = "lowercase")
)]
#[cfg_attr(
    not(feature = "testing"),
    allow(unreachable_pub, reason = "public to the proofs alone")
)]
pub enum Engine {
    /// SQLite, in this process.
    Sqlite,
    /// A Postgres server.
    Postgres,
}

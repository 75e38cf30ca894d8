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

#[cfg(feature = "testing")]
impl Engine {
    /// Both, in the order in which reports name them.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "Postgres",
        })
    }
}

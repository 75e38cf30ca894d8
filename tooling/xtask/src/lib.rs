//! What the tasks and the tests of this repository share: a throwaway Postgres server, the Python
//! environment under the target directory, and the repository's paths.
//!
//! The tests and the benchmarks need [`cluster::shared`], and [`delay_proxy`] where a network is to be slow or
//! bad. The tasks themselves live in the binary of this package, `cargo xtask`.

pub mod cluster;
pub mod delay_proxy;
pub mod pooler;
pub mod process;
pub mod repository;
pub mod venv;

/// What a task ends with: the failure is told to a person, who reads its text.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

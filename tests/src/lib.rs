//! What the proofs of Ringfence stand on. The facts themselves are in `tests/suite`; here is what
//! they are proved with.
//!
//! * [`fixture`] makes fresh databases of both engines, with tenants and users to work with.
//! * [`prover`] shows from a statement's text that it cannot touch another tenant's rows.
//! * [`mutants`] makes wrong ones of a statement, so that it shows what the tests notice.
//! * [`schemata`] builds every mutant of the core's code into one tree.
//! * [`delay_proxy`] stands between a client and Postgres and makes the network bad on purpose.

pub mod fixture;
pub mod mutants;
pub mod prover;
pub mod schemata;

pub use xtask::delay_proxy;

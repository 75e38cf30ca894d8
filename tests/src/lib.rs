//! What the proofs of Ringfence stand on. The facts themselves are in `tests/suite`; here is what
//! they are proved with.
//!
//! * [`prover`] shows from a statement's text that it cannot touch another tenant's rows.

pub mod prover;

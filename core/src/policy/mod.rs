//! Who may do what: the permission catalogue as sets, the roles that a tenant starts with, and the decision.
//!
//! Pure: the rows and the moment are handed in. Reading them, in the transaction that acts on the decision, is the
//! services' affair.

pub(crate) mod decision;
pub(crate) mod permission;
pub(crate) mod roles;

#[cfg(test)]
mod matrix;

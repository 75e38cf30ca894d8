//! Who may do what: the permission catalogue as sets, the roles that a tenant starts with, and the decision.
//!
//! The decision is pure, and so are [`reach`] and [`growth`]: the rows and the moment are handed in. Only [`standing`]
//! reads them, in the transaction that acts on it.

pub(crate) mod decision;
pub(crate) mod growth;
pub(crate) mod permission;
pub(crate) mod reach;
pub(crate) mod roles;
pub(crate) mod standing;
pub(crate) mod throttle;

#[cfg(test)]
mod matrix;

//! The registry: every statement that the library runs, by domain, each with its scope.
//!
//! Nothing outside this folder holds SQL, except the numbered steps of the `migrations` crate and the
//! scan, which is made from the catalogue. `$1` of a statement of tenant scope is the tenant, and the
//! transaction binds it.

/// The policy epoch, as the first column of what a single statement reads.
macro_rules! epoch {
    () => {
        "(SELECT e.epoch FROM policy_epochs e WHERE e.tenant_id = $1)"
    };
}

pub(crate) mod control;
pub(crate) mod credentials;
pub(crate) mod drones;
pub(crate) mod identity;
pub(crate) mod log;
pub(crate) mod login;
pub(crate) mod migration;
pub(crate) mod missions;
pub(crate) mod policy;
pub(crate) mod tenants;

use super::Statement;

/// Every statement of the registry.
#[cfg_attr(
    not(any(test, feature = "testing")),
    expect(dead_code, reason = "read by the proofs")
)]
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    [
        control::ALL,
        credentials::ALL,
        drones::ALL,
        identity::ALL,
        log::ALL,
        login::ALL,
        migration::ALL,
        missions::ALL,
        policy::ALL,
        tenants::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
    .chain(super::migrate::scan::all())
}

//! The registry: every statement that the library runs, by domain, each with its scope.
//!
//! Nothing outside this folder holds SQL, except the numbered steps of the `migrations` crate and the
//! scan, which is made from the catalogue. `$1` of a statement of tenant scope is the tenant, and the
//! transaction binds it.

pub(crate) mod alerts;
pub(crate) mod approvals;
pub(crate) mod commands;
pub(crate) mod control;
pub(crate) mod credentials;
pub(crate) mod defects;
pub(crate) mod drone_credentials;
pub(crate) mod drones;
pub(crate) mod history;
pub(crate) mod identity;
pub(crate) mod incidents;
pub(crate) mod inspections;
pub(crate) mod log;
pub(crate) mod login;
pub(crate) mod migration;
pub(crate) mod missions;
pub(crate) mod names;
pub(crate) mod naming;
pub(crate) mod policy;
pub(crate) mod pooler;
pub(crate) mod scan;
pub(crate) mod tenants;

use super::sql::Statement;

/// Every statement of the registry.
#[cfg_attr(
    not(any(test, feature = "testing")),
    expect(dead_code, reason = "read by the proofs")
)]
pub(crate) fn all() -> impl Iterator<Item = &'static Statement> {
    [
        alerts::ALL,
        approvals::ALL,
        commands::ALL,
        control::ALL,
        credentials::ALL,
        drone_credentials::ALL,
        defects::ALL,
        drones::ALL,
        history::ALL,
        identity::ALL,
        incidents::ALL,
        inspections::ALL,
        log::ALL,
        login::ALL,
        migration::ALL,
        missions::ALL,
        names::ALL,
        policy::ALL,
        pooler::ALL,
        tenants::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
    .chain(alerts::lists())
    .chain(approvals::lists())
    .chain(commands::lists())
    .chain(defects::lists())
    .chain(history::lists())
    .chain(incidents::lists())
    .chain(inspections::lists())
    .chain(missions::lists())
    .chain(naming::all())
    .chain(scan::all())
}

#[cfg(test)]
mod tests {
    use crate::schema;
    use crate::store::sql::statement::Does;

    #[test]
    fn every_statement_does_what_its_declaration_says() {
        for statement in super::all() {
            let written: Vec<_> = statement.targets().map(schema::table).collect();
            let counts = |table: &Option<&schema::Table>| table.is_some_and(|it| it.counters);
            let does = match written.as_slice() {
                [] => [Does::Read, Does::Anything],
                tables if tables.iter().all(counts) => [Does::Count; 2],
                _ => [Does::Write; 2],
            };
            assert!(does.contains(&statement.does), "{statement:?}");
        }
    }

    #[test]
    fn only_the_counters_of_logins_are_written_without_an_event() {
        let mut counters: Vec<&str> = super::all()
            .filter(|statement| statement.does == Does::Count)
            .map(|statement| statement.name)
            .collect();
        counters.sort_unstable();
        assert_eq!(
            counters,
            ["THROTTLES_FORGET", "THROTTLE_FORGET", "THROTTLE_PUT"]
        );
    }
}

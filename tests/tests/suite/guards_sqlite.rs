//! The guards of the SQLite schema: what raw SQL on any connection is refused, what it may go on doing, and
//! that no guard could be weakened without a test that fails.
//!
//! What follows from the catalogue is tried in [`attacks`](crate::attacks); here is what is special to a table.

mod allowed;
mod attack;
mod core_batch_a;
mod identity;
mod log;
mod mutants;
mod plans;
mod policy;

use rusqlite::Connection;

pub(crate) use self::allowed::Allowed;
pub(crate) use self::attack::{Attack, INSERTS, UPDATES};
use crate::attacks as by_the_catalogue;
use crate::sqlite_fixture::{SETTINGS, Settings, contents, two_tenants};

/// Every attack of the suite.
fn attacks() -> Vec<Attack> {
    [identity::attacks(), log::attacks(), policy::attacks()].concat()
}

/// Everything that must go on working.
fn allowed() -> Vec<Allowed> {
    [
        identity::allowed(),
        core_batch_a::allowed(),
        log::allowed(),
        policy::allowed(),
    ]
    .concat()
}

/// Each attack meets its refusal, under all settings, and nothing changes.
pub(crate) fn are_refused(world: fn(Settings) -> Connection, attacks: &[Attack]) {
    for settings in SETTINGS {
        let db = world(settings);
        let before = contents(&db);
        let mut failures = Vec::new();
        for some in attacks.chunks(100) {
            db.execute_batch("SAVEPOINT attacks").unwrap();
            failures.extend(some.iter().filter_map(|attack| attack.run(&db).err()));
            // The refusals left the transaction and its savepoints alone.
            assert!(!db.is_autocommit());
            if contents(&db) != before {
                failures.push(format!(
                    "something changed between {:?} and {:?}",
                    some.first(),
                    some.last()
                ));
            }
            db.execute_batch("ROLLBACK TO attacks; RELEASE attacks")
                .unwrap();
        }
        assert!(failures.is_empty(), "{settings:?}\n{}", failures.join("\n"));
    }
}

/// Each form does what it says, under all settings.
pub(crate) fn are_let_through(world: fn(Settings) -> Connection, forms: &[Allowed]) {
    for settings in SETTINGS {
        let db = world(settings);
        allowed::prepare(&db);
        let failures: Vec<String> = forms
            .iter()
            .filter_map(|form| form.run(&db).err())
            .collect();
        assert!(failures.is_empty(), "{settings:?}\n{}", failures.join("\n"));
    }
}

#[test]
fn every_attack_is_refused_by_its_guard_and_changes_nothing() {
    are_refused(two_tenants, &attacks());
}

#[test]
fn what_breaks_no_boundary_goes_on_working() {
    are_let_through(two_tenants, &allowed());
}

/// Texts are fixed: no refusal carries a value, of whatever tenant.
#[test]
fn refusals_name_tables_and_constraints_only() {
    for attack in attacks() {
        let (kind, name) = attack.refused.split_once(':').unwrap();
        assert!(kind.starts_with("ringfence."), "{}", attack.refused);
        assert!(
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
            "{}",
            attack.refused
        );
    }
}

/// Each trigger is weakened in every way that [`mutants`] knows, one at a time, on the barest connection: at
/// least one attack or allowed form must notice.
#[test]
fn no_guard_can_be_weakened_unnoticed() {
    let worlds = [
        (
            by_the_catalogue::world_on_sqlite(SETTINGS[0]),
            by_the_catalogue::on_sqlite(),
            by_the_catalogue::allowed_on_sqlite(),
        ),
        (two_tenants(SETTINGS[0]), attacks(), allowed()),
    ];
    worlds.iter().for_each(|(db, ..)| allowed::prepare(db));
    let mutants = mutants::of(&worlds[0].0);
    assert!(mutants.len() > 200, "only {} mutants", mutants.len());
    let mut unnoticed = Vec::new();
    for mutant in mutants {
        for (db, ..) in &worlds {
            db.execute_batch("SAVEPOINT mutant").unwrap();
            mutant.apply(db);
        }
        // Those that name the table are the likeliest to notice.
        let near = |sql: &str| sql.contains(&mutant.table);
        let noticed = [true, false].into_iter().any(|wanted| {
            worlds.iter().any(|(db, attacks, allowed)| {
                attacks
                    .iter()
                    .any(|it| near(&it.sql) == wanted && it.run(db).is_err())
                    || allowed
                        .iter()
                        .any(|it| near(&it.sql) == wanted && it.run(db).is_err())
            })
        });
        if !noticed {
            unnoticed.push(mutant.to_string());
        }
        for (db, ..) in &worlds {
            db.execute_batch("ROLLBACK TO mutant; RELEASE mutant")
                .unwrap();
        }
    }
    assert!(unnoticed.is_empty(), "unnoticed:\n{}", unnoticed.join("\n"));
}

#[test]
fn guards_look_rows_up_and_never_scan() {
    let db = two_tenants(SETTINGS[0]);
    let steps = plans::of(&db);
    assert!(
        steps
            .iter()
            .filter(|(_, step)| step.starts_with("SEARCH"))
            .count()
            > 100
    );
    let scans: Vec<_> = steps
        .iter()
        .filter(|(_, step)| step.starts_with("SCAN") && step != "SCAN CONSTANT ROW")
        .collect();
    assert!(scans.is_empty(), "{scans:#?}");
}

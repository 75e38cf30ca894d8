//! What the calls of the tables reach: every statement of the registry and every table of the catalogue, but for those
//! that are named here.

use std::collections::BTreeSet;

use ringfence::schema;
use ringfence::testing::{self, Engine};

use super::texts;
use crate::sources;

/// What no call of the tables runs as the tables make it, and the story does besides.
pub(super) const BESIDES: [(&str, &str); 3] = [
    ("SELF_APPROVAL", "asked where an author approves"),
    (
        "SERVER_TIME",
        "asked where the decision rests on an assignment with an end",
    ),
    (
        "USER_REHASH",
        "a password that was hashed with less than it is today",
    ),
];

/// What the story does not run either.
const UNREACHED: &[(&[&str], &str)] = &[
    (
        &["BEGIN_READ", "BEGIN_WRITE", "COMMIT", "ROLLBACK"],
        "how a transaction begins and ends: it is no statement in one, which are those that are seen",
    ),
    (
        &["SAVEPOINT", "RELEASE", "ROLLBACK_TO"],
        "likewise, in a group of several: see group_commit",
    ),
    (
        &[
            "BACKEND",
            "LOGIN_FACTS",
            "POLICIES_OF",
            "PREPARED_AS",
            "REPLICATION_ROLE",
            "RIGHTS",
            "ROLE_FACTS",
            "SCHEMA_LOCK",
            "SCHEMA_LOCK_HOLDER",
            "SCHEMA_RIGHTS",
            "SERVER",
        ],
        "what a connection asks that is no lane's yet: see roles_postgres, rights_postgres, \
         defaults_postgres and poolers_postgres",
    ),
    (
        &[
            "BUILD_WAITS",
            "DEPLOYMENT_HEAD",
            "LARGE_TABLES",
            "LEFT_AHEAD",
            "UNVALIDATED",
            "WRITTEN_SINCE",
        ],
        "what is asked beside a step: see migrations::large_tables",
    ),
    (
        &["REPLICA_IDENTITIES"],
        "what tells published rows apart when a step is taken: see migrations::published",
    ),
    (
        &[
            "BREAKS_REFERENCES",
            "REFERRING_TABLES",
            "STANDING_ON_TABLES",
            "TABLES_LAID",
        ],
        "what stands where SQLite makes tables anew: see migrations::keys",
    ),
    (
        &["NAME_KEY"],
        "a name that another program stored in another form: see names::adopted",
    ),
    (
        &["LEGACY_REVISION", "LEGACY_REVISION_MOVE"],
        "tables of the old platform that are taken over: see migrations::adoption",
    ),
    (
        &["SCAN role_permissions from 3", "SCAN user_roles from 3"],
        "links that have a tenant's column and are not filled yet: see migrations::scans",
    ),
    (
        &["LEAF_NODES", "OUTCOME_OF"],
        "asked after a COMMIT whose answer was lost: see lost_answers",
    ),
];

/// Why no statement that a call of the tables runs names a table. The scan reads them all.
const TABLES: &[(&[&str], &str)] = &[];

fn names(reasons: &[(&[&'static str], &str)]) -> BTreeSet<&'static str> {
    let names = reasons.iter().flat_map(|(names, _)| names.iter());
    names.copied().collect()
}

/// Holds what ran in the calls of the tables against the registry.
pub(super) fn of_the_calls(engine: Engine, ran: &BTreeSet<&'static str>) {
    let mut named = names(UNREACHED);
    named.extend(BESIDES.map(|(name, _)| name));
    let to_do = [
        "no call of the tables runs it: add a line to CALLS in tests/tests/suite/calls.rs, or name it in \
         statements/reach.rs with the reason",
        "named in statements/reach.rs as what no call runs, and one does",
    ];
    sources::same(&unreached(engine, ran), &of_engine(engine, named), to_do);
}

/// Likewise, what ran in the whole story.
pub(super) fn of_the_story(engine: Engine, ran: &BTreeSet<&'static str>) {
    let to_do = [
        "neither a call of the tables nor the rest of the story runs it",
        "in UNREACHED of statements/reach.rs, and the story runs it",
    ];
    let named = of_engine(engine, names(UNREACHED));
    sources::same(&unreached(engine, ran), &named, to_do);
}

/// The scan looks for rows that share a key where the table has lost it: see `migrations::preflight`.
fn is_of_a_lost_key(name: &str) -> bool {
    name.starts_with("SCAN ") && name.contains(" duplicates from ")
}

/// The statements that this engine has and nothing ran.
fn unreached(engine: Engine, ran: &BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    let names = testing::registry().into_iter();
    let names = names.map(|statement| statement.name);
    let names = names.filter(|name| !is_of_a_lost_key(name));
    let all = of_engine(engine, names.collect());
    all.difference(ran).copied().collect()
}

/// Those of them that this engine has. Each must be the registry's.
fn of_engine(engine: Engine, mut names: BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    let registry = testing::registry();
    names.retain(|name| {
        let registered = registry.iter().find(|statement| statement.name == *name);
        let registered = registered.unwrap_or_else(|| panic!("{name} is in the registry no more"));
        texts(registered).any(|(on, _)| on == engine)
    });
    names
}

/// Holds the tables that the statements named that ran, other than those of the scan, against the catalogue.
pub(super) fn of_tables(touched: &BTreeSet<&str>) {
    let catalogue = schema::catalogue().iter();
    let untouched = catalogue
        .map(|table| table.name)
        .filter(|name| !touched.contains(name));
    sources::same(
        &untouched.collect(),
        &names(TABLES),
        [
            "no call of the tables reads or writes it: add a line to CALLS in tests/tests/suite/calls.rs, or name it \
             in TABLES of statements/reach.rs with the reason",
            "in TABLES of statements/reach.rs, and a call reads or writes it",
        ],
    );
}

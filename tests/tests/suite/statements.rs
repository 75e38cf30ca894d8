//! Invariant 2: every statement on a tenant's rows is held to the tenant, in its text and as it runs.

use std::collections::{BTreeMap, BTreeSet};

use ringfence::MigrateMode;
use ringfence::schema::{self, Owner};
use ringfence::testing::{self, Engine, Registered};
use ringfence_tests::fixture::{Place, World, each_engine, name_of};
use ringfence_tests::prover::{Entry, Exceptions, Scope, TenantTables, prove, prove_registry};

use crate::apart::{self, Apart};

mod reach;
mod story;

/// Across tenants by design: what operators and the migration runner do. The integrity scan's statements are
/// made from the catalogue, begin with `SCAN ` and stand in no list.
const OPERATOR: &[&str] = &[
    "HAS_TABLE",
    "HISTORY",
    "HISTORY_FORGET",
    "LEANING",
    "LEGACY_REVISION",
    "LEGACY_REVISION_MOVE",
    "LIVE_GUARDS",
    "LIVE_OBJECTS",
    "LIVE_SHAPES",
    "NAME_KEY",
    "PLAIN_CREDENTIALS",
    "TABLE_COLUMNS",
    "TENANT_PAGE",
    "USERNAMES",
];

/// Transactions, settings, and what stands in a database.
const CONTROL: &[&str] = &[
    "BACKEND",
    "BEGIN_READ",
    "BEGIN_WRITE",
    "BREAKS_REFERENCES",
    "BUILD_WAITS",
    "COMMIT",
    "DEPLOYMENT_HEAD",
    "LARGE_TABLES",
    "LEFT_AHEAD",
    "LOGIN_FACTS",
    "OUTCOME_OF",
    "POLICIES_OF",
    "PREPARED_AS",
    "REFERRING_TABLES",
    "RELEASE",
    "REPLICATION_ROLE",
    "REPLICA_IDENTITIES",
    "RIGHTS",
    "ROLE_FACTS",
    "ROLLBACK",
    "ROLLBACK_TO",
    "SAVEPOINT",
    "SCHEMA_LOCK",
    "SCHEMA_LOCK_HOLDER",
    "SCHEMA_RIGHTS",
    "SERVER",
    "STANDING_ON_TABLES",
    "TABLES_LAID",
    "UNVALIDATED",
    "WRITTEN_SINCE",
];

/// The tenant-owned and the global tables, as the catalogue has them.
fn tables() -> TenantTables {
    let owned = schema::tenant_tables()
        .filter_map(|table| table.tenant_column().map(|column| (table.name, column)));
    let global = schema::catalogue()
        .iter()
        .filter(|table| table.owner == Owner::Global);
    TenantTables::new(owned, global.map(|table| table.name))
}

fn is_scan(statement: &Registered) -> bool {
    statement.name.starts_with("SCAN ")
}

fn scope(statement: &Registered) -> Scope {
    match statement.scope {
        testing::Scope::Tenant => Scope::Tenant,
        testing::Scope::Global => Scope::Global,
        testing::Scope::Operator => Scope::Operator,
        testing::Scope::Control => Scope::Control,
    }
}

/// Its texts, for the engines that run it.
fn texts(statement: &Registered) -> impl Iterator<Item = (Engine, &'static str)> + use<> {
    let both = [
        (Engine::Sqlite, statement.sqlite),
        (Engine::Postgres, statement.postgres),
    ];
    both.into_iter()
        .filter_map(|(engine, text)| Some((engine, text?)))
}

fn entry(statement: &Registered) -> Entry<'_> {
    Entry {
        name: statement.name,
        scope: scope(statement),
        sqlite: statement.sqlite,
        postgres: statement.postgres,
    }
}

const EXCEPTIONS: Exceptions<'_> = Exceptions {
    operator: OPERATOR,
    control: CONTROL,
};

#[test]
fn every_statement_of_the_registry_is_proved_or_listed() {
    let registry = testing::registry();
    let listed = registry.iter().filter(|statement| !is_scan(statement));
    let proved = prove_registry(listed.map(entry), &tables(), EXCEPTIONS);
    match proved {
        Ok(texts) => assert!(texts > 100, "{texts}"),
        Err(findings) => {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            panic!("{}", findings.join("\n"));
        }
    }
}

#[test]
fn no_two_statements_bear_one_name() {
    let mut names = BTreeSet::new();
    for statement in testing::registry() {
        assert!(names.insert(statement.name), "{}", statement.name);
    }
}

/// What is put over a row that is there already replaces all of it but its key.
#[test]
fn what_is_put_over_a_row_replaces_all_of_it() {
    let mut seen = 0;
    for statement in testing::registry() {
        for (engine, text) in texts(&statement) {
            if !text.contains(" DO UPDATE SET ") {
                continue;
            }
            seen += 1;
            let between = |start: &str, end: &str| {
                let (_, rest) = text.split_once(start).unwrap();
                let (names, _) = rest.split_once(end).unwrap();
                names.split(", ").map(str::trim).collect::<BTreeSet<&str>>()
            };
            let (inserted, key) = (between(" (", ")"), between("ON CONFLICT (", ")"));
            let expected: BTreeSet<String> = inserted
                .difference(&key)
                .map(|column| format!("{column} = excluded.{column}"))
                .collect();
            let (_, assigned) = text.split_once(" DO UPDATE SET ").unwrap();
            let assigned = assigned.split(" RETURNING ").next().unwrap_or_default();
            let assigned: BTreeSet<String> = assigned
                .trim_end_matches(')')
                .split(", ")
                .map(|it| it.replace("EXCLUDED", "excluded"))
                .collect();
            assert_eq!(assigned, expected, "{} on {engine}", statement.name);
        }
    }
    assert!(seen > 0);
}

#[test]
fn the_global_tables_are_few() {
    let global = schema::catalogue()
        .iter()
        .filter(|table| table.owner == Owner::Global);
    assert_eq!(
        global.map(|table| table.name).collect::<Vec<_>>(),
        ["permissions"]
    );
}

#[test]
fn the_scan_reads_across_tenants_and_writes_nothing() {
    let registry = testing::registry();
    let scans: Vec<&Registered> = registry.iter().filter(|found| is_scan(found)).collect();
    assert!(!scans.is_empty());
    for scan in scans {
        assert_eq!(scan.scope, testing::Scope::Operator, "{}", scan.name);
        for text in [scan.sqlite, scan.postgres] {
            assert!(text.unwrap().starts_with("SELECT "), "{text:?}");
        }
    }
}

#[test]
fn a_statement_without_its_tenant_does_not_pass() {
    let tables = tables();
    for statement in testing::registry() {
        if scope(&statement) != Scope::Tenant {
            continue;
        }
        for (engine, text) in texts(&statement) {
            for (held, weakened) in [
                ("tenant_id = $1", "tenant_id = tenant_id"),
                ("t.id = $1", "t.id = t.id"),
                ("WHERE id = $1", "WHERE id = id"),
            ] {
                // Each predicate alone: the others do not make up for it.
                for (at, _) in text.match_indices(held) {
                    let mut broken = text.to_owned();
                    broken.replace_range(at..at + held.len(), weakened);
                    let outcome = prove(&broken, engine, &tables);
                    assert!(outcome.is_err(), "{}: {broken}", statement.name);
                }
            }
        }
    }
}

each_engine!(
    /// The body of [`what_the_calls_run_is_proved_and_bound_to_its_tenant_and_is_the_whole_registry`]: in a process of its own,
    /// where nothing else runs.
    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "run by another test, in a process of its own"]
    async fn the_story(engine: &Engine) {
        if apart::orders().is_none() {
            return;
        }
        // Worlds are copies, of a database that another process may have made.
        let made = Place::fresh(*engine).await;
        let open = made.open(MigrateMode::Auto).await.unwrap();
        open.shutdown().await.unwrap();
        made.remove().await;
        let [world, operators] = [World::new(*engine).await, World::new(*engine).await];
        story::of_the_calls(&world).await;
        story::of_the_operations(&operators).await;
        let ran = proved(*engine);
        reach::of_the_calls(*engine, &ran.statements);
        reach::of_tables(&ran.tables);
        story::besides(&world).await;
        reach::of_the_story(*engine, &proved(*engine).statements);
        for world in [world, operators] {
            world.ringfence.shutdown().await.unwrap();
            world.place.remove().await;
        }
        apart::say("told");
    }
);

/// What ran so far, and the tables that it names.
struct Ran {
    statements: BTreeSet<&'static str>,
    tables: BTreeSet<&'static str>,
}

/// Holds everything that ran in this process against the registry, the prover and the tenants of the story.
fn proved(engine: Engine) -> Ran {
    let tables = tables();
    let all = testing::registry();
    let registry: BTreeMap<&str, &Registered> = all
        .iter()
        .map(|statement| (statement.name, statement))
        .collect();
    let mut ran = Ran {
        statements: BTreeSet::new(),
        tables: BTreeSet::new(),
    };
    for executed in testing::executed() {
        let registered = registry
            .get(executed.name)
            .filter(|statement| texts(statement).any(|it| it == (engine, executed.text)));
        let Some(registered) = registered else {
            panic!("not of the registry: {}: {}", executed.name, executed.text);
        };
        assert_eq!(executed.scope, registered.scope);
        ran.statements.insert(registered.name);
        if executed.scope != testing::Scope::Tenant {
            continue;
        }
        let proof = prove(executed.text, engine, &tables);
        let proof = proof.unwrap_or_else(|violation| panic!("{}: {violation}", executed.name));
        let named = proof.references.into_iter().map(|it| it.table);
        let named = named.chain(proof.globals).chain(proof.global_writes);
        let named = named.map(|name| schema::table(&name).unwrap().name);
        ran.tables.extend(named);
        let tenant = executed.tenant.expect("$1 is bound to a tenant");
        assert!(
            story::TENANTS.contains(&tenant.as_str()) || tenant == schema::DEPLOYMENT,
            "{} ran for {tenant}",
            executed.name
        );
    }
    ran
}

each_engine!(
    #[tokio::test]
    async fn what_the_calls_run_is_proved_and_bound_to_its_tenant_and_is_the_whole_registry(
        engine: &Engine,
    ) {
        let server = tokio::task::spawn_blocking(xtask::cluster::shared);
        let server = format!("{}={}", xtask::cluster::URL_VARIABLE, server.await.unwrap());
        let story = format!("statements::the_story::{}", name_of(*engine));
        let process = Apart::start_under(&["env", &server], &story, "go");
        assert_eq!(process.finish(), ["told"]);
    }
);

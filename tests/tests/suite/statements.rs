//! Invariant 2: every statement on a tenant's rows is held to the tenant, in its text and as it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use ringfence::schema::{self, Owner};
use ringfence::testing::{self, Engine, Registered};
use ringfence_tests::fixture::{each_engine, name_of};
use ringfence_tests::prover::{Entry, Exceptions, Scope, TenantTables, prove, prove_registry};

mod story;

/// Across tenants by design: what operators and the migration runner do. The integrity scan's statements are
/// made from the catalogue, begin with `SCAN ` and stand in no list.
const OPERATOR: &[&str] = &[
    "HAS_TABLE",
    "HISTORY",
    "HISTORY_FORGET",
    "LEGACY_REVISION",
    "TABLE_COLUMNS",
    "TENANT_PAGE",
];

/// Transactions and settings.
const CONTROL: &[&str] = &[
    "BEGIN_READ",
    "BEGIN_WRITE",
    "COMMIT",
    "LOGIN_FACTS",
    "OUTCOME_OF",
    "RELEASE",
    "RIGHTS",
    "ROLE_FACTS",
    "ROLLBACK",
    "ROLLBACK_TO",
    "SAVEPOINT",
    "SCHEMA_LOCK",
    "SCHEMA_LOCK_HOLDER",
    "SCHEMA_RIGHTS",
    "SERVER",
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

/// Statements that no story reaches, each with its reason.
const UNREACHED: &[(&str, &str)] = &[(
    "LEAF_NODES",
    "asked after a COMMIT whose answer was lost: see lost_answers",
)];

each_engine!(
    /// The body of [`what_a_story_runs_is_proved_and_bound_to_its_tenant`]: in a process of its own, where nothing
    /// else runs.
    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "run by another test, in a process of its own"]
    async fn the_story(engine: &Engine) {
        let engine = *engine;
        story::tell(engine).await;

        let tables = tables();
        let all = testing::registry();
        let registry: BTreeMap<&str, &Registered> = all
            .iter()
            .map(|statement| (statement.name, statement))
            .collect();
        let mut ran = BTreeSet::new();
        for executed in testing::executed() {
            let registered = registry
                .get(executed.name)
                .filter(|statement| texts(statement).any(|it| it == (engine, executed.text)));
            let Some(registered) = registered else {
                panic!("not of the registry: {}: {}", executed.name, executed.text);
            };
            assert_eq!(executed.scope, registered.scope);
            if executed.scope != testing::Scope::Tenant {
                continue;
            }
            if let Err(violation) = prove(executed.text, engine, &tables) {
                panic!("{}: {violation}", executed.name);
            }
            ran.insert(executed.name);
            let tenant = executed.tenant.expect("$1 is bound to a tenant");
            assert!(
                story::TENANTS.contains(&tenant.as_str()) || tenant == schema::DEPLOYMENT,
                "{} ran for {tenant}",
                executed.name
            );
        }
        let unreached: Vec<&str> = registry
            .values()
            .filter(|statement| statement.scope == testing::Scope::Tenant)
            .filter(|statement| !UNREACHED.iter().any(|(name, _)| *name == statement.name))
            .filter(|statement| texts(statement).any(|(on, _)| on == engine))
            .map(|statement| statement.name)
            .filter(|name| !ran.contains(name))
            .collect();
        assert_eq!(
            unreached,
            Vec::<&str>::new(),
            "no story reaches these: add a step to tests/tests/suite/statements/story.rs"
        );
        for (name, reason) in UNREACHED {
            assert!(registry.contains_key(name), "{name} ({reason}) is gone");
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn what_a_story_runs_is_proved_and_bound_to_its_tenant(engine: &Engine) {
        let server = tokio::task::spawn_blocking(xtask::cluster::shared);
        let story = format!("statements::the_story::{}", name_of(*engine));
        let told = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &story, "--ignored", "--nocapture"])
            .env(xtask::cluster::URL_VARIABLE, server.await.unwrap())
            .output()
            .unwrap();
        let (said, complained) = (
            String::from_utf8_lossy(&told.stdout),
            String::from_utf8_lossy(&told.stderr),
        );
        assert!(told.status.success(), "{said}\n{complained}");
        assert!(said.contains("1 passed"), "{said}");
    }
);

//! The guards of the Postgres schema: what raw SQL is refused, as the owner of the tables and as the runtime role,
//! what either may go on doing, and that nothing of it could be dropped without a test that fails.
//!
//! What follows from the catalogue is tried in [`attacks`](crate::attacks); here is what is special to a table.

mod attack;
mod core_batch_a;
mod identity;
mod keys;
mod log;
mod policy;
mod row_level_security;

use ringfence::schema;
use tokio_postgres::Client;

pub(crate) use self::attack::{Allowed, Attack, By, Refused, works_by};
use crate::attacks as by_the_catalogue;
use crate::postgres_fixture::{Database, contents};

fn attacks() -> Vec<Attack> {
    [
        keys::attacks(),
        identity::attacks(),
        core_batch_a::attacks(),
        log::attacks(),
        policy::attacks(),
        row_level_security::attacks(),
    ]
    .concat()
}

fn allowed() -> Vec<Allowed> {
    [
        identity::allowed(),
        core_batch_a::allowed(),
        log::allowed(),
        policy::allowed(),
        row_level_security::allowed(),
    ]
    .concat()
}

/// Each attack meets its refusal, and nothing changes.
pub(crate) async fn are_refused((database, client): (Database, Client), attacks: Vec<Attack>) {
    let newest = ringfence::schema::version::LATEST;
    let before = contents(&client, newest, newest).await;
    client.batch_execute("BEGIN").await.unwrap();
    let mut failures = Vec::new();
    for attack in attacks {
        failures.extend(attack.run(&database, &client).await.err());
        if attack.passes_unnoticed() && contents(&client, newest, newest).await != before {
            failures.push(format!("changed something: {}", attack.sql));
        }
        client.batch_execute("ROLLBACK TO attack").await.unwrap();
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(contents(&client, newest, newest).await, before);
}

/// Each form does what it says.
pub(crate) async fn are_let_through((database, client): (Database, Client), forms: Vec<Allowed>) {
    client.batch_execute("BEGIN").await.unwrap();
    let mut failures = Vec::new();
    for form in forms {
        failures.extend(form.run(&database, &client).await.err());
        client.batch_execute("ROLLBACK TO attack").await.unwrap();
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn every_attack_on_postgres_is_refused_and_changes_nothing() {
    are_refused(Database::two_tenants().await, attacks()).await;
}

#[tokio::test]
async fn what_breaks_no_boundary_on_postgres_goes_on_working() {
    are_let_through(Database::two_tenants().await, allowed()).await;
}

/// Every trigger, foreign key and NOT NULL of ours is dropped, row-level security switched off, every policy dropped
/// and let through what it reads or what it takes, and each function of ours loses each term of its conditions, one at
/// a time: at least one attack or allowed form must notice.
#[tokio::test]
async fn nothing_that_holds_the_boundary_on_postgres_can_be_dropped_unnoticed() {
    let (own, by_hand) = (
        by_the_catalogue::world_on_postgres().await,
        Database::two_tenants().await,
    );
    let worlds = [
        World {
            at: own,
            attacks: by_the_catalogue::on_postgres(),
            allowed: by_the_catalogue::allowed_on_postgres(),
        },
        World {
            at: by_hand,
            attacks: attacks(),
            allowed: allowed(),
        },
    ];
    let mutants = mutants(&worlds[0].at.1).await;
    assert!(mutants.len() > 90, "only {} mutants", mutants.len());
    for world in &worlds {
        world.at.1.batch_execute("BEGIN").await.unwrap();
    }
    let mut survivors = Vec::new();
    for (table, mutant) in mutants {
        let apply = format!("SAVEPOINT mutant; {mutant}");
        for world in &worlds {
            world.at.1.batch_execute(&apply).await.unwrap();
        }
        if !noticed(&worlds, &table).await {
            survivors.push(mutant);
        }
        for world in &worlds {
            let back = "ROLLBACK TO mutant";
            world.at.1.batch_execute(back).await.unwrap();
        }
    }
    assert!(survivors.is_empty(), "unnoticed:\n{}", survivors.join("\n"));
}

/// A database, and what is tried there.
struct World {
    at: (Database, Client),
    attacks: Vec<Attack>,
    allowed: Vec<Allowed>,
}

/// Whether anything goes otherwise than it should; what names the table is tried first.
async fn noticed(worlds: &[World], table: &str) -> bool {
    for near in [true, false] {
        for world in worlds {
            if world.notices(|sql| sql.contains(table) == near).await {
                return true;
            }
        }
    }
    false
}

impl World {
    /// Whether any of what is wanted goes otherwise than it should.
    async fn notices(&self, wanted: impl Fn(&str) -> bool) -> bool {
        let (database, client) = &self.at;
        for attack in self.attacks.iter().filter(|it| wanted(&it.sql)) {
            let failed = attack.run(database, client).await.is_err();
            client.batch_execute("ROLLBACK TO attack").await.unwrap();
            if failed {
                return true;
            }
        }
        for form in self.allowed.iter().filter(|it| wanted(&it.sql)) {
            let failed = form.run(database, client).await.is_err();
            client.batch_execute("ROLLBACK TO attack").await.unwrap();
            if failed {
                return true;
            }
        }
        false
    }
}

async fn mutants(client: &Client) -> Vec<(String, String)> {
    const ALL: &str = "
        SELECT tgrelid::regclass::text, format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
        FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT conrelid::regclass::text,
            format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
        FROM pg_constraint WHERE contype = 'f' AND confdeltype IN ('r', 'c') AND
            (confdeltype = 'r' OR array_length(conkey, 1) = 2)
        UNION ALL
        SELECT tablename, format('DROP POLICY %I ON %I', policyname, tablename) FROM pg_policies
        UNION ALL
        SELECT tablename, format('ALTER POLICY %I ON %I USING (true)', policyname, tablename) FROM pg_policies
        UNION ALL
        SELECT tablename, format('ALTER POLICY %I ON %I WITH CHECK (true)', policyname, tablename)
        FROM pg_policies
        -- Where the head is not to be seen, the log takes no leaf. The runtime role makes neither tenants nor heads nor
        -- history, and their keys do not change.
        WHERE tablename NOT IN ('audit_events', 'tenants', 'audit_heads', 'events', 'audit_logs')
        UNION ALL
        SELECT tablename, format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', tablename) FROM pg_policies
        UNION ALL
        -- A primary key says it too: what stays of that is a unique key.
        SELECT t, format('ALTER TABLE %1$I DROP CONSTRAINT %1$s_pkey, ALTER COLUMN tenant_id DROP NOT NULL, '
            'ADD CONSTRAINT %1$s_pkey UNIQUE (tenant_id, %2$s)', t, ends)
        FROM (VALUES ('user_roles', 'user_id, role_id'), ('role_permissions', 'role_id, permission_id')) AS v (t, ends)
        ORDER BY 1, 2";
    let rows = client.query(ALL, &[]).await.unwrap();
    // A tenant is kept by the row's parent as well, which has the same tenant.
    let overtaken: Vec<String> = schema::catalogue()
        .iter()
        .filter(|table| by_the_catalogue::is_overtaken(table))
        .map(|table| format!(" DROP CONSTRAINT {}_tenant_id_fkey", table.name))
        .collect();
    let mut mutants: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .filter(|(_, sql): &(String, String)| overtaken.iter().all(|it| !sql.ends_with(it)))
        .collect();
    let functions = "SELECT p.oid::regproc::text, pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.proname LIKE 'ringfence%' AND p.prokind = 'f' ORDER BY 1";
    for row in client.query(functions, &[]).await.unwrap() {
        let (name, text): (String, String) = (row.get(0), row.get(1));
        let weaker = weaker(&text).into_iter();
        mutants.extend(weaker.map(|text| (name.clone(), text)));
    }
    mutants
}

/// A function without one term of a condition, for each.
fn weaker(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (begins, ends) in [("WHERE ", ";"), ("IF ", " THEN")] {
        for (at, _) in text.match_indices(begins) {
            let start = at + begins.len();
            let Some(length) = text[start..].find(ends) else {
                continue;
            };
            let words: Vec<&str> = text[start..start + length].split_whitespace().collect();
            let condition = words.join(" ");
            let terms: Vec<&str> = condition.split(" AND ").collect();
            for gone in 0..terms.len() {
                let mut kept = terms.clone();
                let term = kept.remove(gone);
                // A part of a term that has conditions of its own.
                if term.matches('(').count() != term.matches(')').count() {
                    continue;
                }
                let kept = match kept.as_slice() {
                    [] => "true".to_owned(),
                    kept => kept.join(" AND "),
                };
                all.push(format!(
                    "{}{kept}{}",
                    &text[..start],
                    &text[start + length..]
                ));
            }
        }
    }
    all
}

//! What the runtime role sees: the rows of the tenant that its transaction named, and without one nothing.

use ringfence::schema::{self, Table, version};
use tokio_postgres::Client;

use super::attack::Refused::{Policy, Privilege};
use super::attack::{Allowed, Attack, By, runtime, works_by};
use crate::postgres_fixture::{Database, ask};

/// A row of another tenant is not taken from the runtime role, into whichever table.
pub(super) fn attacks() -> Vec<Attack> {
    let taken = [
        "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)
         VALUES ('u9', 'b', 'zoe', 'h', true, now())",
        "INSERT INTO roles (id, tenant_id, name, created_at) VALUES ('r9', 'b', 'new', now())",
    ];
    let made = [
        "INSERT INTO tenants (id, name, created_at) VALUES ('c', 'c', now())",
        "INSERT INTO audit_heads (tenant_id, log_id) VALUES ('c', 'x')",
    ];
    let (taken, made) = (
        taken.map(|sql| runtime(sql, Policy)),
        made.map(|sql| runtime(sql, Privilege)),
    );
    [taken, made].concat()
}

fn tables() -> impl Iterator<Item = &'static Table> {
    schema::tenant_tables().filter(|table| table.rls_at(version::LATEST))
}

/// Each table read by the runtime role: rows there are, and all of them its tenant's.
pub(super) fn allowed() -> Vec<Allowed> {
    tables()
        .map(|table| {
            let own = format!("{} = 'a'", table.tenant_column().unwrap());
            works_by(
                By::Runtime,
                &format!(
                    "CREATE TEMP TABLE seen AS SELECT bool_and({own}) AS own FROM {}",
                    table.name
                ),
                "SELECT own FROM seen",
                "true",
            )
        })
        .collect()
}

async fn rows(client: &Client, table: &Table, condition: &str) -> String {
    ask(
        client,
        &format!("SELECT count(*) FROM {} WHERE {condition}", table.name),
    )
    .await
}

#[tokio::test]
async fn the_runtime_role_sees_its_tenants_rows_and_no_others() {
    let (database, owner) = Database::two_tenants().await;
    let client = database.connect().await;
    let role = database.role();
    for tenant in ["a", "b"] {
        client
            .batch_execute(&format!(
                "BEGIN; SET LOCAL ROLE {role}; SELECT set_config('ringfence.tenant', '{tenant}', true)"
            ))
            .await
            .unwrap();
        for table in tables() {
            let column = table.tenant_column().unwrap();
            let own = rows(&owner, table, &format!("{column} = '{tenant}'")).await;
            assert_ne!(own, "0", "{} proves nothing: it is empty", table.name);
            assert_eq!(
                rows(&client, table, "true").await,
                own,
                "{} of {tenant}",
                table.name
            );
            assert_eq!(
                rows(&client, table, &format!("{column} <> '{tenant}'")).await,
                "0"
            );
        }
        client.batch_execute("COMMIT").await.unwrap();
    }
}

#[tokio::test]
async fn without_a_tenant_the_runtime_role_sees_nothing() {
    let (database, owner) = Database::two_tenants().await;
    // A row of the tenant '' would be seen by whoever forgot to name one.
    owner
        .batch_execute(
            "INSERT INTO tenants VALUES ('', 'Nobody', now());
             INSERT INTO roles (id, tenant_id, name, created_at) VALUES ('r', '', 'x', now())",
        )
        .await
        .unwrap();
    let client = database.connect().await;
    let role = format!("BEGIN; SET LOCAL ROLE {}", database.role());
    let named = format!("{role}; SELECT set_config('ringfence.tenant', 'a', true); COMMIT");
    let empty = "SELECT set_config('ringfence.tenant', '', true)";
    for (before, setting) in [("", ""), ("", empty), (named.as_str(), ""), ("", empty)] {
        client.batch_execute(before).await.unwrap();
        client
            .batch_execute(&format!("{role}; {setting}"))
            .await
            .unwrap();
        for table in tables() {
            assert_eq!(
                rows(&client, table, "true").await,
                "0",
                "{} after {before:?}",
                table.name
            );
        }
        client.batch_execute("COMMIT").await.unwrap();
    }
}

/// Tenants' transactions are named by whoever calls: no name opens the deployment's own log.
#[tokio::test]
async fn a_reserved_id_opens_no_log_whoever_names_it() {
    let (database, owner) = Database::two_tenants().await;
    let logs = || tables().filter(|table| table.log);
    let role = database.role();
    for reserved in ["~deployment", "~", "~a"] {
        let planted = format!(
            "INSERT INTO audit_heads (tenant_id, log_id, size, range) VALUES ('{reserved}', 'x', 0, '')
             ON CONFLICT (tenant_id) DO NOTHING;
             INSERT INTO audit_events (tenant_id, seq, time, actor, method, action, outcome, entity_type, entity_id,
                 detail_hash, leaf_hash, subtrees)
             VALUES ('{reserved}', 1000, now(), '', '', '', '', '', '', '', '', '')"
        );
        owner.batch_execute(&planted).await.unwrap();
        let client = database.connect().await;
        let named =
            format!("BEGIN; SET LOCAL ROLE {role}; SET LOCAL ringfence.tenant = '{reserved}'");
        client.batch_execute(&named).await.unwrap();
        assert_eq!(logs().count(), 2);
        for table in logs() {
            let own = format!("tenant_id = '{reserved}'");
            assert_ne!(rows(&owner, table, &own).await, "0");
            assert_eq!(rows(&client, table, "true").await, "0", "{}", table.name);
        }
        let moved = client.execute("UPDATE audit_heads SET size = size + 1", &[]);
        assert_eq!(moved.await.unwrap(), 0);
        let added = format!(
            "INSERT INTO audit_events (tenant_id, seq, time, actor, method, action, outcome, entity_type, entity_id,
                 detail_hash, leaf_hash, subtrees)
             VALUES ('{reserved}', 1001, now(), '', '', '', '', '', '', '', '', '')"
        );
        client.batch_execute(&added).await.unwrap_err();
    }
}

/// Likewise what the old platform was asked without a token.
#[tokio::test]
async fn the_word_for_nobody_opens_no_request_whoever_names_it() {
    let (database, owner) = Database::two_tenants().await;
    let client = database.connect().await;
    let named = format!(
        "BEGIN; SET LOCAL ROLE {}; SET LOCAL ringfence.tenant = 'system'",
        database.role()
    );
    client.batch_execute(&named).await.unwrap();
    let requests = schema::table("audit_logs").unwrap();
    assert_ne!(rows(&owner, requests, "tenant_id = 'system'").await, "0");
    assert_eq!(rows(&client, requests, "true").await, "0");
}

/// An open transaction of another on users holds the epoch's row: who reads it sees what was committed, at once,
/// and the tenant's writers pass.
#[tokio::test]
async fn an_open_policy_change_blocks_neither_readers_nor_the_log() {
    let (database, platform) = Database::two_tenants().await;
    let client = database.connect().await;
    platform
        .batch_execute("BEGIN; UPDATE users SET is_active = false WHERE tenant_id = 'a'")
        .await
        .unwrap();
    client
        .batch_execute(&format!(
            "SET statement_timeout = '5s'; BEGIN; SET LOCAL ROLE {};
             SELECT set_config('ringfence.tenant', 'a', true);
             SELECT FROM audit_heads WHERE tenant_id = 'a' FOR UPDATE",
            database.role()
        ))
        .await
        .unwrap();
    let epoch = "SELECT epoch FROM policy_epochs WHERE tenant_id = 'a'";
    assert_eq!(ask(&client, epoch).await, "seed-a");
    client
        .batch_execute("UPDATE audit_heads SET size = 3 WHERE tenant_id = 'a'; COMMIT")
        .await
        .unwrap();
    platform.batch_execute("COMMIT").await.unwrap();
    assert_ne!(ask(&client, epoch).await, "seed-a");
}

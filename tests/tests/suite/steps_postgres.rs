//! The steps on Postgres: each has an exact reverse, the first is the old platform's schema, and none changes a
//! value that the old platform wrote.

use ringfence::schema::version;
use ringfence_migrations::STEPS;

use crate::legacy_data;
use crate::postgres_fixture::{Database, ask, contents, down, picture, up};

/// The old platform's database as it was dumped, without what would fix a session's search path.
fn legacy_dump() -> Option<String> {
    let bytes = legacy_data::unpacked("clean.pg.sql.gz")?;
    Some(String::from_utf8(bytes).expect("the dump is UTF-8"))
}

#[tokio::test]
async fn every_step_on_postgres_has_an_exact_reverse() {
    let database = Database::create().await;
    let client = database.connect().await;
    let mut before = vec![picture(&client).await];
    assert!(before[0].is_empty());
    for version in 1..=version::LATEST {
        up(&client, version, version).await;
        before.push(picture(&client).await);
    }
    for version in (1..=version::LATEST).rev() {
        // Nothing was written, so nothing would be lost.
        for (what, count) in STEPS[version as usize - 1].postgres.lossy {
            assert_eq!(ask(&client, count).await, "0", "V{version}: {what}");
        }
        down(&client, version).await;
        assert_eq!(
            picture(&client).await,
            before[version as usize - 1],
            "V{version} down"
        );
    }
    up(&client, 1, version::LATEST).await;
    assert_eq!(picture(&client).await, before[version::LATEST as usize]);
}

#[tokio::test]
async fn the_baseline_on_postgres_is_what_the_old_platform_made() {
    let Some(dump) = legacy_dump() else { return };
    let legacy = Database::create().await;
    legacy.connect().await.batch_execute(&dump).await.unwrap();
    let ours = Database::create().await;
    let client = ours.connect().await;
    up(&client, 1, 1).await;
    assert_eq!(
        picture(&client).await,
        picture(&legacy.connect().await).await
    );
}

#[tokio::test]
async fn the_old_platforms_values_survive_every_step_up_and_down() {
    let Some(dump) = legacy_dump() else { return };
    let database = Database::create().await;
    database.connect().await.batch_execute(&dump).await.unwrap();
    let client = database.connect().await;
    let shape = picture(&client).await;
    let before = contents(&client, version::BASELINE, version::BASELINE).await;
    assert!(
        before.values().all(|rows| !rows.is_empty()),
        "a table is empty"
    );
    for version in 2..=version::LATEST {
        up(&client, version, version).await;
        let mut now = contents(&client, version, version::BASELINE).await;
        now.get_mut("permissions")
            .unwrap()
            .retain(|row| !row.contains("(permission:"));
        assert_eq!(now, before, "V{version}");
    }
    let links = "SELECT count(*) FROM user_roles WHERE tenant_id IS NULL";
    assert_eq!(ask(&client, links).await, "0");
    for version in (2..=version::LATEST).rev() {
        down(&client, version).await;
    }
    assert_eq!(picture(&client).await, shape);
    assert_eq!(
        contents(&client, version::BASELINE, version::BASELINE).await,
        before
    );
}

#[tokio::test]
async fn permission_names_that_are_there_keep_their_rows() {
    let database = Database::create().await;
    let client = database.connect().await;
    up(&client, 1, version::IDENTITY_BACKFILL).await;
    client
        .batch_execute("INSERT INTO permissions VALUES ('old', 'mission.read', 'as it was', now())")
        .await
        .unwrap();
    up(&client, version::IDENTITY_ENFORCE, version::LATEST).await;
    let named = "SELECT string_agg(id, ',') FROM permissions WHERE name = 'mission.read'";
    assert_eq!(ask(&client, named).await, "old");
    assert_eq!(ask(&client, "SELECT count(*) FROM permissions").await, "26");
}

/// The functions belong to the schema that the steps ran in, whatever path a later session has.
#[tokio::test]
async fn the_steps_work_in_a_schema_other_than_public() {
    let database = Database::create().await;
    let client = database.connect().await;
    client
        .batch_execute("CREATE SCHEMA fleet; SET search_path = fleet")
        .await
        .unwrap();
    up(&client, 1, version::LATEST).await;
    let other = database.connect().await;
    other
        .batch_execute("INSERT INTO fleet.tenants (id, name, created_at) VALUES ('a', 'A', now())")
        .await
        .unwrap();
    let made = "SELECT count(*) FROM fleet.audit_heads NATURAL JOIN fleet.policy_epochs";
    assert_eq!(ask(&other, made).await, "1");
    let early =
        "INSERT INTO fleet.audit_events VALUES ('a', -1, now(), '', '', '', '', '', '', '')";
    let refusal = other.batch_execute(early).await.unwrap_err();
    assert_eq!(
        refusal.as_db_error().unwrap().message(),
        "ringfence.append_only:audit_events"
    );
    for version in (1..=version::LATEST).rev() {
        down(&client, version).await;
    }
    assert!(picture(&client).await.is_empty());
}

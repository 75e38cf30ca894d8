//! Several that migrate at the same time.

use std::sync::{Arc, Barrier};

use ringfence::schema::version::{CORE_A_EXPAND, LATEST};
use ringfence::{OpenOptions, Ringfence, blocking};

use super::steps::events;
use crate::postgres_fixture::somebody_waits;
use ringfence_tests::fixture::{Engine, Place, each_engine};

/// Opens every URL on a thread of its own, all at the same moment, with the default mode.
pub(super) fn open_at_once(urls: Vec<String>) {
    let start = Arc::new(Barrier::new(urls.len()));
    let threads: Vec<_> = urls
        .into_iter()
        .map(|url| {
            let start = Arc::clone(&start);
            std::thread::spawn(move || {
                start.wait();
                let options = OpenOptions {
                    // Each waits for the others' steps; on a busy machine that takes a while.
                    busy_timeout_ms: 60_000,
                    pool_size: 2,
                    ..OpenOptions::default()
                };
                let rf = blocking::wait(Ringfence::open(url, options))?;
                assert!(blocking::wait(rf.migration_status())?.is_current());
                blocking::wait(rf.shutdown())
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
}

pub(super) async fn has_one_history(place: &Place) {
    let rf = place.open(ringfence::MigrateMode::Check).await.unwrap();
    let applied = place
        .count("SELECT count(*) FROM ringfence_schema_history")
        .await;
    assert_eq!(applied, i64::from(LATEST));
    assert_eq!(events(&rf).await.len(), LATEST as usize - 1);
    assert!(rf.deployment_log().verify().await.unwrap().is_intact());
    rf.shutdown().await.unwrap();
}

each_engine!(
    #[tokio::test]
    async fn eight_that_open_one_database_at_once_make_one_history(place: &Place) {
        let urls = vec![place.url.clone(); 8];
        tokio::task::spawn_blocking(|| open_at_once(urls))
            .await
            .unwrap();
        has_one_history(place).await;
    }
);

/// A report of another program's reads for as long as it likes; the step that waits for it keeps nobody else.
#[tokio::test]
async fn while_a_step_waits_for_a_long_reader_the_others_go_on() {
    let place = Place::fresh(Engine::Postgres).await;
    let rf = Arc::new(place.at(CORE_A_EXPAND - 1).await);
    let (long, other, watch) = (
        place.postgres().await,
        place.postgres().await,
        place.postgres().await,
    );
    let read = "SELECT count(*) FROM drones";
    long.batch_execute(&format!("BEGIN; {read}")).await.unwrap();
    let migrating = Arc::clone(&rf);
    let step = tokio::spawn(async move {
        let done = migrating.migrate("up".into(), Some(CORE_A_EXPAND), None);
        done.await.map(|status| status.current)
    });
    let asked = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    other
        .batch_execute("SET statement_timeout = '4s'")
        .await
        .unwrap();
    for again in 0..3 {
        while watch.query_one(asked, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            assert!(!step.is_finished(), "it did not wait");
            tokio::task::yield_now().await;
        }
        let went_on = other.batch_execute(read).await;
        assert!(went_on.is_ok(), "{again}: {went_on:?}");
    }
    long.batch_execute("COMMIT").await.unwrap();
    assert_eq!(step.await.unwrap().unwrap(), CORE_A_EXPAND);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// An operator's write begins with the head of the deployment's log, and what it touches comes behind.
#[tokio::test]
async fn while_a_step_waits_for_an_operator_its_tables_are_free() {
    let place = Place::fresh(Engine::Postgres).await;
    let rf = Arc::new(place.at(CORE_A_EXPAND - 1).await);
    let operator = place.postgres().await;
    let head = "SELECT FROM audit_heads WHERE tenant_id = '~deployment' FOR UPDATE";
    operator
        .batch_execute(&format!("BEGIN; {head}"))
        .await
        .unwrap();
    let migrating = Arc::clone(&rf);
    let step = tokio::spawn(async move {
        let done = migrating.migrate("up".into(), Some(CORE_A_EXPAND), None);
        done.await.map(|status| status.current)
    });
    somebody_waits(&place.postgres().await).await;
    operator
        .batch_execute("SELECT FROM drones; COMMIT")
        .await
        .unwrap();
    assert_eq!(step.await.unwrap().unwrap(), CORE_A_EXPAND);
    rf.shutdown().await.unwrap();
    place.remove().await;
}

/// Roles belong to the cluster, and so does the lock on their table.
#[tokio::test]
async fn eight_databases_of_one_cluster_migrate_at_once() {
    let mut places = Vec::new();
    for _ in 0..8 {
        places.push(Place::fresh(Engine::Postgres).await);
    }
    let urls = places.iter().map(|place| place.url.clone()).collect();
    tokio::task::spawn_blocking(|| open_at_once(urls))
        .await
        .unwrap();
    for place in places {
        has_one_history(&place).await;
        place.remove().await;
    }
}

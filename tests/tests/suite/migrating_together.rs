//! Two migrations at once: the second waits, not for ever, and leaves nothing behind when it gives up.

use std::time::Duration;

use futures_util::future::join_all;
use ringfence::MigrateMode::{Auto, Never};
use ringfence::model::PageRequest;
use ringfence::{Error, OpenOptions, Ringfence, WorkOutcome};
use ringfence_tests::fixture::{Engine, Place, connect};

use crate::postgres_fixture::somebody_waits;

/// The lock that keeps migrations of the schema `public` apart.
const LOCK: &str = "pg_advisory_lock(hashtextextended('ringfence schema public', 0))";

async fn opened(place: &Place, options: OpenOptions) -> Ringfence {
    place.open(Auto).await.unwrap().shutdown().await.unwrap();
    let options = OpenOptions {
        migrate: Never,
        ..options
    };
    Ringfence::open(place.url.clone(), options).await.unwrap()
}

async fn migrate(rf: &Ringfence) -> Result<(), Error> {
    rf.migrate("suite".into(), None, None).await.map(drop)
}

#[tokio::test]
async fn a_migration_that_is_given_up_while_it_waits_keeps_nobody_out() {
    let place = Place::fresh(Engine::Postgres).await;
    let rf = opened(&place, OpenOptions::default()).await;
    // The pool has connections to choose from.
    let several = (0..6).map(|_| rf.tenants(PageRequest::default()));
    for read in join_all(several).await {
        read.unwrap();
    }
    let (holder, watcher) = (place.postgres().await, place.postgres().await);
    for _ in 0..4 {
        holder
            .batch_execute(&format!("SELECT {LOCK}"))
            .await
            .unwrap();
        let waiting = migrate(&rf);
        tokio::select! {
            outcome = waiting => panic!("it did not wait: {outcome:?}"),
            () = somebody_waits(&watcher) => {}
        }
        let released = "SELECT pg_advisory_unlock_all()";
        holder.batch_execute(released).await.unwrap();
        let next = tokio::time::timeout(Duration::from_secs(30), migrate(&rf)).await;
        next.expect("nobody holds the lock").unwrap();
    }
    rf.shutdown().await.unwrap();
    place.remove().await;
}

#[tokio::test]
async fn a_migration_waits_so_long_and_says_for_whom() {
    let place = Place::fresh(Engine::Postgres).await;
    let options = OpenOptions {
        migration_lock_timeout_ms: 100,
        ..OpenOptions::default()
    };
    let rf = opened(&place, options).await;
    // Other locks of the host's, in this database and in another, and somebody who waits.
    let other = place.postgres().await;
    let locks = "SELECT pg_advisory_lock(1), pg_advisory_lock(0, 1)";
    other.batch_execute(locks).await.unwrap();
    let elsewhere = Place::fresh(Engine::Postgres).await;
    let namesake = elsewhere.postgres().await;
    let lock = format!("SELECT {LOCK}");
    namesake.batch_execute(&lock).await.unwrap();
    let holder = connect(&format!("{}?application_name=nightly", place.url)).await;
    let text = format!("SELECT {LOCK} /* a secret */");
    holder.batch_execute(&text).await.unwrap();
    let process = holder
        .query_one("SELECT pg_backend_pid()", &[])
        .await
        .unwrap();
    let process: i32 = process.get(0);
    let waits = place.postgres().await;
    let waiting = tokio::spawn(async move { waits.batch_execute(&lock).await });
    somebody_waits(&other).await;
    match migrate(&rf).await {
        Err(Error::Unavailable {
            code,
            outcome,
            detail,
        }) => {
            assert_eq!(
                (code.as_str(), outcome),
                ("migrating", WorkOutcome::NotDone)
            );
            let known = [process.to_string(), "nightly".to_owned(), "UTC".to_owned()];
            for word in known {
                assert!(detail.contains(&word), "{detail}");
            }
            for word in ["secret", "SELECT"] {
                assert!(!detail.contains(word), "{detail}");
            }
        }
        other => panic!("{other:?}"),
    }
    waiting.abort();
    drop((waiting.await, holder));
    while let Err(refused) = migrate(&rf).await {
        assert_eq!(refused.code(), "migrating");
    }
    rf.shutdown().await.unwrap();
    place.remove().await;
    elsewhere.remove().await;
}

#[tokio::test]
async fn on_sqlite_a_step_waits_as_long_for_whoever_writes() {
    let place = Place::fresh(Engine::Sqlite).await;
    let options = OpenOptions {
        busy_timeout_ms: 600_000,
        migration_lock_timeout_ms: 50,
        ..OpenOptions::default()
    };
    let rf = opened(&place, options).await;
    let writer = place.sqlite();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(migrate(&rf).await.unwrap_err().code(), "busy");
    writer.execute_batch("ROLLBACK").unwrap();
    migrate(&rf).await.unwrap();
    rf.shutdown().await.unwrap();
    place.remove().await;
}

//! Work that is more than one row does not hold an executor's thread.

use std::pin::pin;

use futures_util::future::{join_all, poll_fn};
use ringfence::{OpenOptions, Ringfence, testing};
use ringfence_tests::fixture::{Engine, Place, World, each_engine, new_drone};

/// Awaits a future and counts how often it was polled.
async fn polled<T>(future: impl Future<Output = T>) -> (T, usize) {
    let mut future = pin!(future);
    let mut polls = 0;
    let done = poll_fn(|context| {
        polls += 1;
        future.as_mut().poll(context)
    })
    .await;
    (done, polls)
}

/// A log is read and hashed this many leaves at a time.
const CHUNK: usize = 256;

each_engine!(
    #[tokio::test]
    async fn a_log_is_verified_chunk_by_chunk_and_not_on_the_thread_that_polls(world: &World) {
        let admin = world.north.admin().await;
        let drones = admin.drones();
        let register = async |number: usize| {
            let new = new_drone(format!("drone {number}"));
            drones.register(new).await.unwrap();
        };
        join_all((0..3 * CHUNK).map(register)).await;

        drop(testing::ran_here());
        let (verified, polls) = polled(admin.audit().verify()).await;
        let verified = verified.unwrap();
        assert!(verified.is_intact());
        let chunks = usize::try_from(verified.size).unwrap().div_ceil(CHUNK);
        assert!(chunks >= 3);
        match world.place.engine {
            // Elsewhere it may be done before it is asked for again.
            Engine::Sqlite => {
                let here = testing::ran_here();
                assert!(!here.contains(&"LEAVES"), "{here:?}");
            }
            Engine::Postgres => assert!(polls > chunks, "{polls} polls for {chunks} chunks"),
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn scans_and_steps_run_elsewhere_on_sqlite_and_suspend_on_postgres(place: &Place) {
        let on_sqlite = place.engine == Engine::Sqlite;
        let elsewhere = |what: &str, polls: usize| {
            let here = testing::ran_here();
            // Elsewhere it may be done before it is asked for the second time.
            assert!(on_sqlite || polls > 1, "{what} was one poll");
            assert!(!on_sqlite || here.is_empty(), "{what}: {here:?}");
        };
        let operator = || "suite".to_owned();
        let ringfence = Ringfence::open(place.url.clone(), OpenOptions::default())
            .await
            .unwrap();
        drop(testing::ran_here());
        let (scanned, polls) = polled(ringfence.integrity_scan(None, None)).await;
        assert!(scanned.unwrap().findings.is_empty());
        elsewhere("the scan", polls);
        let (down, polls) = polled(ringfence.rollback(operator(), 5, None)).await;
        assert_eq!(down.unwrap().current, 5);
        elsewhere("taking steps back", polls);
        let (up, polls) = polled(ringfence.migrate(operator(), None, None)).await;
        assert!(up.unwrap().is_current());
        elsewhere("taking steps", polls);
    }
);

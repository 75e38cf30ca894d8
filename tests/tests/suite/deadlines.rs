//! No call waits for longer than a call may take, and what it is told is true.

use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt, join_all};
use ringfence::model::{DroneId, NewUser};
use ringfence::{Error, OpenOptions, Ringfence, TenantSession, WorkOutcome};
use ringfence_tests::fixture::{Engine, Hold, Home, World, connect, each_engine, register};

use crate::calls::operators::{OPERATIONS, Operating};
use crate::calls::things::{Ids, settle};
use crate::calls::{Asked, CALLS, Texts};
use crate::lost_answers::{COMMIT, Setting, drones};
use crate::postgres_fixture::ours_are_idle;

/// A call is given up long before it waited for a lock in vain, or the other way round.
fn options(busy_timeout_ms: u32, call_timeout_ms: u32) -> OpenOptions {
    OpenOptions {
        busy_timeout_ms,
        call_timeout_ms,
        ..OpenOptions::default()
    }
}

#[track_caller]
fn told<T: std::fmt::Debug>(outcome: ringfence::Result<T>) -> (String, WorkOutcome) {
    match outcome {
        Err(Error::Unavailable { code, outcome, .. }) => (code, outcome),
        other => panic!("{other:?}"),
    }
}

fn not_done(code: &str) -> (String, WorkOutcome) {
    (code.to_owned(), WorkOutcome::NotDone)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_holds_no_call_for_longer_than_it_may_take() {
    let setting = Setting::new(options(1_000, 3_000)).await;
    let session = setting.session(&setting.world.north).await;
    let looking = setting.world.place.postgres().await;
    // Each finds a connection that lies idle: one that must be made first, or waited for, has less time.
    drones(&session).await.unwrap();
    ours_are_idle(&looking).await;
    setting.proxy.freeze(true);
    assert_eq!(told(drones(&session).await), not_done("timed_out"));
    setting.proxy.freeze(false);
    while let Err(error) = register(&session, "wren").await {
        assert!(error.is_retryable(), "{error:?}");
    }
    ours_are_idle(&looking).await;
    setting.proxy.freeze(true);
    let write = register(&session, "kite").await;
    assert_eq!(told(write), not_done("timed_out"));
    // It is found out anew by each that comes next, and who waits for its turn goes when that comes too late.
    let next = ["glider", "buzzard"].map(|name| register(&session, name));
    for outcome in join_all(next).await {
        let (code, outcome) = told(outcome);
        assert!(
            ["timed_out", "too_late", "unreachable"].contains(&code.as_str()),
            "{code}"
        );
        assert_eq!(outcome, WorkOutcome::NotDone);
    }
    setting.proxy.freeze(false);
    // Whoever connected meanwhile is let go.
    while let Err(error) = register(&session, "heron").await {
        assert!(error.is_retryable(), "{error:?}");
    }
    for name in ["kite", "glider", "buzzard"] {
        assert_eq!(setting.stands(name).await, (0, 0), "{name}");
    }
    assert_eq!(setting.stands("heron").await, (1, 1));
    setting.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_is_never_answered_is_asked_about_in_time() {
    let setting = Setting::new(options(5_000, 6_000)).await;
    let session = setting.session(&setting.world.north).await;
    setting.proxy.withhold_answer_to(COMMIT);
    register(&session, "kite").await.unwrap();
    assert_eq!(setting.proxy.swallowed(), 1);
    assert_eq!(setting.stands("kite").await, (1, 1));
    setting.remove().await;
}

/// Whether the call's time ends first, or the time for asking.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_nobody_answers_for_is_of_unknown_outcome_when_the_call_ends() {
    for busy_timeout_ms in [20_000, 300] {
        let setting = Setting::new(options(busy_timeout_ms, 3_000)).await;
        let session = setting.session(&setting.world.north).await;
        setting.proxy.withhold_answer_to(COMMIT);
        let write = register(&session, "kite");
        let still = async {
            while setting.proxy.swallowed() == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            setting.proxy.freeze(true);
        };
        let (outcome, ()) = futures_util::join!(write, still);
        let unknown = ("outcome_unknown".to_owned(), WorkOutcome::Unknown);
        assert_eq!(told(outcome), unknown);
        setting.proxy.freeze(false);
        assert_eq!(setting.stands("kite").await, (1, 1));
        setting.remove().await;
    }
}

/// Its writes leave together with COMMIT, and the server has answered before anybody goes.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_write_that_only_waited_for_a_lock_has_done_nothing() {
    for (busy_timeout_ms, call_timeout_ms) in [(5_000, 2_000), (2_000, 2_000), (1_000, 1_900)] {
        let setting = Setting::new(options(busy_timeout_ms, call_timeout_ms)).await;
        let session = setting.session(&setting.world.north).await;
        let holder = setting
            .lock("LOCK TABLE drones IN ACCESS EXCLUSIVE MODE")
            .await;
        let alone = register(&session, "kite").await;
        assert_eq!(told(alone), not_done("busy"));
        let together = ["glider", "buzzard"].map(|name| register(&session, name));
        for outcome in join_all(together).await {
            let (code, outcome) = told(outcome);
            assert!(
                ["busy", "too_late", "timed_out"].contains(&code.as_str()),
                "{code}"
            );
            assert_eq!(outcome, WorkOutcome::NotDone);
        }
        holder.batch_execute("ROLLBACK").await.unwrap();
        for name in ["kite", "glider", "buzzard"] {
            assert_eq!(setting.stands(name).await, (0, 0), "{name}");
        }
        register(&session, "kite").await.unwrap();
        setting.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_read_waits_for_a_lock_no_longer_than_a_write_does() {
    let setting = Setting::new(options(300, 60_000)).await;
    let session = setting.session(&setting.world.north).await;
    let holder = setting
        .lock("LOCK TABLE drones IN ACCESS EXCLUSIVE MODE")
        .await;
    // One statement, and several.
    assert_eq!(told(drones(&session).await), not_done("busy"));
    let one = session.drones().get(DroneId::from("nobody's")).await;
    assert_eq!(told(one), not_done("busy"));
    assert_eq!(told(register(&session, "kite").await), not_done("busy"));
    holder.batch_execute("ROLLBACK").await.unwrap();
    drones(&session).await.unwrap();
    setting.remove().await;
}

/// Another handle on the world's database.
async fn handle(world: &World, options: OpenOptions) -> (Ringfence, TenantSession) {
    let handle = Ringfence::open(world.place.url.clone(), options)
        .await
        .unwrap();
    let north = &world.north;
    let session = handle.session(north.tenant.clone(), north.admin.clone());
    let session = session.await.unwrap();
    (handle, session)
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_write_behind_another_programs_is_busy_in_time(world: &World) {
        let (handle, session) = handle(world, options(200, 60_000)).await;
        let held = Hold::take(&world.place, "north").await;
        assert_eq!(told(register(&session, "kite").await), not_done("busy"));
        held.release().await;
        register(&session, "kite").await.unwrap();
        handle.shutdown().await.unwrap();
    }
);

each_engine!(
    /// On SQLite one that reads without end is interrupted, and with it nothing else.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_read_without_end_ends_with_its_call(world: &World) {
        let (handle, session) = handle(world, options(5_000, 3_000)).await;
        let kite = register(&session, "kite").await.unwrap().id;
        drones(&session).await.unwrap();
        let [endless, mended] = match world.place.engine {
            Engine::Sqlite => [
                "ALTER TABLE drones RENAME TO kept; CREATE VIEW drones AS SELECT * FROM kept WHERE \
                 (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n) > 0",
                "DROP VIEW drones; ALTER TABLE kept RENAME TO drones",
            ],
            Engine::Postgres => [
                "CREATE FUNCTION host_sleeps() RETURNS boolean LANGUAGE sql AS \
                 $$ SELECT true FROM pg_sleep(3600) $$; \
                 CREATE POLICY host_sleeps ON drones AS RESTRICTIVE FOR SELECT USING (host_sleeps())",
                "DROP POLICY host_sleeps ON drones; DROP FUNCTION host_sleeps()",
            ],
        };
        world.place.raw(endless).await.unwrap();
        assert_eq!(told(drones(&session).await), not_done("timed_out"));
        let one = session.drones().get(kite.clone()).await;
        assert_eq!(told(one), not_done("timed_out"));
        if world.place.engine == Engine::Postgres {
            nothing_is_asked(world).await;
        }
        world.place.raw(mended).await.unwrap();
        session.drones().get(kite).await.unwrap();
        handle.shutdown().await.unwrap();
    }
);

/// rustls makes nothing for a server that has no name: the request goes out without it. What sleeps there is woken by
/// nothing else: it sleeps through the server's own timeout.
#[tokio::test(flavor = "multi_thread")]
async fn over_a_socket_too_the_server_stops_at_what_nobody_waits_for() {
    let world = World::new(Engine::Postgres).await;
    let looking = connect(&world.place.url).await;
    let asked = "SELECT split_part(current_setting('unix_socket_directories'), ',', 1), \
                 current_setting('port'), current_database()::text, current_user::text";
    let row = looking.query_one(asked, &[]).await.unwrap();
    let [folder, port, database, login]: [String; 4] = [0, 1, 2, 3].map(|at| row.get(at));
    for query in ["", "&sslmode=prefer"] {
        let url = format!("postgres://{login}@/{database}?host={folder}&port={port}{query}");
        let handle = Ringfence::open(url, options(5_000, 2_000)).await.unwrap();
        let north = &world.north;
        let session = handle.session(north.tenant.clone(), north.admin.clone());
        let session = session.await.unwrap();
        drones(&session).await.unwrap();
        let endless = "CREATE FUNCTION host_sleeps() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
                BEGIN
                    PERFORM pg_sleep(3600);
                EXCEPTION WHEN query_canceled THEN
                    IF SQLERRM NOT LIKE '%statement timeout%' THEN RAISE; END IF;
                    PERFORM pg_sleep(3600);
                END;
                RETURN true;
            END $$;
            CREATE POLICY host_sleeps ON drones AS RESTRICTIVE FOR SELECT USING (host_sleeps())";
        world.place.raw(endless).await.unwrap();
        register(&session, format!("kite{query}")).await.unwrap();
        assert_eq!(told(drones(&session).await), not_done("timed_out"));
        let stopped = tokio::time::timeout(Duration::from_secs(60), nothing_is_asked(&world));
        stopped.await.expect("the server is asked to stop");
        let mended = "DROP POLICY host_sleeps ON drones; DROP FUNCTION host_sleeps()";
        world.place.raw(mended).await.unwrap();
        handle.shutdown().await.unwrap();
    }
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

/// Until the server works at nothing any more that nobody waits for.
async fn nothing_is_asked(world: &World) {
    let looking = connect(&world.place.url).await;
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND application_name = 'ringfence' AND state = 'active'";
    while looking
        .query_one(asked, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        > 0
    {
        tokio::task::yield_now().await;
    }
}

/// A drone of this name is never written to the end.
fn endless_insert(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER host_insert BEFORE INSERT ON drones WHEN NEW.name = 'endless' BEGIN SELECT \
             (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n); END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION host_sleeps() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_sleep(3600); RETURN NEW; END $$; \
             CREATE TRIGGER host_insert BEFORE INSERT ON drones \
             FOR EACH ROW WHEN (NEW.name = 'endless') EXECUTE FUNCTION host_sleeps()"
        }
    }
}

each_engine!(
    /// On SQLite its neighbours have time left, and run again. On Postgres it may have left with its COMMIT, and they with
    /// it: each is told what is true of it, or that nobody knows.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_write_without_end_ends_with_its_call_and_spoils_no_neighbour(world: &World) {
        let (handle, session) = handle(world, options(5_000, 4_000)).await;
        world
            .place
            .raw(endless_insert(world.place.engine))
            .await
            .unwrap();
        let alone = told(register(&session, "endless").await);
        if world.place.engine == Engine::Sqlite {
            assert_eq!(alone, not_done("timed_out"));
        }
        let names = ["kite", "endless", "heron"];
        let held = Hold::take(&world.place, "north").await;
        let all = join_all(names.map(|name| register(&session, name)));
        let release = async {
            // All have come by then, or the last one comes later, and is no neighbour.
            tokio::time::sleep(Duration::from_millis(50)).await;
            held.release().await;
        };
        let (outcomes, ()) = futures_util::join!(all, release);
        for (name, outcome) in names.into_iter().zip(outcomes) {
            let stands = format!("SELECT count(*) FROM drones WHERE name = '{name}'");
            let stands = world.place.count(&stands).await;
            if name == "endless" || world.place.engine == Engine::Postgres {
                match outcome {
                    Ok(_) => assert_eq!(stands, 1, "{name}"),
                    Err(Error::Unavailable { code, outcome, .. }) => {
                        let known = outcome == WorkOutcome::NotDone;
                        let expected = if known {
                            "timed_out"
                        } else {
                            "outcome_unknown"
                        };
                        assert_eq!(code, expected, "{name}");
                        assert!(!known || stands == 0, "{name}");
                    }
                    Err(other) => panic!("{name}: {other:?}"),
                }
            } else {
                outcome.unwrap();
                assert_eq!(stands, 1, "{name}");
            }
        }
        if world.place.engine == Engine::Postgres {
            nothing_is_asked(world).await;
        }
        register(&session, "buzzard").await.unwrap();
        let endless = "SELECT count(*) FROM drones WHERE name = 'endless'";
        assert_eq!(world.place.count(endless).await, 0);
        assert!(session.audit().verify().await.unwrap().is_intact());
        handle.shutdown().await.unwrap();
    }
);

/// How long a call may take where each of its parts takes as long as it may, and by how much it may be late: the machine
/// has other work.
const CALL: Duration = Duration::from_secs(4);
const LATE: Duration = Duration::from_millis(1_500);

/// What takes as long as it takes.
const LONG: [&str; 5] = [
    "ringfence.migrate",
    "ringfence.rollback",
    "ringfence.integrity_scan",
    "ringfence.boundary_report",
    "log.verify",
];

/// What a call waits for may take nearly as long as the call, one thing after another.
fn as_long_as_a_call() -> OpenOptions {
    let call = u32::try_from(CALL.as_millis()).unwrap();
    options(call - 100, call)
}

/// Makes every call of the tables side by side, while nobody can be hashed for most of a call and what `hinders` does
/// hinders them from then on. Says which took too long.
async fn late_calls<H>(
    handle: &Ringfence,
    (home, ids): (&Home, &Ids),
    hinders: impl Future<Output = H>,
) -> Vec<String> {
    let session = handle.session(home.tenant.clone(), home.admin.clone());
    let asked = Asked::of(&session.await.unwrap(), ids);
    let operating = Operating {
        rf: handle.clone(),
        admin: home.admin.clone(),
        texts: Texts::default(),
    };
    let mut calls: Vec<(String, BoxFuture<'_, ()>)> = Vec::new();
    for call in CALLS {
        calls.push((call.shown(), (call.make)(&asked).map(drop).boxed()));
    }
    for operation in OPERATIONS {
        if !LONG.contains(&operation.method) {
            let made = (operation.make)(&operating).map(drop);
            calls.push((operation.method.to_owned(), made.boxed()));
        }
    }
    let set = session_sets(&asked);
    calls.push(("a password of one's own".to_owned(), set.boxed()));
    let right = handle.login(home.tenant.clone(), "mara".to_owned(), PASSWORD.to_owned());
    calls.push(("a right login".to_owned(), right.map(drop).boxed()));
    let places = ringfence::testing::occupy_hashing(handle).unwrap();
    let made = join_all(calls.into_iter().map(async |(shown, call)| {
        let begun = Instant::now();
        call.await;
        (shown, begun.elapsed())
    }));
    let hindered = async {
        tokio::time::sleep(CALL * 3 / 4).await;
        let hindrance = hinders.await;
        drop(places);
        hindrance
    };
    let (made, _hindrance) = futures_util::join!(made, hindered);
    let late = made.into_iter().filter(|(_, took)| *took > CALL + LATE);
    late.map(|(shown, took)| format!("{shown} took {took:?}"))
        .collect()
}

const PASSWORD: &str = "a long password";

async fn session_sets(asked: &Asked) {
    let own = asked.session.whoami().await.unwrap().user_id;
    let identity = asked.session.identity();
    // Whether it was done depends on who came first.
    drop(identity.set_password(own, PASSWORD.to_owned()).await);
}

async fn things(home: &Home) -> Ids {
    let mara = NewUser {
        password: Some(PASSWORD.to_owned()),
        ..NewUser::new("mara")
    };
    let identity = home.admin().await.identity();
    identity.create_user(mara).await.unwrap();
    settle(home, "seen").await
}

each_engine!(
    /// Whoever waits for a place to hash at, and then for a lock, waits no longer than for one of them.
    #[tokio::test(flavor = "multi_thread")]
    async fn no_call_takes_its_time_twice(world: &World) {
        let (handle, _) = handle(world, as_long_as_a_call()).await;
        let ids = things(&world.north).await;
        let hinders = Hold::take(&world.place, "north");
        let late = late_calls(&handle, (&world.north, &ids), hinders).await;
        assert!(late.is_empty(), "{late:?}");
        handle.shutdown().await.unwrap();
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn no_call_takes_its_time_twice_of_a_server_that_stands_still() {
    let setting = Setting::new(as_long_as_a_call()).await;
    let ids = things(&setting.world.north).await;
    let hinders = async { setting.proxy.freeze(true) };
    let late = late_calls(&setting.far, (&setting.world.north, &ids), hinders).await;
    setting.proxy.freeze(false);
    assert!(late.is_empty(), "{late:?}");
    setting.remove().await;
}

//! What is counted of logins, for how long, and how much of it at most.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use ringfence::model::Action;
use ringfence::{Error, OpenOptions, Ringfence, Source, SystemSource};
use ringfence_tests::fixture::{Engine, Hold, Place, World, each_engine};
use sha2::{Digest, Sha256};
use tokio::runtime::Builder;
use tokio::sync::Notify;

use crate::postgres_fixture::somebody_waits;

use super::{PASSWORD, detail, events, login, refused, user_with_password};

/// How many names of a tenant have counters of their own, and how many they share beyond that.
const OWN: i64 = 1_000;
const SHARED: i64 = 256;

/// The beginning of a name's digest.
fn subject(username: &str, digits: usize) -> String {
    let digest = Sha256::digest(username.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hex[..digits].to_owned()
}

/// A moment from now, as a literal of the engine's.
fn literal(world: &World, seconds: i64) -> String {
    let time = Timestamp::now() + SignedDuration::from_secs(seconds);
    let text = time.strftime("%Y-%m-%d %H:%M:%S%.6f");
    match world.place.engine {
        Engine::Sqlite => format!("'{text}'"),
        Engine::Postgres => format!("timestamptz '{text}+00'"),
    }
}

/// Counters of the tenant `north`, as an attempt leaves them.
struct Planted {
    failures: i64,
    refused: i64,
    in_flight: i64,
    window_started_at: i64,
    in_flight_until: i64,
}

impl Planted {
    const FRESH: Self = Self {
        failures: 0,
        refused: 0,
        in_flight: 0,
        window_started_at: 0,
        in_flight_until: 0,
    };

    async fn plant(&self, world: &World, subjects: impl IntoIterator<Item = String>) {
        let started = literal(world, self.window_started_at);
        let until = match self.in_flight {
            0 => "NULL".to_owned(),
            _ => literal(world, self.in_flight_until),
        };
        let Self {
            failures,
            refused,
            in_flight,
            ..
        } = self;
        let rows: Vec<String> = subjects
            .into_iter()
            .map(|subject| {
                format!(
                    "('north', '{subject}', {failures}, {refused}, {in_flight}, {started}, NULL, {until})"
                )
            })
            .collect();
        let insert = format!("INSERT INTO login_throttles VALUES {}", rows.join(", "));
        world.place.raw(&insert).await.unwrap();
    }
}

async fn subjects(world: &World, digits: usize) -> i64 {
    let rows = format!(
        "SELECT count(*) FROM login_throttles WHERE tenant_id = 'north' AND length(subject) = {digits}"
    );
    world.place.count(&rows).await
}

each_engine!(
    #[tokio::test]
    async fn right_passwords_side_by_side_and_in_another_process_all_get_in(world: &World) {
        user_with_password(&world.north, "mara").await;
        let other = Ringfence::open(world.place.url.clone(), OpenOptions::default())
            .await
            .unwrap();
        // Not even when few wrong ones are left.
        for wrong in [0, 4] {
            for _ in 0..wrong {
                assert_eq!(refused(world, "mara").await, Error::Unauthenticated);
            }
            let attempts = (0..12).map(|attempt| {
                let database = [&world.ringfence, &other][attempt % 2];
                login(database, &world.north, "mara", PASSWORD)
            });
            for outcome in join_all(attempts).await {
                assert_eq!(outcome.err(), None);
            }
        }
        assert_eq!(subjects(world, 5).await, 0);
        other.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn an_attempt_whose_caller_has_gone_does_not_stay_under_way(world: &World) {
        user_with_password(&world.north, "mara").await;
        for _ in 0..20 {
            // Polled once and dropped.
            let attempt = login(&world.ringfence, &world.north, "mara", PASSWORD).now_or_never();
            assert!(attempt.is_none());
        }
        // Behind all of them.
        login(&world.ringfence, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        none_is_under_way(world).await;
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn an_attempt_whose_caller_hangs_up_when_it_is_admitted_is_not_compared(world: &World) {
        user_with_password(&world.north, "mara").await;
        let weaken = format!("UPDATE users SET password_argon2 = '{WEAK}' WHERE username = 'mara'");
        world.place.raw(&weaken).await.unwrap();
        let (asked, (go_on, gone)) = (Arc::new(Notify::new()), mpsc::channel());
        let admitting = Arc::clone(&asked);
        world.clock.when_a_unit_asks(move || {
            admitting.notify_one();
            gone.recv().unwrap();
        });
        tokio::select! {
            biased;
            () = asked.notified() => {}
            _ = login(&world.ringfence, &world.north, "mara", PASSWORD) => panic!("it is held"),
        }
        go_on.send(()).unwrap();
        // Behind it.
        assert_eq!(refused(world, "mara").await, Error::Unauthenticated);
        none_is_under_way(world).await;
        let stored = "SELECT password_argon2 FROM users WHERE username = 'mara'";
        assert_eq!(world.place.raw_text(stored).await.as_deref(), Some(WEAK));
        let events = events(world).await;
        assert!(events.iter().all(|event| event.action != Action::Login));
    }
);

/// Until all attempts have ended.
pub(super) async fn none_is_under_way(world: &World) {
    let under_way = "SELECT CAST(coalesce(sum(in_flight), 0) AS BIGINT) FROM login_throttles";
    let ended = async {
        while world.place.count(under_way).await > 0 {
            tokio::task::yield_now().await;
        }
    };
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, ended).await.unwrap();
}

/// A source of chance that another program watches: whenever it is asked on a thread of the library's own, as it is
/// for the salt of each comparison, mara's hash becomes another.
struct Rehashing {
    url: String,
    is_on: AtomicBool,
    times: AtomicUsize,
}

impl Source for Rehashing {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        if self.is_on.load(Ordering::SeqCst) {
            let time = self.times.fetch_add(1, Ordering::SeqCst);
            let place = Place::existing(self.url.clone());
            let rehash = UPDATE_HASH.replace("{}", &format!("hash {time}"));
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let runtime = Builder::new_current_thread().enable_all().build();
                    runtime.unwrap().block_on(place.raw(&rehash)).unwrap();
                });
            });
        }
        SystemSource.fill(bytes)
    }
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn an_attempt_whose_hash_is_another_each_time_ends_and_was_none(world: &World) {
        user_with_password(&world.north, "mara").await;
        let source = Arc::new(Rehashing {
            url: world.place.url.clone(),
            is_on: AtomicBool::new(false),
            times: AtomicUsize::new(0),
        });
        let (url, theirs) = (world.place.url.clone(), Arc::clone(&source));
        let other = Ringfence::open_with_source(url, OpenOptions::default(), theirs);
        let other = other.await.unwrap();
        source.is_on.store(true, Ordering::SeqCst);
        let attempt = login(&other, &world.north, "mara", PASSWORD).await;
        source.is_on.store(false, Ordering::SeqCst);
        let error = attempt.err().unwrap();
        assert_eq!((error.code(), error.is_retryable()), ("too_late", true));
        assert!(source.times.load(Ordering::SeqCst) >= 5);
        other.shutdown().await.unwrap();
        none_is_under_way(world).await;
        let counted = "SELECT CAST(coalesce(sum(failures), 0) AS BIGINT) FROM login_throttles";
        assert_eq!(world.place.count(counted).await, 0);
    }
);

each_engine!(
    /// A process that dies in the middle of an attempt keeps nobody out.
    #[tokio::test]
    async fn attempts_that_never_end_are_waited_for_and_then_count_as_refused(world: &World) {
        user_with_password(&world.north, "mara").await;
        for until in [-1, 1] {
            let lost = Planted {
                in_flight: 5,
                in_flight_until: until,
                ..Planted::FRESH
            };
            lost.plant(world, [subject("mara", 5)]).await;
            // Blocked they would be only by one more that is refused.
            login(&world.ringfence, &world.north, "mara", PASSWORD)
                .await
                .unwrap();
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn counters_whose_window_is_over_go_with_the_next_attempt_of_any_name(world: &World) {
        let old = Planted {
            failures: 3,
            window_started_at: -1_000,
            ..Planted::FRESH
        };
        let fresh = Planted {
            failures: 3,
            ..Planted::FRESH
        };
        let half = |from: i64| (from..from + OWN / 2).map(|number| format!("{number:05}"));
        old.plant(world, half(0)).await;
        // By a clock that was set back since.
        let ahead = Planted {
            failures: 3,
            window_started_at: 1_000,
            ..Planted::FRESH
        };
        ahead.plant(world, half(OWN / 2)).await;
        fresh.plant(world, ["fffff".to_owned()]).await;
        assert_eq!(refused(world, "nobody").await, Error::Unauthenticated);
        assert_eq!(subjects(world, 5).await, 2);
    }
);

each_engine!(
    #[tokio::test]
    async fn beyond_a_thousand_names_they_share_their_counters_and_no_row_is_added(world: &World) {
        user_with_password(&world.north, "mara").await;
        let full = (0..OWN).map(|number| format!("{number:05}"));
        Planted::FRESH.plant(world, full).await;
        for name in ["mara", "nobody", "somebody"] {
            assert_eq!(refused(world, name).await, Error::Unauthenticated);
        }
        assert_eq!(subjects(world, 5).await, OWN);
        assert_eq!(subjects(world, 2).await, 3);
        let shared = |name: &str| {
            let bucket = subject(name, 2);
            format!(
                "SELECT failures FROM login_throttles WHERE tenant_id = 'north' AND subject = '{bucket}'"
            )
        };
        // Others' refusals are not forgotten because one of them knows a password.
        login(&world.ringfence, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        assert_eq!(
            world
                .place
                .count(&format!("SELECT CAST(({}) AS BIGINT)", shared("mara")))
                .await,
            1
        );

        // All that can be shared is there: the names with rows of their own go on having them, nothing else comes.
        let clear = "DELETE FROM login_throttles WHERE length(subject) = 2";
        world.place.raw(clear).await.unwrap();
        let every = (0..SHARED).map(|number| format!("{number:02x}"));
        Planted::FRESH.plant(world, every).await;
        for name in ["mara", "nobody", "somebody", "anybody"] {
            assert_eq!(refused(world, name).await, Error::Unauthenticated);
        }
        let rows = "SELECT count(*) FROM login_throttles";
        // One more counts for the names that nobody has.
        assert_eq!(world.place.count(rows).await, OWN + SHARED + 1);
    }
);

each_engine!(
    #[tokio::test]
    async fn what_a_shared_counter_has_counted_is_told_once(world: &World) {
        let full = (0..OWN).map(|number| format!("{number:05}"));
        Planted::FRESH.plant(world, full).await;
        let over = Planted {
            refused: 3,
            window_started_at: -1_000,
            ..Planted::FRESH
        };
        over.plant(world, [subject("mara", 2)]).await;
        user_with_password(&world.north, "mara").await;
        assert_eq!(refused(world, "mara").await, Error::Unauthenticated);
        // The event goes behind the answer, and before this.
        login(&world.ringfence, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        let told = events(world).await;
        let told: Vec<&str> = told.iter().map(detail).collect();
        assert_eq!(
            told,
            ["{}", r#"{"refused_before":3,"login":"wrong_password"}"#]
        );
        let counted = "SELECT CAST(coalesce(sum(refused), 0) AS BIGINT) FROM login_throttles";
        assert_eq!(world.place.count(counted).await, 0);
    }
);

each_engine!(
    #[tokio::test]
    async fn an_attempt_whose_turn_to_be_hashed_does_not_come_was_none(world: &World) {
        let narrow = OpenOptions {
            hashing_concurrency: 1,
            busy_timeout_ms: 200,
            ..OpenOptions::default()
        };
        let narrow = Ringfence::open(world.place.url.clone(), narrow)
            .await
            .unwrap();
        let names: Vec<String> = (0..24).map(|number| format!("nobody {number}")).collect();
        let attempts = names
            .iter()
            .map(|name| login(&narrow, &world.north, name, "wrong horse"));
        let outcomes = join_all(attempts).await.into_iter();
        let outcomes: Vec<Error> = outcomes.map(|outcome| outcome.err().unwrap()).collect();
        let verified = outcomes.iter().filter(|it| **it == Error::Unauthenticated);
        let verified = i64::try_from(verified.count()).unwrap();
        let late = outcomes.iter().filter(|it| it.is_retryable()).count();
        assert!(late > 0, "{outcomes:?}");
        assert_eq!(
            usize::try_from(verified).unwrap() + late,
            names.len(),
            "{outcomes:?}"
        );
        narrow.shutdown().await.unwrap();
        let counted = "SELECT CAST(coalesce(sum(failures), 0) AS BIGINT) FROM login_throttles";
        assert_eq!(world.place.count(counted).await, verified);
        let under_way = "SELECT CAST(coalesce(sum(in_flight), 0) AS BIGINT) FROM login_throttles";
        assert_eq!(world.place.count(under_way).await, 0);
    }
);

/// Tries to log in as mara, and does something when the password has been compared and nothing is written of it; says
/// how many attempts were in before that, and how this one ended.
async fn meanwhile(world: &World, sql: &str) -> (usize, Result<(), Error>) {
    let under_way = "SELECT count(*) FROM login_throttles WHERE in_flight > 0";
    let mut faster = 0;
    loop {
        let attempt = login(&world.ringfence, &world.north, "mara", PASSWORD);
        let changed = async {
            while world.place.count(under_way).await == 0 {
                tokio::task::yield_now().await;
            }
            let held = Hold::take(&world.place, "north").await;
            if world.place.count(under_way).await == 0 {
                held.release().await;
                return false;
            }
            held.release_after(sql).await;
            true
        };
        let (outcome, changed) = tokio::join!(attempt, changed);
        if changed {
            return (faster, outcome.map(drop));
        }
        outcome.unwrap();
        faster += 1;
    }
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_password_that_is_changed_while_it_is_compared_lets_nobody_in(world: &World) {
        user_with_password(&world.north, "mara").await;
        let other = UPDATE_HASH.replace("{}", WEAK_OTHER);
        let (_, outcome) = meanwhile(world, &other).await;
        assert_eq!(outcome, Err(Error::Unauthenticated));
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_user_who_is_switched_off_while_its_password_is_compared_has_not_logged_in(
        world: &World,
    ) {
        user_with_password(&world.north, "mara").await;
        let off = "UPDATE users SET is_active = FALSE WHERE username = 'mara'";
        let (faster, outcome) = meanwhile(world, off).await;
        assert_eq!(outcome, Err(Error::Unauthenticated));
        let mut events = events(world).await;
        events.retain(|event| event.action == Action::Login);
        assert_eq!(events.len(), faster);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_success_leaves_what_is_under_way_beside_it_and_untold_refusals_of_others(
        world: &World,
    ) {
        user_with_password(&world.north, "mara").await;
        let beside = Planted {
            in_flight: 2,
            in_flight_until: 25,
            ..Planted::FRESH
        };
        beside.plant(world, [subject("mara", 5)]).await;
        let of_another = Planted {
            failures: 3,
            ..Planted::FRESH
        };
        let get_in = async || {
            let session = login(&world.ringfence, &world.north, "mara", PASSWORD).await;
            session.map(drop).unwrap();
        };
        get_in().await;
        let under_way = "SELECT CAST(sum(in_flight) AS BIGINT) FROM login_throttles";
        assert_eq!(world.place.count(under_way).await, 2);

        // What a counter that goes has counted, and what a shared one has, are nobody's success.
        let clear = "DELETE FROM login_throttles";
        world.place.raw(clear).await.unwrap();
        of_another.plant(world, [subject("twin", 5)]).await;
        get_in().await;
        let failed = "SELECT CAST(sum(failures) AS BIGINT) FROM login_throttles";
        assert_eq!(world.place.count(failed).await, 3);
        world.place.raw(clear).await.unwrap();
        let untold = Planted {
            refused: 3,
            ..Planted::FRESH
        };
        let full = (0..OWN).map(|number| format!("{number:05}"));
        Planted::FRESH.plant(world, full).await;
        untold.plant(world, [subject("mara", 2)]).await;
        get_in().await;
        let refused = "SELECT CAST(sum(refused) AS BIGINT) FROM login_throttles";
        assert_eq!(world.place.count(refused).await, 3);
        world.place.raw(clear).await.unwrap();
        let over = Planted {
            window_started_at: -1_000,
            ..untold
        };
        over.plant(world, ["fffff".to_owned()]).await;
        // The window of the names that nobody has is over as well, so that this tells it.
        get_in().await;
        let events = events(world).await;
        let told: Vec<&str> = events.iter().map(detail).collect();
        assert_eq!(told, ["{}", "{}", "{}", r#"{"refused_elsewhere":3}"#]);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_name_that_has_counters_of_its_own_keeps_them_when_there_are_a_thousand(
        world: &World,
    ) {
        let full = (1..OWN).map(|number| format!("{number:05}"));
        Planted::FRESH.plant(world, full).await;
        Planted::FRESH.plant(world, [subject("mara", 5)]).await;
        assert_eq!(refused(world, "mara").await, Error::Unauthenticated);
        assert_eq!(subjects(world, 2).await, 0);
        let own = format!(
            "SELECT CAST(failures AS BIGINT) FROM login_throttles WHERE subject = '{}'",
            subject("mara", 5)
        );
        assert_eq!(world.place.count(&own).await, 1);
    }
);

each_engine!(
    #[tokio::test]
    async fn no_more_than_the_beginning_of_a_digest_is_kept_of_what_was_typed(world: &World) {
        refused(world, "hunter2").await;
        let kept = "SELECT max(subject) FROM login_throttles";
        let kept = world.place.raw_text(kept).await.unwrap();
        assert_eq!(kept, subject("hunter2", 5));
    }
);

/// `correct horse` with the least that Argon2id can be given.
const WEAK: &str = "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg\
                    $M7jw0GQI4Kfcxf+xPldfNRYttP89scc9XVAYAcaZ0U0";

/// Another password's, by the same parameters.
const WEAK_OTHER: &str = "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg\
                          $AAAAAAQI4Kfcxf+xPldfNRYttP89scc9XVAYAcaZ0U0";

const UPDATE_HASH: &str = "UPDATE users SET password_argon2 = '{}' WHERE username = 'mara'";

each_engine!(
    #[tokio::test]
    async fn a_password_that_was_hashed_with_weaker_parameters_is_hashed_anew_when_it_comes(
        world: &World,
    ) {
        let mara = user_with_password(&world.north, "mara").await;
        user_with_password(&world.north, "twin").await;
        let weaken =
            format!("UPDATE users SET password_argon2 = '{WEAK}' WHERE username <> 'admin'");
        world.place.raw(&weaken).await.unwrap();
        let open = world.north.session(&mara).await;
        let stored = async || {
            let sql = "SELECT password_argon2 FROM users WHERE username = 'mara'";
            world.place.raw_text(sql).await.unwrap()
        };
        assert_eq!(refused(world, "mara").await, Error::Unauthenticated);
        assert_eq!(stored().await, WEAK, "a wrong password changes nothing");

        let logins = async || {
            let all = events(world).await.into_iter();
            all.filter(|event| event.action == Action::Login)
                .map(|event| detail(&event).to_owned())
                .collect::<Vec<_>>()
        };
        login(&world.ringfence, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        let stronger = stored().await;
        assert!(stronger.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        login(&world.ringfence, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        assert_eq!(stored().await, stronger, "once");
        let twins = "SELECT password_argon2 FROM users WHERE username = 'twin'";
        assert_eq!(
            world.place.raw_text(twins).await.unwrap(),
            WEAK,
            "nobody else's"
        );
        assert_eq!(logins().await, [r#"{"password":"rehashed"}"#, "{}"]);
        // It is the same password: whoever is in stays in.
        assert_eq!(open.whoami().await.unwrap().user_id, mara);
        assert_eq!(refused(world, "mara").await, Error::Unauthenticated);
    }
);

/// Its transaction is open when the login looks at the hash, and committed when it would write another over it: the
/// password that was taken away would stay one.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_hash_that_another_program_sets_meanwhile_is_not_written_over() {
    let world = World::new(Engine::Postgres).await;
    user_with_password(&world.north, "mara").await;
    let (weaken, other) = (
        UPDATE_HASH.replace("{}", WEAK),
        UPDATE_HASH.replace("{}", WEAK_OTHER),
    );
    world.place.raw(&weaken).await.unwrap();
    let (setting, looking) = (world.place.postgres().await, world.place.postgres().await);
    let begin = format!("BEGIN; {other}");
    setting.batch_execute(&begin).await.unwrap();
    let attempt = login(&world.ringfence, &world.north, "mara", PASSWORD);
    let set = async {
        somebody_waits(&looking).await;
        setting.batch_execute("COMMIT").await.unwrap();
    };
    // It came before the change, or behind it.
    let _either = tokio::join!(attempt, set);
    let stored = "SELECT password_argon2 FROM users WHERE username = 'mara'";
    let stored = world.place.raw_text(stored).await;
    assert_eq!(stored.as_deref(), Some(WEAK_OTHER));
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

each_engine!(
    /// The first to get in writes another hash.
    #[tokio::test]
    async fn right_passwords_side_by_side_get_in_while_the_hash_is_made_anew(world: &World) {
        user_with_password(&world.north, "mara").await;
        let weaken = format!("UPDATE users SET password_argon2 = '{WEAK}' WHERE username = 'mara'");
        world.place.raw(&weaken).await.unwrap();
        let attempts = (0..5).map(|_| login(&world.ringfence, &world.north, "mara", PASSWORD));
        for outcome in join_all(attempts).await {
            assert_eq!(outcome.err(), None);
        }
        assert_eq!(subjects(world, 5).await, 0);
    }
);

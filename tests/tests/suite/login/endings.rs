//! How an attempt ends that its caller, or the database, does not wait for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use ringfence::model::Action;
use ringfence::{Error, OpenOptions, Ringfence, Source, SystemSource};
use ringfence_tests::fixture::{Hold, World, each_engine};
use tokio::sync::Notify;

use super::counters::none_is_under_way;
use super::{PASSWORD, events, login, user_with_password};

/// A source of chance that holds the first comparison that it is asked for, once it is on.
struct Holding {
    is_on: AtomicBool,
    compares: Notify,
    go_on: Mutex<Receiver<()>>,
}

impl Holding {
    fn new() -> (Arc<Self>, Sender<()>) {
        let (go, go_on) = channel();
        let held = Self {
            is_on: AtomicBool::new(false),
            compares: Notify::new(),
            go_on: Mutex::new(go_on),
        };
        (Arc::new(held), go)
    }

    async fn open(self: &Arc<Self>, world: &World, options: OpenOptions) -> Ringfence {
        let source = Arc::clone(self) as Arc<dyn Source>;
        let opened = Ringfence::open_with_source(world.place.url.clone(), options, source).await;
        let opened = opened.unwrap();
        // What is hashed for the first time is hashed by now.
        login(&opened, &world.north, "mara", PASSWORD)
            .await
            .unwrap();
        self.is_on.store(true, Ordering::SeqCst);
        opened
    }

    /// The outcome of mara's login to a tenant in which nobody can write from when her password is compared until it is
    /// answered.
    async fn log_in_while_writes_wait(
        &self,
        world: &World,
        ringfence: &Ringfence,
        go_on: &Sender<()>,
    ) -> Result<(), Error> {
        let writes_wait = async {
            self.compares.notified().await;
            let held = Hold::take(&world.place, "north").await;
            go_on.send(()).unwrap();
            held
        };
        let attempt = login(ringfence, &world.north, "mara", PASSWORD);
        let (outcome, held) = tokio::join!(attempt, writes_wait);
        held.release().await;
        outcome.map(drop)
    }
}

impl Source for Holding {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        // For the salt of the comparison, before anything of the attempt's end is begun.
        if self.is_on.swap(false, Ordering::SeqCst) {
            self.compares.notify_one();
            self.go_on.lock().unwrap().recv().unwrap();
        }
        SystemSource.fill(bytes)
    }
}

async fn logins(world: &World) -> usize {
    let events = events(world).await;
    let logins = events.iter().filter(|event| event.action == Action::Login);
    logins.count()
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_right_password_whose_caller_goes_while_it_is_compared_is_no_login(world: &World) {
        user_with_password(&world.north, "mara").await;
        let (source, go_on) = Holding::new();
        let other = source.open(world, OpenOptions::default()).await;
        let before = logins(world).await;
        tokio::select! {
            biased;
            () = source.compares.notified() => {}
            _ = login(&other, &world.north, "mara", PASSWORD) => panic!("it is held"),
        }
        go_on.send(()).unwrap();
        none_is_under_way(world).await;
        assert_eq!(logins(world).await, before);
        other.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_login_that_ends_before_its_event_is_written_is_not_said_not_to_stand(world: &World) {
        user_with_password(&world.north, "mara").await;
        let (source, go_on) = Holding::new();
        let options = OpenOptions {
            call_timeout_ms: 3_000,
            busy_timeout_ms: 30_000,
            ..OpenOptions::default()
        };
        let other = source.open(world, options).await;
        let before = logins(world).await;
        let outcome = source.log_in_while_writes_wait(world, &other, &go_on).await;
        none_is_under_way(world).await;
        let stand = logins(world).await - before;
        match outcome {
            Err(Error::Unavailable { code, .. }) if code == "outcome_unknown" => {}
            // A machine on which the comparison alone took as long.
            Err(Error::Unavailable { code, .. }) if code == "timed_out" => assert_eq!(stand, 0),
            other => panic!("{other:?}"),
        }
        other.shutdown().await.unwrap();
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn an_attempt_that_finds_the_database_busy_at_its_end_was_none(world: &World) {
        user_with_password(&world.north, "mara").await;
        let (source, go_on) = Holding::new();
        let options = OpenOptions {
            busy_timeout_ms: 2_000,
            ..OpenOptions::default()
        };
        let other = source.open(world, options).await;
        let before = logins(world).await;
        let outcome = source.log_in_while_writes_wait(world, &other, &go_on).await;
        let refused = outcome.unwrap_err();
        assert_eq!(refused.code(), "busy", "{refused:?}");
        none_is_under_way(world).await;
        assert_eq!(logins(world).await, before);
        other.shutdown().await.unwrap();
    }
);

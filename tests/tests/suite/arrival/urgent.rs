//! What must not be late: it goes first, and nothing keeps it that can be kept from it.

use std::sync::{Arc, mpsc};

use futures_util::FutureExt;
use futures_util::future::join_all;
use ringfence::model::{PageRequest, Permission, UserUpdate};
use ringfence::{OpenOptions, Ringfence, testing};
use ringfence_tests::fixture::{Clock, Engine, Hold, Home, World, each_engine, register};
use tokio::sync::oneshot;

use super::hand;
use crate::postgres_fixture::somebody_waits;

/// The ways to take a right from somebody, which must not be late.
const WAYS: [&str; 4] = [
    "identity.unassign_role",
    "identity.revoke",
    "identity.update_user",
    "identity.unassign_role",
];

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn what_must_not_be_late_goes_first_and_in_the_order_in_which_it_came(world: &World) {
        let north = &world.north;
        let mut hands = Vec::new();
        for number in 0..4 {
            hands.push(hand(north, &format!("hand {number}"), None).await);
        }
        let (admin, identity) = (north.admin().await, north.admin().await.identity());
        let before = admin.audit().verify().await.unwrap().size;
        let held = Hold::take(&world.place, "north").await;
        let mut first = register(&admin, "first").boxed();
        assert!((&mut first).now_or_never().is_none());
        if world.place.engine == Engine::Postgres {
            somebody_waits(&world.place.postgres().await).await;
        }
        // The first is on its way; the second waits when those come that must not.
        let second = register(&admin, "second");
        let mut calls: Vec<_> = vec![second.map(|done| drop(done.unwrap())).boxed()];
        for ((user, role), way) in hands.iter().zip(WAYS) {
            let (user, role) = (user.clone(), role.clone());
            let ended = match way {
                "identity.unassign_role" => identity.unassign_role(user, role).boxed(),
                "identity.revoke" => identity.revoke(role, Permission::RegistryWrite).boxed(),
                _ => {
                    let off = UserUpdate {
                        is_active: Some(false),
                        ..UserUpdate::default()
                    };
                    let switched = identity.update_user(user, off);
                    switched.map(|user| user.map(drop)).boxed()
                }
            };
            calls.push(ended.map(Result::unwrap).boxed());
        }
        let mut calls = join_all(calls);
        assert!((&mut calls).now_or_never().is_none());
        held.release().await;
        let (first, _) = futures_util::join!(first, calls);
        first.unwrap();

        let audit = admin.audit();
        let mut done = Vec::new();
        for seq in before..before + 6 {
            done.push(audit.event(seq).await.unwrap().method);
        }
        // On SQLite the first may be overtaken too.
        let (last, rest) = done.split_last().unwrap();
        assert_eq!(last, "drones.register");
        let urgent: Vec<&String> = rest.iter().filter(|method| *method != last).collect();
        assert_eq!(urgent, WAYS.iter().collect::<Vec<_>>());
    }
);

/// Keeps whoever runs units where it asks for the time the `nth` time from now. Says when it is there; goes on when told.
fn stop_at(clock: &Arc<Clock>, nth: u32) -> (oneshot::Receiver<()>, mpsc::Sender<()>) {
    fn arm(clock: &Arc<Clock>, nth: u32, there: oneshot::Sender<()>, on: mpsc::Receiver<()>) {
        let again = Arc::clone(clock);
        clock.when_a_unit_asks(move || match nth {
            1 => {
                there.send(()).unwrap();
                on.recv().unwrap();
            }
            _ => arm(&again, nth - 1, there, on),
        });
    }
    let (there, is_there) = oneshot::channel();
    let (go_on, on) = mpsc::channel();
    arm(clock, nth, there, on);
    (is_there, go_on)
}

/// On Postgres a group is sent as a whole, behind the lock on the log's head.
#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_what_must_not_be_late_goes_before_what_a_group_has_taken_and_not_run() {
    testing::let_groups_take(2_000);
    let world = World::new(Engine::Sqlite).await;
    let north = &world.north;
    let (user, role) = hand(north, "hand", None).await;
    let clock = Arc::new(Clock::default());
    let (url, source) = (world.place.url.clone(), Arc::clone(&clock));
    let handle = Ringfence::open_with_source(url, OpenOptions::default(), source);
    let handle = handle.await.unwrap();
    let admin = handle.session(north.tenant.clone(), north.admin.clone());
    let admin = admin.await.unwrap();
    let before = admin.audit().verify().await.unwrap().size;

    let (first_runs, first_goes_on) = stop_at(&clock, 1);
    let mut first = register(&admin, "first").boxed();
    assert!((&mut first).now_or_never().is_none());
    first_runs.await.unwrap();
    let names = ["second", "third", "fourth"];
    let mut rest = join_all(names.map(|name| register(&admin, name)));
    assert!((&mut rest).now_or_never().is_none());
    // It asks once more when it has the log's head; the next to ask is the second, and the others are in its group.
    let (second_runs, second_goes_on) = stop_at(&clock, 2);
    first_goes_on.send(()).unwrap();
    second_runs.await.unwrap();
    let identity = admin.identity();
    let mut urgent = identity.unassign_role(user, role).boxed();
    assert!((&mut urgent).now_or_never().is_none());
    second_goes_on.send(()).unwrap();
    let (first, rest, urgent) = futures_util::join!(first, rest, urgent);
    first.unwrap();
    rest.into_iter().for_each(|done| drop(done.unwrap()));
    urgent.unwrap();

    let mut done = Vec::new();
    for seq in before..before + 5 {
        done.push(admin.audit().event(seq).await.unwrap().method);
    }
    let place = done
        .iter()
        .position(|method| method == "identity.unassign_role");
    assert_eq!(place, Some(2), "{done:?}");
    handle.shutdown().await.unwrap();
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_connection_is_kept_for_what_must_not_be_late() {
    let world = World::new(Engine::Postgres).await;
    let (user, role) = hand(&world.north, "hand", None).await;
    let options = OpenOptions {
        pool_size: 2,
        ..OpenOptions::default()
    };
    let narrow = Ringfence::open(world.place.url.clone(), options)
        .await
        .unwrap();
    let open = async |home: &Home| {
        let opened = narrow.session(home.tenant.clone(), home.admin.clone());
        opened.await.unwrap()
    };
    let (north, south) = (open(&world.north).await, open(&world.south).await);
    let held = Hold::take(&world.place, "south").await;
    // Takes the one place that everybody may use, and stays.
    let mut waits = Box::pin(register(&south, "kite"));
    assert!((&mut waits).now_or_never().is_none());
    // A normal write of another tenant waits for that place; something urgent comes behind it, and does not.
    let mut normal = Box::pin(register(&north, "heron"));
    assert!((&mut normal).now_or_never().is_none());
    north.identity().unassign_role(user, role).await.unwrap();
    assert!((&mut waits).now_or_never().is_none());
    held.release().await;
    waits.await.unwrap();
    normal.await.unwrap();
    narrow.shutdown().await.unwrap();
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_without_a_tenant_gets_into_the_operators_lane(world: &World) {
        for round in 0..12 {
            let operator = world.ringfence.tenants(PageRequest::default());
            let guesses = (0..3).map(|_| {
                let guess = world
                    .ringfence
                    .login("~deployment".into(), "a".into(), "b".into());
                guess.map(|guess| assert!(guess.is_err()))
            });
            let founded = Home::found(&world.ringfence, "extra");
            if round == 0 {
                founded.await;
            } else {
                let tenant = "extra".to_owned();
                let switched = async {
                    let off = world
                        .ringfence
                        .disable_tenant("suite".into(), tenant.clone().into());
                    off.await.unwrap();
                    let on = world
                        .ringfence
                        .enable_tenant("suite".into(), tenant.clone().into());
                    on.await.unwrap();
                };
                let (listed, (), _) = futures_util::join!(operator, switched, join_all(guesses));
                assert_eq!(listed.unwrap().items.len(), 3);
            }
        }
        assert!(
            world
                .ringfence
                .deployment_log()
                .verify()
                .await
                .unwrap()
                .is_intact()
        );
    }
);

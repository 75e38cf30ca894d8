//! A day of two tenants: every call of the tables of calls, and behind that what a statement needs besides.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ringfence::model::{Assignment, NewUser, Order};
use ringfence::testing;
use ringfence_tests::fixture::{Home, World};

use crate::calls::operators::{FOUNDED, each_operation};
use crate::calls::{Asked, CALLS, FILTERS, things};

/// Whose rows the story may touch.
pub(super) const TENANTS: [&str; 3] = ["north", "south", FOUNDED];

const PASSWORD: &str = "correct horse battery";

/// The same with the least that Argon2id can be given.
const WEAK: &str = "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg\
                    $gLHIkr1qgP4r3sH1P/NIg3+PMckaLQ3RkuIiytJhVlY";

/// Every call of a session, each on what was made for it, and one after the other: who writes is alone in its group.
/// Shows on the way that one tenant's calls run nothing bound to the other.
pub(super) async fn of_the_calls(world: &World) {
    // The steps of the schema change it under statements that are cached; the calls of a session do not.
    let recompiled = testing::recompilations();
    let [north, south, _] = TENANTS;
    testing::watch(north);
    testing::watch(south);
    for (home, other) in [(&world.north, south), (&world.south, north)] {
        of_a_tenant(home).await;
        assert_eq!(testing::sequence(other), Vec::<&str>::new());
        assert!(!testing::sequence(home.tenant.as_str()).is_empty());
    }
    assert_eq!(testing::recompilations() - recompiled, 0);
}

/// Every call of operators, in a database of which a step can be taken back.
pub(super) async fn of_the_operations(world: &World) {
    // Of a tenant with something to seal anew.
    let admin = world.north.admin().await;
    let drone = things::drone(&admin, "kestrel").await;
    let drones = admin.drones();
    let given = drones.set_credential(drone, "{}".into());
    given.await.unwrap();
    for (method, outcome) in each_operation(&world.ringfence, &world.north.admin).await {
        assert_eq!(outcome, Ok(()), "{method}");
    }
}

async fn of_a_tenant(home: &Home) {
    let session = home.member("admin").await;
    let seen = things::settle(home, "seen").await;
    for (number, call) in CALLS.iter().chain(FILTERS).enumerate() {
        let named = match call.writes {
            Some(_) => things::settle(home, &number.to_string()).await,
            None => seen.clone(),
        };
        let mut asked = Asked::of(&session, &named);
        for order in [None, Some(Order::Oldest), Some(Order::Newest)] {
            asked.order = order;
            let outcome = (call.make)(&asked).await;
            outcome.unwrap_or_else(|error| panic!("{}: {error:?}", call.shown()));
            if call.writes.is_some() {
                break;
            }
        }
    }
}

/// What the calls of the tables do not run as the tables make them.
pub(super) async fn besides(world: &World) {
    let home = &world.south;
    of_an_author(home).await;
    of_a_guest(home).await;
    of_logins(world, home).await;
}

/// One who decides about a mission of his own.
async fn of_an_author(home: &Home) {
    let author = home.member("admin").await;
    let drone = things::drone(&author, "kestrel").await;
    let missions = author.missions();
    let own = missions.create(things::survey(drone, "{}")).await.unwrap();
    author.set_self_approval(false).await.unwrap();
    let refused = missions.approve(own.id, 1, None).await;
    assert_eq!(refused.unwrap_err().code(), "own_mission");
}

/// One whose rights have an end.
async fn of_a_guest(home: &Home) {
    let guest = home.user("guest").await;
    let ending = Assignment {
        expires_at: Some(Timestamp::now() + SignedDuration::from_hours(1)),
        ..things::assignment(guest.clone(), home.role("admin").await)
    };
    let identity = home.admin().await.identity();
    identity.assign_role(ending).await.unwrap();
    let drones = home.session(&guest).await.drones();
    drones
        .list(Default::default(), things::page())
        .await
        .unwrap();
}

/// Logins that are refused, and one with a password that was hashed with less than it is today.
async fn of_logins(world: &World, home: &Home) {
    let new = NewUser {
        password: Some(PASSWORD.to_owned()),
        ..NewUser::new("captain")
    };
    let identity = home.admin().await.identity();
    identity.create_user(new).await.unwrap();
    let login = async |username: &str, password: &str| {
        let (tenant, username) = (home.tenant.clone(), username.to_owned());
        let opened = world.ringfence.login(tenant, username, password.to_owned());
        opened.await
    };
    for _ in 0..7 {
        assert!(login("nobody", "wrong").await.is_err());
        assert!(login("captain", "wrong").await.is_err());
    }
    world.clock.advance(Duration::from_secs(3600));
    let weaken = format!(
        "UPDATE users SET password_argon2 = '{WEAK}' WHERE tenant_id = '{}' AND username = 'captain'",
        home.tenant
    );
    world.place.raw(&weaken).await.unwrap();
    login("captain", PASSWORD).await.unwrap();
}

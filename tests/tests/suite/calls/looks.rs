//! What a look costs.

use std::time::Duration;

use jiff::SignedDuration;
use ringfence::model::{Assignment, DroneFilter};
use ringfence::{Source, testing};
use ringfence_tests::fixture::{Home, World, on_each_engine};

use super::things;
use super::{Asked, CALLS};

/// Those that are one statement while the policy is what it was when it was last read.
const ONE_STATEMENT: [&str; 12] = [
    "session.authorize nothing",
    "drones.get ",
    "drones.list ",
    "missions.get ",
    "missions.list ",
    "missions.plan ",
    "missions.run ",
    "identity.user ",
    "identity.users ",
    "identity.roles ",
    "audit.events ",
    "audit.event ",
];

/// What another test does for a tenant of the same name is in the sequence too.
async fn home(world: &World, name: &str) -> Home {
    Home::found(&world.ringfence, name).await
}

#[tokio::test]
async fn a_look_under_a_policy_that_has_not_changed_is_one_statement() {
    on_each_engine(async |world: &World| {
        let home = home(world, "looked at").await;
        let own = things::settle(&home, "ours").await;
        let asked = Asked {
            session: home.admin().await,
            named: own.clone(),
            own,
        };
        let mut found = Vec::new();
        for look in CALLS.iter().filter(|call| call.writes.is_none()) {
            (look.make)(&asked).await.unwrap();
            testing::watch(home.tenant.as_str());
            (look.make)(&asked).await.unwrap();
            if testing::sequence(home.tenant.as_str()).len() == 1 {
                found.push(look.shown());
            }
        }
        assert_eq!(found, ONE_STATEMENT);
    })
    .await;
}

/// Not even where what it rests on has an end: the time is asked for beside it, and counts.
#[tokio::test]
async fn a_look_that_rests_on_an_assignment_with_an_end_is_one_too_and_none_at_the_end() {
    on_each_engine(async |world: &World| {
        world.clock.stop();
        let home = home(world, "looked at for an hour").await;
        let user = home.user("guest").await;
        let assignment = Assignment {
            user_id: user.clone(),
            role_id: home.role("admin").await,
            expires_at: Some(world.clock.now() + SignedDuration::from_hours(1)),
        };
        let identity = home.admin().await.identity();
        identity.assign_role(assignment).await.unwrap();
        let guest = home.session(&user).await;
        // The epoch comes with a row.
        things::drone(&guest, "kite").await;
        let look = async || {
            testing::watch(home.tenant.as_str());
            let drones = guest.drones();
            let looked = drones.list(DroneFilter::default(), things::page()).await;
            let looked = looked.map(|page| page.items.len());
            (looked, testing::sequence(home.tenant.as_str()))
        };
        assert_eq!(look().await, (Ok(1), vec!["DRONE_PAGE"]));
        world.clock.advance(Duration::from_secs(60 * 60));
        let (looked, ran) = look().await;
        assert_eq!(looked.unwrap_err().status(), 403);
        let begins = ["DRONE_PAGE", "POLICY_EPOCH", "ACTOR", "RULES_OF_USER"];
        assert_eq!(ran[..4], begins, "the rules were read anew");
    })
    .await;
}

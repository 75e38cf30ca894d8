//! What a look costs.

use std::time::Duration;

use jiff::SignedDuration;
use ringfence::model::{Assignment, DroneFilter, NewRole};
use ringfence::{Source, testing};
use ringfence_tests::fixture::{Engine, World, each_engine};

use super::things;
use super::{Asked, CALLS};

each_engine!(
    #[tokio::test]
    async fn a_look_under_a_policy_that_has_not_changed_is_one_statement_where_the_table_says_so(
        world: &World,
    ) {
        let home = &world.north;
        let own = things::settle(home, "ours").await;
        let asked = Asked::of(&home.admin().await, &own);
        for look in CALLS.iter().filter(|call| call.writes.is_none()) {
            (look.make)(&asked).await.unwrap();
            drop(testing::ran_here());
            (look.make)(&asked).await.unwrap();
            let ran = testing::ran_here();
            assert_eq!(ran.len() == 1, look.is_at_once, "{}: {ran:?}", look.shown());
        }
    }
);

each_engine!(
    /// Whoever reads the policy anew, for a look or for a write, remembers it.
    #[tokio::test]
    async fn a_policy_that_has_changed_is_read_once(world: &World) {
        let home = &world.north;
        let (changer, session) = (home.admin().await, home.member("admin").await);
        let drone = things::drone(&changer, "kite").await;
        let drones = session.drones();
        for (round, writes) in [false, true].into_iter().enumerate() {
            let new = NewRole {
                name: format!("crew {round}"),
                description: None,
            };
            changer.identity().create_role(new).await.unwrap();
            match writes {
                true => drop(things::drone(&session, "heron").await),
                false => drop(drones.get(drone.clone()).await.unwrap()),
            }
            drop(testing::ran_here());
            drones.get(drone.clone()).await.unwrap();
            assert_eq!(
                testing::ran_here(),
                ["DRONE_BY_ID"],
                "after a write: {writes}"
            );
        }
    }
);

each_engine!(
    /// A server's time is asked for beside it.
    #[tokio::test]
    async fn a_look_that_rests_on_an_assignment_with_an_end_is_one_too_and_none_at_the_end(
        world: &World,
    ) {
        world.clock.stop();
        let home = &world.north;
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
            drop(testing::ran_here());
            let drones = guest.drones();
            let looked = drones.list(DroneFilter::default(), things::page()).await;
            let looked = looked.map(|page| page.items.len());
            (looked, testing::ran_here())
        };
        let alone = match world.place.engine {
            Engine::Sqlite => vec!["DRONE_PAGE"],
            Engine::Postgres => vec!["DRONE_PAGE", "SERVER_TIME"],
        };
        assert_eq!(look().await, (Ok(1), alone));
        world.clock.advance(Duration::from_secs(60 * 60));
        let (looked, ran) = look().await;
        assert_eq!(looked.unwrap_err().status(), 403);
        assert!(ran.contains(&"RULES_OF_USER"), "read anew: {ran:?}");
    }
);

//! One tenant's day in short, for servers on which the whole suite does not run.

use ringfence::model::{
    Assignment, LogOutcome, MissionState, NewPlan, NewTenant, NewUser, PageRequest, RoleFilter,
};
use ringfence::{Error, OpenOptions, Ringfence};
use ringfence_tests::fixture::{Place, each_engine, new_drone};

const PLAN: &[u8] = include_bytes!("../../../examples/data/river-survey.plan");

fn user(username: &str) -> NewUser {
    NewUser {
        password: Some(format!("a long password of {username}")),
        ..NewUser::new(username)
    }
}

fn tenant(name: &str) -> NewTenant {
    NewTenant {
        id: Some(name.into()),
        ..NewTenant::new(name, user("ana"))
    }
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn smoke_a_mission_is_planned_approved_flown_and_on_record(place: &Place) {
        let ringfence = Ringfence::open(place.url.clone(), OpenOptions::default())
            .await
            .unwrap();
        for name in ["north", "south"] {
            let created = ringfence.create_tenant("operator".to_owned(), tenant(name));
            created.await.unwrap();
        }
        let login = async |tenant: &str, username: &str| {
            let password = format!("a long password of {username}");
            ringfence
                .login(tenant.into(), username.to_owned(), password)
                .await
                .unwrap()
        };

        let ana = login("north", "ana").await;
        let identity = ana.identity();
        let bo = identity.create_user(user("bo")).await.unwrap();
        let supervisors = RoleFilter {
            name: Some("supervisor".to_owned()),
        };
        let roles = identity.roles(supervisors, PageRequest::default()).await;
        let assignment = Assignment {
            user_id: bo.id,
            role_id: roles.unwrap().items[0].id.clone(),
            expires_at: None,
        };
        identity.assign_role(assignment).await.unwrap();
        let new = new_drone("kite");
        let drone = ana.drones().register(new).await.unwrap();
        let plan = NewPlan {
            drone_id: Some(drone.id),
            ..NewPlan::new("river survey", PLAN.to_vec())
        };
        let missions = ana.missions();
        let mission = missions.import_plan(plan).await.unwrap().id;
        assert_eq!(missions.plan(mission.clone()).await.unwrap().file, PLAN);

        let bo = login("north", "bo").await;
        bo.missions()
            .approve(mission.clone(), 1, None)
            .await
            .unwrap();
        missions.start(mission.clone()).await.unwrap();
        let flown = missions.complete(mission.clone()).await.unwrap();
        assert_eq!(flown.state, MissionState::Completed);

        let elsewhere = login("south", "ana").await;
        let unseen = elsewhere.missions().get(mission).await;
        assert!(unseen.as_ref().is_err_and(Error::is_not_found));
        for session in [&ana, &elsewhere] {
            let log = session.audit().verify().await.unwrap();
            assert_eq!(log.outcome, LogOutcome::Intact);
        }
        ringfence.shutdown().await.unwrap();
    }
);

//! Decisions: bound to what was seen, made by nobody who wrote it, and what is started is what was approved.

use ringfence::model::{
    Decision, Mission, MissionId, MissionState, MissionUpdate, NewPlan, PageRequest,
};
use ringfence::{Error, Missions};
use ringfence_tests::fixture::{Engine, World, each_engine, mission_in};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::crew::{
    APPROVER, FLYER, PLANNER, conflict, detail, draft, drone, events, id_of, missing, survey, user,
};
use crate::calls::things::{self, Ids};
use crate::calls::{Asked, CALLS};

/// The digest of `docs/spec/mission-content.md`.
fn content_sha256(mission: &Mission) -> String {
    let mut bytes = vec![1_u8];
    for field in [
        Some(mission.name.as_str()),
        mission.drone_id.as_ref().map(|id| id.as_str()),
        Some(mission.plan_type.as_str()),
        Some(mission.payload.as_str()),
        Some(mission.constraints.as_str()),
        mission.plan_sha256.as_deref(),
    ] {
        let len = field.map_or(u32::MAX, |text| text.len() as u32);
        bytes.extend(len.to_be_bytes());
        bytes.extend(field.unwrap_or_default().as_bytes());
    }
    let digest = Sha256::digest(&bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn renamed(name: &str) -> MissionUpdate {
    MissionUpdate {
        name: Some(name.to_owned()),
        ..MissionUpdate::default()
    }
}

/// An edit in the way of the old platform, which knows nothing of who edited last.
async fn edit_foreign(world: &World, id: &MissionId, set: &str) {
    let sql = format!("UPDATE missions SET {set} WHERE id = '{id}'");
    world.place.raw(&sql).await.unwrap();
}

async fn editor(missions: &Missions, id: &MissionId) -> Option<String> {
    let found = missions.get(id.clone()).await.unwrap();
    found.edited_by.map(String::from)
}

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_decision_is_about_the_version_that_was_seen_and_no_other(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let approver = user(home, "bo", APPROVER).await;
        let seen = draft(&planner, &drone(home, "kite").await).await;
        let id = seen.id.clone();
        let stale = async |version: i64| {
            let before = planner.get(id.clone()).await.unwrap();
            for outcome in [
                approver.approve(id.clone(), version, None).await,
                approver.reject(id.clone(), version, None).await,
            ] {
                assert_eq!(
                    outcome.as_ref().unwrap_err().field(),
                    Some("version"),
                    "{version}"
                );
                assert_eq!(conflict(outcome), "stale_version");
            }
            assert_eq!(planner.get(id.clone()).await.unwrap(), before);
            let page = PageRequest::default();
            let decisions = approver.approvals(id.clone(), page.into()).await.unwrap();
            assert!(decisions.items.is_empty());
        };
        // Edited a moment before, by Ringfence and by the old platform; and a version that is still to come.
        let edited = planner.update(id.clone(), renamed("elsewhere")).await;
        assert_eq!(edited.unwrap().version, 2);
        stale(seen.version).await;
        edit_foreign(world, &id, "payload = '{\"rows\": 400}'").await;
        stale(2).await;
        stale(4).await;
        for version in [0, -1] {
            let refused = approver.approve(id.clone(), version, None).await;
            let invalid = Error::Invalid {
                field: "version".to_owned(),
                rule: "is less than 1".to_owned(),
            };
            assert_eq!(refused, Err(invalid));
        }
        let approved = approver.approve(id.clone(), 3, None).await.unwrap();
        assert_eq!(
            (approved.state, approved.version),
            (MissionState::Approved, 4)
        );
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn the_approval_and_its_event_say_what_was_decided_about(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let approver = user(home, "bo", APPROVER).await;
        let drone = drone(home, "kite").await;
        let plan = NewPlan {
            drone_id: Some(drone.clone()),
            constraints: "{\"max_wind\": 8.50}".into(),
            ..NewPlan::new(
                "river",
                include_bytes!("../../../../examples/data/river-survey.plan").to_vec(),
            )
        };
        let imported = planner.import_plan(plan).await.unwrap();
        let described = draft(&planner, &drone).await;
        for (seen, decision) in [
            (&imported, Decision::Approve),
            (&described, Decision::Reject),
        ] {
            let id = || seen.id.clone();
            match decision {
                Decision::Reject => approver.reject(id(), 1, None).await.unwrap(),
                _ => approver.approve(id(), 1, None).await.unwrap(),
            };
            let page = PageRequest::default();
            let decisions = approver.approvals(id(), page.into()).await.unwrap().items;
            assert_eq!(decisions.len(), 1);
            assert_eq!(decisions[0].decision, decision);
            let content = content_sha256(seen);
            assert_eq!(decisions[0].content_sha256.as_ref(), Some(&content));
            assert_eq!(decisions[0].plan_sha256, seen.plan_sha256);
            let told = detail(events(home, &seen.id).await.last().unwrap());
            assert_eq!(told["content_sha256"], json!(content));
            assert_eq!(told["plan_sha256"], json!(seen.plan_sha256));
            assert_eq!(told["version"], json!(1));
            assert_eq!(told["editor"], json!(id_of(home, "ana").await));
        }
        assert!(imported.plan_sha256.is_some() && described.plan_sha256.is_none());
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_edited_last_does_not_approve_unless_the_tenant_allows_it(world: &World) {
        let home = &world.north;
        let ana = user(home, "ana", FLYER).await;
        let bo = user(home, "bo", FLYER).await;
        let id = draft(&ana, &drone(home, "kite").await).await.id;
        assert_eq!(
            editor(&ana, &id).await.as_deref(),
            Some(id_of(home, "ana").await.as_str())
        );
        let edited = bo.update(id.clone(), renamed("of bo")).await.unwrap();
        assert_eq!(
            edited.edited_by.as_ref().map(|id| id.as_str()),
            Some(id_of(home, "bo").await.as_str())
        );
        assert_eq!(bo.get(id.clone()).await.unwrap(), edited);
        // The creator, and the editor.
        for author in [&ana, &bo] {
            let refused = author.approve(id.clone(), 2, None).await;
            assert_eq!(conflict(refused), "own_mission");
        }
        // Who makes a draft of it again as it is takes the authorship from nobody.
        let cy = user(home, "cy", FLYER).await;
        for update in [MissionUpdate::default(), renamed("of bo")] {
            let seen = cy.get(id.clone()).await.unwrap().version;
            cy.reject(id.clone(), seen, None).await.unwrap();
            let again = cy.update(id.clone(), update).await.unwrap();
            assert_eq!(
                (again.state, again.version),
                (MissionState::Draft, seen + 2)
            );
        }
        assert_eq!(
            editor(&ana, &id).await.as_deref(),
            Some(id_of(home, "bo").await.as_str())
        );
        let version = cy.get(id.clone()).await.unwrap().version;
        let refused = bo.approve(id.clone(), version, None).await;
        assert_eq!(conflict(refused), "own_mission");

        home.admin().await.set_self_approval(true).await.unwrap();
        let approved = bo.approve(id, version, None).await.unwrap();
        assert_eq!(approved.state, MissionState::Approved);
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn the_method_and_the_trigger_each_refuse_the_editor_alone(world: &World) {
        let home = &world.north;
        let ana = user(home, "ana", FLYER).await;
        let bo = user(home, "bo", FLYER).await;
        let id = draft(&ana, &drone(home, "kite").await).await.id;
        bo.update(id.clone(), renamed("of bo")).await.unwrap();
        let bo_id = id_of(home, "bo").await;
        let forged = format!(
            "INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, created_at, audit_seq) \
             VALUES ('forged', 'north', '{id}', '{bo_id}', 'APPROVE', '2026-01-05 12:00:00.000000', 2)"
        );
        let refused = world.place.raw(&forged).await.unwrap_err();
        assert!(
            refused.contains("ringfence.four_eyes:approvals"),
            "{refused}"
        );
        let drop = match world.place.engine {
            Engine::Sqlite => "DROP TRIGGER rf_approvals_four_eyes_insert",
            Engine::Postgres => "DROP TRIGGER ringfence_four_eyes ON approvals",
        };
        world.place.raw(drop).await.unwrap();
        let refused = bo.approve(id, 2, None).await;
        assert_eq!(conflict(refused), "own_mission");
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn an_edit_by_the_old_platform_leaves_the_editor_unknown_and_the_approval_says_so(
        world: &World,
    ) {
        let home = &world.north;
        let ana = user(home, "ana", FLYER).await;
        let bo = user(home, "bo", FLYER).await;
        let id = draft(&ana, &drone(home, "kite").await).await.id;
        // One edit after the other by the same user, and a state moved from outside: known throughout.
        for name in ["one", "two"] {
            bo.update(id.clone(), renamed(name)).await.unwrap();
            assert_eq!(
                editor(&ana, &id).await.as_deref(),
                Some(id_of(home, "bo").await.as_str())
            );
        }
        for state in ["REJECTED", "DRAFT"] {
            edit_foreign(world, &id, &format!("state = '{state}'")).await;
            assert_eq!(
                editor(&ana, &id).await.as_deref(),
                Some(id_of(home, "bo").await.as_str())
            );
        }
        for set in [
            "name = 'three'",
            "drone_id = NULL",
            "plan_type = 'POINT_TASK'",
            "payload = '{\"rows\": 9}'",
            "constraints = '{\"max\": 1}'",
        ] {
            edit_foreign(world, &id, set).await;
            assert_eq!(editor(&ana, &id).await, None, "{set}");
            let own = MissionUpdate {
                drone_id: drone(home, set).await.into(),
                ..renamed(set)
            };
            bo.update(id.clone(), own).await.unwrap();
            assert_eq!(
                editor(&ana, &id).await.as_deref(),
                Some(id_of(home, "bo").await.as_str())
            );
        }
        edit_foreign(world, &id, "payload = '{\"rows\": 10}'").await;
        let seen = bo.get(id.clone()).await.unwrap();
        let approved = bo.approve(id.clone(), seen.version, None).await.unwrap();
        assert_eq!(
            (approved.state, &approved.edited_by),
            (MissionState::Approved, &None)
        );
        let told = detail(events(home, &id).await.last().unwrap());
        assert_eq!(told.get("editor"), Some(&json!(null)));
        assert_eq!(told["content_sha256"], json!(content_sha256(&seen)));
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_not_what_was_approved_is_not_started(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let approver = user(home, "bo", APPROVER).await;
        let kite = drone(home, "kite").await;
        let id = draft(&planner, &kite).await.id;
        approver.approve(id.clone(), 1, None).await.unwrap();
        for (set, back) in [
            ("name = 'elsewhere'", "name = 'survey'"),
            ("plan_type = 'POINT_TASK'", "plan_type = 'AREA_GRID'"),
            ("payload = '{\"rows\":4}'", "payload = '{\"rows\": 4}'"),
            ("constraints = '{\"a\": 1}'", "constraints = '{}'"),
            ("plan_sha256 = 'x'", "plan_sha256 = NULL"),
        ] {
            edit_foreign(world, &id, set).await;
            let before = planner.get(id.clone()).await.unwrap();
            let refused = planner.start(id.clone()).await;
            assert_eq!(conflict(refused), "changed_since_approval", "{set}");
            assert_eq!(planner.get(id.clone()).await.unwrap(), before);
            edit_foreign(world, &id, back).await;
        }
        let runs = planner
            .runs(id.clone(), PageRequest::default().into())
            .await;
        assert!(runs.unwrap().items.is_empty());
        // What was approved is there again.
        planner.start(id).await.unwrap();

        // Another drone is another flight; the way out is to abort.
        let id = draft(&planner, &kite).await.id;
        approver.approve(id.clone(), 1, None).await.unwrap();
        let other = drone(home, "other").await;
        edit_foreign(world, &id, &format!("drone_id = '{other}'")).await;
        let refused = planner.start(id.clone()).await;
        assert_eq!(conflict(refused), "changed_since_approval");
        planner.abort(id).await.unwrap();

        // An approval of the old platform says nothing of what it was about; nor does one that follows ours.
        let ana_id = id_of(home, "ana").await;
        for ours in [false, true] {
            let id = draft(&planner, &kite).await.id;
            if ours {
                approver.approve(id.clone(), 1, None).await.unwrap();
            }
            let theirs = format!(
                "INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, created_at) \
                 VALUES ('old-{ours}', 'north', '{id}', '{ana_id}', 'APPROVE', '2999-01-05 12:00:00.000000')"
            );
            world.place.raw(&theirs).await.unwrap();
            edit_foreign(world, &id, "state = 'APPROVED'").await;
            edit_foreign(world, &id, "payload = '{\"rows\": 5}'").await;
            planner.start(id).await.unwrap();
        }

        // The last is the one of the latest time, whichever was written last.
        let id = draft(&planner, &kite).await.id;
        approver.approve(id.clone(), 1, None).await.unwrap();
        for number in 0..8 {
            let earlier = format!(
                "INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, created_at) \
                 VALUES ('{number}-earlier', 'north', '{id}', '{ana_id}', 'APPROVE', '2001-01-05 12:00:00.000000'), \
                        ('z{number}-earlier', 'north', '{id}', '{ana_id}', 'APPROVE', '2001-01-05 12:00:00.000000')"
            );
            world.place.raw(&earlier).await.unwrap();
        }
        edit_foreign(world, &id, "payload = '{\"rows\": 5}'").await;
        let refused = planner.start(id).await;
        assert_eq!(conflict(refused), "changed_since_approval");
    }
);

each_engine!(
    /// An approved mission is what was approved until it ends.
    #[tokio::test(flavor = "multi_thread")]
    async fn no_method_edits_a_mission_from_its_approval_on(world: &World) {
        const DECIDED: [MissionState; 5] = [
            MissionState::Approved,
            MissionState::Running,
            MissionState::Paused,
            MissionState::Completed,
            MissionState::Aborted,
        ];
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let everything = home.member("admin").await;
        let other = everything.missions();
        let drone = drone(home, "kite").await;
        let of_missions = || {
            CALLS
                .iter()
                .filter(|call| call.method.starts_with("missions."))
        };
        for state in DECIDED {
            for call in of_missions() {
                let new = survey(Some(&drone));
                let mission = mission_in(state.clone(), &planner, &other, new).await;
                assert_eq!(mission.state, state);
                let ids = Ids {
                    drone: drone.clone(),
                    spare_drone: drone.clone(),
                    version: mission.version,
                    ..things::of_mission(&mission.id, things::nowhere())
                };
                let outcome = (call.make)(&Asked::of(&everything, &ids)).await;
                let shown = format!("{} in {state:?}", call.shown());
                match call.method {
                    "missions.update" | "missions.delete" | "missions.approve"
                    | "missions.reject" => {
                        assert_eq!(conflict(outcome), "illegal_transition", "{shown}");
                    }
                    "missions.run" => assert_eq!(missing(outcome), "run"),
                    "missions.plan" => assert_eq!(missing(outcome), "plan"),
                    _ => {}
                }
                let after = other.get(mission.id.clone()).await.unwrap();
                assert_eq!(content_sha256(&after), content_sha256(&mission), "{shown}");
                assert_eq!(after.edited_by, mission.edited_by);
            }
        }
    }
);

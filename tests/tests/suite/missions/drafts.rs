//! Drafts: created, found, revised, decided about, deleted.

use ringfence::model::{
    Action, Change, Decision, MissionFilter, MissionId, MissionState, MissionUpdate, PageRequest,
    PlanType,
};
use ringfence_tests::fixture::{Engine, World, each_engine};
use serde_json::json;

use super::crew::{
    APPROVER, FLYER, PLANNER, actions, conflict, detail, draft, drone, events, forbidden, id_of,
    missing, survey, user,
};

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_mission_begins_as_a_draft_of_its_creator(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let drone = drone(home, "kite").await;
        let created = planner.create(survey(Some(&drone))).await.unwrap();
        assert_eq!(created.state, MissionState::Draft);
        assert_eq!(created.created_by.as_str(), id_of(home, "ana").await);
        assert_eq!(created.drone_id, Some(drone));
        assert_eq!(created.payload.as_str(), "{\"rows\": 4}");
        assert_eq!((created.version, &created.plan_sha256), (1, &None));
        assert_eq!(planner.get(created.id.clone()).await.unwrap(), created);

        let events = events(home, &created.id).await;
        assert_eq!(actions(&events), [Action::Create]);
        assert_eq!(events[0].actor, id_of(home, "ana").await);
        assert_eq!(detail(&events[0])["after"]["state"], "DRAFT");
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn missions_are_listed_in_the_order_of_their_ids_by_every_filter(world: &World) {
        let home = &world.north;
        let ana = user(home, "ana", PLANNER).await;
        let bo = user(home, "bo", PLANNER).await;
        let kite = drone(home, "kite").await;
        let mut ids = Vec::new();
        for number in 0..5 {
            let planner = if number < 3 { &ana } else { &bo };
            let mut new = survey((number == 1).then_some(&kite));
            if number == 2 {
                new.plan_type = PlanType::PointTask;
            }
            ids.push(planner.create(new).await.unwrap().id);
        }
        ana.abort(ids[0].clone()).await.unwrap();
        ids.sort_by(|a, b| a.as_str().as_bytes().cmp(b.as_str().as_bytes()));

        let mut listed = Vec::new();
        let mut page = PageRequest {
            limit: Some(2),
            after: None,
        };
        loop {
            let found = ana
                .list(MissionFilter::default(), page.clone().into())
                .await
                .unwrap();
            assert!(found.items.len() <= 2);
            listed.extend(found.items.into_iter().map(|mission| mission.id));
            page.after = found.next;
            if page.after.is_none() {
                break;
            }
        }
        assert_eq!(listed, ids);

        let count = async |filter: MissionFilter| {
            let page = ana
                .list(filter, PageRequest::default().into())
                .await
                .unwrap();
            page.items.len()
        };
        let all = MissionFilter::default;
        let state = Some(MissionState::Aborted);
        assert_eq!(count(MissionFilter { state, ..all() }).await, 1);
        let drone_id = Some(kite);
        assert_eq!(count(MissionFilter { drone_id, ..all() }).await, 1);
        let plan_type = Some(PlanType::PointTask);
        assert_eq!(count(MissionFilter { plan_type, ..all() }).await, 1);
        let created_by = Some(id_of(home, "bo").await.into());
        assert_eq!(
            count(MissionFilter {
                created_by,
                ..all()
            })
            .await,
            2
        );
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_rejected_mission_becomes_a_draft_again_by_its_revision(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let approver = user(home, "bo", APPROVER).await;
        let drone = drone(home, "kite").await;
        let id = draft(&planner, &drone).await.id;
        let comment = Some("too low".to_owned());
        let rejected = approver
            .reject(id.clone(), 1, comment.clone())
            .await
            .unwrap();
        assert_eq!(
            (rejected.state, rejected.version),
            (MissionState::Rejected, 2)
        );

        let update = MissionUpdate {
            payload: Some("{\"rows\":5}".into()),
            drone_id: Change::Clear,
            version: Some(2),
            ..MissionUpdate::default()
        };
        let revised = planner.update(id.clone(), update.clone()).await.unwrap();
        assert_eq!(revised.state, MissionState::Draft);
        assert_eq!((revised.version, &revised.drone_id), (3, &None));
        assert_eq!(revised.name, "survey");
        assert_eq!(planner.get(id.clone()).await.unwrap(), revised);
        assert_eq!(
            conflict(planner.update(id.clone(), update).await),
            "stale_version"
        );

        let page = PageRequest::default();
        let decisions = planner
            .approvals(id.clone(), page.into())
            .await
            .unwrap()
            .items;
        assert_eq!(decisions.len(), 1);
        assert_eq!(decisions[0].decision, Decision::Reject);
        assert_eq!(decisions[0].approver_id.as_str(), id_of(home, "bo").await);
        assert_eq!(decisions[0].comment, comment);

        let events = events(home, &id).await;
        let seen = [Action::Create, Action::Approval, Action::Update];
        assert_eq!(actions(&events), seen);
        assert_eq!(detail(&events[1])["approval_id"], decisions[0].id.as_str());
        let change = detail(&events[2]);
        assert_eq!(change["before"]["drone_id"], drone.as_str());
        assert_eq!(change["after"]["drone_id"], json!(null));
        assert_eq!(change["after"].get("name"), None);
        let seq = world
            .place
            .raw_text("SELECT CAST(audit_seq AS TEXT) FROM approvals")
            .await;
        assert_eq!(seq, Some(events[1].seq.to_string()));
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_approves_a_mission_of_their_own_unless_the_tenant_allows_it(world: &World) {
        let home = &world.north;
        let ana = user(home, "ana", FLYER).await;
        let drone = drone(home, "kite").await;
        let id = draft(&ana, &drone).await.id;
        assert_eq!(
            conflict(ana.approve(id.clone(), 1, None).await),
            "own_mission"
        );
        assert_eq!(
            ana.get(id.clone()).await.unwrap().state,
            MissionState::Draft
        );
        let second = draft(&ana, &drone).await.id;
        home.admin().await.set_self_approval(true).await.unwrap();
        let approved = ana.approve(id, 1, None).await.unwrap();
        assert_eq!(approved.state, MissionState::Approved);
        home.admin().await.set_self_approval(false).await.unwrap();
        assert_eq!(conflict(ana.approve(second, 1, None).await), "own_mission");
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn the_method_refuses_ones_own_mission_without_the_trigger_that_does_so_too(
        world: &World,
    ) {
        let drop = match world.place.engine {
            Engine::Sqlite => "DROP TRIGGER rf_approvals_four_eyes_insert",
            Engine::Postgres => "DROP TRIGGER ringfence_four_eyes ON approvals",
        };
        world.place.raw(drop).await.unwrap();
        let home = &world.north;
        let ana = user(home, "ana", FLYER).await;
        let id = draft(&ana, &drone(home, "kite").await).await.id;
        assert_eq!(conflict(ana.approve(id, 1, None).await), "own_mission");
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_deleted_mission_takes_its_decisions_along_and_the_log_keeps_them(world: &World) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let approver = user(home, "bo", APPROVER).await;
        let kite = drone(home, "kite").await;
        let id = draft(&planner, &kite).await.id;
        let drones = home.admin().await.drones();
        assert_eq!(conflict(drones.delete(kite.clone()).await), "in_use");
        approver
            .reject(id.clone(), 1, Some("why".to_owned()))
            .await
            .unwrap();
        planner.delete(id.clone()).await.unwrap();
        assert_eq!(missing(planner.get(id.clone()).await), "mission");
        assert_eq!(missing(planner.delete(id.clone()).await), "mission");
        drones.delete(kite).await.unwrap();

        let events = events(home, &id).await;
        let deleted = events.last().unwrap();
        assert_eq!(deleted.action, Action::Delete);
        let before = &detail(deleted)["before"];
        assert_eq!(before["state"], "REJECTED");
        assert_eq!(
            before["approvals"][0]["approver_id"],
            id_of(home, "bo").await
        );
        assert_eq!(before["approvals"][0]["comment"], "why");
        assert_eq!(before["approvals"].as_array().unwrap().len(), 1);
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn a_mission_that_was_flown_cannot_be_deleted_even_if_it_stands_as_a_draft(
        world: &World,
    ) {
        let home = &world.north;
        let planner = user(home, "ana", PLANNER).await;
        let drone = drone(home, "kite").await;
        let id = draft(&planner, &drone).await.id;
        let run = format!(
            "INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at) \
             VALUES ('old-run', 'north', '{id}', 'RUNNING', '2026-01-05 12:00:00.000000')"
        );
        world.place.raw(&run).await.unwrap();
        assert_eq!(conflict(planner.delete(id.clone()).await), "in_use");
        assert_eq!(planner.get(id).await.unwrap().state, MissionState::Draft);
    }
);

each_engine!(
    #[tokio::test(flavor = "multi_thread")]
    async fn malformed_input_is_refused_before_anything_is_looked_up(world: &World) {
        let nobody = user(&world.north, "ana", &[]).await;
        let field = |error: ringfence::Error| error.field().map(str::to_owned);
        let mut blank = survey(None);
        blank.name = " ".to_owned();
        let refused = nobody.create(blank).await.unwrap_err();
        assert_eq!(field(refused).as_deref(), Some("name"));
        let mut list = survey(None);
        list.payload = "[]".into();
        let refused = nobody.create(list).await.unwrap_err();
        assert_eq!(field(refused).as_deref(), Some("payload"));
        let id = MissionId::from("a\0b");
        let refused = nobody.start(id.clone()).await.unwrap_err();
        assert_eq!(field(refused).as_deref(), Some("id"));
        let refused = nobody
            .runs(id, PageRequest::default().into())
            .await
            .unwrap_err();
        assert_eq!(field(refused).as_deref(), Some("mission"));
        let long = Some("x".repeat(4_001));
        let refused = nobody.approve("none".into(), 1, long).await.unwrap_err();
        assert_eq!(field(refused).as_deref(), Some("comment"));
        assert_eq!(
            forbidden(nobody.create(survey(None)).await),
            "mission.write"
        );
    }
);

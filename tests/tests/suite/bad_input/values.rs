//! Values that are too long, hold NUL, or are no position in a list.

use ringfence::model::{
    Assignment, Cursor, DroneId, DroneUpdate, EventFilter, Json, MissionUpdate, NewDrone,
    NewMission, NewPlan, NewRole, NewTenant, NewUser, PageRequest, Permission, PlanType,
    UserUpdate, Vendor,
};
use ringfence::{Ringfence, TenantSession};
use ringfence_tests::fixture::{World, each_engine};

use super::names_field;

use crate::calls::Asked;
use crate::calls::things::nowhere;
use crate::pages::lists;
use crate::picture::Inspect;

/// Calls each method and keeps what came of it beside the field that it must name.
macro_rules! named {
    ($($field:literal in $name:literal => $call:expr),* $(,)?) => {
        vec![$(($field, ($name, $call.await.map(drop)))),*]
    };
}

/// A method, and what came of its call.
type Called = (&'static str, ringfence::Result<()>);

type Named = Vec<(&'static str, Called)>;

fn page() -> PageRequest {
    PageRequest::default()
}

fn new_user(name: &str, password: Option<&str>) -> NewUser {
    NewUser {
        username: name.into(),
        password: password.map(str::to_owned),
    }
}

fn new_tenant(id: &str, name: &str, admin: &str) -> NewTenant {
    NewTenant {
        id: Some(id.into()),
        name: name.into(),
        admin: new_user(admin, None),
    }
}

fn new_drone(name: &str, capabilities: &str) -> NewDrone {
    NewDrone {
        name: name.into(),
        vendor: Vendor::Fake,
        capabilities: capabilities.into(),
    }
}

fn new_mission(name: &str, drone: Option<&str>, payload: &str, constraints: &str) -> NewMission {
    NewMission {
        name: name.into(),
        drone_id: drone.map(Into::into),
        plan_type: PlanType::AreaGrid,
        payload: payload.into(),
        constraints: constraints.into(),
    }
}

fn new_plan(name: &str, file: &[u8]) -> NewPlan {
    NewPlan {
        name: name.into(),
        drone_id: None,
        file: file.to_vec(),
        plan_type: None,
        constraints: Json::default(),
    }
}

/// Every place for a name, a text or an id, with this in it.
async fn everywhere(bad: &str, rf: &Ringfence, session: &TenantSession) -> Named {
    let operator = || "suite".to_owned();
    let (drones, missions) = (session.drones(), session.missions());
    let (identity, audit) = (session.identity(), session.audit());
    let plan = include_bytes!("../../../../examples/data/river-survey.plan");
    let assignment = |user: &str, role: &str| Assignment {
        user_id: user.into(),
        role_id: role.into(),
        expires_at: None,
    };
    // A password is hashed and not stored: it may hold anything, within its length.
    let long = "x".repeat(10 << 20);
    named![
        "operator" in "create_tenant" => rf.create_tenant(bad.into(), new_tenant("t", "t", "t")),
        "id" in "create_tenant" => rf.create_tenant(operator(), new_tenant(bad, "t", "t")),
        "name" in "create_tenant" => rf.create_tenant(operator(), new_tenant("t", bad, "t")),
        "admin.username" in "create_tenant" => rf.create_tenant(operator(), new_tenant("t", "t", bad)),
        "id" in "tenant" => rf.tenant(bad.into()),
        "operator" in "disable_tenant" => rf.disable_tenant(bad.into(), "north".into()),
        "id" in "disable_tenant" => rf.disable_tenant(operator(), bad.into()),
        "id" in "enable_tenant" => rf.enable_tenant(operator(), bad.into()),
        "tenant" in "session" => rf.session(bad.into(), "a".into()),
        "actor" in "session" => rf.session("north".into(), bad.into()),
        "tenant" in "login" => rf.login(bad.into(), "a".into(), "a long password".into()),
        "operator" in "migrate" => rf.migrate(bad.into(), None, None),
        "operator" in "rollback" => rf.rollback(bad.into(), 8, None),
        "name" in "drones.register" => drones.register(new_drone(bad, "{}")),
        "capabilities" in "drones.register" => drones.register(new_drone("d", bad)),
        "id" in "drones.get" => drones.get(bad.into()),
        "id" in "drones.delete" => drones.delete(bad.into()),
        "id" in "drones.update" => drones.update(bad.into(), DroneUpdate::default()),
        "name" in "drones.update" => drones.update(
            "d".into(), DroneUpdate { name: Some(bad.into()), ..DroneUpdate::default() }),
        "name" in "missions.create" => missions.create(new_mission(bad, None, "{}", "{}")),
        "drone_id" in "missions.create" => missions.create(new_mission("m", Some(bad), "{}", "{}")),
        "payload" in "missions.create" => missions.create(new_mission("m", None, bad, "{}")),
        "constraints" in "missions.create" => missions.create(new_mission("m", None, "{}", bad)),
        "name" in "missions.import_plan" => missions.import_plan(new_plan(bad, plan)),
        "id" in "missions.get" => missions.get(bad.into()),
        "id" in "missions.plan" => missions.plan(bad.into()),
        "id" in "missions.update" => missions.update(bad.into(), MissionUpdate::default()),
        "name" in "missions.update" => missions.update(
            "m".into(), MissionUpdate { name: Some(bad.into()), ..MissionUpdate::default() }),
        "drone_id" in "missions.update" => missions.update(
            "m".into(), MissionUpdate { drone_id: DroneId::from(bad).into(), ..MissionUpdate::default() }),
        "id" in "missions.delete" => missions.delete(bad.into()),
        "id" in "missions.approve" => missions.approve(bad.into(), 1, None),
        "comment" in "missions.approve" => missions.approve("m".into(), 1, Some(bad.into())),
        "comment" in "missions.reject" => missions.reject("m".into(), 1, Some(bad.into())),
        "id" in "missions.start" => missions.start(bad.into()),
        "id" in "missions.run" => missions.run(bad.into()),
        "username" in "identity.create_user" => identity.create_user(new_user(bad, None)),
        "password" in "identity.create_user" => identity.create_user(new_user("u", Some(&long))),
        "id" in "identity.user" => identity.user(bad.into()),
        "id" in "identity.update_user" => identity.update_user(bad.into(), UserUpdate::default()),
        "id" in "identity.set_password" => identity.set_password(bad.into(), "a long password".into()),
        "password" in "identity.set_password" => identity.set_password("u".into(), long.clone()),
        "name" in "identity.create_role" =>
            identity.create_role(NewRole { name: bad.into(), description: None }),
        "description" in "identity.create_role" =>
            identity.create_role(NewRole { name: "r".into(), description: Some(bad.into()) }),
        "user_id" in "identity.assign_role" => identity.assign_role(assignment(bad, "r")),
        "role_id" in "identity.assign_role" => identity.assign_role(assignment("u", bad)),
        "role" in "identity.grant" => identity.grant(bad.into(), Permission::AuditRead),
        "entity_id" in "audit.events" =>
            audit.events(EventFilter { entity_id: Some(bad.into()), ..EventFilter::default() }, page()),
    ]
}

each_engine!(
    #[tokio::test]
    async fn ten_megabytes_and_nul_are_refused_by_the_field_that_they_stand_in(world: &World) {
        let session = world.north.admin().await;
        let before = world.place.picture().await;
        for bad in ["x".repeat(10 << 20), "nul\0within".into()] {
            for (field, (method, outcome)) in everywhere(&bad, &world.ringfence, &session).await {
                names_field(
                    &format!("{method} with {} bytes", bad.len()),
                    outcome,
                    field,
                );
            }
        }
        assert_eq!(world.place.picture().await, before);
    }
);

each_engine!(
    #[tokio::test]
    async fn what_is_no_plan_is_refused_and_its_place_named(world: &World) {
        let missions = world.north.admin().await.missions();
        let before = world.place.picture().await;
        let file = include_str!("../../../../examples/data/river-survey.plan");
        let another_type = file.replace("\"Plan\"", "\"Parameters\"");
        let mut another_version: serde_json::Value = serde_json::from_str(file).unwrap();
        another_version["version"] = 99.into();
        for (what, bytes, under) in [
            ("nothing", b"".to_vec(), "plan"),
            ("invalid UTF-8", vec![b'{', 0xff, 0xfe, b'}'], "plan"),
            ("no JSON", b"not a plan".to_vec(), "plan"),
            ("another type", another_type.into_bytes(), "plan.fileType"),
            (
                "another version",
                another_version.to_string().into_bytes(),
                "plan.version",
            ),
        ] {
            let outcome = missions.import_plan(new_plan("m", &bytes)).await.map(drop);
            names_field(what, outcome, under);
        }
        assert_eq!(world.place.picture().await, before);
    }
);

each_engine!(
    #[tokio::test]
    async fn a_page_that_cannot_be_is_refused_by_every_list(world: &World) {
        let asked = Asked {
            session: world.north.admin().await,
            named: nowhere(),
            own: nowhere(),
        };
        let lists = lists(&world.ringfence, &asked);
        let before = world.place.picture().await;
        for limit in [0, 1_001, u32::MAX] {
            let page = PageRequest {
                limit: Some(limit),
                after: None,
            };
            for (method, list) in &lists {
                let outcome = list(page.clone()).await.map(drop);
                names_field(&format!("{method} {limit}"), outcome, "limit");
            }
        }
        let nonsense = [
            "",
            "1",
            "nonsense",
            "2ab",
            "1a",
            "1AB",
            "100",
            "1ff",
            "1' OR 1=1 --",
            "\0",
        ];
        for cursor in nonsense
            .map(str::to_owned)
            .into_iter()
            .chain(["1".repeat((10 << 20) + 1)])
        {
            let page = PageRequest {
                limit: None,
                after: Some(Cursor::from(cursor.as_str())),
            };
            let cursor: String = cursor.chars().take(20).collect();
            // Well made, and beyond every row or no number: an empty page says as much.
            let well_made = cursor.len() == 20;
            for (method, list) in &lists {
                let outcome = list(page.clone()).await.map(drop);
                if !well_made || method.ends_with("events") {
                    names_field(&format!("{method} {cursor:?}"), outcome, "after");
                }
            }
        }
        assert_eq!(world.place.picture().await, before);
    }
);

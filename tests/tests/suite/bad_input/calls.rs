//! Every method of the public surface, called once with arguments that nothing is wrong with.

use ringfence::model::{
    Assignment, DroneFilter, DroneUpdate, EventFilter, Json, MissionFilter, MissionUpdate,
    NewDrone, NewMission, NewPlan, NewRole, NewTenant, NewUser, PageRequest, Permission, PlanType,
    RoleFilter, UserFilter, UserUpdate, Vendor,
};
use ringfence::{Error, Ringfence, TenantSession};

/// A method's name and what came of it, without its value.
pub(crate) type Called = (&'static str, Result<(), Error>);

/// Calls each method and keeps what came of it.
macro_rules! called {
    ($($name:literal => $call:expr),* $(,)?) => {
        vec![$(($name, $call.await.map(drop))),*]
    };
}

fn page() -> PageRequest {
    PageRequest::default()
}

fn new_user() -> NewUser {
    NewUser {
        username: "someone".into(),
        password: None,
    }
}

/// The methods of an open database.
pub(crate) async fn of_database(rf: &Ringfence) -> Vec<Called> {
    let operator = || "suite".to_owned();
    let log = rf.deployment_log();
    let tenant = NewTenant {
        id: None,
        name: "another".into(),
        admin: new_user(),
    };
    called![
        "migration_status" => rf.migration_status(),
        "migrate" => rf.migrate(operator(), None, None),
        "rollback" => rf.rollback(operator(), 8, None),
        "integrity_scan" => rf.integrity_scan(),
        "create_tenant" => rf.create_tenant(operator(), tenant),
        "tenants" => rf.tenants(page()),
        "tenant" => rf.tenant("north".into()),
        "disable_tenant" => rf.disable_tenant(operator(), "north".into()),
        "enable_tenant" => rf.enable_tenant(operator(), "north".into()),
        "session" => rf.session("north".into(), "someone".into()),
        "login" => rf.login("north".into(), "someone".into(), "a long password".into()),
        "deployment_log.events" => log.events(EventFilter::default(), page()),
        "deployment_log.event" => log.event(0),
        "deployment_log.verify" => log.verify(),
    ]
}

/// The methods of a session.
pub(crate) async fn of_session(session: &TenantSession) -> Vec<Called> {
    let (drones, missions) = (session.drones(), session.missions());
    let (identity, audit) = (session.identity(), session.audit());
    let drone = NewDrone {
        name: "new".into(),
        vendor: Vendor::Fake,
        capabilities: Json::default(),
    };
    let mission = NewMission {
        name: "new".into(),
        drone_id: None,
        plan_type: PlanType::AreaGrid,
        payload: Json::default(),
        constraints: Json::default(),
    };
    let plan = NewPlan {
        name: "new".into(),
        drone_id: None,
        file: include_bytes!("../../../../examples/data/river-survey.plan").to_vec(),
        plan_type: None,
        constraints: Json::default(),
    };
    let role = NewRole {
        name: "new".into(),
        description: None,
    };
    let assignment = Assignment {
        user_id: "u".into(),
        role_id: "r".into(),
        expires_at: None,
    };
    let permission = Permission::RegistryRead;
    called![
        "whoami" => session.whoami(),
        "tenant" => session.tenant(),
        "authorize" => session.authorize(permission, None),
        "drones.register" => drones.register(drone),
        "drones.get" => drones.get("d".into()),
        "drones.list" => drones.list(DroneFilter::default(), page()),
        "drones.update" => drones.update("d".into(), DroneUpdate::default()),
        "drones.delete" => drones.delete("d".into()),
        "missions.create" => missions.create(mission),
        "missions.import_plan" => missions.import_plan(plan),
        "missions.plan" => missions.plan("m".into()),
        "missions.get" => missions.get("m".into()),
        "missions.list" => missions.list(MissionFilter::default(), page()),
        "missions.update" => missions.update("m".into(), MissionUpdate::default()),
        "missions.delete" => missions.delete("m".into()),
        "missions.approve" => missions.approve("m".into(), 1, None),
        "missions.reject" => missions.reject("m".into(), 1, None),
        "missions.approvals" => missions.approvals("m".into(), page()),
        "missions.start" => missions.start("m".into()),
        "missions.pause" => missions.pause("m".into()),
        "missions.resume" => missions.resume("m".into()),
        "missions.complete" => missions.complete("m".into()),
        "missions.abort" => missions.abort("m".into()),
        "missions.runs" => missions.runs("m".into(), page()),
        "missions.run" => missions.run("n".into()),
        "identity.create_user" => identity.create_user(new_user()),
        "identity.user" => identity.user("u".into()),
        "identity.users" => identity.users(UserFilter::default(), page()),
        "identity.update_user" => identity.update_user("u".into(), UserUpdate::default()),
        "identity.set_password" => identity.set_password("u".into(), "a long password".into()),
        "identity.create_role" => identity.create_role(role),
        "identity.roles" => identity.roles(RoleFilter::default(), page()),
        "identity.assign_role" => identity.assign_role(assignment),
        "identity.unassign_role" => identity.unassign_role("u".into(), "r".into()),
        "identity.grant" => identity.grant("r".into(), permission),
        "identity.revoke" => identity.revoke("r".into(), permission),
        "identity.permissions_of" => identity.permissions_of("u".into()),
        "audit.events" => audit.events(EventFilter::default(), page()),
        "audit.event" => audit.event(0),
        "audit.verify" => audit.verify(),
    ]
}

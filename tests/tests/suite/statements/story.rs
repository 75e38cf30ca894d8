//! A day of two tenants that calls every public method at least once.

use std::time::Duration;

use jiff::SignedDuration;
use ringfence::model::{
    Assignment, DroneUpdate, EventFilter, MissionUpdate, NewDrone, NewMission, NewPlan, NewRole,
    NewUser, PageRequest, Permission, PlanType, Resource, RoleFilter, UserId, UserUpdate, Vendor,
};
use ringfence::testing;
use ringfence_tests::fixture::{Engine, Home, World, new_drone};

/// Whose rows the story may touch.
pub(super) const TENANTS: [&str; 2] = ["north", "south"];

const PASSWORD: &str = "correct horse battery";

/// The same with the least that Argon2id can be given.
const WEAK: &str = "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg\
                    $gLHIkr1qgP4r3sH1P/NIg3+PMckaLQ3RkuIiytJhVlY";

fn page() -> PageRequest {
    PageRequest::default()
}

/// Tells the story on a fresh database, and shows on the way that one tenant's calls run nothing bound to the
/// other.
pub(super) async fn tell(engine: Engine) {
    let world = World::new(engine).await;
    // The steps of the schema change it under statements that are cached; nothing later does.
    let recompiled = testing::recompilations();
    let [north, south] = TENANTS;
    testing::watch(north);
    testing::watch(south);
    for (home, other) in [(&world.north, south), (&world.south, north)] {
        let pilot = people(&world, home).await;
        fleet(home).await;
        missions(home, &pilot).await;
        log(home).await;
        assert_eq!(testing::sequence(other), Vec::<&str>::new());
        assert!(!testing::sequence(home.tenant.as_str()).is_empty());
    }
    operators(&world).await;
    assert_eq!(testing::recompilations() - recompiled, 0, "{engine:?}");
    world.ringfence.shutdown().await.unwrap();
    world.place.remove().await;
}

fn for_good(user: &UserId, role: &ringfence::model::RoleId) -> Assignment {
    Assignment {
        user_id: user.clone(),
        role_id: role.clone(),
        expires_at: None,
    }
}

/// Returns a second admin.
async fn people(world: &World, home: &Home) -> UserId {
    let admin = home.admin().await;
    admin.whoami().await.unwrap();
    admin.tenant().await.unwrap();
    admin.set_self_approval(true).await.unwrap();
    admin.set_self_approval(false).await.unwrap();
    let identity = admin.identity();
    let new = NewUser {
        username: "pilot".to_owned(),
        password: Some(PASSWORD.to_owned()),
    };
    let pilot = identity.create_user(new).await.unwrap().id;
    identity.user(pilot.clone()).await.unwrap();
    identity.users(Default::default(), page()).await.unwrap();
    let renamed = UserUpdate {
        username: Some("captain".to_owned()),
        ..UserUpdate::default()
    };
    identity.update_user(pilot.clone(), renamed).await.unwrap();
    identity
        .set_password(pilot.clone(), PASSWORD.to_owned())
        .await
        .unwrap();

    let role = NewRole {
        name: "crew".to_owned(),
        description: None,
    };
    let role = identity.create_role(role).await.unwrap().id;
    identity.roles(RoleFilter::default(), page()).await.unwrap();
    let crew = role.clone();
    identity
        .grant(crew.clone(), Permission::RegistryRead)
        .await
        .unwrap();
    identity
        .revoke(crew.clone(), Permission::RegistryRead)
        .await
        .unwrap();
    identity.assign_role(for_good(&pilot, &crew)).await.unwrap();
    let limited = Assignment {
        expires_at: Some(jiff::Timestamp::now() + SignedDuration::from_hours(1_000)),
        ..for_good(&pilot, &crew)
    };
    identity.assign_role(limited).await.unwrap();
    identity.unassign_role(pilot.clone(), crew).await.unwrap();
    let everything = home.role("admin").await;
    identity
        .assign_role(for_good(&pilot, &everything))
        .await
        .unwrap();
    identity.permissions_of(pilot.clone()).await.unwrap();

    let nobody = home.holder(&[]).await;
    for resource in [
        Resource::User { id: pilot.clone() },
        Resource::Role { id: role },
    ] {
        let asked = Some(resource);
        admin
            .authorize(Permission::IdentityRead, asked.clone())
            .await
            .unwrap();
        let refused = nobody.authorize(Permission::IdentityRead, asked).await;
        assert!(refused.unwrap_err().is_forbidden());
    }
    nobody
        .drones()
        .list(Default::default(), page())
        .await
        .unwrap_err();

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
    // Hashed with weaker parameters, as an older version may have.
    let weaken = format!(
        "UPDATE users SET password_argon2 = '{WEAK}' WHERE tenant_id = '{}' AND username = 'captain'",
        home.tenant
    );
    world.place.raw(&weaken).await.unwrap();
    login("captain", PASSWORD).await.unwrap();
    pilot
}

async fn fleet(home: &Home) {
    let admin = home.admin().await;
    let drones = admin.drones();
    let new = new_drone("kite");
    let id = drones.register(new).await.unwrap().id;
    drones.get(id.clone()).await.unwrap();
    drones.list(Default::default(), page()).await.unwrap();
    let renamed = DroneUpdate {
        name: Some("heron".to_owned()),
        ..DroneUpdate::default()
    };
    drones.update(id.clone(), renamed).await.unwrap();
    let resource = Some(Resource::Drone { id: id.clone() });
    admin
        .authorize(Permission::RegistryRead, resource)
        .await
        .unwrap();
    drones.delete(id).await.unwrap();
}

async fn missions(home: &Home, second: &UserId) {
    let admin = home.admin().await;
    let new = NewDrone {
        name: "osprey".to_owned(),
        vendor: Vendor::Mavlink,
        capabilities: "{}".into(),
    };
    let drone = admin.drones().register(new).await.unwrap().id;
    let missions = admin.missions();
    let approver = home.session(second).await.missions();
    let file = include_bytes!("../../../../examples/data/river-survey.plan");
    let plan = NewPlan {
        name: "river".to_owned(),
        drone_id: Some(drone.clone()),
        file: file.to_vec(),
        plan_type: None,
        constraints: "{}".into(),
    };
    let id = missions.import_plan(plan).await.unwrap().id;
    missions.plan(id.clone()).await.unwrap();
    missions.get(id.clone()).await.unwrap();
    missions.list(Default::default(), page()).await.unwrap();
    let renamed = MissionUpdate {
        name: Some("river, again".to_owned()),
        ..MissionUpdate::default()
    };
    missions.update(id.clone(), renamed).await.unwrap();
    assert!(missions.approve(id.clone(), 2, None).await.is_err());
    approver.approve(id.clone(), 2, None).await.unwrap();
    missions.approvals(id.clone(), page()).await.unwrap();
    missions.start(id.clone()).await.unwrap();
    missions.pause(id.clone()).await.unwrap();
    missions.resume(id.clone()).await.unwrap();
    let runs = missions.runs(id.clone(), page()).await.unwrap();
    let run = runs.items[0].id.clone();
    missions.run(run.clone()).await.unwrap();
    for resource in [
        Resource::Mission { id: id.clone() },
        Resource::Run { id: run },
    ] {
        admin
            .authorize(Permission::MissionRead, Some(resource))
            .await
            .unwrap();
    }
    missions.complete(id).await.unwrap();

    let draft = || NewMission {
        name: "spare".to_owned(),
        drone_id: Some(drone.clone()),
        plan_type: PlanType::PointTask,
        payload: "{}".into(),
        constraints: "{}".into(),
    };
    let id = missions.create(draft()).await.unwrap().id;
    approver.reject(id.clone(), 1, None).await.unwrap();
    missions.delete(id).await.unwrap();
    let id = missions.create(draft()).await.unwrap().id;
    approver.approve(id.clone(), 1, None).await.unwrap();
    missions.start(id.clone()).await.unwrap();
    missions.abort(id).await.unwrap();
}

async fn log(home: &Home) {
    let audit = home.admin().await.audit();
    audit.events(EventFilter::default(), page()).await.unwrap();
    audit.event(0).await.unwrap();
    assert!(audit.verify().await.unwrap().is_intact());
}

async fn operators(world: &World) {
    let (db, operator) = (&world.ringfence, || "suite".to_owned());
    assert!(db.migration_status().await.unwrap().is_current());
    db.migrate(operator(), None, None).await.unwrap();
    db.integrity_scan().await.unwrap();
    db.tenants(page()).await.unwrap();
    db.tenant(world.south.tenant.clone()).await.unwrap();
    let south = || world.south.tenant.clone();
    db.disable_tenant(operator(), south()).await.unwrap();
    db.enable_tenant(operator(), south()).await.unwrap();
    let log = db.deployment_log();
    log.events(EventFilter::default(), page()).await.unwrap();
    log.event(0).await.unwrap();
    assert!(log.verify().await.unwrap().is_intact());
}

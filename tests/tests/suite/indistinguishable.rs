//! Invariant 4: another tenant's id is like one that exists nowhere. The same error to the byte and the same
//! statements, whether or not the caller holds the permission.
//!
//! A method that takes an id joins with one line of [`lookups`].

use futures_util::future::BoxFuture;
use ringfence::model::{
    Assignment, DroneId, DroneUpdate, EventFilter, MissionFilter, MissionId, MissionUpdate,
    NewDrone, NewMission, NewPlan, NewUser, PageRequest, Permission, PlanType, Resource, RoleId,
    RunId, UserId, UserUpdate, Vendor,
};
use ringfence::{Error, TenantSession, testing};
use ringfence_tests::fixture::{Engine, Home, World, on_each_engine};

/// One id of each kind, all of one tenant or of none.
#[derive(Clone)]
struct Ids {
    drone: DroneId,
    mission: MissionId,
    run: RunId,
    user: UserId,
    role: RoleId,
    seq: i64,
}

/// What a call of `lookups` sees: the caller, the ids that are not the caller's, and some that are.
struct Asked {
    session: TenantSession,
    foreign: Ids,
    own: Ids,
}

struct Lookup {
    method: &'static str,
    /// What is said not to be there.
    entity: &'static str,
    call: for<'a> fn(&'a Asked) -> BoxFuture<'a, Result<String, Error>>,
}

macro_rules! lookups {
    (|$s:ident, $id:ident, $own:ident| $($method:literal, $entity:literal => $call:expr;)+) => {
        &[$(Lookup {
            method: $method,
            entity: $entity,
            call: |asked| Box::pin(async move {
                #[allow(unused_variables, reason = "not every call names something of its own")]
                let ($s, $id, $own) = (&asked.session, asked.foreign.clone(), asked.own.clone());
                let answer = $call.await?;
                Ok(format!("{answer:?}"))
            }),
        }),+]
    };
}

/// Every public method that takes an id, by each of its ids.
const LOOKUPS: &[Lookup] = lookups! { |s, id, own|
    "drones.get", "drone" => s.drones().get(id.drone);
    "drones.update", "drone" => s.drones().update(id.drone, DroneUpdate::default());
    "drones.delete", "drone" => s.drones().delete(id.drone);
    "missions.get", "mission" => s.missions().get(id.mission);
    "missions.plan", "mission" => s.missions().plan(id.mission);
    "missions.update", "mission" => s.missions().update(id.mission, MissionUpdate::default());
    "missions.update to a drone", "drone" => s.missions().update(own.mission, MissionUpdate {
        drone_id: Some(id.drone), ..MissionUpdate::default()
    });
    "missions.delete", "mission" => s.missions().delete(id.mission);
    "missions.approve", "mission" => s.missions().approve(id.mission, 1, None);
    "missions.reject", "mission" => s.missions().reject(id.mission, 1, None);
    "missions.approvals", "mission" => s.missions().approvals(id.mission, page());
    "missions.start", "mission" => s.missions().start(id.mission);
    "missions.pause", "mission" => s.missions().pause(id.mission);
    "missions.resume", "mission" => s.missions().resume(id.mission);
    "missions.complete", "mission" => s.missions().complete(id.mission);
    "missions.abort", "mission" => s.missions().abort(id.mission);
    "missions.runs", "mission" => s.missions().runs(id.mission, page());
    "missions.run", "run" => s.missions().run(id.run);
    "missions.create", "drone" => s.missions().create(survey(id.drone));
    "missions.import_plan", "drone" => s.missions().import_plan(river(id.drone));
    "identity.user", "user" => s.identity().user(id.user);
    "identity.update_user", "user" => s.identity().update_user(id.user, UserUpdate::default());
    "identity.set_password", "user" => s.identity().set_password(id.user, "a long password".into());
    "identity.assign_role to a user", "user" => s.identity().assign_role(assignment(id.user, own.role));
    "identity.assign_role of a role", "role" => s.identity().assign_role(assignment(own.user, id.role));
    "identity.unassign_role from a user", "user" => s.identity().unassign_role(id.user, own.role);
    "identity.unassign_role of a role", "role" => s.identity().unassign_role(own.user, id.role);
    "identity.grant", "role" => s.identity().grant(id.role, Permission::MissionRead);
    "identity.revoke", "role" => s.identity().revoke(id.role, Permission::MissionRead);
    "identity.permissions_of", "user" => s.identity().permissions_of(id.user);
    "authorize drone", "drone" =>
        s.authorize(Permission::RegistryRead, Some(Resource::Drone { id: id.drone }));
    "authorize mission", "mission" =>
        s.authorize(Permission::MissionRead, Some(Resource::Mission { id: id.mission }));
    "authorize run", "run" => s.authorize(Permission::MissionRead, Some(Resource::Run { id: id.run }));
    "authorize user", "user" => s.authorize(Permission::IdentityRead, Some(Resource::User { id: id.user }));
    "authorize role", "role" => s.authorize(Permission::IdentityRead, Some(Resource::Role { id: id.role }));
    "audit.event", "event" => s.audit().event(id.seq);
};

/// Every filter that takes an id: it selects nothing.
const FILTERS: &[Lookup] = lookups! { |s, id, own|
    "missions.list of a drone", "" => s.missions().list(MissionFilter {
        drone_id: Some(id.drone), ..MissionFilter::default()
    }, page());
    "missions.list of a creator", "" => s.missions().list(MissionFilter {
        created_by: Some(id.user), ..MissionFilter::default()
    }, page());
    "audit.events of an entity", "" => s.audit().events(EventFilter {
        entity_id: Some(id.mission.as_str().to_owned()), ..EventFilter::default()
    }, page());
    "audit.events of an actor", "" => s.audit().events(EventFilter {
        actor: Some(id.user.as_str().to_owned()), ..EventFilter::default()
    }, page());
};

fn page() -> PageRequest {
    PageRequest::default()
}

fn assignment(user_id: UserId, role_id: RoleId) -> Assignment {
    Assignment {
        user_id,
        role_id,
        expires_at: None,
    }
}

fn survey(drone: DroneId) -> NewMission {
    NewMission {
        name: "survey".to_owned(),
        drone_id: Some(drone),
        plan_type: PlanType::AreaGrid,
        payload: "{}".into(),
        constraints: "{}".into(),
    }
}

fn river(drone: DroneId) -> NewPlan {
    NewPlan {
        name: "river".to_owned(),
        drone_id: Some(drone),
        file: include_bytes!("../../../examples/data/river-survey.plan").to_vec(),
        plan_type: None,
        constraints: "{}".into(),
    }
}

/// One of everything in this tenant, the mission flown once and the log longer than `events`.
async fn settle(home: &Home, events: u32) -> Ids {
    let admin = home.admin().await;
    for number in 0..events {
        drone(&admin, &format!("spare {number}")).await;
    }
    let drone = drone(&admin, "kite").await;
    let missions = admin.missions();
    let mission = missions.import_plan(river(drone.clone())).await.unwrap().id;
    let other = home.member("admin").await;
    other
        .missions()
        .approve(mission.clone(), 1, None)
        .await
        .unwrap();
    missions.start(mission.clone()).await.unwrap();
    let runs = missions.runs(mission.clone(), page()).await.unwrap();
    missions.complete(mission).await.unwrap();
    // A draft, which everything may be done to.
    let mission = missions.import_plan(river(drone.clone())).await.unwrap().id;
    Ids {
        drone,
        mission,
        run: runs.items[0].id.clone(),
        user: home.user("ana").await,
        role: home.role("auditor").await,
        seq: admin.audit().verify().await.unwrap().size - 1,
    }
}

async fn drone(admin: &TenantSession, name: &str) -> DroneId {
    let new = NewDrone {
        name: name.to_owned(),
        vendor: Vendor::Fake,
        capabilities: "{}".into(),
    };
    admin.drones().register(new).await.unwrap().id
}

/// Ids that exist nowhere.
fn nowhere() -> Ids {
    let id = "0190d3a8-0000-7000-8000-000000000000";
    Ids {
        drone: id.into(),
        mission: id.into(),
        run: id.into(),
        user: id.into(),
        role: id.into(),
        seq: 1 << 40,
    }
}

/// What a call showed: its answer to the byte, and the statements that it ran for the caller's tenant.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    answer: Result<String, (String, String, u16)>,
    statements: Vec<&'static str>,
}

async fn show(lookup: &Lookup, asked: &Asked, tenant: &str) -> Shown {
    drop(testing::sequence(tenant));
    let answer = (lookup.call)(asked).await;
    Shown {
        answer: answer.map_err(|error| (format!("{error:?}"), error.to_string(), error.status())),
        statements: testing::sequence(tenant),
    }
}

struct Neighbours {
    /// Whose sessions ask, and by what the statements are told from other tests'.
    tenant: String,
    /// One who may do everything, and one who may do nothing.
    callers: [TenantSession; 2],
    own: Ids,
    theirs: Ids,
}

/// A tenant's id that no other test's statements are bound to.
fn unused_tenant(world: &World, stem: &str) -> String {
    static MET: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = MET.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    match world.place.engine {
        Engine::Sqlite => format!("{stem}-sqlite-{number}"),
        Engine::Postgres => format!("{stem}-postgres-{number}"),
    }
}

async fn neighbours(world: &World) -> Neighbours {
    let tenant = unused_tenant(world, "neighbour");
    let ours = Home::found(&world.ringfence, &tenant).await;
    let own = settle(&ours, 0).await;
    let callers = [ours.admin().await, ours.holder(&[]).await];
    let theirs = settle(&world.south, 40).await;
    assert!(
        theirs.seq > own.seq + 10,
        "their log reaches further than ours"
    );
    testing::watch(&tenant);
    Neighbours {
        tenant,
        callers,
        own,
        theirs,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_id_is_indistinguishable_from_a_random_one() {
    on_each_engine(async |world: &World| {
        let neighbours = neighbours(world).await;
        for lookup in LOOKUPS {
            let mut shown = Vec::new();
            for session in &neighbours.callers {
                // What the policy says is known from here on, as it is to a caller who asks a second time.
                session.whoami().await.unwrap();
                for foreign in [&neighbours.theirs, &nowhere()] {
                    let asked = Asked {
                        session: session.clone(),
                        foreign: foreign.clone(),
                        own: neighbours.own.clone(),
                    };
                    shown.push(show(lookup, &asked, &neighbours.tenant).await);
                }
            }
            let missing = Error::NotFound {
                entity: lookup.entity.to_owned(),
            };
            let expected = (format!("{missing:?}"), missing.to_string(), 404);
            for seen in &shown {
                assert_eq!(seen.answer, Err(expected.clone()), "{}", lookup.method);
            }
            // With and without the permission, and whether the id is anybody's or nobody's.
            for seen in &shown {
                assert_eq!(seen.statements, shown[0].statements, "{}", lookup.method);
            }
            assert!(!shown[0].statements.is_empty(), "{}", lookup.method);
        }
    })
    .await;
}

/// The list above is worth something only if the very same calls find what is the caller's own.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_calls_find_what_is_the_callers_own() {
    on_each_engine(async |world: &World| {
        let neighbours = neighbours(world).await;
        for lookup in LOOKUPS {
            let asked = Asked {
                session: neighbours.callers[1].clone(),
                foreign: neighbours.own.clone(),
                own: neighbours.own.clone(),
            };
            // Whoever may do nothing is told so: what it names is there.
            let refused = (lookup.call)(&asked).await;
            match refused {
                Err(Error::Forbidden { .. }) => {}
                // A role that the user does not have is looked up before the permission.
                Err(Error::NotFound { entity }) if entity != lookup.entity => {}
                other => panic!("{}: {other:?}", lookup.method),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_by_another_tenants_id_selects_nothing() {
    on_each_engine(async |world: &World| {
        let neighbours = neighbours(world).await;
        for lookup in FILTERS {
            for session in &neighbours.callers {
                session.whoami().await.unwrap();
                // The first refusal of a kind is recorded, those that follow are counted: one goes ahead.
                let ahead = Asked {
                    session: session.clone(),
                    foreign: nowhere(),
                    own: neighbours.own.clone(),
                };
                drop((lookup.call)(&ahead).await);
                let mut shown = Vec::new();
                for foreign in [&neighbours.theirs, &nowhere()] {
                    let asked = Asked {
                        session: session.clone(),
                        foreign: foreign.clone(),
                        own: neighbours.own.clone(),
                    };
                    shown.push(show(lookup, &asked, &neighbours.tenant).await);
                }
                assert_eq!(shown[0], shown[1], "{}", lookup.method);
                if let Ok(answer) = &shown[0].answer {
                    assert!(answer.contains("items: []"), "{}: {answer}", lookup.method);
                }
            }
        }
    })
    .await;
}

/// Nor does a session open differently for a user of another tenant.
#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_user_opens_no_session() {
    on_each_engine(async |world: &World| {
        let neighbours = neighbours(world).await;
        let mut shown = Vec::new();
        for user in [neighbours.theirs.user.clone(), nowhere().user] {
            drop(testing::sequence(&neighbours.tenant));
            let opened = world
                .ringfence
                .session(neighbours.tenant.as_str().into(), user);
            let refusal = opened.await.err().expect("no session");
            assert_eq!(refusal, Error::Unauthenticated);
            shown.push((
                format!("{refusal:?}"),
                testing::sequence(&neighbours.tenant),
            ));
        }
        assert_eq!(shown[0], shown[1]);
    })
    .await;
}

/// Nor does a login show whether there is a user of that name: every refused attempt runs the same statements, the
/// first as well as later ones, whatever was recorded of others before.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_has_is_indistinguishable_from_one_that_somebody_has() {
    on_each_engine(async |world: &World| {
        let tenant = unused_tenant(world, "login");
        let home = Home::found(&world.ringfence, &tenant).await;
        let admin = home.admin().await;
        let identity = admin.identity();
        let with_password = async |username: &str| {
            let new = NewUser {
                username: username.to_owned(),
                password: Some("correct horse".to_owned()),
            };
            identity.create_user(new).await.unwrap().id
        };
        with_password("mara").await;
        let off = UserUpdate {
            is_active: Some(false),
            ..UserUpdate::default()
        };
        let inactive = with_password("lena").await;
        identity.update_user(inactive, off).await.unwrap();
        testing::watch(&tenant);

        let attempt = async |username: &str, password: &str| {
            // What was handed over before is written, and its statements are not this attempt's.
            admin.set_self_approval(true).await.unwrap();
            admin.set_self_approval(false).await.unwrap();
            drop(testing::sequence(&tenant));
            let (username, password) = (username.to_owned(), password.to_owned());
            let login = world
                .ringfence
                .login(tenant.as_str().into(), username, password);
            assert_eq!(login.await.err(), Some(Error::Unauthenticated));
            // Behind what was handed over with the answer.
            admin.set_self_approval(true).await.unwrap();
            of_the_attempt(testing::sequence(&tenant))
        };
        // The first names that nobody has, and one of them when others were recorded already.
        let names = [
            ("nobody", "wrong horse"),
            ("mara", "wrong horse"),
            ("somebody", "wrong horse"),
            ("lena", "correct horse"),
            // A user without a password.
            ("admin", "wrong horse"),
            ("anybody", "wrong horse"),
        ];
        for first in [true, false] {
            let mut shown = Vec::new();
            for (username, password) in names {
                shown.push((username, attempt(username, password).await));
            }
            for (username, (statements, behind)) in &shown {
                assert_eq!(*statements, shown[0].1.0, "{username}");
                assert!(!statements.contains(&"LEAF_INSERT"), "{username}");
                // Whoever comes next waits for it.
                assert_eq!(*behind, usize::from(first), "{username}");
            }
        }
    })
    .await;
}

/// The statements of a refused attempt, which ends with the fourth counter that it writes, and how many counters are
/// written behind it.
fn of_the_attempt(mut statements: Vec<&'static str>) -> (Vec<&'static str>, usize) {
    let is_written = |name: &&str| *name == "THROTTLE_PUT";
    let written = |(place, name)| is_written(name).then_some(place);
    let end = statements.iter().enumerate().filter_map(written).nth(3);
    let behind = statements.split_off(end.expect("four counters") + 1);
    assert!(!behind.contains(&"CANDIDATE"), "{behind:?}");
    (
        statements,
        behind.iter().filter(|name| is_written(name)).count(),
    )
}

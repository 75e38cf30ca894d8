//! One body of random calls, run on both engines side by side: each answers every call alike, and as a small
//! model of drones says.
//!
//! Both databases draw the same time and the same random bytes for the same call, so that ids and times are
//! equal. A failure names its seed; `RINGFENCE_SEED` runs that one again.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngCore, SeedableRng};
use ringfence::model::{
    Assignment, Change, Cursor, Drone, DroneFilter, DroneId, DroneUpdate, EventFilter,
    MissionFilter, MissionId, MissionUpdate, NewDrone, NewMission, NewPlan, NewRole, NewUser,
    PageRequest, Permission, PlanType, RoleFilter, RoleId, UserFilter, UserId, UserUpdate, Vendor,
};
use ringfence::{Error, Missions, OpenOptions, Ringfence, Source, TenantSession};
use ringfence_tests::fixture::{Engine, Home, Place};

const CALLS: u32 = 200;
const SEEDS: [u64; 3] = [1, 7, 2026];

/// Time and chance that depend on the call alone: how often an engine looks at its clock shows nowhere.
struct Scripted {
    seed: u64,
    call: AtomicI64,
    bytes: Mutex<StdRng>,
}

impl Scripted {
    fn new(seed: u64) -> Arc<Self> {
        let bytes = Mutex::new(StdRng::seed_from_u64(seed));
        let call = AtomicI64::new(0);
        Arc::new(Self { seed, call, bytes })
    }

    fn begin(&self, call: u32) {
        let call = i64::from(call) + 1;
        self.call.store(call, Ordering::SeqCst);
        let seed = self.seed ^ (call.unsigned_abs() << 32);
        *self.bytes.lock().unwrap() = StdRng::seed_from_u64(seed);
    }
}

impl Source for Scripted {
    fn now(&self) -> Timestamp {
        let call = self.call.load(Ordering::SeqCst);
        Timestamp::from_microsecond(1_790_000_000_000_000 + call * 1_000_123).unwrap()
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        self.bytes.lock().unwrap().fill_bytes(bytes);
        true
    }
}

/// One call, with everything that it needs.
#[derive(Clone, Debug)]
enum Call {
    Register(NewDrone),
    Get(DroneId),
    List(DroneFilter, PageRequest),
    Update(DroneId, DroneUpdate),
    Delete(DroneId),
    Create(NewMission),
    Import(NewPlan),
    Revise(MissionId, MissionUpdate),
    Move(Step, MissionId),
    Missions(MissionFilter, PageRequest),
    CreateUser(NewUser),
    UpdateUser(UserId, UserUpdate),
    Users(UserFilter, PageRequest),
    CreateRole(NewRole),
    Roles(RoleFilter, PageRequest),
    Grant(RoleId, Permission),
    Revoke(RoleId, Permission),
    Assign(Assignment),
    Unassign(UserId, RoleId),
    PermissionsOf(UserId),
    Events(PageRequest),
}

/// What is done to a mission as it stands.
#[derive(Clone, Copy, Debug)]
enum Step {
    Get,
    Plan,
    Approvals,
    Runs,
    Approve,
    Reject,
    Start,
    Pause,
    Resume,
    Complete,
    Abort,
    Delete,
}

const STEPS: [Step; 12] = [
    Step::Get,
    Step::Plan,
    Step::Approvals,
    Step::Runs,
    Step::Approve,
    Step::Reject,
    Step::Start,
    Step::Pause,
    Step::Resume,
    Step::Complete,
    Step::Abort,
    Step::Delete,
];

/// What an engine says, in words that do not differ by engine; and the drone, for the model.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    said: String,
    drone: Option<Drone>,
    /// The id of what was made.
    made: Option<String>,
    code: Option<String>,
}

fn answer<T: Debug>(outcome: Result<T, Error>) -> Answer {
    match outcome {
        Ok(value) => Answer {
            said: format!("{value:?}"),
            drone: None,
            made: None,
            code: None,
        },
        Err(error) => {
            assert!(error.status() < 500, "{error:?}");
            let (status, code) = (error.status(), error.code().to_owned());
            Answer {
                said: format!("{status} {code} {:?}: {error}", error.field()),
                drone: None,
                made: None,
                code: Some(code),
            }
        }
    }
}

fn made<T: Debug>(outcome: Result<T, Error>, id: impl Fn(&T) -> String) -> Answer {
    let made = outcome.as_ref().ok().map(id);
    Answer {
        made,
        ..answer(outcome)
    }
}

fn drone(outcome: Result<Drone, Error>) -> Answer {
    let drone = outcome.as_ref().ok().cloned();
    Answer {
        drone,
        ..made(outcome, |drone| drone.id.to_string())
    }
}

/// One of the two databases, with two users who act in turn.
struct Side {
    place: Place,
    ringfence: Ringfence,
    source: Arc<Scripted>,
    callers: Vec<TenantSession>,
}

impl Side {
    async fn new(engine: Engine, seed: u64) -> Self {
        let (place, source) = (Place::fresh(engine).await, Scripted::new(seed));
        let opened = Ringfence::open_with_source(
            place.url.clone(),
            OpenOptions::default(),
            Arc::clone(&source) as Arc<dyn Source>,
        );
        let ringfence = opened.await.unwrap();
        let home = Home::found(&ringfence, "north").await;
        let admin = home.admin().await;
        // Names and ids are equal on both sides, so nothing here may draw on the process.
        let identity = admin.identity();
        let new = NewUser::new("second");
        source.begin(u32::MAX - 1);
        let second = identity.create_user(new).await.unwrap().id;
        let everything = Assignment {
            user_id: second.clone(),
            role_id: home.role("admin").await,
            expires_at: None,
        };
        identity.assign_role(everything).await.unwrap();
        let new = NewUser::new("third");
        source.begin(u32::MAX - 2);
        let third = identity.create_user(new).await.unwrap().id;
        let viewing = Assignment {
            user_id: third.clone(),
            role_id: home.role("operator").await,
            expires_at: None,
        };
        identity.assign_role(viewing).await.unwrap();
        let callers = vec![
            admin,
            home.session(&second).await,
            home.session(&third).await,
        ];
        Self {
            place,
            ringfence,
            source,
            callers,
        }
    }

    async fn run(&self, number: u32, caller: usize, call: Call) -> Answer {
        self.source.begin(number);
        let session = &self.callers[caller];
        let (drones, missions) = (session.drones(), session.missions());
        let identity = session.identity();
        match call {
            Call::Register(new) => drone(drones.register(new).await),
            Call::Get(id) => drone(drones.get(id).await),
            Call::List(filter, page) => answer(drones.list(filter, page).await),
            Call::Update(id, update) => drone(drones.update(id, update).await),
            Call::Delete(id) => answer(drones.delete(id).await),
            Call::Create(new) => made(missions.create(new).await, |made| made.id.to_string()),
            Call::Import(new) => made(missions.import_plan(new).await, |made| made.id.to_string()),
            Call::Revise(id, update) => answer(missions.update(id, update).await),
            Call::Move(step, id) => match step {
                Step::Get => answer(missions.get(id).await),
                Step::Plan => answer(missions.plan(id).await),
                Step::Approvals => {
                    answer(missions.approvals(id, PageRequest::default().into()).await)
                }
                Step::Runs => answer(missions.runs(id, PageRequest::default().into()).await),
                Step::Approve => {
                    let version = seen(&missions, &id).await;
                    answer(missions.approve(id, version, None).await)
                }
                Step::Reject => {
                    let version = seen(&missions, &id).await;
                    answer(missions.reject(id, version, Some("no".to_owned())).await)
                }
                Step::Start => answer(missions.start(id).await),
                Step::Pause => answer(missions.pause(id).await),
                Step::Resume => answer(missions.resume(id).await),
                Step::Complete => answer(missions.complete(id).await),
                Step::Abort => answer(missions.abort(id).await),
                Step::Delete => answer(missions.delete(id).await),
            },
            Call::Missions(filter, page) => answer(missions.list(filter, page.into()).await),
            Call::CreateUser(new) => {
                made(identity.create_user(new).await, |made| made.id.to_string())
            }
            Call::UpdateUser(id, update) => answer(identity.update_user(id, update).await),
            Call::Users(filter, page) => answer(identity.users(filter, page).await),
            Call::CreateRole(new) => {
                made(identity.create_role(new).await, |made| made.id.to_string())
            }
            Call::Roles(filter, page) => answer(identity.roles(filter, page).await),
            Call::Grant(role, permission) => answer(identity.grant(role, permission).await),
            Call::Revoke(role, permission) => answer(identity.revoke(role, permission).await),
            Call::Assign(assignment) => answer(identity.assign_role(assignment).await),
            Call::Unassign(user, role) => answer(identity.unassign_role(user, role).await),
            Call::PermissionsOf(user) => answer(identity.permissions_of(user).await),
            Call::Events(page) => {
                // The log's identity is the database's own draw, and every leaf depends on it.
                let page = session.audit().events(EventFilter::default(), page).await;
                answer(page.map(|mut page| {
                    for event in &mut page.items {
                        event.leaf_hash.clear();
                    }
                    page
                }))
            }
        }
    }

    async fn remove(self) {
        let log = self.callers[0].audit().verify().await.unwrap();
        assert!(log.is_intact(), "{log:?}");
        self.ringfence.shutdown().await.unwrap();
        self.place.remove().await;
    }
}

/// The version that whoever decides about a mission looked at.
async fn seen(missions: &Missions, id: &MissionId) -> i64 {
    let found = missions.get(id.clone()).await;
    found.map_or(1, |mission| mission.version)
}

/// What the calls made so far.
#[derive(Default)]
struct Known {
    drones: Vec<DroneId>,
    missions: Vec<MissionId>,
    users: Vec<UserId>,
    roles: Vec<RoleId>,
}

fn one_of<T: Clone + for<'a> From<&'a str>>(rng: &mut StdRng, known: &[T]) -> T {
    match known.choose(rng) {
        Some(id) if rng.random_ratio(19, 20) => id.clone(),
        _ => T::from("0190d3a8-0000-7000-8000-000000000000"),
    }
}

/// Few enough that they collide; some sort differently by bytes than in any language, some cannot be.
fn name(rng: &mut StdRng) -> String {
    const NAMES: [&str; 10] = [
        "kite", "Kite", "heron", "Ærø", "élan", "zulu", "a b", "a-b", "", "nul\0",
    ];
    (*NAMES.choose(rng).unwrap()).to_owned()
}

fn version(rng: &mut StdRng) -> Option<i64> {
    rng.random_bool(0.3).then(|| rng.random_range(1..4))
}

fn page(rng: &mut StdRng, after: Option<&str>) -> PageRequest {
    let after = after.filter(|_| rng.random_bool(0.3));
    PageRequest {
        limit: rng.random_bool(0.7).then(|| rng.random_range(0..6)),
        // As a page would hand it out: a version and the key's bytes.
        after: after.map(|key| {
            let digits: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
            Cursor::from(format!("1{digits}"))
        }),
    }
}

fn permission(rng: &mut StdRng) -> Permission {
    *[
        Permission::MissionRead,
        Permission::RegistryWrite,
        Permission::All,
    ]
    .choose(rng)
    .unwrap()
}

fn choose(rng: &mut StdRng, known: &Known) -> Call {
    let vendors = [Vendor::Fake, Vendor::Mavlink];
    let vendor = |rng: &mut StdRng| vendors.choose(rng).unwrap().clone();
    let maybe_drone = |rng: &mut StdRng| {
        let given = rng.random_bool(0.6);
        given.then(|| one_of(rng, &known.drones))
    };
    let after_drone = known.drones.choose(rng).map(|id| id.as_str().to_owned());
    let after_drone = after_drone.as_deref();
    match rng.random_range(0..100) {
        0..14 => Call::Register(NewDrone {
            capabilities: (*["{}", "{\"b\": 1, \"a\": 2}", "[]", "{"]
                .choose(rng)
                .unwrap())
            .into(),
            ..NewDrone::new(name(rng), vendor(rng))
        }),
        14..19 => Call::Get(one_of(rng, &known.drones)),
        19..26 => Call::List(
            DroneFilter {
                vendor: rng.random_bool(0.3).then(|| vendor(rng)),
                name: rng.random_bool(0.2).then(|| name(rng)),
            },
            page(rng, after_drone),
        ),
        26..36 => Call::Update(
            one_of(rng, &known.drones),
            DroneUpdate {
                name: rng.random_bool(0.6).then(|| name(rng)),
                vendor: rng.random_bool(0.3).then(|| vendor(rng)),
                capabilities: None,
                version: version(rng),
            },
        ),
        36..40 => Call::Delete(one_of(rng, &known.drones)),
        40..46 => Call::Create(NewMission {
            drone_id: maybe_drone(rng),
            constraints: "{\"emergency_fastlane\": false}".into(),
            ..NewMission::new(name(rng), PlanType::AreaGrid)
        }),
        46..50 => Call::Import(NewPlan {
            drone_id: maybe_drone(rng),
            ..NewPlan::new(
                "river",
                include_bytes!("../../../examples/data/river-survey.plan").to_vec(),
            )
        }),
        50..54 => Call::Revise(
            one_of(rng, &known.missions),
            MissionUpdate {
                name: rng.random_bool(0.5).then(|| name(rng)),
                drone_id: match rng.random_range(0..3) {
                    0 => Change::Keep,
                    1 => Change::Clear,
                    _ => one_of(rng, &known.drones).into(),
                },
                version: version(rng),
                ..MissionUpdate::default()
            },
        ),
        54..74 => Call::Move(*STEPS.choose(rng).unwrap(), one_of(rng, &known.missions)),
        74..77 => Call::Missions(
            MissionFilter {
                drone_id: maybe_drone(rng),
                ..MissionFilter::default()
            },
            page(rng, None),
        ),
        77..80 => Call::CreateUser(NewUser::new(name(rng))),
        80..82 => Call::UpdateUser(
            one_of(rng, &known.users),
            UserUpdate {
                username: rng.random_bool(0.5).then(|| name(rng)),
                is_active: rng.random_bool(0.5).then(|| rng.random()),
                version: version(rng),
            },
        ),
        82..84 => Call::Users(UserFilter::default(), page(rng, None)),
        84..86 => Call::CreateRole(NewRole::new(name(rng))),
        86..88 => Call::Roles(RoleFilter::default(), page(rng, None)),
        88..91 => Call::Grant(one_of(rng, &known.roles), permission(rng)),
        91..93 => Call::Revoke(one_of(rng, &known.roles), permission(rng)),
        93..95 => Call::Assign(Assignment {
            user_id: one_of(rng, &known.users),
            role_id: one_of(rng, &known.roles),
            expires_at: None,
        }),
        95..96 => Call::Unassign(one_of(rng, &known.users), one_of(rng, &known.roles)),
        96..98 => Call::PermissionsOf(one_of(rng, &known.users)),
        _ => Call::Events(page(rng, None)),
    }
}

/// The drones as they should be: names are unique, each change moves the version by one, and a drone with a
/// mission stays.
#[derive(Default)]
struct Model {
    drones: BTreeMap<DroneId, Drone>,
}

impl Model {
    fn has_name(&self, name: &str, but: Option<&DroneId>) -> bool {
        let mut others = self.drones.values().filter(|drone| Some(&drone.id) != but);
        others.any(|drone| drone.name == name)
    }

    fn follow(&mut self, call: &Call, answer: &Answer) {
        let code = answer.code.as_deref();
        match (call, &answer.drone) {
            (Call::Register(new), Some(drone)) => {
                assert!(!self.has_name(&new.name, None), "{} is taken", new.name);
                assert_eq!((&drone.name, &drone.vendor), (&new.name, &new.vendor));
                assert_eq!(drone.version, 1);
                self.drones.insert(drone.id.clone(), drone.clone());
            }
            (Call::Register(new), None) if code == Some("taken") => {
                assert!(self.has_name(&new.name, None), "{} was free", new.name);
            }
            (Call::Get(id), found) => match code {
                None => assert_eq!(found.as_ref(), self.drones.get(id)),
                Some("not_found") => assert!(!self.drones.contains_key(id)),
                Some(_) => assert!(self.drones.contains_key(id)),
            },
            (Call::Update(id, update), Some(drone)) => {
                let before = &self.drones[id];
                // An update that changes nothing moves nothing.
                let same = Drone {
                    version: before.version,
                    updated_at: before.updated_at,
                    ..drone.clone()
                };
                let moved = i64::from(same != *before);
                assert_eq!(drone.version, before.version + moved);
                assert_eq!(drone == before, moved == 0);
                assert!(update.version.is_none_or(|seen| seen == before.version));
                let name = update.name.as_ref().unwrap_or(&before.name);
                assert_eq!(&drone.name, name);
                assert!(!self.has_name(name, Some(id)), "{name} is taken");
                let vendor = update.vendor.as_ref().unwrap_or(&before.vendor);
                assert_eq!(&drone.vendor, vendor);
                assert_eq!(drone.created_at, before.created_at);
                self.drones.insert(id.clone(), drone.clone());
            }
            (Call::Update(id, update), None) => match code {
                Some("stale_version") => {
                    assert_ne!(update.version, Some(self.drones[id].version));
                }
                Some("taken") => {
                    let name = update.name.as_deref().expect("a name that is taken");
                    assert!(self.has_name(name, Some(id)), "{name} was free");
                }
                Some("not_found") => assert!(!self.drones.contains_key(id)),
                _ => {}
            },
            (Call::Delete(id), _) => match code {
                None => assert!(self.drones.remove(id).is_some()),
                Some("not_found") => assert!(!self.drones.contains_key(id)),
                Some(_) => assert!(self.drones.contains_key(id)),
            },
            _ => {}
        }
    }
}

async fn run(seed: u64) -> u32 {
    let sqlite = Side::new(Engine::Sqlite, seed).await;
    let postgres = Side::new(Engine::Postgres, seed).await;
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut known, mut model, mut succeeded) = (Known::default(), Model::default(), 0);
    for number in 0..CALLS {
        let call = choose(&mut rng, &known);
        let caller = [0, 0, 1, 1, 2].choose(&mut rng).copied().unwrap();
        let said = sqlite.run(number, caller, call.clone()).await;
        let also = postgres.run(number, caller, call.clone()).await;
        assert_eq!(
            said, also,
            "seed {seed}, call {number}: {call:?} by {caller}"
        );
        model.follow(&call, &said);
        succeeded += u32::from(said.code.is_none());
        if let Some(id) = said.made {
            match call {
                Call::Register(_) => known.drones.push(id.into()),
                Call::Create(_) | Call::Import(_) => known.missions.push(id.into()),
                Call::CreateUser(_) => known.users.push(id.into()),
                Call::CreateRole(_) => known.roles.push(id.into()),
                _ => {}
            }
        }
    }
    // In the end both hold what the model holds, in its order.
    for side in [&sqlite, &postgres] {
        let all = PageRequest {
            limit: Some(1_000),
            after: None,
        };
        let drones = side.callers[0].drones();
        let listed = drones.list(DroneFilter::default(), all).await.unwrap();
        let expected: Vec<Drone> = model.drones.values().cloned().collect();
        assert_eq!(listed.items, expected, "seed {seed}");
    }
    sqlite.remove().await;
    postgres.remove().await;
    succeeded
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_answer_every_call_alike() {
    let seeds = match std::env::var("RINGFENCE_SEED") {
        Ok(seed) => vec![seed.parse().expect("a number")],
        Err(_) => SEEDS.to_vec(),
    };
    for seed in seeds {
        eprintln!("seed {seed}");
        let succeeded = run(seed).await;
        assert!(
            succeeded > CALLS / 4,
            "seed {seed}: only {succeeded} calls did anything"
        );
    }
}

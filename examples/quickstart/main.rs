//! One tenant's day, end to end: create two tenants, log in, register a drone, import a flight plan, have
//! it approved by somebody else, fly it, see what is refused, and prove from the audit log what happened.
//!
//! ```text
//! cargo run --example quickstart
//! cargo run --example quickstart -- my.plan --database postgres://localhost/fleet
//! ```
//!
//! It ends non-zero if anything is not as it should be.

#[path = "../account.rs"]
mod account;
mod raw;
#[path = "../sql.rs"]
mod sql;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use ringfence::model::{
    Assignment, DroneFilter, EventFilter, FoundedTenant, MissionState, NewDrone, NewMission,
    NewPlan, NewTenant, NewUser, PageRequest, Permission, PlanType, RoleFilter, User, Vendor,
};
use ringfence::{Error, OpenOptions, Result, Ringfence, TenantSession};

use account::Account;

/// The example's own plan, in QGroundControl's format.
const PLAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/river-survey.plan");

/// Who operates the deployment: a name that the host vouches for.
const OPERATOR: &str = "quickstart";

/// One tenant's day on a Ringfence database.
#[derive(Debug, Parser)]
struct Arguments {
    /// A QGroundControl plan to fly.
    #[arg(default_value = PLAN)]
    plan: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; a database of its own, removed afterwards, by default.
    #[arg(long)]
    database: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut account = Account::default();
    match tell(&arguments, &mut account).await {
        Ok(()) => account.close(),
        Err(error) => {
            println!("\nThe story broke off: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn tell(
    arguments: &Arguments,
    account: &mut Account,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let own = || format!("sqlite:{}", folder.path().join("fleet.db").display());
    let url = arguments.database.clone().unwrap_or_else(own);
    let plan = std::fs::read(&arguments.plan)
        .map_err(|error| format!("{} cannot be read: {error}", arguments.plan.display()))?;

    account.chapter("Two operators in one database");
    let db = Ringfence::open(url.clone(), OpenOptions::default()).await?;
    let status = db.migration_status().await?;
    account.check(
        format!("the schema stands at step {}", status.current),
        status.is_current(),
    );
    let north = found(&db, "Northwind Survey").await?;
    let south = found(&db, "Southbank Inspection").await?;
    account.says(format!(
        "tenants {:?} and {:?}",
        north.tenant.name, south.tenant.name
    ));

    account.chapter("Four people, three roles");
    let admin = db
        .login(north.tenant.id.clone(), "admin".into(), PASSWORD.into())
        .await?;
    account.says("the administrator logged in with a password");
    let planner = hire(&admin, "ines", "operator").await?;
    let supervisor = hire(&admin, "sol", "supervisor").await?;
    let viewer = hire(&admin, "ana", "analyst").await?;
    let ines = db.session(north.tenant.id.clone(), planner.id).await?;
    let sol = db.session(north.tenant.id.clone(), supervisor.id).await?;
    let ana = db.session(north.tenant.id.clone(), viewer.id).await?;
    for session in [&ines, &sol, &ana] {
        let who = session.whoami().await?;
        account.says(format!("{} is {}", who.username, who.roles.join(", ")));
    }

    account.chapter("A drone and a flight");
    let drone = admin
        .drones()
        .register(NewDrone {
            capabilities: r#"{"camera": true, "rth": true}"#.into(),
            ..NewDrone::new("Kestrel 1", Vendor::Mavlink)
        })
        .await?;
    account.says(format!("{} is registered", drone.name));
    let mission = ines
        .missions()
        .import_plan(NewPlan {
            drone_id: Some(drone.id.clone()),
            ..NewPlan::new("River survey", plan.clone())
        })
        .await?;
    let kept = ines.missions().plan(mission.id.clone()).await?;
    account.says(format!(
        "a plan of {} items, {:.0} m long, makes the mission {:?}",
        kept.summary.items, kept.summary.length_m, mission.name
    ));
    account.check("the plan is kept byte for byte", kept.file == plan);
    let approved = sol
        .missions()
        .approve(
            mission.id.clone(),
            mission.version,
            Some("weather is fine".into()),
        )
        .await?;
    account.check("sol approved it", approved.state == MissionState::Approved);
    let flying = ines.missions().start(mission.id.clone()).await?;
    account.check("ines started it", flying.state == MissionState::Running);
    let landed = ines.missions().complete(mission.id.clone()).await?;
    account.check("and completed it", landed.state == MissionState::Completed);

    account.chapter("What is refused");
    let stranger = db
        .session(south.tenant.id.clone(), south.admin.id.clone())
        .await?;
    let theirs = stranger.missions().get(mission.id.clone()).await;
    let nowhere = stranger.missions().get("no-such-mission".into()).await;
    account.check(
        "another tenant's mission and one that exists nowhere are the same 404",
        same(&theirs, &nowhere),
    );
    account.refused("another tenant's mission", &theirs, 404);
    let seen = stranger
        .drones()
        .list(DroneFilter::default(), PageRequest::default())
        .await?;
    account.check(
        "the other tenant's list of drones is empty",
        seen.items.is_empty(),
    );
    let written = ana
        .missions()
        .create(NewMission {
            drone_id: Some(drone.id.clone()),
            ..NewMission::new("Sightseeing", PlanType::PointTask)
        })
        .await;
    account.refused("a viewer's write", &written, 403);
    let again = ines.missions().start(mission.id.clone()).await;
    account.refused("starting what is completed", &again, 409);
    let bad = ines
        .missions()
        .import_plan(NewPlan::new(
            "Broken",
            br#"{"fileType": "Plan", "version": 1, "mission": {"version": 1}}"#.to_vec(),
        ))
        .await;
    account.refused("a plan of the wrong version", &bad, 422);
    account.check(
        "which names the field",
        bad.as_ref()
            .err()
            .and_then(Error::field)
            .is_some_and(|field| field.starts_with("plan")),
    );
    let asked = ana.authorize(Permission::MissionApprove, None).await;
    account.refused(
        "a route of the host's own that asks for mission.approve",
        &asked,
        403,
    );

    account.chapter("What the log proves");
    let events = admin
        .audit()
        .events(EventFilter::default(), PageRequest::default())
        .await?;
    for event in &events.items {
        account.says(format!(
            "{:>3}  {}  {:<8}  {} {}",
            event.seq,
            event
                .at
                .map_or_else(|| "no time".to_owned(), |at| at.to_string()),
            event.action.as_str(),
            event.entity_type,
            event.entity_id
        ));
    }
    account.check(
        "the refusals are in it",
        events
            .items
            .iter()
            .any(|event| event.action.as_str() == "denied"),
    );
    for (whose, found) in [
        ("the tenant's log", admin.audit().verify().await?),
        ("the deployment's log", db.deployment_log().verify().await?),
    ] {
        account.says(format!(
            "{whose}: {} events, root {}",
            found.size, found.root_hash
        ));
        account.check(format!("{whose} verifies"), found.is_intact());
    }

    account.chapter("The boundary, tried with raw SQL");
    for (attempt, refused) in raw::attempts(&url, &north, &south, &drone, &mission).await? {
        account.check(format!("the database refuses {attempt}"), refused);
    }
    let scanned = db.integrity_scan(None, None).await?;
    account.check(
        format!("{} checks find every row in its tenant", scanned.checks),
        scanned.is_clean(),
    );
    db.shutdown().await?;
    let closed = db.migration_status().await;
    account.refused("a call after the shutdown", &closed, 503);
    Ok(())
}

/// The administrators' password. A host takes it from a person.
const PASSWORD: &str = "correct horse battery staple";

/// Creates a tenant; in a database that told this story before, under the next free name.
async fn found(db: &Ringfence, name: &str) -> Result<FoundedTenant> {
    let mut told = 1;
    loop {
        let new = NewTenant::new(
            if told == 1 {
                name.to_owned()
            } else {
                format!("{name} {told}")
            },
            NewUser {
                password: Some(PASSWORD.into()),
                ..NewUser::new("admin")
            },
        );
        match db.create_tenant(OPERATOR.into(), new).await {
            Err(error) if error.code() == "taken" => told += 1,
            founded => return founded,
        }
    }
}

/// Creates a user and gives it one of the roles that every tenant starts with.
async fn hire(admin: &TenantSession, username: &str, role: &str) -> Result<User> {
    let identity = admin.identity();
    let user = identity.create_user(NewUser::new(username)).await?;
    let filter = RoleFilter {
        name: Some(role.into()),
    };
    let roles = identity.roles(filter, PageRequest::default()).await?;
    for role in roles.items {
        let assignment = Assignment {
            user_id: user.id.clone(),
            role_id: role.id,
            expires_at: None,
        };
        identity.assign_role(assignment).await?;
    }
    Ok(user)
}

/// Whether two refusals are the same to the last byte.
fn same<T>(one: &Result<T>, other: &Result<T>) -> bool {
    match (one, other) {
        (Err(one), Err(other)) => format!("{one:?}") == format!("{other:?}"),
        _ => false,
    }
}

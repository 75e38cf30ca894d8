//! What happens, on either engine.

use std::error::Error;
use std::sync::Arc;

use ringfence::model::{MissionFilter, NewMission, PlanType, Progress, TimedPageRequest};
use ringfence::{MigrateMode, OpenOptions, Ringfence};
use ringfence_migrations::STEPS;

use super::account::Account;
use super::sql;

/// Who operates the deployment: a name that the host vouches for.
const OPERATOR: &str = "upgrade";

/// The rows that the old platform left.
const FLEET: &str = include_str!("../data/old-fleet.sql");

/// What must be the same before and after, a text for each row.
const VALUES: &str = "
    SELECT id || '|' || tenant_id || '|' || name || '|' || capabilities FROM drones
    UNION ALL SELECT id || '|' || tenant_id || '|' || name || '|' || coalesce(drone_id, '-') || '|' || state FROM missions
    UNION ALL SELECT id || '|' || task_id || '|' || position_lat || '|' || position_lon FROM inspection_observations
    UNION ALL SELECT user_id || '|' || role_id FROM user_roles
    ORDER BY 1";

/// Tells the story in an empty database.
pub(crate) async fn tell(url: &str, account: &mut Account) -> Result<(), Box<dyn Error>> {
    account.chapter("What the old platform left");
    let baseline = STEPS
        .first()
        .ok_or("the steps begin with the old platform's tables")?;
    let (tables, at) = match url.starts_with("sqlite:") {
        true => (baseline.sqlite.up, "'2026-01-02 03:04:05.678901'"),
        false => (baseline.postgres.up, "'2026-01-02 03:04:05.678901+00'"),
    };
    for (what, text) in [("tables", tables), ("rows", &FLEET.replace("{at}", at))] {
        account.check(format!("its {what} are there"), sql::run(url, text).await?);
    }

    account.chapter("A look, which writes nothing");
    let options = OpenOptions {
        migrate: MigrateMode::Never,
        ..Default::default()
    };
    let db = Ringfence::open(url.to_owned(), options).await?;
    let report = db.integrity_scan(None, None).await?;
    for it in &report.findings {
        account.says(format!(
            "{} {}: {} {:?} ({}), which is {}'s in {}",
            it.table,
            it.key,
            it.column,
            it.value.as_deref().unwrap_or_default(),
            it.problem.as_str(),
            it.refers_to_tenant.as_deref().unwrap_or("nobody"),
            it.refers_to.as_deref().unwrap_or("no table"),
        ));
    }
    account.check(
        "one mission flies another tenant's drone",
        report.findings.len() == 1 && !report.lets_migrate(),
    );
    let before = sql::texts(url, VALUES).await?;
    let refused = db.migrate(OPERATOR.into(), None, None).await;
    account.refused("a migration over it", &refused, 500);
    account.check(
        "nothing is repaired silently, and nothing was changed",
        sql::texts(url, VALUES).await? == before && db.migration_status().await?.current == 0,
    );

    account.chapter("Mended by whoever knows better, and migrated");
    let mend = "UPDATE missions SET drone_id = NULL WHERE id = 'bridge'";
    account.check(mend, sql::run(url, mend).await?);
    let before = sql::texts(url, VALUES).await?;
    let told = Arc::new(|at: Progress| println!("    {} ({} done)", at.stage, at.done));
    let status = db.migrate(OPERATOR.into(), None, Some(told)).await?;
    account.check(
        format!("the schema stands at step {}", status.current),
        status.is_current(),
    );
    account.check(
        "every value is as it was",
        sql::texts(url, VALUES).await? == before,
    );
    let report = db.integrity_scan(None, None).await?;
    account.check(
        format!("{} checks find nothing that stops", report.checks),
        report.lets_migrate(),
    );

    account.chapter("The way back, and up again");
    let status = db.rollback(OPERATOR.into(), 1, None).await?;
    account.check(
        "at the baseline every value is as it was",
        status.current == 1 && sql::texts(url, VALUES).await? == before,
    );
    let status = db.migrate(OPERATOR.into(), None, None).await?;
    account.check("and hardened again", status.is_current());

    account.chapter("The library serves it");
    let ines = db.session("north".into(), "ines".into()).await?;
    let missions = ines
        .missions()
        .list(MissionFilter::default(), TimedPageRequest::default())
        .await?;
    account.check(
        "ines sees the missions of her tenant and no others",
        missions.items.iter().map(|it| it.id.as_ref()).eq(["river"]),
    );
    let new = NewMission::new("Weir", PlanType::PointTask);
    let made = ines.missions().create(new).await?;
    account.says(format!("and makes {:?}, {}", made.name, made.id));

    account.chapter("The old platform goes on beside it");
    let link = format!("INSERT INTO roles (id, tenant_id, name, created_at) VALUES ('north-guest', 'north', 'guest', {at});
        INSERT INTO user_roles (user_id, role_id, created_at) VALUES ('ines', 'north-guest', {at})");
    account.check(
        "it gives a role without a tenant, which it does not know",
        sql::run(url, &link).await?,
    );
    let tenant = "SELECT tenant_id FROM user_roles WHERE role_id = 'north-guest'";
    account.check(
        "and the database fills it",
        sql::texts(url, tenant).await? == ["north"],
    );
    let stolen = "UPDATE missions SET drone_id = 'kestrel' WHERE id = 'bridge'";
    account.check(
        "the mission with the other tenant's drone is refused now",
        !sql::run(url, stolen).await?,
    );

    account.chapter("What was written since is not lost");
    let refused = db.rollback(OPERATOR.into(), 1, None).await;
    account.refused(
        "a rollback that would lose who edited a mission",
        &refused,
        500,
    );
    let status = db.migrate(OPERATOR.into(), None, None).await?;
    account.check(
        "it stopped there, and goes on from there",
        status.is_current(),
    );
    db.shutdown().await?;
    Ok(())
}

//! What a program that knows nothing of Ringfence, or somebody at a console, may try with SQL.

use std::error::Error;

use ringfence::model::{Drone, FoundedTenant, Mission};

/// Tries each attack on a plain connection; says of each whether the database refused it.
pub(crate) async fn attempts(
    url: &str,
    north: &FoundedTenant,
    south: &FoundedTenant,
    drone: &Drone,
    mission: &Mission,
) -> Result<Vec<(&'static str, bool)>, Box<dyn Error>> {
    // Ids are the library's own here, so they need no quoting.
    let (north, south) = (&north.tenant.id, &south.tenant.id);
    let attacks = [
        (
            "a mission of one tenant with a drone of another",
            format!(
                "INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, \
                 state, created_by, created_at, updated_at) SELECT 'stolen', '{south}', 'Stolen', \
                 '{}', plan_type, payload, constraints, state, created_by, created_at, updated_at \
                 FROM missions WHERE id = '{}'",
                drone.id, mission.id
            ),
        ),
        (
            "moving a drone to another tenant",
            format!(
                "UPDATE drones SET tenant_id = '{south}' WHERE id = '{}'",
                drone.id
            ),
        ),
        (
            "deleting a drone that a mission refers to",
            format!("DELETE FROM drones WHERE id = '{}'", drone.id),
        ),
        (
            "rewriting the log",
            format!("UPDATE audit_events SET actor = 'nobody' WHERE tenant_id = '{north}'"),
        ),
        (
            "deleting from the log",
            format!("DELETE FROM audit_events WHERE tenant_id = '{north}'"),
        ),
    ];
    let mut refused = Vec::new();
    for (attempt, sql) in attacks {
        refused.push((attempt, !run(url, &sql).await?));
    }
    Ok(refused)
}

/// Whether the database let a statement through.
async fn run(url: &str, sql: &str) -> Result<bool, Box<dyn Error>> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let connection = rusqlite::Connection::open(path)?;
        // As most hosts do: they never turn foreign keys on.
        connection.pragma_update(None, "foreign_keys", false)?;
        return Ok(connection.execute_batch(sql).is_ok());
    }
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let driving = tokio::spawn(connection);
    let passed = client.batch_execute(sql).await.is_ok();
    drop(client);
    driving.await??;
    Ok(passed)
}

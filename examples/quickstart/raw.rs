//! What a program that knows nothing of Ringfence, or somebody at a console, may try with SQL.

use std::error::Error;

use ringfence::model::{Drone, FoundedTenant, Mission};

use crate::sql;

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
    for (attempt, statement) in attacks {
        refused.push((attempt, !sql::run(url, &statement).await?));
    }
    Ok(refused)
}

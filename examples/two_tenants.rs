//! How a host provisions tenants: a database file with two of them, each with people who log in, their
//! roles, and two drones.
//!
//! ```text
//! cargo run --example two_tenants -- fleet.db
//! ```
//!
//! Prints the ids as one flat JSON object, `{"acme.tenant": "acme", "acme.operator": "0197…", …}`. The Python
//! and the Kotlin tests start from such a file.

use clap::Parser;
use ringfence::model::{
    Assignment, NewDrone, NewTenant, NewUser, PageRequest, RoleFilter, RoleId, UserId, Vendor,
};
use ringfence::{Error, OpenOptions, Result, Ringfence, TenantSession};
use serde_json::{Map, Value};

/// Who provisions: a name that the host vouches for, recorded in the deployment's log.
const OPERATOR: &str = "two_tenants";

/// Everybody's first password. A host hands out one each.
const PASSWORD: &str = "correct horse";

/// Who works in a tenant besides its admin: a user of each name, with the role of that name, which every
/// tenant starts with.
const STAFF: [&str; 2] = ["operator", "auditor"];

/// What flies in a tenant.
const DRONES: [(&str, Vendor); 2] = [("Kite", Vendor::Mavlink), ("Wren", Vendor::Dji)];

/// Makes a database file with two tenants.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the file is to be; a file that is there gets the tenants added.
    file: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = Arguments::parse().file;
    let db = Ringfence::open(format!("sqlite:{file}"), OpenOptions::default()).await?;
    let mut ids = Map::new();
    note(&mut ids, "password", PASSWORD);
    for (tenant, name) in [("acme", "Acme Surveys"), ("birch", "Birch Inspection")] {
        found(&db, tenant, name, &mut ids).await?;
    }
    // Closes every connection, so that the file is whole without its write-ahead log.
    db.shutdown().await?;
    println!("{}", Value::Object(ids));
    Ok(())
}

/// Creates a tenant; whatever happens inside it is done by its own admin, in a session.
async fn found(
    db: &Ringfence,
    tenant: &str,
    name: &str,
    ids: &mut Map<String, Value>,
) -> Result<()> {
    let new = NewTenant {
        id: Some(tenant.into()),
        ..NewTenant::new(name, person("admin"))
    };
    let founded = db.create_tenant(OPERATOR.to_owned(), new).await?;
    note(ids, &format!("{tenant}.tenant"), founded.tenant.id.as_str());
    note(ids, &format!("{tenant}.admin"), founded.admin.id.as_str());

    let session = db.session(founded.tenant.id, founded.admin.id).await?;
    for role in STAFF {
        let user = hire(&session, role).await?;
        note(ids, &format!("{tenant}.{role}"), user.as_str());
    }
    for (name, vendor) in DRONES {
        let drone = NewDrone {
            capabilities: r#"{"camera": true}"#.into(),
            ..NewDrone::new(name, vendor)
        };
        let drone = session.drones().register(drone).await?;
        let key = format!("{tenant}.{}", name.to_lowercase());
        note(ids, &key, drone.id.as_str());
    }
    Ok(())
}

/// A user who is named after its role, and holds it.
async fn hire(session: &TenantSession, role: &str) -> Result<UserId> {
    let identity = session.identity();
    let user = identity.create_user(person(role)).await?;
    let assignment = Assignment {
        user_id: user.id.clone(),
        role_id: role_named(session, role).await?,
        expires_at: None,
    };
    identity.assign_role(assignment).await?;
    Ok(user.id)
}

async fn role_named(session: &TenantSession, name: &str) -> Result<RoleId> {
    let filter = RoleFilter {
        name: Some(name.to_owned()),
    };
    let found = session
        .identity()
        .roles(filter, PageRequest::default())
        .await?;
    let role = found.items.into_iter().next().ok_or(Error::NotFound {
        entity: "role".to_owned(),
    })?;
    Ok(role.id)
}

fn person(username: &str) -> NewUser {
    NewUser {
        password: Some(PASSWORD.to_owned()),
        ..NewUser::new(username)
    }
}

fn note(ids: &mut Map<String, Value>, key: &str, id: &str) {
    ids.insert(key.to_owned(), Value::from(id));
}

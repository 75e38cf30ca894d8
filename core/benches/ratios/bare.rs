//! The other side: what a host writes with the driver alone, in its own tables.
//!
//! The tables are the legacy platform's, indexes, unique keys and the reference to the tenant included; the
//! settings are those that Ringfence opens a database with. Statements are prepared once. Rows become the
//! same [`Drone`], texts and times read as one does with jiff.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ringfence::model::{Drone, Json, NewObservation, Observation, Vendor};
use ringfence_migrations::STEPS;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// What every measured drone says of itself.
pub const CAPABILITIES: &str = r#"{"camera":"rgb","rtk":true,"max_altitude_m":120}"#;

const COLUMNS: &str = "id, name, vendor, capabilities, created_at, updated_at, version";

/// A connection of a host to SQLite.
pub struct Sqlite {
    connection: Connection,
    by_id: String,
    page: String,
}

impl Sqlite {
    /// Opens a file with the settings that Ringfence has.
    pub fn open(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .unwrap();
        connection
            .query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
            .unwrap();
        connection
            .execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
            )
            .unwrap();
        connection
            .query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))
            .unwrap();
        Self {
            connection,
            by_id: format!("SELECT {COLUMNS} FROM drones WHERE tenant_id = ?1 AND id = ?2"),
            page: format!(
                "SELECT {COLUMNS} FROM drones WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
            ),
        }
    }

    /// Likewise, with the legacy tables made and a tenant in them.
    pub fn create(path: &Path) -> Self {
        let bare = Self::open(path);
        bare.connection.execute_batch(STEPS[0].sqlite.up).unwrap();
        bare.connection
            .execute_batch(
                "INSERT INTO tenants (id, name, created_at) \
                 VALUES ('tenant-1', 'Tenant 1', '2026-01-05 12:00:00.000000')",
            )
            .unwrap();
        bare
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    pub fn get(&self, tenant: &str, id: &str) -> Drone {
        let mut statement = self.connection.prepare_cached(&self.by_id).unwrap();
        statement.query_row([tenant, id], sqlite_drone).unwrap()
    }

    pub fn page(&self, tenant: &str, after: &str, limit: i64) -> Vec<Drone> {
        let mut statement = self.connection.prepare_cached(&self.page).unwrap();
        statement
            .query_map((tenant, after, limit), sqlite_drone)
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    /// Inserts a drone and returns it.
    pub fn register(&self, tenant: &str, name: String) -> Drone {
        let drone = new_drone(name);
        let now = sqlite_text(drone.created_at);
        let mut statement = self
            .connection
            .prepare_cached(
                "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
            )
            .unwrap();
        statement
            .execute((
                drone.id.as_str(),
                tenant,
                &drone.name,
                drone.vendor.as_str(),
                drone.capabilities.as_str(),
                now,
            ))
            .unwrap();
        drone
    }

    /// Inserts observations in one transaction and returns their ids.
    pub fn observe(
        &self,
        tenant: &str,
        task: &str,
        observations: &[NewObservation],
    ) -> Vec<String> {
        let transaction = self.connection.unchecked_transaction().unwrap();
        let now = sqlite_text(Timestamp::now());
        let mut statement = self
            .connection
            .prepare_cached(
                "INSERT INTO inspection_observations (id, tenant_id, task_id, ts, position_lat, position_lon, alt_m, \
                 item_code, severity, note, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )
            .unwrap();
        let ids = observations.iter().map(|new| {
            let id = Uuid::now_v7().to_string();
            let row = rusqlite::params![
                id,
                tenant,
                task,
                new.ts.map(sqlite_text),
                new.position_lat,
                new.position_lon,
                new.alt_m,
                new.item_code,
                new.severity,
                new.note,
                now
            ];
            statement.execute(row).unwrap();
            id
        });
        let ids = ids.collect();
        drop(statement);
        transaction.commit().unwrap();
        ids
    }

    /// The newest observations of a task.
    pub fn observed(&self, tenant: &str, task: &str, limit: i64) -> Vec<Observation> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT id, task_id, drone_id, ts, position_lat, position_lon, alt_m, item_code, severity, note, \
                 media_url, confidence, created_at, version FROM inspection_observations \
                 WHERE tenant_id = ?1 AND task_id = ?2 ORDER BY ts DESC, id DESC LIMIT ?3",
            )
            .unwrap();
        statement
            .query_map((tenant, task, limit), sqlite_observation)
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }
}

fn sqlite_observation(row: &rusqlite::Row<'_>) -> rusqlite::Result<Observation> {
    Ok(Observation {
        id: row.get::<_, String>(0)?.into(),
        task_id: row.get::<_, String>(1)?.into(),
        drone_id: row.get::<_, Option<String>>(2)?.map(Into::into),
        ts: sqlite_time(row.get_ref(3)?.as_str()?),
        position_lat: row.get(4)?,
        position_lon: row.get(5)?,
        alt_m: row.get(6)?,
        item_code: row.get(7)?,
        severity: row.get(8)?,
        note: row.get(9)?,
        media_url: row.get(10)?,
        confidence: row.get(11)?,
        created_at: sqlite_time(row.get_ref(12)?.as_str()?),
        version: row.get(13)?,
    })
}

fn sqlite_drone(row: &rusqlite::Row<'_>) -> rusqlite::Result<Drone> {
    Ok(Drone {
        id: row.get::<_, String>(0)?.into(),
        name: row.get(1)?,
        vendor: Vendor::parse(row.get_ref(2)?.as_str()?).unwrap(),
        capabilities: Json::from(row.get::<_, String>(3)?),
        created_at: sqlite_time(row.get_ref(4)?.as_str()?),
        updated_at: sqlite_time(row.get_ref(5)?.as_str()?),
        version: row.get(6)?,
    })
}

fn sqlite_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

fn sqlite_time(text: &str) -> Timestamp {
    let civil: DateTime = text.parse().unwrap();
    TimeZone::UTC.to_timestamp(civil).unwrap()
}

fn new_drone(name: String) -> Drone {
    let now = Timestamp::now();
    Drone {
        id: Uuid::now_v7().to_string().into(),
        name,
        vendor: Vendor::Fake,
        capabilities: Json::from(CAPABILITIES.to_owned()),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// A connection of a host to Postgres.
pub struct Postgres {
    client: Client,
    by_id: Option<tokio_postgres::Statement>,
    insert: tokio_postgres::Statement,
}

impl Postgres {
    /// Connects; `versioned` where the drones have a version, as Ringfence's have.
    pub async fn connect(url: &str, versioned: bool) -> Self {
        let client = Self::administer(url).await;
        let insert = client
            .prepare(
                "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) \
                 VALUES ($1, $2, $3, $4, ($5::text)::json, $6, $6)",
            )
            .await
            .unwrap();
        let by_id = if versioned {
            let text = "SELECT id, name, vendor, capabilities::text, created_at, updated_at, version \
                        FROM drones WHERE tenant_id = $1 AND id = $2";
            Some(client.prepare(text).await.unwrap())
        } else {
            None
        };
        Self {
            client,
            by_id,
            insert,
        }
    }

    /// A connection for preparing a database.
    pub async fn administer(url: &str) -> Client {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    pub async fn get(&self, tenant: &str, id: &str) -> Drone {
        let statement = self.by_id.as_ref().unwrap();
        let row = self.client.query_one(statement, &[&tenant, &id]).await;
        let row = row.unwrap();
        Drone {
            id: row.get::<_, String>(0).into(),
            name: row.get(1),
            vendor: Vendor::parse(row.get(2)).unwrap(),
            capabilities: Json::from(row.get::<_, String>(3)),
            created_at: row.get::<_, SystemTime>(4).try_into().unwrap(),
            updated_at: row.get::<_, SystemTime>(5).try_into().unwrap(),
            version: row.get(6),
        }
    }

    /// Inserts a drone, in a transaction of its own, and returns it.
    pub async fn register(&self, tenant: &str, name: String) -> Drone {
        let drone = new_drone(name);
        let now = SystemTime::from(drone.created_at);
        let (id, vendor) = (drone.id.as_str(), drone.vendor.as_str());
        let capabilities = drone.capabilities.as_str();
        self.client
            .execute(
                &self.insert,
                &[&id, &tenant, &drone.name, &vendor, &capabilities, &now],
            )
            .await
            .unwrap();
        drone
    }
}

//! Databases to measure on: tenants, an actor in each, and drones.

use std::path::Path;
use std::sync::Arc;

use ringfence::model::{DroneId, NewDrone, NewTenant, NewUser, TenantId, UserId, Vendor};
use ringfence::{Drones, Inspections, OpenOptions, Ringfence, TenantSession};
use tempfile::TempDir;

use crate::bare::CAPABILITIES;

/// The tenant that is measured where there is only one.
pub const TENANT: &str = "tenant-1";

/// Connections of either side on Postgres, and callers at the same time.
pub const CONNECTIONS: u32 = 32;

/// A folder on the disk that the build is on.
pub fn directory() -> TempDir {
    TempDir::with_prefix_in("ratios-", env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// A folder in memory, where a flush costs nothing; none where the machine has no such folder.
pub fn directory_in_memory() -> Option<TempDir> {
    TempDir::with_prefix_in("ratios-", "/dev/shm").ok()
}

/// Opens and migrates.
pub fn open(url: String) -> Ringfence {
    let options = OpenOptions {
        pool_size: CONNECTIONS + 1,
        ..OpenOptions::default()
    };
    pollster::block_on(Ringfence::open(url, options)).unwrap()
}

pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// A tenant's first user, who may do everything.
#[derive(Clone)]
pub struct Admin {
    tenant: TenantId,
    user: UserId,
}

impl Admin {
    pub fn new(tenant: &str, user: &str) -> Self {
        Self {
            tenant: tenant.into(),
            user: user.into(),
        }
    }

    /// Founds the tenant of this id.
    pub fn found(db: &Ringfence, tenant: &str) -> Self {
        let new = NewTenant {
            id: Some(tenant.into()),
            ..NewTenant::new(format!("Operator of {tenant}"), NewUser::new("admin"))
        };
        let founded = pollster::block_on(db.create_tenant("bench".to_owned(), new)).unwrap();
        Self {
            tenant: founded.tenant.id,
            user: founded.admin.id,
        }
    }

    pub fn drones(&self, db: &Ringfence) -> Arc<Drones> {
        self.session(db).drones()
    }

    pub fn inspections(&self, db: &Ringfence) -> Arc<Inspections> {
        self.session(db).inspections()
    }

    fn session(&self, db: &Ringfence) -> TenantSession {
        let session = db.session(self.tenant.clone(), self.user.clone());
        pollster::block_on(session).unwrap()
    }

    /// The same on a handle of its own, for callers that wait on their thread.
    pub fn waiting_drones(&self, url: String) -> Arc<Drones> {
        let db = pollster::block_on(Ringfence::open(url, OpenOptions::default())).unwrap();
        self.drones(&db)
    }
}

/// The id of the `n`th drone of a database, of the length that drawn ones have.
pub fn drone_id(n: u32) -> String {
    format!("01980000-0000-7000-8000-{n:012}")
}

/// The text for SQLite that makes `count` drones, dealt out to `tenants` tenants (`tenant-1` and on) in turn.
pub fn sqlite_drones(count: u32, tenants: u32) -> String {
    drones_from(count, tenants, "n")
}

/// The same drones, made in an order in which no two of them that follow one another by id lie together in the
/// file.
pub fn sqlite_drones_scattered(count: u32, tenants: u32) -> String {
    // Coprime to every power of ten, so that each comes once.
    drones_from(
        count,
        tenants,
        &format!("(SELECT i * 618033 % {count} AS i FROM n)"),
    )
}

fn drones_from(count: u32, tenants: u32, numbers: &str) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})
         INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at)
         SELECT printf('01980000-0000-7000-8000-%012d', i), printf('tenant-%d', 1 + i % {tenants}),
         printf('Drone %d', i), 'MAVLINK', '{CAPABILITIES}',
         '2026-01-05 12:00:00.000000', '2026-02-03 04:05:06.789000' FROM {numbers}"
    )
}

/// The text for SQLite that makes a drone and a hundred tasks for each of ten tenants, and observations dealt out to them in
/// turn, as the old platform had them, in place of the tenant that is there.
pub fn sqlite_observations(rows: u32) -> String {
    const TENANTS: u32 = 10;
    const TASKS: u32 = 1_000;
    let now = "'2026-01-05 12:00:00.000000'";
    let numbers = |table: &str, count: u32| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) {table}"
        )
    };
    let tenant = format!("printf('tenant-%d', 1 + i % {TENANTS})");
    let drones = format!("'01980000-0000-7000-8000-' || printf('%012d', i % {TENANTS})");
    let task = format!("'01980000-0000-7000-8001-' || printf('%012d', i % {TASKS})");
    let statements = [
        "PRAGMA cache_size = -1000000; BEGIN".to_owned(),
        "DELETE FROM tenants".to_owned(),
        numbers(
            &format!(
                "INSERT INTO tenants (id, name, created_at) SELECT {tenant}, 'Tenant ' || i, {now} FROM n"
            ),
            TENANTS,
        ),
        sqlite_drones(TENANTS, TENANTS),
        format!(
            "INSERT INTO inspection_templates (id, tenant_id, name, category, created_at) \
             SELECT 'template of ' || id, id, 'Roof', 'roof', {now} FROM tenants"
        ),
        numbers(
            &format!(
                "INSERT INTO inspection_tasks (id, tenant_id, name, template_id, created_at) \
                 SELECT {task}, {tenant}, 'Task ' || i, 'template of ' || {tenant}, {now} FROM n"
            ),
            TASKS,
        ),
        numbers(
            &format!(
                "INSERT INTO inspection_observations (id, tenant_id, task_id, drone_id, ts, position_lat, position_lon, \
                 alt_m, item_code, note, created_at) \
                 SELECT '01980000-0000-7000-8002-' || printf('%012d', i * 618033 % 1000000), {tenant}, {task}, {drones}, \
                 {now}, 47.4, 8.5, 30.25, 'crack', 'a hairline, a hand wide', {now} FROM n"
            ),
            rows,
        ),
        "COMMIT; PRAGMA cache_size = -2000; PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
    ];
    statements.join(";\n")
}

/// Likewise for Postgres, all of one tenant.
pub fn postgres_drones(count: u32) -> String {
    format!(
        "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at)
         SELECT '01980000-0000-7000-8000-' || lpad(i::text, 12, '0'), '{TENANT}', 'Drone ' || i, 'MAVLINK',
         '{CAPABILITIES}', '2026-01-05 12:00:00Z', '2026-02-03 04:05:06.789Z'
         FROM generate_series(0, {count} - 1) AS i"
    )
}

/// The drones of a database in an order without a pattern that a cache would notice.
pub struct Shuffled {
    count: u32,
    at: u32,
}

impl Shuffled {
    pub fn new(count: u32) -> Self {
        Self { count, at: 1 }
    }

    pub fn next(&mut self) -> u32 {
        // A linear congruence (Numerical Recipes): the high bits decide.
        self.at = self.at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((u64::from(self.at) * u64::from(self.count)) >> 32) as u32
    }

    pub fn ids(&mut self, count: usize) -> Vec<DroneId> {
        (0..count).map(|_| drone_id(self.next()).into()).collect()
    }
}

pub fn new_drone(name: String) -> NewDrone {
    NewDrone {
        capabilities: CAPABILITIES.into(),
        ..NewDrone::new(name, Vendor::Fake)
    }
}

//! Databases for the tests of the Postgres schema: one of its own for each test, the steps applied by hand, two
//! tenants that mirror each other, and pictures of schema and rows to compare before with after.

use std::collections::{BTreeMap, BTreeSet};

use ringfence::schema::{self, Privilege, version};
use ringfence_migrations::STEPS;
use ringfence_tests::fixture::{administer, empty_database};
use tokio_postgres::{Client, Config, NoTls};

use crate::later_batches;

/// A database that is dropped with this value, and a runtime role that is let at it.
pub(crate) struct Database {
    server: Config,
    name: String,
}

impl Database {
    /// An empty database on the suite's server.
    pub(crate) async fn create() -> Self {
        let url = tokio::task::spawn_blocking(xtask::cluster::shared)
            .await
            .unwrap();
        let database = Self {
            server: url.parse().unwrap(),
            name: empty_database().await,
        };
        let role = database.role();
        administer(&format!("CREATE ROLE {role} NOLOGIN NOBYPASSRLS")).await;
        database
    }

    /// A connection of the superuser, who owns what it makes.
    pub(crate) async fn connect(&self) -> Client {
        connect(self.server.clone().dbname(&self.name)).await
    }

    /// The runtime role: it owns nothing, cannot log in and cannot bypass row-level security.
    pub(crate) fn role(&self) -> String {
        format!("{}_runtime", self.name)
    }

    /// Grants the runtime role what the catalogue says of this version.
    pub(crate) async fn grant(&self, client: &Client, version: u32) {
        let role = self.role();
        let mut sql = String::new();
        for table in schema::catalogue() {
            for privilege in table.runtime_at(version) {
                let what = match privilege {
                    Privilege::Select => "SELECT".to_owned(),
                    Privilege::Insert => "INSERT".to_owned(),
                    Privilege::Update => "UPDATE".to_owned(),
                    Privilege::UpdateOf(columns) => format!("UPDATE ({})", columns.join(", ")),
                    Privilege::Delete => "DELETE".to_owned(),
                };
                sql += &format!("GRANT {what} ON {} TO {role};", table.name);
            }
        }
        client.batch_execute(&sql).await.unwrap();
    }

    /// A database of the newest version with the two tenants in it, and the runtime role let at it.
    pub(crate) async fn two_tenants() -> (Self, Client) {
        let database = Self::create().await;
        let client = database.connect().await;
        up(&client, 1, version::LATEST).await;
        database.grant(&client, version::LATEST).await;
        client.batch_execute(&seed_legacy()).await.unwrap();
        client.batch_execute(&seed_own()).await.unwrap();
        (database, client)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name, role) = (self.server.clone(), self.name.clone(), self.role());
        // A runtime of its own on a thread of its own: this may run inside the test's.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let client = connect(&server).await;
                client
                    .batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
                    .await?;
                client.batch_execute(&format!("DROP ROLE {role}")).await
            })
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("{} was left behind: {error}", self.name);
        }
    }
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Takes the steps from `from` to `to`, both included, each in a transaction of its own.
pub(crate) async fn up(client: &Client, from: u32, to: u32) {
    for step in STEPS {
        if (from..=to).contains(&step.version) {
            transact(client, step.postgres.up)
                .await
                .unwrap_or_else(|error| panic!("V{}__{} up: {error:?}", step.version, step.name));
        }
    }
}

/// Takes one step back.
pub(crate) async fn down(client: &Client, version: u32) {
    let step = STEPS.iter().find(|step| step.version == version).unwrap();
    transact(client, step.postgres.down)
        .await
        .unwrap_or_else(|error| panic!("V{}__{} down: {error:?}", step.version, step.name));
}

async fn transact(client: &Client, sql: &str) -> Result<(), tokio_postgres::Error> {
    client.batch_execute("BEGIN").await?;
    client.batch_execute(sql).await?;
    client.batch_execute("COMMIT").await
}

/// One value as text, for the short questions of a test.
pub(crate) async fn ask(client: &Client, sql: &str) -> String {
    let row = client
        .query_one(&format!("SELECT ({sql})::text"), &[])
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    row.get::<_, Option<String>>(0).unwrap_or_default()
}

/// One line for every thing that makes up the schema, in the words of the server.
pub(crate) async fn picture(client: &Client) -> BTreeSet<String> {
    const LINES: &str = "
        WITH ours AS (
            SELECT oid, relname, relkind, relrowsecurity, relforcerowsecurity FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                AND relname <> 'alembic_version'
        )
        SELECT format('table %s rls %s %s', relname, relrowsecurity, relforcerowsecurity) FROM ours
        UNION ALL
        SELECT format('column %s.%s %s %s null %s default %s', relname,
            row_number() OVER (PARTITION BY relname ORDER BY attnum), attname,
            format_type(atttypid, atttypmod), NOT attnotnull, pg_get_expr(adbin, adrelid))
        FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
            LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        UNION ALL
        SELECT format('constraint %s.%s %s valid %s', relname, conname, pg_get_constraintdef(pg_constraint.oid),
            convalidated)
        FROM ours JOIN pg_constraint ON conrelid = ours.oid
        UNION ALL
        SELECT pg_get_indexdef(indexrelid) FROM ours JOIN pg_index ON indrelid = ours.oid
        UNION ALL
        SELECT format('%s enabled %s', pg_get_triggerdef(pg_trigger.oid), tgenabled)
        FROM ours JOIN pg_trigger ON tgrelid = ours.oid AND NOT tgisinternal
        UNION ALL
        SELECT format('policy %s on %s for %s to %s %s using %s check %s', policyname, tablename, cmd, roles,
            permissive, qual, with_check)
        FROM pg_policies WHERE schemaname = current_schema()
        UNION ALL
        SELECT format('%s %s', pg_get_functiondef(oid), prosecdef) FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace";
    let rows = client.query(LINES, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The rows of the catalogue's tables of this version, in the columns that they had at `columns_of`.
pub(crate) async fn contents(
    client: &Client,
    version: u32,
    columns_of: u32,
) -> BTreeMap<&'static str, Vec<String>> {
    let mut contents = BTreeMap::new();
    for table in schema::catalogue() {
        if table.since > version.min(columns_of) {
            continue;
        }
        let columns: Vec<&str> = table
            .columns
            .iter()
            .filter(|column| column.since <= columns_of)
            .map(|column| column.name)
            .collect();
        let sql = format!(
            "SELECT ROW({})::text FROM {}",
            columns.join(", "),
            table.name
        );
        let rows = client.query(&sql, &[]).await.unwrap();
        let mut rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        rows.sort();
        contents.insert(table.name, rows);
    }
    contents
}

/// Two tenants in the tables of the batches, written as the old platform writes: its columns only. The ids end in
/// their tenant (`u1_a`, `d1_b`). Three more tenants have one row each, of which their own deletion is to be
/// refused; one has none. [`later_batches`] adds its own.
fn seed_legacy() -> String {
    const NOW: &str = "'2026-01-02 03:04:05.000000+00'";
    let shared = "
        INSERT INTO permissions (id, name, description, created_at) VALUES
            ('p_fly', 'fly', NULL, #), ('p_land', 'land', NULL, #);
        INSERT INTO tenants (id, name, created_at) VALUES
            ('only_a_role', 'Only a role', #), ('only_a_drone', 'Only a drone', #), ('empty', 'Empty', #);
        INSERT INTO roles (id, tenant_id, name, description, created_at) VALUES
            ('only_role', 'only_a_role', 'pilot', NULL, #);
        INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
            ('only_drone', 'only_a_drone', 'one', 'FAKE', '{}', #, #);";
    let tenant = "
        INSERT INTO tenants (id, name, created_at) VALUES ('@', 'Tenant @', #);
        INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) VALUES
            ('u1_@', '@', 'ann', 'hash', true, #), ('u2_@', '@', 'bob', 'hash', true, #),
            ('u3_@', '@', 'cid', 'hash', true, #);
        INSERT INTO roles (id, tenant_id, name, description, created_at) VALUES
            ('r1_@', '@', 'pilot', NULL, #), ('r2_@', '@', 'viewer', NULL, #), ('r3_@', '@', 'spare', NULL, #);
        INSERT INTO user_roles (user_id, role_id, created_at) VALUES
            ('u1_@', 'r1_@', #), ('u1_@', 'r2_@', #);
        INSERT INTO role_permissions (role_id, permission_id, created_at) VALUES
            ('r1_@', 'p_fly', #), ('r1_@', 'p_land', #);
        INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at, updated_at) VALUES
            ('d1_@', '@', 'one', 'FAKE', '{}', #, #), ('d2_@', '@', 'two', 'FAKE', '{}', #, #),
            ('d3_@', '@', 'spare', 'FAKE', '{}', #, #);
        INSERT INTO drone_credentials (id, tenant_id, drone_id, secret, created_at) VALUES
            ('c1_@', '@', 'd2_@', '{}', #);
        INSERT INTO missions (id, tenant_id, name, drone_id, plan_type, payload, constraints, state, created_by,
            created_at, updated_at) VALUES
            ('m1_@', '@', 'survey', 'd1_@', 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_@', #, #),
            ('m2_@', '@', 'patrol', NULL, 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_@', #, #),
            ('m3_@', '@', 'spare', NULL, 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_@', #, #);
        INSERT INTO mission_runs (id, tenant_id, mission_id, state, started_at, ended_at) VALUES
            ('n1_@', '@', 'm1_@', 'RUNNING', #, NULL);
        INSERT INTO approvals (id, tenant_id, mission_id, approver_id, decision, comment, created_at) VALUES
            ('v1_@', '@', 'm2_@', 'u2_@', 'REJECT', NULL, #);";
    let batches = format!(
        "{shared}{}{}",
        tenant.replace('@', "a"),
        tenant.replace('@', "b")
    );
    batches.replace('#', NOW) + &later_batches::seed(NOW)
}

/// Rows in Ringfence's own tables and columns: two events in each log, a mission that another than its creator edited,
/// inheritance, denies, a throttle; and epochs that a test can tell from fresh ones.
fn seed_own() -> String {
    const NOW: &str = "'2026-01-02 03:04:05.000000+00'";
    let tenant = r"
        INSERT INTO audit_events (tenant_id, seq, time, actor, method, action, outcome, entity_type, entity_id,
            detail_hash, leaf_hash, subtrees, salt, detail, origin) VALUES
            ('@', 0, #, 'u1_@', 'x.y', 'x', 'done', 'drone', 'd1_@', '\x00', '\x00', '', '\x00', '{}', NULL),
            ('@', 1, #, 'u1_@', 'x.y', 'x', 'done', 'drone', 'd2_@', '\x00', '\x00', '\x00', '\x00', '{}', '::1');
        UPDATE audit_heads SET size = 2, range = '\x00' WHERE tenant_id = '@';
        INSERT INTO missions (id, tenant_id, name, plan_type, payload, constraints, state, created_by, created_at,
            updated_at, edited_by, edited_version) VALUES
            ('m5_@', '@', 'edited', 'AREA_GRID', '{}', '{}', 'DRAFT', 'u1_@', #, #, 'u2_@', 1);
        INSERT INTO role_inheritance VALUES ('@', 'r1_@', 'r2_@', #);
        INSERT INTO role_denies VALUES ('@', 'r2_@', 'fly', #);
        INSERT INTO login_throttles VALUES ('@', 'ff', 1, 0, 0, #, NULL, NULL);";
    let epochs = "UPDATE policy_epochs SET epoch = 'seed-' || tenant_id;";
    format!(
        "{}{}{epochs}",
        tenant.replace('@', "a"),
        tenant.replace('@', "b")
    )
    .replace('#', NOW)
}

/// Waits until somebody waits for a lock in this database.
pub(crate) async fn somebody_waits(looking: &Client) {
    let waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock')";
    until(looking, waiting).await;
}

/// Makes whoever has registered a drone wait in COMMIT for the lock of [`KEEPS_COMMIT`], with every answer to what came
/// before on its way.
pub(crate) const WAITS_IN_COMMIT: &str = "
    CREATE FUNCTION host_waits() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$ BEGIN
        PERFORM pg_advisory_xact_lock(7);
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER host_waits AFTER INSERT ON drones DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION host_waits()";

/// Taken by whoever keeps them waiting.
pub(crate) const KEEPS_COMMIT: &str = "SELECT pg_advisory_xact_lock(7)";

/// Waits until somebody waits in COMMIT.
pub(crate) async fn somebody_waits_in_commit(looking: &Client) {
    let waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query = 'COMMIT')";
    until(looking, waiting).await;
}

/// Waits until the server has heard the last word of every connection of Ringfence's in this database. Nobody waits
/// for the COMMIT of a read: it may be under way when the read has returned.
pub(crate) async fn ours_are_idle(looking: &Client) {
    let idle = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'ringfence' AND state <> 'idle')";
    until(looking, idle).await;
}

async fn until(looking: &Client, condition: &str) {
    let holds = async || looking.query_one(condition, &[]).await.unwrap().get(0);
    while !holds().await {
        tokio::task::yield_now().await;
    }
}

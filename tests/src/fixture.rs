#![allow(
    clippy::expect_used,
    reason = "a fixture that cannot be made fails its test"
)]
//! Fresh databases of both engines, and two tenants to work with.
//!
//! A fact is written once, as a body over a [`World`], and [`on_each_engine`] runs it on a new SQLite file
//! and in a new Postgres database. Databases go when the body ends, however it ends.
//!
//! ```no_run
//! # async fn body() {
//! use ringfence_tests::fixture::{World, on_each_engine};
//!
//! on_each_engine(async |world: &World| {
//!     let drones = world.north.admin().await.drones();
//!     // …
//! })
//! .await;
//! # }
//! ```

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use ringfence::model::{
    Assignment, NewRole, NewTenant, NewUser, PageRequest, Permission, RoleFilter, RoleId, TenantId,
    UserId,
};
use ringfence::{OpenOptions, Ringfence, Source, SystemSource, TenantSession};
use tempfile::TempDir;

/// Where a database lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a folder of its own.
    Sqlite,
    /// A database of its own on the shared server.
    Postgres,
}

/// The engines that every fact is shown on.
#[must_use]
pub fn engines() -> [Engine; 2] {
    [Engine::Sqlite, Engine::Postgres]
}

/// An empty database that nobody has opened yet.
pub struct Place {
    /// The engine.
    pub engine: Engine,
    /// What [`Ringfence::open`] takes.
    pub url: String,
    folder: Option<TempDir>,
}

impl Place {
    /// Makes an empty database.
    pub async fn fresh(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = TempDir::with_prefix("ringfence-suite-").expect("a folder");
                let url = format!("sqlite:{}", folder.path().join("fleet.db").display());
                Self {
                    engine,
                    url,
                    folder: Some(folder),
                }
            }
            Engine::Postgres => {
                static MADE: AtomicU64 = AtomicU64::new(0);
                let number = MADE.fetch_add(1, Ordering::Relaxed);
                let name = format!(
                    "rf_{}_{number}_{:08x}",
                    std::process::id(),
                    rand::random::<u32>()
                );
                administer(&format!("CREATE DATABASE {name}")).await;
                Self {
                    engine,
                    url: url_of(&name),
                    folder: None,
                }
            }
        }
    }

    /// A database on another Postgres server than the shared one, whose owner removes it.
    #[must_use]
    pub fn existing(url: String) -> Self {
        Self {
            engine: Engine::Postgres,
            url,
            folder: None,
        }
    }

    /// Removes the database, whoever is still connected.
    pub async fn remove(self) {
        match self.folder {
            Some(folder) => folder.close().expect("the folder goes"),
            None => {
                let name = self.url.rsplit('/').next().expect("a database in the URL");
                administer(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
            }
        }
    }

    /// Runs SQL on a connection of its own that knows nothing of Ringfence: as the old platform, or an
    /// intruder, would. Returns the engine's refusal, if any.
    ///
    /// # Errors
    /// The engine's words.
    pub async fn raw(&self, sql: &str) -> Result<(), String> {
        match self.engine {
            Engine::Sqlite => {
                let path = self.url.strip_prefix("sqlite:").expect("a path");
                let connection = rusqlite::Connection::open(path).expect("the file opens");
                connection
                    .busy_timeout(Duration::from_secs(5))
                    .expect("a timeout");
                // As a host that never heard of foreign keys: the bundled build has them on.
                connection
                    .execute_batch("PRAGMA foreign_keys = OFF")
                    .expect("a pragma");
                connection.execute_batch(sql).map_err(|e| e.to_string())
            }
            Engine::Postgres => run(&self.url, sql).await,
        }
    }

    /// The one text that a query gives, or `None` where it has no row.
    pub async fn raw_text(&self, sql: &str) -> Option<String> {
        match self.engine {
            Engine::Sqlite => {
                let path = self.url.strip_prefix("sqlite:").expect("a path");
                let connection = rusqlite::Connection::open(path).expect("the file opens");
                let mut statement = connection.prepare(sql).expect("the query prepares");
                let mut rows = statement.query([]).expect("the query runs");
                rows.next()
                    .expect("the query runs")
                    .map(|row| row.get(0).expect("a text"))
            }
            Engine::Postgres => {
                let client = connect(&self.url).await;
                let row = client.query_opt(sql, &[]).await.expect("the query runs");
                row.map(|row| row.get(0))
            }
        }
    }
}

/// An open database with two tenants, [`north`](Self::north) and [`south`](Self::south).
pub struct World {
    /// The database itself.
    pub place: Place,
    /// The open database.
    pub ringfence: Ringfence,
    /// One tenant.
    pub north: Home,
    /// Another.
    pub south: Home,
    /// The time that the database goes by.
    pub clock: Arc<Clock>,
}

/// The system's clock, stopped or set forward on demand.
#[derive(Debug, Default)]
pub struct Clock {
    ahead: Mutex<SignedDuration>,
    stopped_at: Mutex<Option<Timestamp>>,
}

impl Clock {
    /// Sets the clock forward.
    pub fn advance(&self, by: Duration) {
        let by = SignedDuration::try_from(by).expect("a short time");
        *self.ahead.lock().expect("a clock") += by;
    }

    /// Stops the clock: from here on only [`advance`](Self::advance) moves it.
    pub fn stop(&self) {
        *self.stopped_at.lock().expect("a clock") = Some(Timestamp::now());
    }
}

impl Source for Clock {
    fn now(&self) -> Timestamp {
        let stopped_at = *self.stopped_at.lock().expect("a clock");
        stopped_at.unwrap_or_else(Timestamp::now) + *self.ahead.lock().expect("a clock")
    }

    fn fill(&self, bytes: &mut [u8]) -> bool {
        SystemSource.fill(bytes)
    }
}

/// A tenant of a [`World`]. Its users have no passwords: the tests vouch for them.
#[derive(Clone)]
pub struct Home {
    /// The tenant.
    pub tenant: TenantId,
    /// Its first user, who has the role `admin`.
    pub admin: UserId,
    ringfence: Ringfence,
}

impl World {
    /// Makes a database with two tenants.
    pub async fn new(engine: Engine) -> Self {
        let place = Place::fresh(engine).await;
        let clock = Arc::new(Clock::default());
        let (url, source) = (place.url.clone(), Arc::clone(&clock));
        let ringfence = Ringfence::open_with_source(url, OpenOptions::default(), source)
            .await
            .expect("a new database opens");
        let north = Home::found(&ringfence, "north").await;
        let south = Home::found(&ringfence, "south").await;
        Self {
            place,
            ringfence,
            north,
            south,
            clock,
        }
    }

    async fn remove(self) {
        drop(self.ringfence.shutdown().await);
        self.place.remove().await;
    }
}

impl Home {
    /// Creates a tenant whose id and name are `name`.
    pub async fn found(ringfence: &Ringfence, name: &str) -> Self {
        let new = NewTenant {
            id: Some(name.into()),
            name: name.to_owned(),
            admin: NewUser {
                username: "admin".to_owned(),
                password: None,
            },
        };
        let founded = ringfence
            .create_tenant("suite".to_owned(), new)
            .await
            .expect("a tenant is created");
        Self {
            tenant: founded.tenant.id,
            admin: founded.admin.id,
            ringfence: ringfence.clone(),
        }
    }

    /// A session of one of the tenant's users.
    pub async fn session(&self, user: &UserId) -> TenantSession {
        self.ringfence
            .session(self.tenant.clone(), user.clone())
            .await
            .expect("a session opens")
    }

    /// A session of the tenant's first user, who may do everything.
    pub async fn admin(&self) -> TenantSession {
        self.session(&self.admin).await
    }

    /// Creates a user without a role.
    pub async fn user(&self, username: &str) -> UserId {
        let new = NewUser {
            username: username.to_owned(),
            password: None,
        };
        let identity = self.admin().await.identity();
        identity.create_user(new).await.expect("a new user").id
    }

    /// The role of this name.
    pub async fn role(&self, name: &str) -> RoleId {
        let filter = RoleFilter {
            name: Some(name.to_owned()),
        };
        let identity = self.admin().await.identity();
        let found = identity
            .roles(filter, PageRequest::default())
            .await
            .expect("roles are listed");
        found.items.first().expect("the role exists").id.clone()
    }

    /// A session of a new user with one of the tenant's roles, by the role's name.
    pub async fn member(&self, role: &str) -> TenantSession {
        let user = self.user(&unused_name(role)).await;
        self.assign(&user, self.role(role).await).await;
        self.session(&user).await
    }

    /// A session of a new user who holds exactly these permissions, through a role of its own.
    pub async fn holder(&self, permissions: &[Permission]) -> TenantSession {
        let identity = self.admin().await.identity();
        let new = NewRole {
            name: unused_name("role"),
            description: None,
        };
        let role = identity.create_role(new).await.expect("a new role").id;
        for permission in permissions {
            identity
                .grant(role.clone(), *permission)
                .await
                .expect("a grant");
        }
        let user = self.user(&unused_name("holder")).await;
        self.assign(&user, role).await;
        self.session(&user).await
    }

    async fn assign(&self, user: &UserId, role: RoleId) {
        let assignment = Assignment {
            user_id: user.clone(),
            role_id: role,
            expires_at: None,
        };
        let identity = self.admin().await.identity();
        identity
            .assign_role(assignment)
            .await
            .expect("an assignment");
    }
}

/// A name that no other call of this process returned.
fn unused_name(stem: &str) -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    format!("{stem}-{}", MADE.fetch_add(1, Ordering::Relaxed))
}

/// Runs a body over a fresh [`World`] on each engine. A body that panics is reported with its engine.
///
/// # Panics
/// When the body does.
pub async fn on_each_engine(body: impl AsyncFn(&World)) {
    for engine in engines() {
        let world = World::new(engine).await;
        let outcome = AssertUnwindSafe(body(&world)).catch_unwind().await;
        world.remove().await;
        if let Err(panic) = outcome {
            eprintln!("… on {engine:?}");
            std::panic::resume_unwind(panic);
        }
    }
}

/// Runs a body over an empty database of each engine.
///
/// # Panics
/// When the body does.
pub async fn on_each_empty_database(body: impl AsyncFn(&Place)) {
    for engine in engines() {
        let place = Place::fresh(engine).await;
        let outcome = AssertUnwindSafe(body(&place)).catch_unwind().await;
        place.remove().await;
        if let Err(panic) = outcome {
            eprintln!("… on {engine:?}");
            std::panic::resume_unwind(panic);
        }
    }
}

/// The shared server's URL with another database.
fn url_of(database: &str) -> String {
    let server = xtask::cluster::shared();
    let (base, _) = server.rsplit_once('/').expect("a database in the URL");
    format!("{base}/{database}")
}

async fn administer(sql: &str) {
    run(xtask::cluster::shared(), sql)
        .await
        .expect("the server obeys");
}

async fn run(url: &str, sql: &str) -> Result<(), String> {
    let client = connect(url).await;
    client.batch_execute(sql).await.map_err(|error| {
        error
            .as_db_error()
            .map_or_else(|| error.to_string(), |refusal| refusal.message().to_owned())
    })
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("the server answers");
    tokio::spawn(async {
        // It ends with its client.
        drop(connection.await);
    });
    client
}

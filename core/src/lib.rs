//! Ringfence keeps the data of many drone operators apart in one database: tenants, users and roles, drones,
//! missions and their approvals, and an audit log that anyone can verify. It runs in the host's process, on
//! SQLite or on Postgres.
//!
//! ```
//! # pollster::block_on(async {
//! use ringfence::model::{NewDrone, NewTenant, NewUser, Vendor};
//! use ringfence::{OpenOptions, Ringfence};
//!
//! let db = Ringfence::open("sqlite::memory:".into(), OpenOptions::default()).await?;
//! let mara = NewUser::new("mara");
//! let new = NewTenant { id: Some("acme".into()), ..NewTenant::new("Acme Surveys", mara) };
//! let acme = db.create_tenant("setup".into(), new).await?;
//!
//! // From here on everything belongs to this tenant, and nothing else can be named.
//! let session = db.session(acme.tenant.id, acme.admin.id).await?;
//! let heron = NewDrone::new("Heron", Vendor::Mavlink);
//! let heron = session.drones().register(heron).await?;
//! assert_eq!(session.drones().get(heron.id.clone()).await?, heron);
//! assert!(session.audit().verify().await?.is_intact());
//! # Ok::<(), ringfence::Error>(())
//! # }).unwrap();
//! ```
//!
//! # The handles
//!
//! | | |
//! |---|---|
//! | [`Ringfence`] | an open database: its schema, its tenants, the deployment's log, the door to sessions |
//! | [`TenantSession`] | one tenant, one actor, got with [`Ringfence::session`] or [`Ringfence::login`] |
//! | [`Drones`], [`Missions`], [`Inspections`], [`Defects`], [`Incidents`], [`Alerts`], [`Approvals`], [`Commands`], [`Identity`], [`Audit`] | its methods, by domain |
//! | [`blocking::wait`] | waits for any of them on a thread |
//!
//! Every method decides in this order: malformed input (422), what the tenant does not have (404), a missing
//! permission (403), the state (409). Another tenant's id is like one that exists nowhere. What fails is an
//! [`Error`] with a status, a stable code and the field.
//!
//! # The map
//!
//! | module | what | what is absent |
//! |---|---|---|
//! | `ringfence`, `session` | the handles | no logic |
//! | `service` | the methods, one file a domain | no driver, no tenant id as an argument |
//! | `frame` | how every method runs: transaction, policy as of that, event | no domain |
//! | `policy` | permissions, starting roles, the decision | no I/O in the decision |
//! | `audit` | the Merkle log: leaf, tree, recording, recomputing | |
//! | [`model`] | what goes in and comes out; state machines | no I/O, no clock, no SQL |
//! | [`schema`] | every table, declared once | no driver, no SQL |
//! | `store` | statements, both drivers, transactions, writers, migrations, in floors: the only place with a driver | no domain |
//!
//! The architecture, guides and decisions are in the repository's `docs/`.

#![forbid(unsafe_code)]

mod audit;
pub mod blocking;
mod database;
mod environment;
mod error;
mod frame;
pub mod model;
mod options;
mod password;
mod policy;
mod process;
mod ringfence;
pub mod schema;
mod sealing;
mod service;
mod session;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use environment::{Source, SystemSource};
pub use error::{Result, RingfenceError as Error, RingfenceError, WorkOutcome};
pub use options::{MigrateMode, OpenOptions, SecretKey};
pub use ringfence::Ringfence;
pub use service::{
    Alerts, Approvals, Audit, Commands, Defects, DeploymentLog, Drones, FindingsListener, Identity,
    Incidents, Inspections, Missions, ProgressListener,
};
pub use session::TenantSession;

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();

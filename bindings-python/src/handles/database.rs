//! An open database: what operators do, and the door to sessions.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use ringfence::model::{
    BoundaryReport, Cursor, FoundedTenant, IntegrityReport, MigrationStatus, NewTenant, NewUser,
    PageRequest, Tenant, TenantGrowth, TenantGrowthPage, TenantId, TenantPage, User, UserId,
};
use ringfence::{MigrateMode, OpenOptions, SecretKey};

use crate::listener::{Finds, Listener};
use crate::table::handles;

fn key(bytes: PyBackedBytes) -> Arc<SecretKey> {
    Arc::new(SecretKey::new(bytes.to_vec()))
}

handles! {
    functions {
        /// Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and migrates as `migrate` says (`auto` unless told
        /// otherwise). Under `auto` a database of the old platform is adopted; under `never` nothing is touched.
        ///
        /// A file that is not there is made, unless `create_if_missing` is `False`. `pool_size` (8) is the number of
        /// connections, for reading on SQLite and in all on Postgres; `busy_timeout_ms` (5000) how long to wait for a lock
        /// or a connection; `call_timeout_ms` (30000) how long a call may take in all, unless it is long by nature, as
        /// migrating is; `hashing_concurrency` (2) how many passwords are hashed at the same time;
        /// `migration_lock_timeout_ms` (60000) how long a migration waits for another one. On Postgres the tables are in
        /// `schema`, or without one where the login's `search_path` leads. An SQLite file is refused that has other names
        /// (`allow_hard_links=True` opens it), and one on a network or shared file system or that is a mount itself
        /// (`allow_any_mount=True`). `secret_key`, 32 bytes, is what drones' credentials are sealed with; without it none is
        /// set or read.
        ///
        /// Raises `Invalid` naming `url` or the option; `Unavailable`; `Schema` for a newer schema, or under `check` an older
        /// one; `Integrity` with the rows that a legacy database would have to mend first.
        fn open(
            url: String;
            migrate: Option<MigrateMode> = None,
            create_if_missing: Option<bool> = None,
            pool_size: Option<u32> = None,
            busy_timeout_ms: Option<u32> = None,
            call_timeout_ms: Option<u32> = None,
            hashing_concurrency: Option<u32> = None,
            migration_lock_timeout_ms: Option<u32> = None,
            schema: Option<String> = None,
            allow_hard_links: Option<bool> = None,
            allow_any_mount: Option<bool> = None,
            secret_key: Option<PyBackedBytes> = None,
        ) -> Ringfence => {
            let usual = OpenOptions::default();
            let options = OpenOptions {
                migrate: migrate.unwrap_or(usual.migrate),
                create_if_missing: create_if_missing.unwrap_or(usual.create_if_missing),
                pool_size: pool_size.unwrap_or(usual.pool_size),
                busy_timeout_ms: busy_timeout_ms.unwrap_or(usual.busy_timeout_ms),
                call_timeout_ms: call_timeout_ms.unwrap_or(usual.call_timeout_ms),
                hashing_concurrency: hashing_concurrency.unwrap_or(usual.hashing_concurrency),
                migration_lock_timeout_ms: migration_lock_timeout_ms
                    .unwrap_or(usual.migration_lock_timeout_ms),
                schema,
                allow_hard_links: allow_hard_links.unwrap_or(usual.allow_hard_links),
                allow_any_mount: allow_any_mount.unwrap_or(usual.allow_any_mount),
                secret_key: secret_key.map(key),
            };
            ringfence::Ringfence::open(url, options)
        };
    }

    /// An open database: its schema, its tenants, and the door to their sessions.
    ///
    /// What changes anything here names an operator, for whom the host vouches, and is recorded in the deployment's own
    /// log. On Postgres these methods raise `Forbidden` when the login may not do what operators do.
    class Ringfence(ringfence::Ringfence) {
        groups {
            /// The deployment's own log: what operators did.
            fn deployment_log() -> DeploymentLog;
        }
        closed by shutdown;

        /// Opens a session for an actor whom the host has authenticated.
        ///
        /// Raises `Unauthenticated` for an unknown or inactive actor, an unknown or disabled tenant; `Invalid`.
        fn session(tenant: TenantId, actor: UserId) -> TenantSession;

        /// Opens a session for a user who proves itself with its password.
        ///
        /// Raises `Unauthenticated` alike for whatever is wrong; `Throttled` after five attempts that did not succeed;
        /// `Invalid`.
        fn login(tenant: TenantId, username: String, password: String) -> TenantSession;

        /// Which steps of the schema are applied, and when.
        ///
        /// Raises `Unavailable`.
        fn migration_status() -> MigrationStatus;

        /// Applies the steps up to `to`, or all of them. `progress` is called between them, on the thread that does the
        /// work.
        ///
        /// Raises `Invalid` for a step that there is not; `Integrity` with the rows that break a boundary, and nothing is
        /// changed then; `Schema`; `Conflict` (`other_secret_key`).
        fn migrate(
            operator: String;
            to: Option<u32> = None,
            progress: Option<Listener> = None,
        ) -> MigrationStatus => |db| db.migrate(operator, to, progress.map(Listener::heard));

        /// Takes steps back, the newest first, until the database stands at `to`.
        ///
        /// Raises `Schema` (`lossy_rollback`) when a step on the way would lose data, before any is taken back; `Invalid`.
        fn rollback(
            operator: String,
            to: u32;
            progress: Option<Listener> = None,
        ) -> MigrationStatus => |db| db.rollback(operator, to, progress.map(Listener::heard));

        /// Looks for rows that break a boundary which the steps so far enforce, for keys that rows share, and for values
        /// that the library does not know. Reads only; nothing is repaired. `progress` is called with the table and how
        /// many rows are behind the scan; `findings` with a list of what was found since it was called last: every finding,
        /// those too for which the report has no room. Both are called on the thread that does the work.
        ///
        /// Raises `Unavailable`.
        fn integrity_scan(
            ;
            progress: Option<Listener> = None,
            findings: Option<Finds> = None,
        ) -> IntegrityReport => |db| {
            db.integrity_scan(progress.map(Listener::heard), findings.map(Finds::heard))
        };

        /// What the database holds of the boundary between tenants right now, and what it does not: every key, reference,
        /// trigger, policy and grant that the steps so far make, held against what stands. Reads only.
        ///
        /// Raises `Unavailable`; `Schema` for a history that is not this library's.
        fn boundary_report() -> BoundaryReport;

        /// Creates a tenant with its log, the starting roles, and its first user, named `admin`, who gets the role of
        /// that name. Without `admin_password` only the host vouches for that user; without `id` one is drawn.
        ///
        /// Raises `Invalid` naming the field (that of `admin_password` is `admin.password`); `Conflict` (`taken`) when a
        /// tenant of this name or this id exists.
        fn create_tenant(
            operator: String,
            name: String,
            admin: String;
            admin_password: Option<String> = None,
            id: Option<TenantId> = None,
        ) -> FoundedTenant => |db| {
            let admin = NewUser { username: admin, password: admin_password };
            db.create_tenant(operator, NewTenant { id, name, admin })
        };

        /// The tenants in the order of their ids, a page at a time.
        ///
        /// Raises `Invalid` for a limit or a cursor that cannot be.
        fn tenants(; limit: Option<u32> = None, after: Option<Cursor> = None) -> TenantPage
            => |db| db.tenants(PageRequest { limit, after });

        /// The tenant with this id.
        ///
        /// Raises `NotFound`.
        fn tenant(id: TenantId) -> Tenant;

        /// Gives a tenant another name. Its id, by which everything refers to it, stays.
        ///
        /// Raises `Invalid`; `NotFound`; `Conflict` (`taken`) for a name that a tenant has already, this one included.
        fn rename_tenant(operator: String, id: TenantId, name: String) -> Tenant;

        /// Disables a tenant: from now on it opens no session, and those that are open are refused.
        ///
        /// Raises `Invalid`; `NotFound`; `Conflict` (`already_disabled`).
        fn disable_tenant(operator: String, id: TenantId) -> Tenant;

        /// Enables a disabled tenant again. Sessions that were open before go on.
        ///
        /// Raises `Invalid`; `NotFound`; `Conflict` (`not_disabled`).
        fn enable_tenant(operator: String, id: TenantId) -> Tenant;

        /// Makes the user of this name, active from then on, the administrator of a tenant that has none. One without a
        /// password logs in once whoever vouches for it has set one.
        ///
        /// Raises `NotFound` for the tenant and the user; `Conflict` (`has_admin`, `no_admin`, `ambiguous_name`);
        /// `Invalid`.
        fn restore_admin(operator: String, tenant: TenantId, username: String) -> User;

        /// Creates a user who is the administrator of a tenant that has none.
        ///
        /// Raises `NotFound`; `Conflict` (`has_admin`, `taken`); `Invalid`.
        fn create_admin(
            operator: String,
            tenant: TenantId,
            username: String;
            password: Option<String> = None,
        ) -> User => |db| db.create_admin(operator, tenant, NewUser { username, password });

        /// What the tenants' starting roles lack of what this version gives new tenants, a page of tenants at a time.
        /// Changes nothing.
        ///
        /// Raises `Invalid` for a limit or a cursor that cannot be.
        fn role_growth(
            ;
            limit: Option<u32> = None,
            after: Option<Cursor> = None,
        ) -> TenantGrowthPage => |db| db.role_growth(PageRequest { limit, after });

        /// Gives a tenant's starting roles what they lack, where the tenant has not changed them.
        ///
        /// Raises `NotFound`; `Invalid`.
        fn grow_roles(operator: String, tenant: TenantId) -> TenantGrowth;

        /// Seals every drone's credential anew, of all tenants, with another key; gives how many. From then on the database
        /// seals with the new one, and whatever else opens it has to be given that. Where it ends half-way, calling it again
        /// finishes.
        ///
        /// Raises `Invalid` naming `old` or `new`; `Conflict` (`other_secret_key`) where a credential was sealed with
        /// neither, or the database was opened with neither; `Integrity` with the credentials that do not open. Nothing is
        /// changed then.
        fn rekey(operator: String, old: PyBackedBytes, new: PyBackedBytes) -> u64
            => |db| db.rekey(operator, key(old), key(new));

        /// Finishes what was handed over and closes every connection, for good: later calls raise `Closed`, and closing it
        /// again does nothing. The end of a `with` closes it too.
        fn close() -> Nothing => |db| db.shutdown();

        /// The same, by the name that it has in other languages.
        fn shutdown() -> Nothing;
    }
}

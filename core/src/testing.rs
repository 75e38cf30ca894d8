//! What the proofs look at: the statement registry, and the statements that a suite really ran.
//!
//! Only with the feature `testing`.

use crate::database::Whose;
use crate::error::Result;
use crate::model::{
    Drone, Json, PageRequest, Permission, TenantGrowth, TenantGrowthPage, TenantId, Vendor,
};
use crate::policy::roles::{STARTING_ROLES, StartingRole};
use crate::ringfence::Ringfence;
use crate::service::growing::{self, Starting};
use crate::store::migrate::touched;
pub use crate::store::probe::Executed;
use crate::store::{Bound, Lane, probe, rigging, statements};
pub use crate::store::{Engine, Scope};

/// A statement of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// Its name.
    pub name: &'static str,
    /// Whose rows it may touch.
    pub scope: Scope,
    /// Its text for SQLite, with `$n`, if it runs there.
    pub sqlite: Option<&'static str>,
    /// Its text for Postgres, likewise.
    pub postgres: Option<&'static str>,
    /// The record that its text is made of, where it has no words of its own.
    pub made_of: Option<&'static str>,
}

/// Every statement of the registry.
#[must_use]
pub fn registry() -> Vec<Registered> {
    statements::all()
        .map(|statement| Registered {
            name: statement.name,
            scope: statement.scope,
            sqlite: Some(statement.sqlite()).filter(|text| !text.is_empty()),
            postgres: Some(statement.postgres()).filter(|text| !text.is_empty()),
            made_of: statement.made_of,
        })
        .collect()
}

/// In which direction a step is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is taken.
    Up,
    /// It is taken back.
    Down,
}

/// The tables that are held on Postgres before this step's text runs, in the order in which they are locked.
#[must_use]
pub fn touched(version: u32, way: Way) -> Vec<&'static str> {
    let step = ringfence_migrations::STEPS
        .iter()
        .find(|step| step.version == version);
    step.map_or_else(Vec::new, |step| match way {
        Way::Up => touched::before_up(&step.postgres, version),
        Way::Down => touched::before_down(&step.postgres, version),
    })
}

/// Every different statement and tenant that ran in this process so far.
#[must_use]
pub fn executed() -> Vec<Executed> {
    probe::executed()
}

/// Keeps, from here on, the order of the statements that run bound to this tenant.
pub fn watch(tenant: &str) {
    probe::watch(tenant);
}

/// The names of the statements that ran for a watched tenant since this was asked last, in order.
#[must_use]
pub fn sequence(tenant: &str) -> Vec<&'static str> {
    probe::sequence(tenant)
}

/// The names of the statements that the calling thread ran, or handed to a driver, since it asked last.
#[must_use]
pub fn ran_here() -> Vec<&'static str> {
    probe::ran_here()
}

/// Has every scan of this process read so many rows at once from here on; 0 means as many as usual.
pub fn scan_in_chunks_of(rows: i64) {
    rigging::scan_in_chunks_of(rows);
}

/// The starting roles of a later version of the library, which gives one of them something besides and knows what it
/// gave before.
fn later(name: &str, more: Permission) -> Starting {
    let grown = STARTING_ROLES.iter().map(|role| match role.name == name {
        false => *role,
        true => StartingRole {
            permissions: [role.permissions, &[more]].concat().leak(),
            earlier: [role.earlier, &[role.permissions]].concat().leak(),
            ..*role
        },
    });
    grown.collect::<Vec<_>>().leak()
}

/// [`Ringfence::role_growth`] of a later version, which gives the starting role `name` a permission besides.
///
/// # Errors
/// As that.
pub async fn role_growth_later(
    ringfence: &Ringfence,
    page: PageRequest,
    name: &str,
    more: Permission,
) -> Result<TenantGrowthPage> {
    growing::list(&ringfence.database, &page, later(name, more)).await
}

/// [`Ringfence::grow_roles`] of a later version, which gives the starting role `name` a permission besides.
///
/// # Errors
/// As that.
pub async fn grow_roles_later(
    ringfence: &Ringfence,
    operator: &str,
    tenant: TenantId,
    name: &str,
    more: Permission,
) -> Result<TenantGrowth> {
    growing::grow(&ringfence.database, operator, tenant, later(name, more)).await
}

/// Has a unit of work write a drone of the tenant and record no event, as no method does.
///
/// # Errors
/// What the store says of it.
pub async fn register_without_an_event(
    ringfence: &Ringfence,
    tenant: TenantId,
    name: &str,
) -> Result<()> {
    let database = &ringfence.database;
    let (name, now) = (name.to_owned(), database.environment.now());
    let due = database.due();
    let errand = database.errand(due, Bound::Tenant(tenant), Lane::Normal);
    let done = database.write(due, errand, move |tx| {
        let drone = Drone {
            id: name.as_str().into(),
            name: name.clone(),
            vendor: Vendor::Fake,
            capabilities: Json::default(),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        Box::pin(async move { Ok(tx.insert(&statements::drones::DRONE_INSERT, &drone).await?) })
    });
    Ok(done.await?)
}

/// Takes every place at which passwords are hashed, as far as they are free, until this is dropped.
///
/// # Errors
/// In a child of fork.
pub fn occupy_hashing(ringfence: &Ringfence) -> Result<impl Send + use<>> {
    let hashing = ringfence.database.hashing_places()?;
    let mut places = Vec::new();
    while let Ok(Ok(place)) = hashing.place(&Whose::Operates, 1)?.try_recv() {
        places.push(place);
    }
    Ok(places)
}

/// How many wait for a place at which passwords are hashed.
///
/// # Errors
/// In a child of fork.
pub fn waiting_to_be_hashed(ringfence: &Ringfence) -> Result<usize> {
    Ok(ringfence.database.hashing_places()?.waiting())
}

/// Lets a group take so many milliseconds at least, in this process from here on: units that come together stay
/// together, however slow the machine is.
pub fn let_groups_take(millis: u64) {
    rigging::let_groups_take(millis);
}

/// Does something once, in this process: where the next transaction on SQLite is about to be committed, behind all that
/// is asked before.
pub fn do_before_a_commit(deed: impl FnOnce() + Send + 'static) {
    rigging::do_before_a_commit(Box::new(deed));
}

/// Counts refusals for so many milliseconds before they are told, in this process from here on.
pub fn let_refusals_be_counted_for(millis: u64) {
    rigging::let_refusals_be_counted_for(millis);
}

/// Tells whoever asked what this process reaches, by a file that the environment names, that it got to a place of this
/// name: a mutant of the code, which is built in beside it.
pub fn tell(name: &str) {
    rigging::tell(name);
}

/// How often a cached statement was compiled again on SQLite in this process so far. Each time costs more
/// than the statement itself.
#[must_use]
pub fn recompilations() -> u64 {
    probe::recompilations()
}

//! The methods of a session, one file a domain.
//!
//! Every method reads in the order in which things happen: check the input, then, in one transaction,
//! resolve the ids inside the tenant, authorize, decide, write, record.

mod audit;
mod authorize;
mod drones;
mod identity;
mod login;
mod missions;
mod password;
mod tenants;
mod whoami;

pub use audit::{Audit, DeploymentLog};
pub use drones::Drones;
pub use identity::Identity;
pub use missions::Missions;

use crate::error::{Conflict, Failure};
use crate::model::Window;
use crate::store::{FromRow, Gather, Row, StoreError, Value};

/// A row behind the policy epoch that its statement reads with it.
pub(crate) struct Stamped<T> {
    pub(crate) row: T,
}

impl<T: FromRow> FromRow for Stamped<T> {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            row: T::from_row(&row.skip(1))?,
        })
    }
}

/// Rows, and the policy epoch that each of them stands behind: one statement reads one epoch.
pub(crate) struct AtEpoch<T> {
    /// None where there is no row.
    pub(crate) epoch: Option<String>,
    pub(crate) rows: Vec<T>,
}

impl<T> Default for AtEpoch<T> {
    fn default() -> Self {
        Self {
            epoch: None,
            rows: Vec::new(),
        }
    }
}

impl<T: FromRow> Gather for AtEpoch<T> {
    fn gather(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        if self.epoch.is_none() {
            self.epoch = Some(row.text(0)?);
        }
        self.rows.gather(&row.skip(1))
    }
}

/// The first parameters of a page's statement after the tenant: the key to start after, and one row more
/// than asked for, which tells whether there is a next page.
fn page_parameters(window: &Window) -> Vec<Value<'static>> {
    vec![
        Value::from(window.after.clone().unwrap_or_default()),
        Value::from(i64::from(window.limit) + 1),
    ]
}

/// Refuses an update made on sight of an older version.
fn seen(stated: Option<i64>, stored: i64) -> Result<(), Failure> {
    match stated {
        Some(version) if version != stored => Err(Conflict::stale_version().into()),
        _ => Ok(()),
    }
}

//! What the handles' methods do, one file a domain.
//!
//! Every method reads in the order in which things happen: check the input, then, in one transaction,
//! resolve the ids inside the tenant, authorize, decide, write, record.

mod audit;
mod drones;
mod identity;
pub(crate) mod login;
pub(crate) mod migrations;
mod missions;
pub(crate) mod session;
pub(crate) mod tenants;

pub use audit::{Audit, DeploymentLog};
pub use drones::Drones;
pub use identity::Identity;
pub use migrations::ProgressListener;
pub use missions::Missions;

use crate::error::{Conflict, Failure};
use crate::model::Window;
use crate::store::{FromRow, Stamped, Tx, Value};

/// The first parameters of a page's statement after the tenant: the key to start after, and one row more
/// than asked for, which tells whether there is a next page.
fn page_parameters(window: &Window) -> Vec<Value<'static>> {
    vec![
        Value::from(window.after.clone().unwrap_or_default()),
        Value::from(i64::from(window.limit) + 1),
    ]
}

/// The row that an id names, inside the transaction; `kind` is what it is called where there is none.
async fn find<T: FromRow>(
    tx: &mut Tx,
    query: &'static Stamped<T>,
    id: &str,
    kind: &'static str,
) -> Result<T, Failure> {
    let found = tx.opt(query, &[Value::from(id)]).await?;
    found.ok_or(Failure::NotFound(kind))
}

/// Refuses an update made on sight of an older version.
fn seen(stated: Option<i64>, stored: i64) -> Result<(), Failure> {
    match stated {
        Some(version) if version != stored => Err(Conflict::stale_version().into()),
        _ => Ok(()),
    }
}

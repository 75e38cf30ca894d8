//! A schema that another process has moved under an open handle.
//!
//! A call that fails as none should is followed by one look at the history: where that is not where the handle works, this
//! is what the caller is told, as it would be at open. A call that succeeds asks nothing.

use std::sync::atomic::Ordering;

use super::Store;
use super::mismatch::{newer, older};
use crate::error::{Failure, StoreError, Violation};
use crate::schema::version::LATEST;
use crate::store::sql::Value;
use crate::store::statements::migration::{HAS_TABLE, HISTORY, HISTORY_TABLE};
use crate::store::terms::Bound;

impl Store {
    /// The step that this handle works on from here on: the one that it found.
    pub(crate) fn works_at(&self, version: u32) {
        self.works_at.store(version, Ordering::Relaxed);
    }

    /// Likewise, where it made some. What it took back itself is missing like what another process took back.
    pub(crate) fn works_up_to(&self, version: u32) {
        self.works_at.fetch_max(version, Ordering::Relaxed);
    }

    /// What a call failed with, or that the schema is another than this handle works on.
    pub(in crate::store) async fn explained(&self, failure: Failure) -> Failure {
        self.mismatch(&failure).await.unwrap_or(failure)
    }

    /// That the schema is another than this handle works on, where a call may have failed because of it.
    pub(crate) async fn mismatch(&self, failure: &Failure) -> Option<Failure> {
        if !may_come_of_another_schema(failure) {
            return None;
        }
        // By an error of the engine the role itself may be missing, in a copy of a database; what is not permitted may be to
        // take it on, where another login migrated.
        let of_rights = matches!(
            failure,
            Failure::Store(StoreError::Engine(_) | StoreError::NotPermitted(_))
        );
        Box::pin(self.compared(of_rights)).await
    }

    async fn compared(&self, of_rights: bool) -> Option<Failure> {
        match self.stands_at().await {
            Ok(current) if current > LATEST => Some(newer(current)),
            Ok(current) if current < self.works_at.load(Ordering::Relaxed) => Some(older(current)),
            Ok(current) if of_rights => self.lacking_rights(current).await,
            Ok(_) => None,
            // The login may not even look, because the rights went with the steps.
            Err(_) => self.lacking_rights(LATEST).await,
        }
    }

    async fn lacking_rights(&self, version: u32) -> Option<Failure> {
        match self.inside(self.check_rights(version)).await {
            Err(mismatch @ Failure::Schema(_)) => Some(mismatch),
            _ => None,
        }
    }

    async fn stands_at(&self) -> Result<u32, StoreError> {
        let table = [Value::from(HISTORY_TABLE)];
        let found = self.single_as_it_is(&Bound::Operator, &HAS_TABLE, &table);
        if found.await? != [true] {
            return Ok(0);
        }
        let applied = self.single_as_it_is(&Bound::Operator, &HISTORY, &[]);
        let versions = applied.await?.into_iter().map(|step| step.version);
        Ok(versions.max().unwrap_or(0))
    }
}

/// What no call should end with while the schema is the library's.
fn may_come_of_another_schema(failure: &Failure) -> bool {
    let Failure::Store(error) = failure else {
        return false;
    };
    matches!(
        error,
        StoreError::SchemaLacks(_)
            | StoreError::NotPermitted(_)
            | StoreError::Engine(_)
            | StoreError::Undecodable(_)
            | StoreError::Corrupt(_)
            | StoreError::Violation(Violation::Guard(_))
    )
}

//! A log that whoever asks may read: a tenant's, or the deployment's.

use std::sync::Arc;

use crate::database::Database;
use crate::error::Failure;
use crate::store::{Bound, Gather, Query, Value};

/// A log, behind the decision that it may be read.
#[derive(Clone)]
pub(crate) struct OpenLog {
    database: Arc<Database>,
    bound: Bound,
}

impl OpenLog {
    pub(super) fn new(database: Arc<Database>, bound: Bound) -> Self {
        Self { database, bound }
    }

    /// What one statement finds, on a snapshot of its own. A log is long: each stretch that is read of it ends by itself.
    pub(crate) async fn single<F: Gather>(
        &self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, Failure> {
        let store = &self.database.store;
        let found = store.single(&self.bound, query, parameters);
        self.database.within(self.database.due(), found).await
    }

    /// Runs work on it that is more than one page.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Result<T, Failure> {
        self.database.aside(work).await
    }
}

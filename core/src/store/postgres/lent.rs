//! Connections on loan from the pool, one of which is kept for what must not be late.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::cancel::Canceller;
use super::error::classify_connect;
use super::plans::Plans;
use crate::error::StoreError;

/// A pool, and the places in it that everybody may use: all but one.
pub(super) struct Lender {
    pub(super) pool: Pool,
    places: Arc<Semaphore>,
    patience: Duration,
    canceller: Arc<Canceller>,
    plans: Arc<Plans>,
}

/// A connection on loan, with its place where it needs one.
pub(in crate::store) struct Lent {
    client: Object,
    canceller: Arc<Canceller>,
    plans: Arc<Plans>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Lender {
    pub(super) fn new(
        pool: Pool,
        size: usize,
        patience: Duration,
        canceller: Canceller,
        plans: Plans,
    ) -> Self {
        Self {
            pool,
            places: Arc::new(Semaphore::new(size.saturating_sub(1).max(1))),
            patience,
            canceller: Arc::new(canceller),
            plans: Arc::new(plans),
        }
    }

    /// A connection for what may wait, unless something arrives meanwhile that must not (`pressed`).
    pub(super) async fn lend(&self, pressed: impl Future<Output = ()>) -> Result<Lent, StoreError> {
        let place = Arc::clone(&self.places).acquire_owned();
        let waited = tokio::time::timeout(self.patience, async {
            tokio::select! {
                biased;
                place = place => place.map(Some),
                () = pressed => Ok(None),
            }
        });
        match waited.await {
            Ok(Ok(place)) => self.get(place).await,
            Ok(Err(_)) => Err(StoreError::Closed),
            Err(_) => Err(StoreError::Busy),
        }
    }

    /// A connection for what must not be late: the one that is kept for it, where the others are lent.
    pub(super) async fn lend_first(&self) -> Result<Lent, StoreError> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok();
        self.get(place).await
    }

    async fn get(&self, place: Option<OwnedSemaphorePermit>) -> Result<Lent, StoreError> {
        match self.pool.get().await {
            Ok(client) => Ok(Lent {
                client,
                canceller: Arc::clone(&self.canceller),
                plans: Arc::clone(&self.plans),
                _place: place,
            }),
            Err(error) => Err(classify_connect(&error).of_opened()),
        }
    }
}

impl Lent {
    /// The statement, prepared on this connection.
    pub(super) async fn prepared(
        &self,
        statement: &str,
    ) -> Result<tokio_postgres::Statement, tokio_postgres::Error> {
        let text = self.plans.text(statement);
        self.client.prepare_cached(&text).await
    }

    /// What was prepared until now is of no use any more, on whichever connection.
    pub(super) fn plans_are_stale(&self) {
        self.plans.are_stale();
    }

    /// Takes the connection out of the pool, which makes another; it ends with what is returned.
    pub(in crate::store) fn take(self) -> ClientWrapper {
        Object::take(self.client)
    }

    /// Closes the connection, on which a request is under way whose answer nobody waits for, and tells the server to
    /// stop.
    pub(in crate::store) fn abandon(self) {
        self.canceller.cancel(self.client.cancel_token());
        drop(Object::take(self.client));
    }

    /// Closes the connection and goes on with another one in its place, because what lay idle beside it died with
    /// it, as a rule.
    pub(super) async fn renew(self, pool: &Pool) -> Result<Self, StoreError> {
        drop(Object::take(self.client));
        pool.retain(|_, _| false);
        let client = pool.get().await;
        let client = client.map_err(|error| classify_connect(&error).of_opened())?;
        Ok(Self {
            client,
            canceller: self.canceller,
            plans: self.plans,
            _place: self._place,
        })
    }
}

/// A connection that something is asked on outside of a transaction. Dropped before it is given back it is closed.
pub(in crate::store) struct Asked(Option<Lent>);

impl Asked {
    pub(super) fn on(lent: Lent) -> Self {
        Self(Some(lent))
    }

    /// The client, until it is given back.
    pub(in crate::store) fn client(&self) -> Result<&Lent, StoreError> {
        self.0.as_ref().ok_or(StoreError::Closed)
    }

    /// Everything was answered.
    pub(in crate::store) fn answered(mut self) -> Option<Lent> {
        self.0.take()
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(lent) = self.0.take() {
            lent.abandon();
        }
    }
}

impl Deref for Lent {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.client
    }
}

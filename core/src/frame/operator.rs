//! How a method of an operator runs: across tenants, with its event in the deployment's log.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::audit::record::{Recorded, Signature};
use crate::database::Database;
use crate::error::{Failure, Result};
use crate::model::text;
use crate::store::{Bound, Lane, WriteTx};

/// The body of an operator's method that writes.
pub(crate) type OperatorWork<A, T> = for<'t> fn(
    &'t Signature,
    &'t mut WriteTx,
    &'t A,
) -> BoxFuture<'t, Result<Recorded<T>, Failure>>;

impl Database {
    /// Runs the body of an operator's method as one unit of work, with its event in the deployment's log.
    pub(crate) async fn operate<A: Send + Sync + 'static, T: Send + 'static>(
        self: &Arc<Self>,
        operator: &str,
        args: A,
        work: OperatorWork<A, T>,
    ) -> Result<T> {
        text::name("operator", operator)?;
        let signature = Signature {
            actor: operator.to_owned(),
            time: self.environment.now(),
            salt: self.environment.random()?,
        };
        let args = Arc::new(args);
        // The unit keeps the database open until it has run, whoever drops the last handle.
        let database = Arc::clone(self);
        let done = self.store.write(Bound::Operator, Lane::Normal, move |tx| {
            let _open = &database;
            let (args, signature) = (Arc::clone(&args), signature.clone());
            Box::pin(async move {
                let recorded = work(&signature, tx, &args).await?;
                tx.act_for_deployment();
                recorded.commit(tx, &signature)
            })
        });
        Ok(done.await?)
    }

    /// Refuses what operators do where the database login may not do it.
    pub(crate) fn must_operate(&self) -> Result<(), Failure> {
        if self.store.may_operate() {
            Ok(())
        } else {
            Err(Failure::OperatorRights)
        }
    }
}

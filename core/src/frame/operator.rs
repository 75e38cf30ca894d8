//! How a method of an operator runs: across tenants, with its event in the deployment's log and, where the act
//! is upon a tenant, in that tenant's.

use std::sync::Arc;

use super::body::{Body, Step};
use super::log::OpenLog;
use crate::audit::record::{Recorded, Signature};
use crate::database::{Database, Due, Whose};
use crate::error::{Failure, Result};
use crate::model::{InvalidField, text};
use crate::password::StoredPassword;
use crate::store::{Bound, Gather, Lane, Query, Tx, Value, WriteTx};

/// A call of an operator's method, by the name that its events carry.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'o> {
    database: &'o Arc<Database>,
    operator: &'o str,
    method: &'static str,
    due: Due,
}

impl Operation<'_> {
    /// Hashes a password that is set, off the async threads.
    pub(crate) async fn store_password(
        self,
        password: Option<String>,
    ) -> Result<StoredPassword, Failure> {
        let hashed = self
            .database
            .store_password(self.due, Whose::Operates, password);
        hashed.await
    }

    /// Runs the body of the method as one unit of work.
    pub(crate) async fn write<A, T, W>(self, args: A, work: W) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        W: for<'t> Body<'t, Signature, WriteTx, A, Found = Recorded<T>>,
    {
        let Self { database, due, .. } = self;
        let signature = database.signature(self.operator, self.method)?;
        let args = Arc::new(args);
        // The unit keeps the database open until it has run, whoever drops the last handle.
        let kept = Arc::clone(database);
        let errand = database.errand(due, Bound::Operator, Lane::Normal);
        let done = database.write(due, errand, move |tx| {
            let _open = &kept;
            let (args, signature) = (Arc::clone(&args), signature.clone());
            Box::pin(async move {
                let recorded = work.run(&signature, tx, &args).await?;
                recorded.commit_for_operator(tx, &signature)
            })
        });
        Ok(done.await?)
    }
}

impl Database {
    /// A call of an operator's method, which begins now.
    pub(crate) fn operation<'o>(
        self: &'o Arc<Self>,
        operator: &'o str,
        method: &'static str,
    ) -> Result<Operation<'o>, InvalidField> {
        text::name("operator", operator)?;
        let due = self.due();
        Ok(Operation {
            database: self,
            operator,
            method,
            due,
        })
    }

    /// Who acts and by which method, and what is drawn for it before its unit.
    pub(crate) fn signature(
        &self,
        actor: &str,
        method: &'static str,
    ) -> Result<Signature, Failure> {
        Ok(Signature {
            actor: actor.to_owned(),
            method,
            time: self.environment.now(),
            seed: self.environment.random()?,
        })
    }

    /// What one statement of an operator's finds, which is the whole call.
    pub(crate) async fn operators_single<F: Gather>(
        &self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, Failure> {
        self.must_operate()?;
        let found = self.store.single(&Bound::Operator, query, parameters);
        self.within(self.due(), found).await
    }

    /// What an operator reads on one snapshot, likewise.
    pub(crate) async fn operators_read<A, T, L>(&self, args: A, look: L) -> Result<T, Failure>
    where
        A: Send + Sync + 'static,
        T: Send,
        L: for<'t> Step<'t, Tx, A, Found = T>,
    {
        self.must_operate()?;
        let args = Arc::new(args);
        let read = self.store.read(
            Bound::Operator,
            Box::new(move |tx| {
                let args = Arc::clone(&args);
                Box::pin(async move { look.run(tx, &args).await })
            }),
        );
        self.within(self.due(), read).await
    }

    /// The deployment's log, for who may operate.
    pub(crate) fn log_of_the_deployment(self: &Arc<Self>) -> Result<OpenLog, Failure> {
        self.must_operate()?;
        Ok(OpenLog::new(Arc::clone(self), Bound::Operator))
    }

    /// Refuses what operators do where the database login may not do it.
    pub(crate) fn must_operate(&self) -> Result<(), Failure> {
        if self.store.may_operate()? {
            Ok(())
        } else {
            Err(Failure::OperatorRights)
        }
    }
}

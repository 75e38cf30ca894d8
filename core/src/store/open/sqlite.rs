//! An open SQLite database: pooled readers on the calling thread, one writer that groups commits.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;

use crate::environment::Environment;
use crate::error::{Failure, StoreError};
use crate::store::settings::Settings;
use crate::store::sql::{Gather, Query, Value};
use crate::store::sqlite::{Checkpoints, Origin, Place, Pool, Role, SqliteTx, connect_first};
use crate::store::terms::{Bound, bind};
use crate::store::tx::{ReadFn, Reading};
use crate::store::writers::sqlite::{Ground, Writer};
use crate::store::writers::unit::{Done, Errand, UnitFn};

/// An open SQLite database.
pub(in crate::store) struct Sqlite {
    readers: Arc<Pool>,
    /// The writer's one connection; in memory the same pool as the readers', of one connection.
    writing: Arc<Pool>,
    writer: Writer,
    clock: Environment,
    checkpoints: Option<Arc<Checkpoints>>,
    /// How long a migration step waits for whoever writes.
    migration_wait: Duration,
}

impl Sqlite {
    pub(in crate::store) fn open(
        place: &Place,
        settings: &Settings,
        clock: Environment,
    ) -> Result<Self, Failure> {
        let (readers, busy) = (settings.pool_size, settings.patience());
        let (origin, first) = connect_first(place, settings)?;
        let writing = Pool::new(origin.clone(), first, Role::Writer, 1, busy);
        let (readers, checkpoints) = match &origin {
            Origin::Memory => (Arc::clone(&writing), None),
            Origin::File(_) => {
                let first = origin.connect(Role::Reader, busy)?;
                let readers = Pool::new(origin, first, Role::Reader, readers, busy);
                let checkpoints =
                    Checkpoints::new(Arc::clone(&writing), Arc::clone(&readers), busy);
                (readers, Some(Arc::new(checkpoints)))
            }
        };
        let ground = Ground {
            pool: Arc::clone(&writing),
            queue: Arc::default(),
            clock: clock.clone(),
            work: settings.call_timeout / 2,
            checkpoints: checkpoints.clone(),
        };
        let writer = Writer::start(ground)?;
        Ok(Self {
            readers,
            writing,
            writer,
            clock,
            checkpoints,
            migration_wait: settings.migration_lock_timeout,
        })
    }

    /// One statement outside a transaction: it is its own snapshot.
    pub(in crate::store) fn single<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        let parameters = bind(bound, bound.log_owner(), query, parameters)?;
        SqliteTx::new(self.readers.lend()?).query(query, &parameters)
    }

    /// Likewise, and the host's time behind it.
    pub(in crate::store) fn single_timed<F: Gather>(
        &self,
        bound: &Bound,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<(F, Timestamp), StoreError> {
        Ok((self.single(bound, query, parameters)?, self.clock.now()))
    }

    /// Several statements on one snapshot.
    pub(in crate::store) fn read<T>(&self, bound: Bound, work: ReadFn<T>) -> Result<T, Failure> {
        let mut tx = SqliteTx::new(self.readers.lend()?);
        tx.begin_read()?;
        let mut tx = Reading::new(tx, bound, self.clock.clone());
        // Whatever happened, the snapshot ends when the connection goes home.
        work(&mut tx)
            .now_or_never()
            .unwrap_or_else(|| Err(Failure::Internal("a read suspended on SQLite".to_owned())))
    }

    /// Hands a unit over; `done` hears when its group is on disk.
    pub(in crate::store) fn submit(&self, errand: Errand, unit: UnitFn, done: Done) {
        self.writer.submit(errand, unit, done);
    }

    pub(in crate::store) fn clock(&self) -> &Environment {
        &self.clock
    }

    /// The writer's connection in a transaction, for a migration step. Nothing is written meanwhile; another
    /// process that migrates may hold the file for longer than a writer does. A step that makes tables anew has foreign keys
    /// off.
    pub(in crate::store) fn begin_step(&self, rebuilds: bool) -> Result<SqliteTx, StoreError> {
        let mut tx = SqliteTx::new(self.writing.lend()?);
        if rebuilds {
            tx.without_references()?;
        }
        tx.begin_write_within(self.migration_wait)?;
        Ok(tx)
    }

    /// Begins the log, or shortens it if that is due, behind what wrote without the writer.
    pub(in crate::store) fn checkpoint(&self) {
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.if_due();
        }
    }

    /// Runs what waits, then closes every connection.
    pub(in crate::store) fn shut_down(&self) {
        self.writer.close();
        self.writer.drained();
        self.readers.close();
        self.writing.close();
    }
}

//! Statements on one lent connection.

use std::time::{Duration, Instant};

use rusqlite::params_from_iter;

use super::error::{classify, classify_commit};
use super::file::DatabaseFile;
use super::pool::Lent;
use crate::error::StoreError;
use crate::store::probe;
use crate::store::rigging;
use crate::store::sql::{Expect, Gather, Query, Row, Statement, Value};
use crate::store::statements::control;

/// How often a transaction is begun where another process makes the log shorter each time.
const BEGINNINGS: usize = 3;

/// A connection on which a transaction is, or will be, open.
pub(crate) struct SqliteTx {
    lent: Lent,
}

impl SqliteTx {
    pub(in crate::store) fn new(lent: Lent) -> Self {
        Self { lent }
    }

    pub(in crate::store) fn query<F: Gather>(
        &mut self,
        query: &'static Query<F>,
        parameters: &[Value<'_>],
    ) -> Result<F, StoreError> {
        probe::ran(query, query.sqlite(), parameters);
        let mut prepared = self
            .lent
            .prepare_cached(query.sqlite_text())
            .map_err(classify)?;
        let mut rows = prepared
            .query(params_from_iter(parameters))
            .map_err(classify)?;
        let mut found = F::default();
        while let Some(row) = rows.next().map_err(classify)? {
            found.gather(&Row::sqlite(row))?;
        }
        drop(rows);
        probe::recompiled(&prepared);
        Ok(found)
    }

    pub(in crate::store) fn execute(
        &mut self,
        statement: &'static Statement,
        parameters: &[Value<'_>],
    ) -> Result<(), StoreError> {
        probe::ran(statement, statement.sqlite(), parameters);
        let mut prepared = self
            .lent
            .prepare_cached(statement.sqlite_text())
            .map_err(classify)?;
        let changed = prepared
            .execute(params_from_iter(parameters))
            .map_err(classify)?;
        probe::recompiled(&prepared);
        match statement.expect {
            Expect::One if changed != 1 => Err(StoreError::StaleRow),
            Expect::Inserted if changed != 1 => {
                Err(StoreError::NotWritten(statement.name.to_owned()))
            }
            _ => Ok(()),
        }
    }

    pub(in crate::store) fn begin_read(&mut self) -> Result<(), StoreError> {
        self.control(&control::BEGIN_READ).map_err(classify)
    }

    /// Begins as [`begin_write`](Self::begin_write), and waits for whoever writes so long, rather than the busy timeout.
    pub(in crate::store) fn begin_write_within(
        &mut self,
        limit: Duration,
    ) -> Result<(), StoreError> {
        self.lent.busy_timeout(limit).map_err(classify)?;
        let begun = self.begin_write();
        let usual = self.lent.busy_timeout(self.lent.busy());
        usual.map_err(classify)?;
        begun
    }

    /// Takes the connection's foreign keys off it until it goes home, so that tables which others refer to can be made anew:
    /// before a transaction, because inside of one that has no effect.
    pub(in crate::store) fn without_references(&mut self) -> Result<(), StoreError> {
        match self.lent.without_references().map_err(classify)? {
            true => Ok(()),
            false => Err(StoreError::Engine(
                "foreign_keys could not be switched off".to_owned(),
            )),
        }
    }

    /// Begins where the file and its log are what the connection has open, and locked.
    pub(in crate::store) fn begin_write(&mut self) -> Result<(), StoreError> {
        for _ in 0..BEGINNINGS {
            self.control(&control::BEGIN_WRITE).map_err(classify)?;
            match self
                .lent
                .file()
                .map_or(Ok(true), DatabaseFile::stands_before)
            {
                Ok(true) => return Ok(()),
                Ok(false) => self.roll_back(),
                Err(error) => {
                    self.roll_back();
                    return Err(error);
                }
            }
            if let Some(file) = self.lent.file() {
                file.must_be_whole(&self.lent)?;
            }
        }
        Err(StoreError::Busy)
    }

    /// Returns when what was written is on disk, in the file that lies at the database's path, and in its log.
    pub(in crate::store) fn commit(&mut self) -> Result<(), StoreError> {
        let in_file = self.lent.file();
        in_file.map_or(Ok(()), DatabaseFile::must_not_be_cut)?;
        rigging::before_commit();
        self.control(&control::COMMIT).map_err(classify_commit)?;
        match self.lent.file() {
            Some(file) => file.must_stand_committed(&self.lent),
            None => Ok(()),
        }
    }

    pub(in crate::store) fn roll_back(&mut self) {
        if self.is_open() {
            // A failure leaves the transaction open, and the pool then closes the connection.
            drop(self.control(&control::ROLLBACK));
        }
    }

    pub(in crate::store) fn set_savepoint(&mut self) -> Result<(), StoreError> {
        self.control(&control::SAVEPOINT).map_err(classify)
    }

    pub(in crate::store) fn release_savepoint(&mut self) -> Result<(), StoreError> {
        self.control(&control::RELEASE).map_err(classify)
    }

    /// Undoes the unit since its savepoint and removes that. A failure shows as a transaction that the
    /// engine has ended.
    pub(in crate::store) fn undo_savepoint(&mut self) {
        if self.is_open() {
            let undone = self
                .control(&control::ROLLBACK_TO)
                .and(self.control(&control::RELEASE));
            if undone.is_err() {
                self.roll_back();
            }
        }
    }

    /// Whether the transaction is still open: the engine ends it by itself when the disk is full.
    pub(in crate::store) fn is_open(&self) -> bool {
        !self.lent.is_autocommit()
    }

    /// Lets it work until then, and for no longer than this; a statement that takes longer is interrupted, and with
    /// one that writes the whole transaction ends.
    pub(in crate::store) fn work_for(&mut self, until: Option<Instant>, at_most: Option<Duration>) {
        self.lent.work_for(until, at_most);
    }

    pub(in crate::store) fn connection(&mut self) -> &mut rusqlite::Connection {
        &mut self.lent
    }

    fn control(&mut self, statement: &'static Statement) -> rusqlite::Result<()> {
        self.lent
            .prepare_cached(statement.sqlite())?
            .execute([])
            .map(drop)
    }
}

//! The one writer of a database: it commits together what waits together.
//!
//! Units of work come from any thread. The writer takes what waits ([`queue`]), runs each unit in a savepoint of its own
//! ([`group`]) and commits once, so that durability costs one flush for all of them. A unit that
//! fails or panics leaves its neighbours whole. When the engine ends the whole transaction (a full disk does),
//! the units that had succeeded run again, each alone.
//!
//! The writer is a thread, because a flush has no place on the threads of an async executor. A caller that
//! waits on its own thread anyway ([`calling`]) and finds the writer idle takes its place for one unit:
//! crossing to another thread and back took longer than all the work without the flush (90 microseconds on
//! two virtual cores, November 2026). Once callers meet, they leave the writing to the thread, so that groups
//! form. One that may give up leaves its unit to the thread as well, where another process writes for longer than it
//! must be asked.

mod group;
mod queue;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{StoreError, Visible};
use crate::store::calling;
use crate::store::writers::unit::{Done, Errand, Job, UnitFn, panic_text};
pub(in crate::store) use group::Ground;
use queue::{Place, Running};

/// The writer's thread, behind its queue. Dropping it ends the thread when the queue is empty.
pub(in crate::store) struct Writer {
    ground: Ground,
}

impl Writer {
    pub(in crate::store) fn start(ground: Ground) -> Result<Self, StoreError> {
        let theirs = ground.clone();
        std::thread::Builder::new()
            .name("ringfence-writer".to_owned())
            .spawn(move || {
                while let Some(group) = theirs.queue.next_group() {
                    theirs.run_whatever_happens(group);
                }
                theirs.queue.end();
            })
            .map_err(|error| StoreError::from_io("no writer thread", &error))?;
        Ok(Self { ground })
    }

    /// Hands a unit over. It runs and commits whoever waits for it; where the calling thread waits and nobody
    /// else writes, it has run already.
    pub(in crate::store) fn submit(&self, errand: Errand, unit: UnitFn, done: Done) {
        let record = errand.record;
        let job = Job::new(errand, unit, done);
        match self.ground.queue.place(job, record, calling::waits()) {
            Place::Taken => {}
            Place::Idle(job) => self.ground.run_whatever_happens(vec![job]),
            Place::Closed(job) => job.answer(Err(StoreError::Closed.into())),
        }
    }

    /// Accepts nothing more but records; what waits is still run.
    pub(in crate::store) fn close(&self) {
        self.ground.queue.close();
    }

    /// Waits until everything that was accepted has been answered. Call [`close`](Self::close) first.
    pub(in crate::store) fn drained(&self) {
        self.ground.queue.drained();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

impl Ground {
    /// Runs a group, and is ready for the next whatever happens in it: the host's clock is asked, and its log told.
    /// Whoever was in a group that ended so hears that nobody knows how it ended.
    fn run_whatever_happens(&self, group: Vec<Job>) {
        let _running = Running(&self.queue);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.run_group(group))) {
            let panic = panic_text(panic.as_ref());
            tracing::error!(target: "ringfence::store", panic = %Visible(panic), "a group of units");
        }
    }
}

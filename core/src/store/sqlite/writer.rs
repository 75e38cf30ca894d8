//! The one writer of a database: it commits together what waits together.
//!
//! Units of work come from any thread. The writer takes what waits, runs each unit in a savepoint of its own
//! ([`group`](super::group)) and commits once, so that durability costs one flush for all of them. A unit that
//! fails or panics leaves its neighbours whole. When the engine ends the whole transaction (a full disk does),
//! the units that had succeeded run again, each alone.
//!
//! The writer is a thread, because a flush has no place on the threads of an async executor. A caller that
//! waits on its own thread anyway ([`calling`]) and finds the writer idle takes its place for one unit:
//! crossing to another thread and back took longer than all the work without the flush (90 microseconds on
//! two virtual cores, November 2026). Once callers meet, they leave the writing to the thread, so that groups
//! form.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::group::Ground;
use crate::error::StoreError;
use crate::store::calling;
use crate::store::tx::Bound;
use crate::store::unit::{Done, Errand, Job, Lane, UnitFn, panic_text};

/// How long an open group waits for the next caller, while it is smaller than the last one was. Whoever that
/// one answered takes this long to wake and come back, and is worth a flush.
const LINGER: Duration = Duration::from_micros(150);

/// How many units commit together at most.
const GROUP_SIZE: usize = 256;

/// The queue in front of the writer's thread. Dropping it ends the thread when the queue is empty.
pub(super) struct Writer {
    ground: Ground,
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    priority: VecDeque<Job>,
    normal: VecDeque<Job>,
    closed: bool,
    /// Somebody runs a group: the thread, or a caller in its place.
    running: bool,
    /// The thread sleeps until a unit arrives.
    awaited: bool,
    /// How many units the last group had.
    last_group: usize,
    /// The thread has run all there was and ended.
    ended: bool,
}

impl Writer {
    pub(super) fn start(ground: Ground) -> Result<Self, StoreError> {
        let theirs = ground.clone();
        std::thread::Builder::new()
            .name("ringfence-writer".to_owned())
            .spawn(move || {
                while let Some(group) = theirs.queue.next_group() {
                    theirs.run_whatever_happens(group);
                }
                theirs.queue.waiting().ended = true;
                theirs.queue.arrived.notify_all();
            })
            .map_err(|error| StoreError::from_io("no writer thread", &error))?;
        Ok(Self { ground })
    }

    /// Hands a unit over. It runs and commits whoever waits for it; where the calling thread waits and nobody
    /// else writes, it has run already.
    pub(super) fn submit(&self, errand: Errand, unit: UnitFn, done: Done) {
        let queue = &*self.ground.queue;
        let mut waiting = queue.waiting();
        let record = errand.record;
        let job = Job::new(errand, unit, done);
        if waiting.ended || (waiting.closed && !record) {
            drop(waiting);
            job.answer(Err(StoreError::Closed.into()));
            return;
        }
        if calling::waits() && waiting.is_idle() && waiting.last_group <= 1 {
            waiting.running = true;
            drop(waiting);
            self.ground.run_whatever_happens(vec![job]);
            return;
        }
        waiting.lane(job.lane).push_back(job);
        if waiting.awaited {
            queue.arrived.notify_all();
        }
    }

    /// Accepts nothing more but records; what waits is still run.
    pub(super) fn close(&self) {
        self.ground.queue.waiting().closed = true;
        self.ground.queue.arrived.notify_all();
    }

    /// Waits until everything that was accepted has been answered. Call [`close`](Self::close) first.
    pub(super) fn drained(&self) {
        let queue = &self.ground.queue;
        let mut waiting = queue.waiting();
        while !waiting.ended {
            waiting = queue
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
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
            tracing::error!(target: "ringfence::store", panic, "a group of units");
        }
    }
}

impl Waiting {
    fn len(&self) -> usize {
        self.priority.len() + self.normal.len()
    }

    fn lane(&mut self, lane: Lane) -> &mut VecDeque<Job> {
        match lane {
            Lane::Priority => &mut self.priority,
            Lane::Normal => &mut self.normal,
        }
    }

    fn is_idle(&self) -> bool {
        !self.running && self.len() == 0
    }

    /// What waits, as far as it fits behind `before` others: first what must not be late. An operator's unit
    /// may touch many rows: it is taken alone.
    fn take(&mut self, before: usize) -> Vec<Job> {
        let mut group = Vec::new();
        while before + group.len() < GROUP_SIZE {
            let lane = if self.priority.is_empty() {
                &mut self.normal
            } else {
                &mut self.priority
            };
            let Some(job) = lane.pop_front() else { break };
            let alone = job.bound == Bound::Operator;
            if alone && before + group.len() > 0 {
                lane.push_front(job);
                break;
            }
            group.push(job);
            if alone {
                break;
            }
        }
        group
    }
}

/// While a group runs, and until it has been answered, whatever happens to it.
struct Running<'q>(&'q Queue);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        waiting.running = false;
        if waiting.len() > 0 || waiting.closed {
            self.0.arrived.notify_all();
        }
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for work; `None` once the queue is closed and empty.
    fn next_group(&self) -> Option<Vec<Job>> {
        let mut waiting = self.waiting();
        while waiting.running || waiting.len() == 0 {
            if waiting.closed && !waiting.running {
                return None;
            }
            waiting.awaited = true;
            waiting = self
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
            waiting.awaited = false;
        }
        waiting.running = true;
        Some(waiting.take(0))
    }

    /// What has arrived since a group of `size` units began. A group that is smaller than the last one waits
    /// for it a little.
    pub(super) fn stragglers(&self, size: usize) -> Vec<Job> {
        let mut waiting = self.waiting();
        if waiting.len() == 0 && size < waiting.last_group {
            waiting.awaited = true;
            waiting = self
                .arrived
                .wait_timeout(waiting, LINGER)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            waiting.awaited = false;
        }
        waiting.take(size)
    }

    /// Whether the last group was larger.
    pub(super) fn expects_more(&self, size: usize) -> bool {
        size < self.waiting().last_group
    }

    /// Remembers how large a group became, and puts back in front of their class, in their order, the units that
    /// it had no time for.
    pub(super) fn close_group(&self, size: usize, left: impl DoubleEndedIterator<Item = Job>) {
        let mut waiting = self.waiting();
        waiting.last_group = size;
        for job in left.rev() {
            waiting.lane(job.lane).push_front(job);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::error::Failure;
    use crate::store::unit::punctual;

    fn job(lane: Lane, not_after: Option<Instant>, told: &Arc<Mutex<Vec<String>>>) -> Job {
        bound(Bound::Operator, lane, not_after, told)
    }

    fn bound(
        bound: Bound,
        lane: Lane,
        not_after: Option<Instant>,
        told: &Arc<Mutex<Vec<String>>>,
    ) -> Job {
        let errand = Errand {
            bound,
            lane,
            not_after,
            record: false,
        };
        let told = Arc::clone(told);
        let unit: UnitFn = Arc::new(|_| Box::pin(async { Ok(Box::new(()) as _) }));
        let done: Done = Box::new(move |outcome| {
            let failure: Failure = outcome.err().unwrap();
            told.lock().unwrap().push(failure.to_string());
        });
        Job::new(errand, unit, done)
    }

    #[test]
    fn what_a_group_had_no_time_for_goes_back_in_front_of_its_own_class() {
        let told = Arc::default();
        let queue = Queue::default();
        queue
            .waiting()
            .lane(Lane::Normal)
            .push_back(job(Lane::Normal, None, &told));
        let left = [
            job(Lane::Priority, None, &told),
            job(Lane::Normal, None, &told),
            job(Lane::Priority, None, &told),
        ];
        queue.close_group(1, left.into_iter());
        let waiting = queue.waiting();
        assert_eq!((waiting.priority.len(), waiting.normal.len()), (2, 2));
    }

    #[test]
    fn a_unit_whose_turn_comes_too_late_is_refused_and_not_run() {
        let told = Arc::default();
        let now = Instant::now();
        let (past, future) = (
            now.checked_sub(std::time::Duration::from_secs(1)).unwrap(),
            now + std::time::Duration::from_secs(3_600),
        );
        let jobs = [Some(past), None, Some(future)].map(|last| job(Lane::Normal, last, &told));
        assert_eq!(punctual(jobs).count(), 2);
        assert_eq!(*told.lock().unwrap(), ["Store(TooLate)"]);
    }

    #[test]
    fn an_operators_unit_is_a_group_of_its_own_and_no_other_is() {
        let told = Arc::default();
        let mut waiting = Waiting::default();
        let tenants = || Bound::Tenant("north".into());
        for whose in [
            tenants(),
            tenants(),
            Bound::Operator,
            Bound::Operator,
            tenants(),
        ] {
            let job = bound(whose, Lane::Normal, None, &told);
            waiting.lane(Lane::Normal).push_back(job);
        }
        // Nor does it join one that is under way.
        let mut groups = vec![waiting.take(1).len()];
        groups.push(waiting.take(2).len());
        groups.extend((0..4).map(|_| waiting.take(0).len()));
        assert_eq!(groups, [2, 0, 1, 1, 1, 0]);
    }

    #[test]
    fn a_group_is_of_no_more_than_its_size_and_what_must_not_be_late_goes_first() {
        let told = Arc::default();
        let mut waiting = Waiting::default();
        for lane in [Lane::Normal; GROUP_SIZE]
            .into_iter()
            .chain([Lane::Priority])
        {
            let tenants = Bound::Tenant("north".into());
            let job = bound(tenants, lane, None, &told);
            waiting.lane(lane).push_back(job);
        }
        let group = waiting.take(6);
        assert_eq!(group.len(), GROUP_SIZE - 6);
        assert_eq!(
            group
                .iter()
                .filter(|job| job.lane == Lane::Priority)
                .count(),
            1
        );
        assert!(group.first().unwrap().lane == Lane::Priority);
        assert_eq!(waiting.len(), 7);
    }
}

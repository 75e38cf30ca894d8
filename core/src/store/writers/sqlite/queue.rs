//! What waits for the writer.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::store::terms::Bound;
use crate::store::writers::unit::{Job, Lane};

/// How long an open group waits for the next caller, while it is smaller than the last one was. Whoever that
/// one answered takes this long to wake and come back, and is worth a flush.
const LINGER: Duration = Duration::from_micros(150);

/// How many units commit together at most.
const GROUP_SIZE: usize = 256;

/// The units in front of the writer's thread.
#[derive(Default)]
pub(in crate::store) struct Queue {
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

/// Where a unit that was handed over stands.
pub(super) enum Place {
    /// In the queue.
    Taken,
    /// Nowhere: nobody writes, and whoever hands it over runs it, in the thread's place.
    Idle(Job),
    /// Nowhere: nothing is accepted any more.
    Closed(Job),
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

    /// What waits down to a class, as far as it fits behind `before` others: first what must not be late. An operator's
    /// unit may touch many rows: it is taken alone.
    fn take(&mut self, before: usize, down_to: Lane) -> Vec<Job> {
        let mut group = Vec::new();
        while before + group.len() < GROUP_SIZE {
            let lane = match down_to {
                Lane::Normal if self.priority.is_empty() => &mut self.normal,
                Lane::Normal | Lane::Priority => &mut self.priority,
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
pub(super) struct Running<'q>(pub(super) &'q Queue);

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

    /// Takes a unit in. A caller that `waits` anyway runs it itself where nobody else writes.
    pub(super) fn place(&self, job: Job, record: bool, waits: bool) -> Place {
        let mut waiting = self.waiting();
        if waiting.ended || (waiting.closed && !record) {
            return Place::Closed(job);
        }
        if waits && waiting.is_idle() && waiting.last_group <= 1 {
            waiting.running = true;
            return Place::Idle(job);
        }
        waiting.lane(job.lane).push_back(job);
        if waiting.awaited {
            self.arrived.notify_all();
        }
        Place::Taken
    }

    /// Accepts nothing more but records.
    pub(super) fn close(&self) {
        self.waiting().closed = true;
        self.arrived.notify_all();
    }

    /// The thread has run all there was.
    pub(super) fn end(&self) {
        self.waiting().ended = true;
        self.arrived.notify_all();
    }

    /// Waits until the thread has ended.
    pub(super) fn drained(&self) {
        let mut waiting = self.waiting();
        while !waiting.ended {
            waiting = self
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for work; `None` once the queue is closed and empty.
    pub(super) fn next_group(&self) -> Option<Vec<Job>> {
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
        Some(waiting.take(0, Lane::Normal))
    }

    /// What must not be late and has arrived since a group of `size` units was taken.
    pub(super) fn urgent(&self, size: usize) -> Vec<Job> {
        self.waiting().take(size, Lane::Priority)
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
        waiting.take(size, Lane::Normal)
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
            job.ticket.wait_again();
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
    use crate::store::writers::unit::{Done, Errand, Ticket, UnitFn, punctual};

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
            ticket: Ticket::with_turn_by(not_after),
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
        let mut groups = vec![waiting.take(1, Lane::Normal).len()];
        groups.push(waiting.take(2, Lane::Normal).len());
        groups.extend((0..4).map(|_| waiting.take(0, Lane::Normal).len()));
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
        let group = waiting.take(6, Lane::Normal);
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

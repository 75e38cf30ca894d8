//! What waits for the lanes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::store::terms::Bound;
use crate::store::writers::unit::{Job, Lane, punctual};

/// Units in one transaction at most: over 64 subtransactions (a guarded group has one each) a backend's cache
/// overflows.
const GROUP_SIZE: usize = 32;

/// The lanes of all that have units waiting. Whose units they are is the lane's key, and each runs bound to just
/// that.
#[derive(Default)]
pub(super) struct Queues {
    state: Mutex<State>,
    drained: Notify,
}

#[derive(Default)]
struct State {
    lanes: HashMap<Bound, Waiting>,
    closed: bool,
}

/// What waits in one lane: first come, first served inside its class.
#[derive(Default)]
struct Waiting {
    priority: VecDeque<Job>,
    normal: VecDeque<Job>,
    /// Tells the lane, which may wait for a connection, that something came that must not be late.
    pressed: Arc<Notify>,
}

/// Where a unit that was handed over stands.
pub(super) enum Place {
    /// In a lane that runs.
    Taken,
    /// In a lane that begins with it, and is to be run.
    First,
    /// Nowhere: nothing is accepted any more.
    Closed(Job),
}

impl Waiting {
    fn class(&mut self, lane: Lane) -> &mut VecDeque<Job> {
        match lane {
            Lane::Priority => &mut self.priority,
            Lane::Normal => &mut self.normal,
        }
    }

    fn len(&self) -> usize {
        self.priority.len() + self.normal.len()
    }

    /// The next units, at most so many: first what must not be late.
    fn take(&mut self, most: usize) -> Vec<Job> {
        let (urgent, len) = (self.priority.len(), self.len());
        let mut taken: Vec<Job> = self.priority.drain(..urgent.min(most)).collect();
        let more = (len - urgent).min(most - taken.len());
        taken.extend(self.normal.drain(..more));
        taken
    }
}

impl Queues {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a unit in.
    pub(super) fn place(&self, job: Job, record: bool) -> Place {
        let mut state = self.state();
        if state.closed && !record {
            return Place::Closed(job);
        }
        let runs = state.lanes.contains_key(&job.bound);
        let waiting = state.lanes.entry(job.bound.clone()).or_default();
        let lane = job.lane;
        waiting.class(lane).push_back(job);
        if lane == Lane::Priority {
            waiting.pressed.notify_one();
        }
        if runs { Place::Taken } else { Place::First }
    }

    /// The next group of a lane; the lane ends when nothing waits.
    pub(super) fn next_group(&self, bound: &Bound) -> Option<Vec<Job>> {
        loop {
            let mut state = self.state();
            let waiting = state.lanes.get_mut(bound)?;
            if waiting.len() == 0 {
                state.lanes.remove(bound);
                drop(state);
                self.drained.notify_waiters();
                return None;
            }
            let taken = waiting.take(room(bound, 0));
            // Those that are late are answered without the lock.
            drop(state);
            let group: Vec<Job> = punctual(taken).collect();
            if !group.is_empty() {
                return Some(group);
            }
        }
    }

    /// Lets those go along who have come since the group was formed, in front those that must not be late; says
    /// whether anybody did.
    pub(super) fn top_up(&self, bound: &Bound, group: &mut Vec<Job>) -> bool {
        let more = match self.state().lanes.get_mut(bound) {
            Some(waiting) => waiting.take(room(bound, group.len())),
            None => Vec::new(),
        };
        let before = group.len();
        group.extend(punctual(more));
        let came = group.len() > before;
        // Stable: inside a class they stay in the order in which they came.
        group.sort_by_key(|job| job.lane);
        came
    }

    /// Puts back, in front of their class and in their order, units that a group had no time for.
    pub(super) fn put_back(&self, bound: &Bound, jobs: impl DoubleEndedIterator<Item = Job>) {
        let mut state = self.state();
        let waiting = state.lanes.entry(bound.clone()).or_default();
        for job in jobs.rev() {
            job.ticket.wait_again();
            waiting.class(job.lane).push_front(job);
        }
    }

    /// Returns when something waits in a lane that must not be late. What told of others, which have gone by now,
    /// is looked at and passed over.
    pub(super) async fn pressed(&self, bound: &Bound) {
        loop {
            let pressed = {
                let mut state = self.state();
                let waiting = state.lanes.entry(bound.clone()).or_default();
                if !waiting.priority.is_empty() {
                    return;
                }
                Arc::clone(&waiting.pressed)
            };
            pressed.notified().await;
        }
    }

    /// Accepts nothing more but records.
    pub(super) fn close(&self) {
        self.state().closed = true;
    }

    /// Waits until everything that was accepted has been answered. Call [`close`](Self::close) first.
    pub(super) async fn drained(&self) {
        loop {
            let drained = self.drained.notified();
            if self.state().lanes.is_empty() {
                return;
            }
            drained.await;
        }
    }
}

/// For how many more units a group has room. An operator's unit may touch many rows: it runs alone.
fn room(bound: &Bound, size: usize) -> usize {
    let most = if *bound == Bound::Operator {
        1
    } else {
        GROUP_SIZE
    };
    most.saturating_sub(size)
}

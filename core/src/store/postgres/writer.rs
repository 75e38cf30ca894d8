//! Writing on Postgres: what waits for the same log commits together.
//!
//! A log has one head row, so its writers are serial whatever is done; one connection that commits
//! what waits keeps them from paying a round trip and a flush each. Every tenant with waiting units has
//! a lane, run by one task; lanes of different tenants run side by side.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::Notify;

use super::Connections;
use super::group::{Ended, Manner, run_group};
use crate::error::StoreError;
use crate::store::tx::Bound;
use crate::store::unit::{Done, Errand, Job, Lane, UnitFn, answer_all, panic_text, punctual};

/// Units in one transaction at most: over 64 subtransactions (a guarded group has one each) a backend's cache
/// overflows.
const GROUP_SIZE: usize = 32;

/// How often a group runs again after the engine ended its transaction.
const RERUNS: u32 = 3;

/// Pause before a group runs again on another connection; doubled each time.
const RERUN_PAUSE: Duration = Duration::from_millis(20);

/// The lanes of all that have units waiting. Whose units they are is the lane's key, and each runs bound to just
/// that.
#[derive(Default)]
pub(super) struct Lanes {
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

impl Lanes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a unit over. It runs and commits whoever waits for it.
    pub(super) fn submit(connections: &Arc<Connections>, errand: Errand, unit: UnitFn, done: Done) {
        let (bound, lane, record) = (errand.bound.clone(), errand.lane, errand.record);
        let job = Job::new(errand, unit, done);
        let mut state = connections.lanes.state();
        if state.closed && !record {
            drop(state);
            job.answer(Err(StoreError::Closed.into()));
            return;
        }
        let runs = state.lanes.contains_key(&bound);
        let waiting = state.lanes.entry(bound.clone()).or_default();
        waiting.class(lane).push_back(job);
        if lane == Lane::Priority {
            waiting.pressed.notify_one();
        }
        if !runs {
            drop(state);
            let connections = Arc::clone(connections);
            let runtime = connections.runtime.clone();
            runtime.spawn(async move { run_lane(&connections, bound).await });
        }
    }

    /// The next group of a lane; the lane ends when nothing waits.
    fn next_group(&self, bound: &Bound) -> Option<Vec<Job>> {
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
        let mut state = self.state();
        let Some(waiting) = state.lanes.get_mut(bound) else {
            return false;
        };
        let more = waiting.take(room(bound, group.len()));
        let came = !more.is_empty();
        group.extend(more);
        // Stable: inside a class they stay in the order in which they came.
        group.sort_by_key(|job| job.lane);
        came
    }

    /// Puts back, in front of their class and in their order, units that a group had no time for.
    pub(super) fn put_back(&self, bound: &Bound, jobs: impl DoubleEndedIterator<Item = Job>) {
        let mut state = self.state();
        let waiting = state.lanes.entry(bound.clone()).or_default();
        for job in jobs.rev() {
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

async fn run_lane(connections: &Connections, bound: Bound) {
    while let Some(group) = connections.lanes.next_group(&bound) {
        // The host's clock is asked, and its log told: whatever happens there, the lane goes on, and whoever was in
        // a group that ended so hears that nobody knows how.
        let run = async {
            let left = run_to_its_end(connections, &bound, group, Manner::Together).await;
            for job in left {
                run_to_its_end(connections, &bound, vec![job], Manner::Apart).await;
            }
        };
        if let Err(panic) = AssertUnwindSafe(run).catch_unwind().await {
            let panic = panic_text(panic.as_ref());
            tracing::error!(target: "ringfence::store", panic, "a group of units");
        }
    }
}

/// Runs a group until every unit of it is answered; returns those that are to run apart.
async fn run_to_its_end(
    connections: &Connections,
    bound: &Bound,
    mut group: Vec<Job>,
    mut manner: Manner,
) -> Vec<Job> {
    let mut reruns = 0;
    loop {
        match run_group(connections, bound, group, manner).await {
            Ended::Settled => return Vec::new(),
            Ended::Refused(again) if manner == Manner::Together => {
                manner = Manner::Guarded;
                group = again;
            }
            Ended::Refused(apart) => return apart,
            Ended::Broken(again, error) if reruns == RERUNS => {
                answer_all(again, &error);
                return Vec::new();
            }
            Ended::Broken(again, _) => {
                tokio::time::sleep(RERUN_PAUSE * 2_u32.pow(reruns)).await;
                reruns += 1;
                group = again;
            }
        }
    }
}

//! Writing on Postgres: what waits for the same log commits together.
//!
//! A log has one head row, so its writers are serial whatever is done; one connection that commits
//! what waits keeps them from paying a round trip and a flush each. Every tenant with waiting units has
//! a lane, run by one task; lanes of different tenants run side by side.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::Connections;
use super::group::{Ended, run_group};
use crate::error::StoreError;
use crate::store::tx::Bound;
use crate::store::unit::{Job, Lane, Outcome, UnitFn, answer_all};

/// Units in one transaction at most: over 64 subtransactions (a guarded group has one each) a backend's cache
/// overflows.
const GROUP_SIZE: usize = 32;

/// How often a group runs again after the engine ended its transaction.
const RERUNS: u32 = 3;

/// Pause before a group runs again on another connection; doubled each time.
const RERUN_PAUSE: Duration = Duration::from_millis(20);

/// The lanes of all tenants that have units waiting.
#[derive(Default)]
pub(super) struct Lanes {
    state: Mutex<State>,
    drained: Notify,
}

#[derive(Default)]
struct State {
    lanes: HashMap<String, VecDeque<Job>>,
    closed: bool,
}

impl Lanes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a unit over. It runs and commits even if the receiver is dropped.
    pub(super) fn submit(
        connections: &Arc<Connections>,
        bound: Bound,
        lane: Lane,
        unit: UnitFn,
    ) -> Result<oneshot::Receiver<Outcome>, StoreError> {
        let (job, receiver) = Job::new(bound.clone(), unit);
        let mut state = connections.lanes.state();
        if state.closed {
            return Err(StoreError::Closed);
        }
        if let Some(waiting) = state.lanes.get_mut(bound.log_owner()) {
            match lane {
                Lane::Priority => waiting.push_front(job),
                Lane::Normal => waiting.push_back(job),
            }
        } else {
            state
                .lanes
                .insert(bound.log_owner().to_owned(), VecDeque::from([job]));
            drop(state);
            let connections = Arc::clone(connections);
            let runtime = connections.runtime.clone();
            runtime.spawn(async move { run_lane(&connections, bound).await });
        }
        Ok(receiver)
    }

    /// The next group of a lane; the lane ends when nothing waits.
    fn next_group(&self, bound: &Bound) -> Option<Vec<Job>> {
        let mut state = self.state();
        let waiting = state.lanes.get_mut(bound.log_owner())?;
        if waiting.is_empty() {
            state.lanes.remove(bound.log_owner());
            drop(state);
            self.drained.notify_waiters();
            return None;
        }
        Some(waiting.drain(..room(bound, 0).min(waiting.len())).collect())
    }

    /// Lets those go along who have come since the group was formed.
    pub(super) fn top_up(&self, bound: &Bound, group: &mut Vec<Job>) {
        if let Some(waiting) = self.state().lanes.get_mut(bound.log_owner()) {
            let more = room(bound, group.len()).min(waiting.len());
            group.extend(waiting.drain(..more));
        }
    }

    pub(super) fn put_back(&self, bound: &Bound, jobs: Vec<Job>) {
        let mut state = self.state();
        let waiting = state.lanes.entry(bound.log_owner().to_owned()).or_default();
        for job in jobs.into_iter().rev() {
            waiting.push_front(job);
        }
    }

    /// Accepts nothing more and waits until everything that was accepted has been answered.
    pub(super) async fn close(&self) {
        self.state().closed = true;
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
    while let Some(mut group) = connections.lanes.next_group(&bound) {
        let mut guarded = false;
        let mut reruns = 0;
        loop {
            match run_group(connections, &bound, group, guarded).await {
                Ended::Settled => break,
                Ended::Refused(again) => {
                    guarded = true;
                    group = again;
                }
                Ended::Broken(again, error) if reruns == RERUNS => {
                    answer_all(again, &error);
                    break;
                }
                Ended::Broken(again, _) => {
                    tokio::time::sleep(RERUN_PAUSE * 2_u32.pow(reruns)).await;
                    reruns += 1;
                    group = again;
                }
            }
        }
    }
}

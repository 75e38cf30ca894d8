//! Writing on Postgres: what waits for the same log commits together.
//!
//! A log has one head row, so its writers are serial whatever is done; one connection that commits
//! what waits keeps them from paying a round trip and a flush each. Every tenant with waiting units has
//! a lane, run by one task; lanes of different tenants run side by side.

mod group;
mod queue;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;

use crate::error::{StoreError, Visible};
use crate::store::postgres::Connections;
use crate::store::terms::Bound;
use crate::store::writers::unit::{Done, Errand, Job, UnitFn, answer_all, panic_text, punctual};
use group::{Ended, Ground, Manner, run_group};
use queue::{Place, Queues};

/// How often a group runs again after the engine ended its transaction.
const RERUNS: u32 = 3;

/// Pause before a group runs again on another connection; doubled each time.
const RERUN_PAUSE: Duration = Duration::from_millis(20);

/// The lanes of an open database, and its connections, which they run on.
pub(in crate::store) struct Lanes {
    ground: Arc<Ground>,
}

impl Lanes {
    pub(in crate::store) fn new(connections: Connections) -> Self {
        Self {
            ground: Arc::new(Ground {
                connections,
                queues: Queues::default(),
            }),
        }
    }

    pub(in crate::store) fn connections(&self) -> &Connections {
        &self.ground.connections
    }

    /// Hands a unit over. It runs and commits whoever waits for it.
    pub(in crate::store) fn submit(&self, errand: Errand, unit: UnitFn, done: Done) {
        let (bound, record) = (errand.bound.clone(), errand.record);
        let job = Job::new(errand, unit, done);
        match self.ground.queues.place(job, record) {
            Place::Taken => {}
            Place::First => {
                let ground = Arc::clone(&self.ground);
                let lane = async move { run_lane(&ground, bound).await };
                self.connections().runtime().spawn(lane);
            }
            Place::Closed(job) => job.answer(Err(StoreError::Closed.into())),
        }
    }

    /// Accepts nothing more but records.
    pub(in crate::store) fn close(&self) {
        self.ground.queues.close();
    }

    /// Waits until everything that was accepted has been answered. Call [`close`](Self::close) first.
    pub(in crate::store) async fn drained(&self) {
        self.ground.queues.drained().await;
    }
}

async fn run_lane(ground: &Ground, bound: Bound) {
    while let Some(group) = ground.queues.next_group(&bound) {
        // The host's clock is asked, and its log told: whatever happens there, the lane goes on, and whoever was in
        // a group that ended so hears that nobody knows how.
        let run = async {
            let left = run_to_its_end(ground, &bound, group, Manner::Together).await;
            for job in left {
                run_to_its_end(ground, &bound, vec![job], Manner::Apart).await;
            }
        };
        if let Err(panic) = AssertUnwindSafe(run).catch_unwind().await {
            let panic = panic_text(panic.as_ref());
            tracing::error!(target: "ringfence::store", panic = %Visible(panic), "a group of units");
        }
    }
}

/// Runs a group until every unit of it is answered; returns those that are to run apart.
async fn run_to_its_end(
    ground: &Ground,
    bound: &Bound,
    mut group: Vec<Job>,
    mut manner: Manner,
) -> Vec<Job> {
    let mut reruns = 0;
    loop {
        if group.is_empty() {
            return Vec::new();
        }
        match run_group(ground, bound, group, manner).await {
            Ended::Settled => return Vec::new(),
            // Nothing of theirs stands: whoever goes from here on, while the others' turn comes, hears so.
            Ended::GivenUp(again) => group = punctual(again).collect(),
            Ended::Refused(again) if manner == Manner::Together => {
                manner = Manner::Guarded;
                group = punctual(again).collect();
            }
            Ended::Refused(apart) => return punctual(apart).collect(),
            Ended::Broken(again, error) if reruns == RERUNS => {
                answer_all(again, &error);
                return Vec::new();
            }
            Ended::Broken(again, _) => {
                group = punctual(again).collect();
                tokio::time::sleep(RERUN_PAUSE * 2_u32.pow(reruns)).await;
                reruns += 1;
            }
        }
    }
}

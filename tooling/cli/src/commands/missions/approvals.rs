//! `ringfence missions approvals`

use ringfence::model::MissionId;

use crate::Outcome;
use crate::arguments::{TimedPaging, Who};
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "approver_id", "decision", "created_at", "comment"];

/// List the decisions about a mission.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence missions approvals 0190d3a9 --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// The mission's id.
    mission: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: TimedPaging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let missions = context.session(&self.who).await?.missions();
        let mission = MissionId::from(self.mission);
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                missions.approvals(mission.clone(), page).await
            })
            .await
    }
}

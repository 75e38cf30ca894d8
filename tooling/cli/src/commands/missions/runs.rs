//! `ringfence missions runs`

use ringfence::model::MissionId;

use crate::Outcome;
use crate::arguments::{TimedPaging, Who};
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "state", "started_at", "ended_at"];

/// List the flights of a mission.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence missions runs 0190d3a9 --tenant acme --actor 0190d3a8"
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
                missions.runs(mission.clone(), page).await
            })
            .await
    }
}

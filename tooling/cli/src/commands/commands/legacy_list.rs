//! `ringfence commands legacy-list`

use ringfence::model::{LegacyCommandFilter, LegacyCommandStatus};

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who, one_of};
use crate::context::Context;

const COLUMNS: &[&str] = &[
    "id",
    "drone_id",
    "command_type",
    "status",
    "ack_ok",
    "issued_by",
    "issued_at",
];

/// List what the old platform had a tenant's drones told.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence commands legacy-list --status TIMEOUT --order newest --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only commands for this drone.
    #[arg(long, value_name = "ID")]
    drone: Option<String>,
    /// Only commands of which this came.
    #[arg(long, value_parser = one_of(LegacyCommandStatus::TEXTS, LegacyCommandStatus::parse))]
    status: Option<LegacyCommandStatus>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: TimedPaging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let commands = context.session(&self.who).await?.commands();
        let filter = LegacyCommandFilter {
            drone_id: self.drone.map(Into::into),
            status: self.status,
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                commands.legacy_commands(filter.clone(), page).await
            })
            .await
    }
}

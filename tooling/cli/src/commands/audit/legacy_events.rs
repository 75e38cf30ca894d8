//! `ringfence audit legacy-events`

use ringfence::model::LegacyEventFilter;

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who};
use crate::context::Context;

const COLUMNS: &[&str] = &["event_id", "event_type", "ts", "actor_id"];

/// List what happened on the old platform.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence audit legacy-events --type mission.approved --order newest --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only events of this type, such as `mission.approved`.
    #[arg(long = "type", value_name = "TYPE")]
    event_type: Option<String>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    paging: TimedPaging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.session(&self.who).await?.audit();
        let filter = LegacyEventFilter {
            event_type: self.event_type,
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                log.legacy_events(filter.clone(), page).await
            })
            .await
    }
}

//! `ringfence deployment-log events`

use ringfence::model::EventFilter;

use crate::Outcome;
use crate::arguments::Paging;
use crate::commands::log::{COLUMNS, Filter};
use crate::context::Context;

/// List the events, the oldest first: what operators did.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence deployment-log events --since 2026-01-05T00:00:00Z\n  \
        ringfence deployment-log events --all --json"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    paging: Paging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.database().await?.deployment_log();
        let filter = EventFilter::from(self.filter);
        context
            .pages(&self.paging, COLUMNS, async |page| {
                log.events(filter.clone(), page).await
            })
            .await
    }
}

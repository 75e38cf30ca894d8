//! `ringfence audit events`

use ringfence::model::EventFilter;

use crate::Outcome;
use crate::arguments::{Paging, Who};
use crate::commands::log::{COLUMNS, Filter};
use crate::context::Context;

/// List the events, the oldest first: what was done in a tenant.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence audit events --since 2026-01-05T00:00:00Z --tenant acme --actor 0190d3a8\n  \
        ringfence audit events --all --json --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    paging: Paging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let log = context.session(&self.who).await?.audit();
        let filter = EventFilter::from(self.filter);
        context
            .pages(&self.paging, COLUMNS, async |page| {
                log.events(filter.clone(), page).await
            })
            .await
    }
}

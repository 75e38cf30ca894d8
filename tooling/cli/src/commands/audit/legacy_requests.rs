//! `ringfence audit legacy-requests`

use ringfence::model::LegacyRequestFilter;

use crate::Outcome;
use crate::arguments::{TimedPaging, When, Who};
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "ts", "actor_id", "method", "resource", "status_code"];

/// List what the old platform was asked with the tenant's tokens.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence audit legacy-requests --user 0190d3a8 --order newest --tenant acme --actor 0190d3a8"
)]
pub(crate) struct Arguments {
    /// Only requests with this user's token.
    #[arg(long, value_name = "ID")]
    user: Option<String>,
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
        let filter = LegacyRequestFilter {
            actor_id: self.user.map(Into::into),
            since: self.when.since,
            until: self.when.until,
        };
        context
            .timed_pages(&self.paging, COLUMNS, async |page| {
                log.legacy_requests(filter.clone(), page).await
            })
            .await
    }
}

//! `ringfence tenants list`

use crate::Outcome;
use crate::arguments::Paging;
use crate::context::Context;

const COLUMNS: &[&str] = &["id", "name", "created_at", "disabled_at"];

/// List the tenants, in the order of their ids.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ringfence tenants list --all\n  ringfence tenants list --limit 20 --json"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    paging: Paging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        context
            .pages(&self.paging, COLUMNS, async |page| {
                database.tenants(page).await
            })
            .await
    }
}

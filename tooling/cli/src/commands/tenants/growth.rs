//! `ringfence tenants growth`

use crate::Outcome;
use crate::arguments::Paging;
use crate::context::Context;

const COLUMNS: &[&str] = &["tenant_id", "roles"];

/// List what the tenants' starting roles lack of what this version gives new tenants. Changes nothing.
///
/// A role that is still as some version made it follows with `ringfence tenants grow`; one that its tenant changed
/// (`changed`) is left as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence tenants growth --all")]
pub(crate) struct Arguments {
    #[command(flatten)]
    paging: Paging,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        context
            .pages(&self.paging, COLUMNS, async |page| {
                database.role_growth(page).await
            })
            .await
    }
}

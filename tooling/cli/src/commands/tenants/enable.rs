//! `ringfence tenants enable`

use crate::context::Context;
use crate::{Ending, Outcome};

/// Let a tenant in again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence tenants enable acme")]
pub(crate) struct Arguments {
    /// The tenant's id.
    id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        let tenant = database
            .enable_tenant(context.operator(), self.id.into())
            .await?;
        context.output.record(&tenant)?;
        Ok(Ending::Clean)
    }
}

//! `ringfence tenants show`

use crate::context::Context;
use crate::{Ending, Outcome};

/// Show a tenant.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence tenants show acme")]
pub(crate) struct Arguments {
    /// The tenant's id.
    id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        let tenant = database.tenant(self.id.into()).await?;
        context.output.record(&tenant)?;
        Ok(Ending::Clean)
    }
}

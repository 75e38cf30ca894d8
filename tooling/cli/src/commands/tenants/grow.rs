//! `ringfence tenants grow`

use crate::context::Context;
use crate::{Ending, Outcome};

/// Give a tenant's starting roles what this version gives new tenants, where the tenant has not changed them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence tenants growth\n  ringfence tenants grow acme")]
pub(crate) struct Arguments {
    /// The tenant's id.
    id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        let grown = database
            .grow_roles(context.operator(), self.id.into())
            .await?;
        context.output.record(&grown)?;
        Ok(Ending::Clean)
    }
}

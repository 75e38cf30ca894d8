//! `ringfence tenants disable`

use crate::context::Context;
use crate::{Ending, Outcome};

/// Close every session of a tenant and open no other.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence tenants disable acme")]
pub(crate) struct Arguments {
    /// The tenant's id.
    id: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        let tenant = database
            .disable_tenant(context.operator(), self.id.into())
            .await?;
        context.output.record(&tenant)?;
        Ok(Ending::Clean)
    }
}

//! `ringfence tenants rename`

use crate::context::Context;
use crate::{Ending, Outcome};

/// Give a tenant another name. Its id stays.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence tenants rename acme 'Acme Surveys'")]
pub(crate) struct Arguments {
    /// The tenant's id.
    id: String,
    /// Its new name.
    name: String,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let database = context.database().await?;
        let tenant = database
            .rename_tenant(context.operator(), self.id.into(), self.name)
            .await?;
        context.output.record(&tenant)?;
        Ok(Ending::Clean)
    }
}

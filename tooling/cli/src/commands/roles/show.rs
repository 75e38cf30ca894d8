//! `ringfence roles show`

use crate::arguments::Who;
use crate::context::Context;
use crate::{Ending, Outcome};

/// Show a role.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ringfence roles show 0190d3a9 --tenant acme --actor 0190d3a8")]
pub(crate) struct Arguments {
    /// The role's id.
    id: String,
    #[command(flatten)]
    who: Who,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let identity = context.session(&self.who).await?.identity();
        let found = identity.role(self.id.into()).await?;
        context.output.record(&found)?;
        Ok(Ending::Clean)
    }
}
